"""Every example in content/ is run, and prints what its text says."""

import pytest

from .articles import read_all
from .examples import Example, comparable, examples
from .running import run

EXAMPLES = [example for article in read_all() for example in examples(article)]


def test_there_are_at_least_a_hundred_examples() -> None:
    assert len(EXAMPLES) >= 100


@pytest.mark.django_db
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_prints_what_its_text_says(example: Example) -> None:
    output = run(example.code.language, example.code.code)
    fault = example.article.at(example.code.line, "prints something else")
    assert comparable(output, example.code.language) == example.expected, fault
