"""The glossary: what the texts themselves define, A to Z, each with the section that says so."""

import unicodedata

from django.db.models import Count, F, QuerySet
from django.db.models.functions import Left, Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from topics.models import Definition
from topics.navigation import section_url
from topics.page import clean
from topics.page_cache import kept_in_memory

OTHER = "#"  # stands for all that does not begin with a letter
LONGEST_QUERY = 100
MOST_TERMS = 500


@require_safe
@kept_in_memory
def glossary(request: HttpRequest) -> HttpResponse:
    """One letter's terms, or those that hold the words of `q`. Two queries."""
    definitions = Definition.objects.filter(
        section__removed_at=None,
        section__topic__removed_at=None,
        section__topic__status="published",
    )
    counts = definitions.annotate(first=Left("term", 1)).order_by().values_list("first")
    letters: dict[str, list[str]] = {}
    total = 0
    for first, count in counts.annotate(count=Count("pk")):
        letters.setdefault(letter_of(first), []).append(first)
        total += count
    names = sorted(letters, key=lambda name: (name == OTHER, name))
    query = clean(request, "filter")[:LONGEST_QUERY]
    letter = "" if query else letter_of(clean(request, "letter")) or "".join(names[:1])
    if query:
        for word in query.split():
            definitions = definitions.filter(term__icontains=word)
    else:
        definitions = definitions.annotate(first=Left("term", 1))
        definitions = definitions.filter(first__in=letters.get(letter, []))
    context = {
        "letters": names,
        "letter": letter,
        "query": query,
        "terms": _terms(definitions),
        "total": total,
    }
    return render(request, "topics/glossary.html", context)


def letter_of(term: str) -> str:
    """The letter that a term is listed under: without accents, in upper case."""
    first = unicodedata.normalize("NFD", term)[:1].upper()[:1]
    return first if first.isalpha() or not first else OTHER


def _terms(definitions: QuerySet[Definition]) -> list[dict[str, object]]:
    """Each term once, with its texts and where they stand."""
    rows = definitions.select_related("section__topic").only(
        "term", "text", "section__anchor", "section__title", "section__topic__path",
        "section__topic__title",
    )  # fmt: skip
    terms: dict[str, dict[str, object]] = {}
    for row in rows.order_by(Lower("term"), F("section__topic__path"), "position")[:MOST_TERMS]:
        entry = terms.setdefault(row.term.casefold(), {"term": row.term, "meanings": []})
        section = row.section
        place = section.topic.title
        if section.anchor and section.title != row.term:
            place = f"{section.topic.title}: {section.title}"
        entry["meanings"].append(  # type: ignore[attr-defined]
            {"text": row.text, "url": section_url(section.topic, section), "place": place}
        )
    return list(terms.values())
