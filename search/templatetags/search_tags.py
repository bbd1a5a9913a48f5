"""What the results page says of a search, in the reader's language."""

from django import template
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from search import query
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
    query.WILDCARDS: format_lazy(
        _("only the first {n} words with * were used"), n=query.MOST_WILDCARDS
    ),
    query.EXCLUSIONS: format_lazy(
        _("only the first {n} exclusions were used"), n=query.MOST_EXCLUDED
    ),
    query.PHRASES: format_lazy(
        _("only the first {n} phrases were kept together"), n=query.MOST_PHRASES
    ),
    query.TOO_MANY_FILTERS: format_lazy(
        _("only the first {n} filters were used"), n=query.MOST_FILTERS
    ),
    query.CUT_PHRASE: format_lazy(
        _("a phrase was cut: {n} words, and each at most {times} times, are used"),
        n=query.LONGEST_PHRASE,
        times=query.MOST_REPEATED,
    ),
}


@register.filter
def reader_words(text: str) -> str:
    """What the search says of a hit or a query, which is English, in the reader's language."""
    if text in TRANSLATED:
        return str(TRANSLATED[text])
    head, colon, word = text.partition(": ")
    return f"{TRANSLATED[head]}: {word}" if colon and head in TRANSLATED else text
