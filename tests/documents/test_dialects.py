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
    assert html_of(text).strip() == html


@pytest.mark.parametrize("name", [name for name, _ in DIALECTS.items()])
def test_a_dialect_is_on_where_its_sign_is(name: str) -> None:
    assert any(name in names_in(text) for text, _ in DIALECTS[name].examples)
    assert names_in("# A heading\n\nSome *text* of [GitHub](https://github.com).\n") == ()
