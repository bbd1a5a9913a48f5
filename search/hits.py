"""Ranked rows as hits: what is shown of each, and why it is there where that is not plain."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from search.matches import Forms, Passage
from search.query import Query
from search.ranking import Ranked
from search.snippets import snippet
from topics.addresses import section_url

ABOVE = "in the heading above"


@dataclass(slots=True)
class Hit:
    """A section that answers the query. `snippet` and `title_html` are safe HTML."""

    section_id: int
    title: str
    number: str
    breadcrumbs: list[str]  # titles from the topic down to the parent
    topic_path: str
    topic_title: str
    anchor: str
    match: str  # "all" or "some" of the words
    score: float
    is_counted: bool  # in the total
    title_html: str = ""
    snippet: str = ""
    reasons: list[str] = field(default_factory=list)
    is_pinned: bool = False  # put first by a curator
    label: str = ""  # what she says of it
    more_in_topic: int = 0  # further rows of the same page that the first ten leave out

    @property
    def url(self) -> str:
        """The section's lasting address."""
        return section_url(self.topic_path, self.anchor)


def hits_of(query: Query, rows: Sequence[Ranked], *, snippets: bool) -> list[Hit]:
    """The rows as hits, with marks, snippets and reasons on request."""
    forms = Forms.of(query) if snippets else None
    hits = []
    for row in rows:
        hit = Hit(
            section_id=row.section_id,
            title=row.title,
            number=row.number,
            breadcrumbs=row.breadcrumbs,
            topic_path=row.topic_path,
            topic_title=row.topic_title,
            anchor=row.anchor,
            match="all" if row.holds_all else "some",
            score=round(row.score, 4),
            is_counted=row.counts,
            more_in_topic=row.more,
        )
        if forms:
            _explain(query, hit, row, forms)
        hits.append(hit)
    return hits


def _explain(query: Query, hit: Hit, row: Ranked, forms: Forms) -> None:
    """Fills in the marked title, the snippet and the reasons."""
    title, prose = Passage(hit.title, forms), Passage(row.text, forms)
    held = {number for _, _, number in prose.places}
    # Code is read only where the prose does not hold all the words.
    source = Passage(row.code if len(held) < forms.count else "", forms, in_code=True)
    code = source if source.places or prose.text else Passage(row.code, forms, in_code=True)
    hit.title_html = title.marked()
    is_titled = len({number for _, _, number in title.places}) == forms.count
    hit.snippet = snippet(prose, code, is_titled=is_titled)
    above = Passage("\n".join(hit.breadcrumbs), forms)
    places = [(title, ""), (prose, ""), (code, ""), (above, ABOVE)]
    reasons = [_reason(query, number, places) for number in range(1, forms.count + 1)]
    hit.reasons = [reason for reason in dict.fromkeys(reasons) if reason]


def _reason(query: Query, number: int, places: Sequence[tuple[Passage, str]]) -> str:
    """Why the section holds a word, where it does not show the word itself."""
    word = query.words[number - 1]
    for passage, reason in places:
        held = {a.why: passage.found[form] for a in word.alternatives
                if (form := (number, a.lexemes)) in passage.found}  # fmt: skip
        if "" in held:
            return word.spelt or reason
        for why, surface in held.items():
            return f"{why} {surface}"
    return ""
