"""Curators' pages as tests ask for them, and what they read there."""

from django.urls import reverse

from tests.pages import html


def words(answer) -> str:
    """The text of a page."""
    return " ".join(html.words(answer.content.decode()).split())


def url(name: str, *args: object) -> str:
    """The address of a page of `curating`."""
    return reverse(f"curating:{name}", args=args)
