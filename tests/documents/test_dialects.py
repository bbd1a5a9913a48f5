"""Each dialect's own table of examples, and what holds for all of them."""

import pytest

from documents.dialects import DIALECTS, names_in

from .reading import html_of

EXAMPLES = [
    pytest.param(name, text, html, id=f"{name}-{number}")
    for name, dialect in DIALECTS.items()
    for number, (text, html) in enumerate(dialect.examples)
]


@pytest.mark.parametrize(("name", "text", "html"), EXAMPLES)
def test_a_dialect_becomes_what_its_table_says(name: str, text: str, html: str) -> None:
    assert html_of(text) == html
    assert name in names_in(text)
