"""Every example in content/ is run, and prints what its text says."""

from typing import Any

import pytest

from .articles import read_all
from .examples import PROGRAMS, TESTS, Example, comparable, examples
from .running import run, run_tests

EXAMPLES = [example for article in read_all() for example in examples(article)]


def case(example: Example) -> Any:
    """SQL is run on a connection of Django's; nothing else waits for a database to be made."""
    marks = [pytest.mark.django_db] if example.code.language == "sql" else []
    return pytest.param(example, id=example.name, marks=marks)


def test_there_are_at_least_a_hundred_examples() -> None:
    assert len(EXAMPLES) >= 100


@pytest.mark.parametrize("example", [case(example) for example in EXAMPLES])
def test_an_example_prints_what_its_text_says(example: Example) -> None:
    output = run(
        example.code.language, example.program, files=example.files, program=example.folder
    )
    fault = example.article.at(example.code.line, "prints something else")
    assert comparable(output, example.code.language) == example.expected, fault


@pytest.mark.parametrize(
    "program", sorted({file.parent.name for file in PROGRAMS.glob(f"*/{TESTS}")})
)
def test_a_program_of_several_files_passes_its_tests(program: str) -> None:
    assert "\n# fail 0\n" in run_tests(program)
