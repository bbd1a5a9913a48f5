"""Why a section is where it is for a query: each part of its score.

`sql/rank.sql` makes the score; the parts are worked out here a second time, for one section, and a
test holds both together. What a topic's title adds is told as if the topic's root were among the
candidates, which it nearly always is.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from search.engine import find
from search.filters import FILTERS
from search.index import K1, B
from search.models import IndexState, Standing, Weight
from search.query import Query
from search.ranking import asks, only_asks, typed_form
from search.syntax import parse
from search.weights import CHOSEN
from topics.models import Section
from topics.raw_sql import execute, statement
from topics.visibility import trees

IN_FIELDS = [1.0, 0.7, 1.0, 1.0]  # of words side by side in text, code, headings above, title
FIELDS = {"A": "title", "B": "headings", "D": "text", "C": "code"}


@dataclass(frozen=True)
class Form:
    """A form of a word that the section holds: the fields it is in, and what it gave."""

    text: str
    why: str  # "" for the word itself, else how it stands for it
    fields: tuple[str, ...]
    rarity: float
    impact: float
    gave: float


@dataclass
class Word:
    """A word of the query, or "+" for a hint; the forms that the section holds, the best first."""

    surface: str
    forms: list[Form] = field(default_factory=list)
    rarity: float = 0.0  # of the word: its best form's weight x idf, wherever that is
    counts: bool = False
    in_title: bool = False

    @property
    def gave(self) -> float:
        """What it adds to the gain: its best form alone."""
        return max((form.gave for form in self.forms), default=0.0)


@dataclass(frozen=True)
class Explanation:
    """The parts of a section's score; factors by name, in the order of the formula."""

    section_id: int
    words: list[Word]
    gain: float
    title_gain: float
    factors: dict[str, float]

    @property
    def score(self) -> float:
        """The score, as the ranking has it."""
        return (self.gain + self.title_gain) * math.prod(self.factors.values())


@dataclass(frozen=True)
class Difference:
    """One part by which two scores differ: `share` is how much, as a factor of at least 1."""

    name: str
    upper: float
    lower: float
    share: float


def explain(q: str, section_ids: Sequence[int]) -> list[Explanation]:
    """The parts of these sections' scores for a query; those that the index lacks are left out.

    Two queries for each, and those of a search.
    """
    found = find(parse(q, filters=FILTERS), limit=1)
    query = found.query
    weights = dict.fromkeys(CHOSEN, 0.0) | dict(Weight.objects.values_list("name", "value"))
    standings = Standing.objects.filter(tree__in=trees()).in_bulk(list(section_ids))
    return [_explain(query, standings[pk], weights) for pk in section_ids if pk in standings]


def difference(upper: Explanation, lower: Explanation) -> list[Difference]:
    """By which parts one ranks above the other, the largest first."""
    pairs = {"words": (upper.gain, lower.gain)}
    with_titles = upper.gain + upper.title_gain, lower.gain + lower.title_gain
    if all((*pairs["words"], *with_titles)):
        pairs["title"] = (with_titles[0] / upper.gain, with_titles[1] / lower.gain)
    pairs |= {name: (upper.factors[name], lower.factors[name]) for name in upper.factors}
    found = [
        Difference(name, high, low, high / low if low else math.inf)
        for name, (high, low) in pairs.items()
    ]
    return sorted((d for d in found if d.share > 1.0001), key=lambda d: -d.share)


def _explain(query: Query, standing: Standing, weights: dict[str, float]) -> Explanation:
    words = _words(query, standing.section_id, weights)
    root = _named_by_root(query, standing, words, weights)
    held, named = [w for w in words if w.counts], [w for w in words if w.in_title]
    all_rarity = sum(word.rarity for word in words) or 1.0
    gain, count = sum(word.gave for word in words), len(query.words)
    title_gain = sum(word.gave for word in named)
    is_head = bool(query.keys) and standing.title_key.startswith(query.keys[0])
    of_title = standing.head_words if is_head else standing.title_words
    cover = min(1.0, len(named) / max(1, of_title))
    match = cover * sum(word.rarity for word in named) / all_rarity
    roles = {name: weights[name] for name in ("stub", "links", "bare", "letter")}
    asked = asks(query) or _leads(typed_form(query), standing.section_id)
    roles["question"] = 1.0 if asked else weights["question"]
    compares = query.is_comparison and len(named) >= count and standing.role != "bare"
    missing = 1 - sum(word.rarity for word in held) / all_rarity
    factors = {
        "missing": 1 - weights["missing"] * missing,
        "root": 1 + weights["root"] * match if not standing.depth else 1.0,
        "part": 1 + weights["part"] * root if standing.depth else 1.0,
        "role": roles.get(standing.role, 1.0),
        "comparison": 1 + weights["comparison"] if compares else 1.0,
        "pairs": 1 + weights["pairs"] * _pairs(query, standing.section_id),
        "form": 1 + weights["form"] * _says(typed_form(query), standing.section_id),
    }
    bonus = weights["title"] * title_gain / (2 + count) * cover
    return Explanation(standing.section_id, words, gain, bonus, factors)


