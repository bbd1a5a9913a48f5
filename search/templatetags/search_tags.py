"""What the results page says of a search, in the reader's language."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.template.context import Context
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from search import engine, hits, query
from search.query import MOST_WORDS, NO_WORDS, TOO_LONG

register = template.Library()

TRANSLATED = {
    hits.ABOVE: _("in the heading above"),
    query.ALSO: _("also called"),
    query.RELATED: _("related:"),
    query.SPELT: _("spelt"),
    query.BRACKETS: _("brackets do not group words"),
    query.STARS: _("* works at the end of a word only"),
    query.NO_FILTER: _("this is no filter here and was read as a word"),
    engine.ABSENT: _("nothing here speaks of"),
    engine.NO_TOPIC: _("no topic fits the filters"),
    engine.NONE_OF_YOURS: _("you have nothing of this kind"),
    engine.LOG_IN: _("log in to find your own things"),
    engine.RELAXED: _("nothing holds the quoted words in this order: these hold them apart"),
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


@register.simple_tag(takes_context=True)
def query_with(context: Context, **changes: Any) -> str:
    """The page's query with some parameters changed, or taken away by None.

    Django's `querystring` copies the query twice, which is dear where each result has a link.
    """
    values = {**context["request"].GET.dict(), **changes}
    return "?" + urlencode({name: value for name, value in values.items() if value is not None})


@register.filter
def reader_words(text: str) -> str:
    """What the search says of a hit or a query, which is English, in the reader's language."""
    if text in TRANSLATED:
        return str(TRANSLATED[text])
    head, colon, word = text.partition(": ")
    if colon and head in TRANSLATED:
        return f"{TRANSLATED[head]}: {word}"
    for start in (query.ALSO, query.RELATED, query.SPELT):
        if text.startswith(f"{start} "):
            return f"{TRANSLATED[start]} {text.removeprefix(start).strip()}"
    return text
