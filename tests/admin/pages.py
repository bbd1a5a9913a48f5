"""What tests read on pages."""

from tests.pages import html


def words(answer) -> str:
    """The text of a page."""
    return " ".join(html.words(answer.content.decode()).split())
