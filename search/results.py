"""The results page as values: what it shows of a search, and the ways on from there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.contrib.postgres.search import TrigramWordSimilarity
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from search.comparisons import Comparison, comparison_in, sides_of
from search.definitions import asked_term, names_of
from search.engine import ENDS_HERE, LOG_IN, NONE_OF_YOURS, Results, search
from search.filters import filter_of
from search.hits import Hit
from search.log import note_opening, note_search
from search.models import SearchLog
from search.ranking import MOST_ROWS, Facet
from search.time_limit import limited
from topics.glossary_page import Term, meaning_of
from topics.models import Topic
from topics.summaries import Place, SectionHeading

PAGE_SIZE = 10
POPULAR, OPENED_LATELY = 8, 500
MOST_NEAR, NEAR = 5, 0.45  # topics shown, and how alike their titles must be to what was typed
FILTERS = ("topic", "kind", "tag")
SAID_ELSEWHERE = (ENDS_HERE, NONE_OF_YOURS, LOG_IN)  # notes that the page words itself
PARAMETERS = ("q", *FILTERS, "sort", "group", "exact")  # of a link to other results


@dataclass(frozen=True, slots=True)
class Choice:
    """A link that adds a filter to the address, or takes one away."""

    label: str
    url: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Lack:
    """A filter of whose kind a reader has nothing: what that means, and her page that leads on."""

    filter: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Found:
    """What is shown of the results: `hits` with their sections, from place `start` to `end`.

    The offsets are those of the pages before and after, None where there is none; `ends_at`
    is the last place that is shown where more was found than can be, else 0.
    """

    results: Results
    hits: tuple[tuple[Hit, SectionHeading], ...]
    notes: tuple[str, ...]
    start: int
    end: int
    previous_offset: int | None
    next_offset: int | None
    ends_at: int
    lacks: tuple[Lack, ...] = ()

    @property
    def sections(self) -> list[SectionHeading]:
        """The sections that are shown, in order."""
        return [section for _, section in self.hits]


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """The page for a query, or without one the page that asks for it (`found` is None).

    `kept` are the parameters that a new search keeps; `facets` are the filters that are not chosen
    yet by name, `chips` those that are. `definition` answers a question for what something is,
    `comparison` one for what two things differ in, by a table of the section `compared_in`.
    """

    q: str = ""
    sort: str = ""
    kept: tuple[tuple[str, str], ...] = ()
    found: Found | None = None
    facets: tuple[tuple[str, tuple[Choice, ...]], ...] = ()
    chips: tuple[Choice, ...] = ()
    near: tuple[Place, ...] = ()  # topics with similar titles, where nothing was found
    popular: tuple[Place, ...] = ()
    definition: Term | None = None
    comparison: Comparison | None = None
    compared_in: SectionHeading | None = None

    @property
    def leads_to(self) -> str:
        """The address that a curator sends those to who search for this; "" for none."""
        sent = self.found.results.leads_to if self.found else None
        return sent[1] if sent else ""


def run(
    request: HttpRequest, data: dict[str, Any], *, limit: int, offset: int, facets: bool = False
) -> Results:
    """The search that a valid `SearchForm` asks for; its first rows go into the search log.

    Raises TookTooLong.
    """
    with limited(request, data["q"]):
        results = search(
            data["q"],
            topic=data["topic"],
            kinds=[data["kind"]] if data["kind"] else [],
            tags=[data["tag"]] if data["tag"] else [],
            sort=data["sort"] or "relevance",
            limit=limit,
            offset=offset,
            group=data["group"] != "0",
            exact=data["exact"] == "1",
            facets=facets,
            reader=request.user,
        )
    if not offset:
        note_search(data["q"], **outcome(results))
        if results.leads_to:
            note_opening(data["q"], results.leads_to[0])
    return results


def outcome(results: Results) -> dict[str, Any]:
    """What the search log keeps of a search."""
    corrected = results.corrected[1] if results.corrected else ""
    return {
        "results": results.total,
        "took_ms": results.took_ms,
        "corrected": corrected,
        "is_exact": results.is_exact,
    }


def results_page(request: HttpRequest, data: dict[str, Any]) -> ResultsPage:
    """The page that a valid `SearchForm` asks for."""
    found = _found(request, data) if data["q"] else None
    facets = found.results.facets if found else {}
    chips = _chips(data, facets)
    asked = asked_term(data["q"]) if found and not chips else ""
    definition = meaning_of(*names_of(asked)) if asked and not data["offset"] else None
    if found and definition:
        found = _without(found, definition)
    comparison, compared_in = _comparison(found, data) if found and not chips else (None, None)
    is_over = bool(found and (found.hits or found.lacks))  # nothing else is offered
    near = near_topics(found.results.tried) if found and not is_over else ()
    return ResultsPage(
        q=data["q"],
        sort=data["sort"],
        kept=tuple((name, data[name]) for name in (*FILTERS, "sort") if data[name]),
        found=found,
        facets=_facets(data, facets),
        chips=chips,
        near=near,
        popular=() if chips or near or is_over else popular_topics(),
        definition=definition,
        comparison=comparison,
        compared_in=compared_in,
    )


def _without(found: Found, definition: Term) -> Found:
    """The results without the section that the definition above them is taken from."""
    told = definition.meanings[0].place.url
    others = tuple(row for row in found.hits if row[1].url != told)
    return replace(found, hits=others) if others else found


def _comparison(
    found: Found, data: dict[str, Any]
) -> tuple[Comparison | None, SectionHeading | None]:
    """A table that compares what the query does, and the result that has it."""
    sides = None if data["offset"] else sides_of(data["q"])
    sections = {section.id: section for section in found.sections}
    comparison = comparison_in(list(sections), sides) if sides and sections else None
    return comparison, sections[comparison.section_id] if comparison else None


def near_topics(words: list[str]) -> tuple[Place, ...]:
    """The topics with titles most like these words."""
    alike = TrigramWordSimilarity(" ".join(words), "title")
    topics = Topic.objects.published().annotate(alike=alike).filter(alike__gte=NEAR)
    first = topics.order_by("-alike", "pk").only("path", "title")[:MOST_NEAR] if words else ()
    return tuple(Place(topic.title, topic.get_absolute_url()) for topic in first)


def popular_topics() -> tuple[Place, ...]:
    """The topics that searchers opened most lately, made up from the top of the tree."""
    lately = SearchLog.objects.exclude(opened=None).order_by("-pk")[:OPENED_LATELY]
    opens: dict[int, int] = {}
    for topic_id in lately.values_list("opened__topic_id", flat=True):
        opens[topic_id] = opens.get(topic_id, 0) + 1
    topics = Topic.objects.published().only("path", "title", "parent_id")
    rows = list(topics.filter(parent=None)[:POPULAR]) + list(topics.filter(pk__in=opens))
    rows.sort(key=lambda topic: -opens.get(topic.pk, 0))
    first = list({topic.pk: topic for topic in rows}.values())[:POPULAR]
    return tuple(Place(topic.title, topic.get_absolute_url()) for topic in first)


def _found(request: HttpRequest, data: dict[str, Any]) -> Found:
    """The results from the requested offset on.

    The first ten places hold at most three of a page, so that fewer than ten may be shown there;
    the rest follows from the second page on, as far as the total counts it.
    """
    offset = min((data["offset"] or 0) // PAGE_SIZE * PAGE_SIZE, MOST_ROWS - PAGE_SIZE)
    # One row more says whether there is a next page; the first ten may have gaps instead.
    results = run(request, data, limit=PAGE_SIZE + bool(offset), offset=offset, facets=True)
    counted = [hit for hit in results.hits if hit.is_counted]
    hits = counted[:PAGE_SIZE] if offset else results.hits
    sections = [
        SectionHeading(hit.section_id, hit.topic_path, hit.anchor, hit.number, hit.title)
        for hit in hits
    ]
    has_more = len(counted) > PAGE_SIZE if offset else results.total > len(counted)
    next_offset = offset + PAGE_SIZE
    return Found(
        results=results,
        hits=tuple(zip(hits, sections, strict=True)),
        notes=tuple(note for note in results.notes if not note.startswith(SAID_ELSEWHERE)),
        start=offset + 1,
        end=offset + len(hits),
        previous_offset=max(0, offset - PAGE_SIZE) if offset else None,
        next_offset=next_offset if hits and has_more and next_offset < MOST_ROWS else None,
        ends_at=MOST_ROWS if next_offset >= MOST_ROWS < results.total else 0,
        lacks=tuple(_lacks(results.lacking)),
    )


def _lacks(names: Iterable[str]) -> Iterator[Lack]:
    """What it means, each once, although two filters may lack the same."""
    said = set()
    for name in names:
        entry = filter_of(name)
        text = str(entry.nothing)
        if text not in said:
            said.add(text)
            yield Lack(name, text, reverse(entry.place) if entry.place else "")


def _facets(
    data: dict[str, Any], facets: dict[str, list[Facet]]
) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    """The filters that are not chosen yet, each with its values as links."""
    names = {"topic": _("Topic"), "kind": _("Kind"), "tag": _("Tag")}
    groups = []
    for name in FILTERS:
        values = [facet for facet in facets.get(name, []) if facet.value != data[name]]
        links = tuple(
            Choice(_label(name, f.value, [f]), _changed(data, **{name: f.value}), f.count)
            for f in values
        )
        if links and (name == "topic" or not data[name]):
            groups.append((names[name], links))
    return tuple(groups)


def _chips(data: dict[str, Any], facets: dict[str, list[Facet]]) -> tuple[Choice, ...]:
    """The filters that are chosen, as links that take them away."""
    return tuple(
        Choice(
            _label(name, data[name], facets.get(name, [])),
            _changed(data, **{name: None}, group=None),
        )
        for name in FILTERS
        if data[name]
    )


def _label(name: str, value: str, facets: Iterable[Facet]) -> str:
    if name == "kind":
        return str(Topic.Kind(value).label)
    label = next((facet.label for facet in facets if facet.value == value), "")
    if not label and name == "topic":  # a group of topics, or none of the results is in it
        found = Topic.objects.published().filter(path=value).values_list("title", flat=True)
        label = found.first() or ""
    return label or value.rpartition("/")[2]


def _changed(data: dict[str, Any], **changes: str | None) -> str:
    """The query with some parameters changed, back at the first row."""
    kept = {name: data[name] for name in PARAMETERS} | changes
    return "?" + urlencode({name: value for name, value in kept.items() if value})
