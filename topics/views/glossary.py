"""The glossary: what the texts themselves define, A to Z, each with the section that says so."""

from django.db.models import CharField, Count, F, Func, QuerySet, Value
from django.db.models.functions import Left, Lower, Upper
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from topics.caching import kept_in_memory
from topics.models import Definition
from topics.views.around import section_url
from topics.views.pages import clean

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
    by_letter = definitions.annotate(letter=_letter()).order_by()
    counts = by_letter.values_list("letter").annotate(count=Count("pk")).order_by("letter")
    letters = sorted(counts, key=lambda row: (row[0] == OTHER, row[0]))
    query = clean(request, "filter")[:LONGEST_QUERY]
    letter = clean(request, "letter")[:1].upper() or (letters[0][0] if letters else "")
    if query:
        letter = ""
        for word in query.split():
            by_letter = by_letter.filter(term__icontains=word)
    else:
        by_letter = by_letter.filter(letter=letter)
    context = {
        "letters": letters,
        "letter": letter,
        "query": query,
        "terms": _terms(by_letter),
        "total": sum(count for _, count in letters),
    }
    return render(request, "topics/glossary.html", context)


def _letter() -> Func:
    """The first letter of the term in upper case; OTHER for figures and signs."""
    first = Upper(Left("term", 1))
    pattern, other = Value("[^[:alpha:]]"), Value(OTHER)
    return Func(first, pattern, other, function="regexp_replace", output_field=CharField())


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
