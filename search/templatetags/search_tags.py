"""What the results page says of a search, in the reader's language."""

from django import template
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from search.query import MOST_WORDS, NO_WORDS, TOO_LONG

register = template.Library()

TRANSLATED = {
    "title": _("title"),
    "number": _("number"),
    "heading above": _("heading above"),
    "in code": _("in code"),
    "similar spelling": _("similar spelling"),
    NO_WORDS: _("no searchable words"),
    TOO_LONG: format_lazy(_("only the first {n} words were used"), n=MOST_WORDS),
}


@register.filter
def reader_words(text: str) -> str:
    """What the search says of a hit or a query, which is English, in the reader's language."""
    if text in TRANSLATED:
        return str(TRANSLATED[text])
    head, colon, word = text.partition(": ")
    return f"{TRANSLATED[head]}: {word}" if colon and head in TRANSLATED else text
