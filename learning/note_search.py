"""A learner's notes of all kinds, in one list and in one search.

The words of a query are cut and compared as the search of the library does it (`search.matches`):
"pools" finds a pool, and "tcp ip" finds TCP/IP. What counts is where her own words are: the
index of notes (`learning.note_words`) says which hold them, and these are read. Ranked by BM25
(https://www.staff.city.ac.uk/~sbrp622/papers/foundations_bm25_review.pdf).
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial, reduce
from html import escape
from operator import or_
from typing import Any

from django.contrib.auth.models import User
from django.db.models import (
    BooleanField,
    Case,
    ExpressionWrapper,
    F,
    Q,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Length
from django.utils.dateparse import parse_datetime

from accounts.last_read import NEEDED, as_last_read
from learning.marks import shown_sections
from learning.models import Bookmark, CollectedSection, Highlight, Kept, MarkQuerySet
from learning.note_words import hold, tsquery
from learning.portable.kept import words_of
from search.filters import Select
from search.matches import Forms, Passage
from search.query import MOST_CHARACTERS, Query
from search.snippets import snippet
from search.syntax import parse
from topics.models import Section
from topics.raw_sql import execute, statement
from topics.section_parts import Reader
from topics.visibility import hidden_sections_sql, published

TITLE_WORTH = 0.5  # of a word in the section's title, which she did not write
K1, B = 1.2, 0.75
BY_TOPIC, BY_DATE, BEST = "topic", "date", "best"
HIGHLIGHT, BOOKMARK, COLLECTED, LOOSE = "highlight", "bookmark", "collected", "loose"
NOTED = (Bookmark, Highlight, CollectedSection)
Which = Callable[[Any], Q]  # rows of a model of NOTED whose texts are read


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
    length: int = 0  # of both texts in characters, where they were asked for


@dataclass(frozen=True, slots=True)
class Hit:
    """A line that answers a query; `marked` makes safe HTML of its texts, one at a time."""

    line: Line
    score: float
    holds: int  # of the query's words
    marked: Callable[[str], str]


def _query_of(words: str) -> Query:
    return parse(words[:MOST_CHARACTERS], demands=False)


def lines(user: User, texts_of: Which | None = None, titled: str = "") -> list[Line]:
    """A learner's notes: highlights, notes on bookmarks and in collections, and what has no place.
    Four queries.

    With `texts_of` they are those that it admits, with their texts, those with a title that is like
    the regular expression `titled`, and all that have no place. Where there is a section that she
    cannot read, its title and words are as she last read them: it takes the queries for that, too.
    """
    found = []
    for kind, rows, quote in (
        (HIGHLIGHT, Highlight.objects.of(user), "exact"),
        (BOOKMARK, Bookmark.objects.of(user).exclude(note=""), ""),
        (COLLECTED, CollectedSection.objects.of(user).exclude(note=""), ""),
    ):
        found += _lines(kind, rows, quote, texts_of, titled)
    for kept in Kept.objects.filter(user=user):
        words, note = words_of(kept.row)
        when = parse_datetime(kept.row.get("created") or "") or kept.created_at
        topic, size = kept.row.get("topic") or "", len(words) + len(note)
        place = ("~", kept.pk)
        found.append(Line(LOOSE, kept.pk, place, when, words, note, topic, length=size))
    return found


def _lines(
    kind: str, rows: MarkQuerySet, quote: str, texts_of: Which | None, titled: str
) -> list[Line]:
    when = "collection__created_at" if kind == COLLECTED else "updated_at"
    start = F("start") if quote else Value(0)
    columns = ["pk", "section__topic__path", "section__position", when, "starts"]
    if texts_of:
        wanted, own = texts_of(rows.model), ["note", *([quote] if quote else [])]
        told = {
            f"own_{name}": Case(When(wanted, F(name)), default=Value(""), output_field=TextField())
            for name in own
        }
        size = sum((Length(name) for name in own), Value(0))
        brought = KT("brought_from__book") if quote else Value("")  # of another program
        book = Coalesce(brought, Value(""), output_field=TextField())
        rows = rows.annotate(size=size, book=book, **told)
        titles = ["section__title", "section__topic__title", "book"]
        can_read = ExpressionWrapper(published("section__"), BooleanField())
        marked = F("was") if quote else Value("")  # words that she marked, where others are today
        rows = rows.annotate(can_read=can_read, marked=marked)
        columns += [*titles, "size", "section", "can_read", "marked", *told]
        if titled:
            wanted |= reduce(or_, (Q(**{f"{title}__iregex": titled}) for title in titles))
            wanted |= Q(can_read=False)
        rows = rows.filter(wanted)
    made = []
    lost: dict[int, tuple[int, str, str]] = {}  # by the mark: the section, words, and the book
    rows = rows.order_by().annotate(starts=start)
    no_texts: list[Any] = ["", "", "", 0, 0, True, "", "", ""]
    for row in rows.values_list(*columns):
        pk, path, position, moment, at, *texts = list[Any](row)
        title, topic, from_book, size, section, can_read, marked, note, words = [
            *texts, *no_texts[len(texts) :]
        ]  # fmt: skip
        above = " ".join(filter(None, (topic, title, from_book)))
        made.append(Line(kind, pk, (path, position), moment, words, note, above, at, size))
        if not can_read:
            lost[pk] = section, words and marked, from_book
    return _as_last_read(made, lost, titled) if lost else made


def _as_last_read(
    made: list[Line], lost: dict[int, tuple[int, str, str]], titled: str
) -> list[Line]:
    """The lines, those of sections that were rewritten behind their learner's back as they were;
    without those that are no longer like `titled`."""
    keys = {section for section, _words, _book in lost.values()}
    sections = Section.objects.select_related("topic").only(*NEEDED).in_bulk(keys)
    hidden = as_last_read(sections.values())

    def told(line: Line) -> Line:
        key, words, book = lost.get(line.pk, (0, "", ""))
        if key not in hidden:
            return line
        above = (sections[key].topic.title, sections[key].title, book)
        return replace(line, title=" ".join(filter(None, above)), words=words or line.words)

    like = re.compile(titled or r"(?!)", re.IGNORECASE)
    told_of = map(told, made)
    return [line for line in told_of if line.words or line.note or like.search(line.title)]


def in_order(found: Iterable[Line], order: str) -> list[Line]:
    """By topic, in reading order, or the latest first."""
    if order == BY_DATE:
        return sorted(found, key=lambda line: (line.when, line.pk), reverse=True)
    return sorted(found, key=lambda line: (line.place, line.kind, line.start, line.pk))


def search(user: User, words: str) -> list[Hit]:
    """The learner's notes that hold the words, best first.

    Those with some of them where none has all; where none has any, those with these very letters,
    such as those of "why", which is no word to search for. At most nine queries.
    """
    query = _query_of(words)
    forms = Forms.of(query)

    def may_hold(model: Any) -> Q:
        return Q(hold(model, user.pk, query.words, "|")) | Q(words=None)

    found = lines(user, may_hold, forms.titled) if query.words else []
    titles: dict[str, Passage] = {}
    counted = [(line, counts) for line in found if (counts := _counts(line, forms, titles))]
    if not counted:
        return _literally(user, words.strip())
    ((count, length),) = execute(
        statement("learning/notes_size").format(hidden=hidden_sections_sql()), {"user": user.pk}
    )
    loose = [line.length for line in found if line.kind == LOOSE]
    count += len(loose)
    average = (length + sum(loose)) / count or 1
    df = Counter(number for _line, counts in counted for number in counts)
    idf = {n: math.log(1 + (count - held + 0.5) / (held + 0.5)) for n, held in df.items()}
    most = max(len(counts) for _line, counts in counted)
    hits = [
        Hit(line, _score(line, counts, idf, average), len(counts), partial(_html, forms))
        for line, counts in counted
        if len(counts) == most
    ]
    return sorted(hits, key=lambda hit: (-hit.score, -hit.line.when.timestamp(), hit.line.pk))


def _counts(line: Line, forms: Forms, titles: dict[str, Passage]) -> Counter[int]:
    """How often each word is in a line; in the title it counts for less."""
    if line.title not in titles:
        titles[line.title] = Passage(line.title, forms)
    counts: Any = Counter()
    for passage, worth in (
        *((Passage(text, forms), 1) for text in (line.note, line.words) if text),
        (titles[line.title], TITLE_WORTH),
    ):
        for _start, _end, number in passage.places:
            counts[number] += worth
    return counts


def _score(line: Line, counts: Counter[int], idf: dict[int, float], average: float) -> float:
    damped = K1 * (1 - B + B * line.length / average)
    return sum(idf[n] * count * (K1 + 1) / (count + damped) for n, count in counts.items())


def _literally(user: User, letters: str) -> list[Hit]:
    """The notes with these very letters."""
    pattern = re.compile(re.escape(letters), re.IGNORECASE)

    def may_have(model: Any) -> Q:
        texts = ("exact", "was") if model is Highlight else ()
        return reduce(or_, (Q(**{f"{name}__icontains": letters}) for name in ("note", *texts)))

    found = lines(user, may_have) if letters else []
    return [
        Hit(line, 0.0, 0, partial(_with_marks, pattern))
        for line in found
        if pattern.search(f"{line.words}\n{line.note}")
    ]


def _with_marks(pattern: re.Pattern[str], text: str) -> str:
    parts, at = [], 0
    for match in pattern.finditer(text):
        parts += [escape(text[at : match.start()]), f"<mark>{escape(match.group())}</mark>"]
        at = match.end()
    return "".join([*parts, escape(text[at:])])


def _html(forms: Forms, text: str) -> str:
    return snippet(Passage(text, forms), Passage("", forms)) if text else ""


def holding(reader: Reader, words: Sequence[str]) -> Select:
    """Selects the sections of the learner's marks whose note, with the words it is on, has all of
    these words; without words to search for, of those with a note.

    One query, for what is not indexed yet.
    """
    query = _query_of(" ".join(words)) if words else None
    if not (query and query.words):
        return shown_sections(reader, *((model, "note <> ''", ()) for model in NOTED))
    if reader.pk is None:
        return shown_sections(reader)
    read, wanted = _read_of(reader.pk, query), tsquery(reader.pk, query.words, "&")
    holds = "(words @@ %s::tsquery OR id = ANY(%s))"
    return shown_sections(
        reader,
        *((model, holds, (wanted, read.get(str(model._meta.model_name), []))) for model in NOTED),
    )


def _read_of(user: int, query: Query) -> dict[str, list[int]]:
    """By model, the learner's marks whose notes are not indexed and have all words of a query."""
    found: dict[str, list[int]] = {}
    rows = execute(statement("learning/unindexed_notes"), {"user": user})
    forms = Forms.of(query) if rows else None
    for kind, pk, *texts in rows:
        if forms and len(_held(forms, texts)) == forms.count:
            found.setdefault(kind, []).append(pk)
    return found


def _held(forms: Forms, texts: Iterable[str]) -> set[int]:
    """The numbers of the query's words that are in some texts."""
    return {number for text in texts for _s, _e, number in Passage(text, forms).places}