def _words(query: Query, section_id: int, weights: dict[str, float]) -> list[Word]:
    """The words of the query with what a section holds of them."""
    rows: list[dict[str, Any]] = []
    for number, word in enumerate(query.words):
        factor = weights["asking"] if only_asks(word) else 1.0
        for place, alternative in enumerate(word.alternatives):
            rows.append(
                {
                    "word": number,
                    "lexemes": list(alternative.lexemes),
                    "tsquery": alternative.as_tsquery(),
                    "equal": alternative.is_other or not place,
                    "counts": alternative.counts,
                    "why": alternative.why,
                    "weight": alternative.weight * word.times * factor,
                }
            )
    words = [Word(word.surface) for word in query.words]
    for hints in query.hints:
        rows += [
            {
                "word": len(words),
                "lexemes": list(hint.lexemes),
                "tsquery": hint.as_tsquery(),
                "equal": hint.is_other,
                "counts": False,
                "why": hint.why,
                "weight": hint.weight,
            }
            for hint in hints
        ]
        words.append(Word("+"))
    if not rows:
        return words
    for row, found in zip(rows, _found(rows, section_id), strict=True):
        word, (rarity, impact, in_title, marks) = words[row["word"]], found
        rarity *= row["weight"]
        if row["counts"]:
            word.rarity = max(word.rarity, rarity)
        if impact is None:
            continue
        fields = tuple(FIELDS[mark] for mark in "ABDC" if mark in marks)
        name = " ".join(row["lexemes"])
        word.forms.append(Form(name, row["why"], fields, rarity, impact, rarity * impact))
        word.counts |= row["counts"]
        word.in_title |= row["counts"] and in_title
    for told in words:
        told.forms.sort(key=lambda form: -form.gave)
    return words


def _found(
    rows: Sequence[dict[str, Any]], section_id: int
) -> list[tuple[float, float | None, bool, str]]:
    """Of each form its idf, its impact in the section if it is there, and in which fields."""
    sections = IndexState.objects.values_list("sections", flat=True).first() or 0
    values = {
        "section": section_id,
        "lexemes": [row["lexemes"][0] for row in rows],
        "queries": [row["tsquery"] for row in rows],
        "is_run": [len(row["lexemes"]) > 1 for row in rows],
        "k1": K1,
        "b": B,
        "in_fields": IN_FIELDS,
        "trees": list(trees()),
    }
    seen = execute(statement("search/word_forms"), values)
    most: dict[int, int] = {}
    for row, (df, *_) in zip(rows, seen, strict=True):
        if row["equal"] and df is not None and len(row["lexemes"]) == 1:
            most[row["word"]] = max(most.get(row["word"], 0), df)
    found = []
    for row, (own, impact, in_title, marks) in zip(rows, seen, strict=True):
        is_run = len(row["lexemes"]) > 1
        df = most[row["word"]] if row["equal"] and own is not None and not is_run else own
        idf = 0.0
        if df is not None:
            idf = math.log(1 + (sections - min(df, sections) + 0.5) / (df + 0.5))
        found.append((idf, impact, in_title, marks or ""))
    return found


def _named_by_root(
    query: Query, standing: Standing, words: Sequence[Word], weights: dict[str, float]
) -> float:
    """How far a section's title and its topic's are the query, if the section's adds to it."""
    root = Standing.objects.filter(topic_id=standing.topic_id, depth=0).first()
    if not standing.depth or root is None:
        return 0.0
    of_root = _words(query, root.section_id, weights)
    if not any(w.in_title and not r.in_title for w, r in zip(words, of_root, strict=True)):
        return 0.0
    both = [w for w, r in zip(words, of_root, strict=True) if w.in_title or r.in_title]
    if not any(r.in_title or r.counts for r in of_root):
        return 0.0  # the root holds nothing of the query, so it is no candidate
    all_rarity = sum(word.rarity for word in words) or 1.0
    cover = min(1.0, len(both) / (standing.title_words + root.title_words))
    return cover * sum(word.rarity for word in both) / all_rarity


def _pairs(query: Query, section_id: int) -> float:
    """The share of the query's pairs of neighbours that are neighbours in the section."""
    pairs = query.pairs()
    if not pairs:
        return 0.0
    [(count,)] = execute(
        "SELECT count(*) FROM unnest(%s::text[]) AS p(pair), topics_indexedsection i"
        " WHERE i.section_id = %s AND i.vector @@ p.pair::tsquery",
        [pairs, section_id],
    )
    return float(count) / len(pairs)


def _leads(form: str, section_id: int) -> bool:
    """Whether the section is called as was typed, and nothing but questions is."""
    named = Section.objects.published().filter(title__iregex=form) if form else None
    return bool(
        named is not None
        and named.filter(pk=section_id).exists()
        and not named.exclude(title__endswith="?").exists()
    )


def _says(form: str, section_id: int) -> bool:
    """Whether the section says the query's one word in the form that was typed."""
    return (
        bool(form)
        and Section.objects.filter(
            Q(title__iregex=form) | Q(text__iregex=form) | Q(code__iregex=form), pk=section_id
        ).exists()
    )
