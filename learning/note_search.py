"""A learner's notes of all kinds, in one list and in one search.

The words of a query are cut and compared as the search of the library does it (`search.matches`):
"pools" finds a pool, and "tcp ip" finds TCP/IP. What counts is where her own words stand: notes are
read, and no index is kept of what is hers alone. Ranked by BM25
(https://www.staff.city.ac.uk/~sbrp622/papers/foundations_bm25_review.pdf).
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from django.contrib.auth.models import User
from django.db.models import F, Q, Value
from django.utils.dateparse import parse_datetime

from learning.models import Bookmark, CollectedSection, Highlight, Kept, MarkQuerySet
from learning.portable.kept import words_of
from search.matches import Forms, Passage, starts
from search.query import MOST_CHARACTERS
from search.snippets import snippet
from search.syntax import parse
from topics.section_parts import Reader

TITLE_WORTH = 0.5  # of a word in the section's title, which she did not write
K1, B = 1.2, 0.75
# A sign beyond ASCII that may belong to a word: no dash, quotation mark, arrow or the like.
FOREIGN = (
    r"[^\x01-\x7f\u00a0-\u00a9\u00ab-\u00b1\u00b6\u00b7\u00bb\u00bf\u00d7"
    r"\u2010-\u2027\u2190-\u22ff]"
)
BY_TOPIC, BY_DATE, BEST = "topic", "date", "best"
HIGHLIGHT, BOOKMARK, COLLECTED, LOOSE = "highlight", "bookmark", "collected", "loose"


@dataclass(frozen=True, slots=True)
class Line:
    """A note as a list needs it: the rest is read for those that are shown.

    `words` are quoted, `note` is hers; both are empty where the list needs no texts.
    """

    kind: str
    pk: int
    place: tuple[str, int]
    when: datetime
    words: str = ""
    note: str = ""
    title: str = ""
    start: int = 0  # of words in the section's text


@dataclass(frozen=True, slots=True)
class Hit:
    """A line that answers a query; its quoted words and its note are marked, as safe HTML."""

    line: Line
    score: float
    holds: int  # of the query's words
    words: str
    note: str


def forms_of(words: str) -> Forms:
    """The forms that count as the words of a query."""
    return Forms.of(parse(words[:MOST_CHARACTERS], demands=False))


def likely(forms: Forms, *names: str) -> Q:
    """Rows that may hold one of the words in these columns, and some that do not."""
    begin = sorted(starts(forms.by_lexeme))
    spelled = ["[^[:alnum:]]?".join(map(re.escape, start)) for start in begin]
    pattern = "|".join([*spelled, FOREIGN])  # endings and accents are compared later
    return Q(*[(f"{name}__iregex", pattern) for name in names], _connector=Q.OR)


def held(forms: Forms, *texts: str) -> set[int]:
    """The numbers of the query's words that stand in some texts."""
    return {number for text in texts for _s, _e, number in Passage(text, forms).places}


def lines(user: User, *, with_texts: bool = False) -> list[Line]:
    """All of a learner's notes: highlights, notes on bookmarks and in collections, and what has no
    place. Four queries."""
    found = []
    for kind, rows, quote in (
        (HIGHLIGHT, Highlight.objects.of(user), "exact"),
        (BOOKMARK, Bookmark.objects.of(user).exclude(note=""), None),
        (COLLECTED, CollectedSection.objects.of(user).exclude(note=""), None),
    ):
        found += _lines(kind, rows, quote, with_texts=with_texts)
    for kept in Kept.objects.filter(user=user):
        words, note = words_of(kept.row)
        when = parse_datetime(kept.row.get("created") or "") or kept.created_at
        topic = kept.row.get("topic") or ""
        found.append(Line(LOOSE, kept.pk, ("~", kept.pk), when, words, note, topic))
    return found


def _lines(kind: str, rows: MarkQuerySet, quote: str | None, *, with_texts: bool) -> list[Line]:
    when = "collection__created_at" if kind == COLLECTED else "updated_at"
    start = F("start") if quote else Value(0)
    columns = ["pk", "section__topic__path", "section__position", when, "starts"]
    if with_texts:
        columns += ["note", "section__title", "section__topic__title", *([quote] if quote else [])]
    made = []
    rows = rows.order_by().annotate(starts=start)
    for pk, path, position, moment, at, *texts in rows.values_list(*columns):
        note, title, topic, words = [*texts, "", "", "", ""][:4]
        above = f"{topic} {title}".strip()
        made.append(Line(kind, pk, (path, position), moment, words, note, above, at))
    return made


def in_order(found: Iterable[Line], order: str) -> list[Line]:
    """By topic, in reading order, or the latest first."""
    if order == BY_DATE:
        return sorted(found, key=lambda line: (line.when, line.pk), reverse=True)
    return sorted(found, key=lambda line: (line.place, line.kind, line.start, line.pk))


def search(user: User, words: str) -> list[Hit]:
    """The learner's notes that hold the words, best first.

    Those with some of them where none has all; where none has any, those with these very letters,
    such as those of "why", which is no word to search for. Four queries.
    """
    forms = forms_of(words)
    all_ = lines(user, with_texts=True)
    passages = [(line, _passages(line, forms)) for line in all_]
    counted = [(line, own, _counts(own)) for line, own in passages]
    counted = [told for told in counted if told[2]]
    df = Counter(number for _line, _own, counts in counted for number in counts)
    idf = {n: math.log(1 + (len(all_) - held + 0.5) / (held + 0.5)) for n, held in df.items()}
    average = sum(map(_length, all_)) / max(1, len(all_)) or 1
    hits = [
        Hit(line, _score(line, counts, idf, average), len(counts), _html(own[1]), _html(own[0]))
        for line, own, counts in counted
    ]
    if not hits:
        return [hit for line in all_ if (hit := _literal(line, words.strip()))]
    most = max(hit.holds for hit in hits)
    best = [hit for hit in hits if hit.holds == most]
    return sorted(best, key=lambda hit: (-hit.score, -hit.line.when.timestamp(), hit.line.pk))


def _passages(line: Line, forms: Forms) -> tuple[Passage, ...]:
    texts: Sequence[str] = (line.note, line.words, line.title)
    return tuple(Passage(text, forms) for text in texts)


def _counts(passages: tuple[Passage, ...]) -> Counter[int]:
    """How often each word stands there; in the title it counts for less."""
    counts: Any = Counter()
    for passage, worth in zip(passages, (1, 1, TITLE_WORTH), strict=True):
        for _start, _end, number in passage.places:
            counts[number] += worth
    return counts


def _length(line: Line) -> int:
    return len(line.note) + len(line.words)


def _score(line: Line, counts: Counter[int], idf: dict[int, float], average: float) -> float:
    damped = K1 * (1 - B + B * _length(line) / average)
    return sum(idf[n] * count * (K1 + 1) / (count + damped) for n, count in counts.items())


def _literal(line: Line, letters: str) -> Hit | None:
    pattern = re.compile(re.escape(letters), re.IGNORECASE)
    if not letters or not pattern.search(f"{line.words}\n{line.note}"):
        return None
    return Hit(line, 0.0, 0, _with_marks(line.words, pattern), _with_marks(line.note, pattern))


def _with_marks(text: str, pattern: re.Pattern[str]) -> str:
    parts, at = [], 0
    for match in pattern.finditer(text):
        parts += [escape(text[at : match.start()]), f"<mark>{escape(match.group())}</mark>"]
        at = match.end()
    return "".join([*parts, escape(text[at:])])


def _html(passage: Passage) -> str:
    return snippet(passage, Passage("", passage.forms)) if passage.text else ""


def holding(reader: Reader, words: Sequence[str]) -> list[MarkQuerySet]:
    """The learner's marks whose note, with the words it is on, has all of these words."""
    forms = forms_of(" ".join(words))
    found = []
    for model in (Bookmark, Highlight, CollectedSection):
        names = ("note", "exact", "was") if model is Highlight else ("note",)
        rows = model.objects.of(reader)
        texts = rows.filter(likely(forms, *names)).order_by().values_list("pk", *names)
        keys = [pk for pk, *own in texts if len(held(forms, *own)) == forms.count]
        found.append(rows.filter(pk__in=keys))
    return found
