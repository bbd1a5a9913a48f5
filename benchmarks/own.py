"""Searches of one's own things beside plain ones of the same words, by turns in one run.

    python -m benchmarks own FOLDER [--notes 2600] [--rounds 7]

Imports the folder into a database of its own and gives a learner so many notes (bookmarks,
highlights and sections of a collection, in equal parts, with sentences of the texts as notes), half
of the sections as read, and some cards that are due; then the server tidies up, as it does by
itself. Prints Markdown tables: of each kind of search the median over the queries of wall clock and
of processor time (client and server), with their shares of a plain search; "My notes" alone; and
plain searches of somebody with a right to one private topic of a library that has one.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.own_database import in_own_database, server_seconds

QUERIES = 60
NOTED_WORDS = (12, 30)  # of a note
# What is asked of the library, with `{}` for the words.
WAYS = (
    "{}", "in:notes {}", "{} is:unread", "{} is:read", "{} is:bookmarked", "{} is:due",
    "{} has:note", "{} has:highlight",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--notes", type=int, default=2_600)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    in_own_database(_measure, options)


def _measure(options: argparse.Namespace) -> None:
    from django.db import connection

    from importer.run import import_paths
    from learning import note_search
    from learning.models import Bookmark, CollectedSection, Highlight
    from search.engine import search
    from tests.factories import make_user
    from topics.visibility import read_by

    import_paths([str(options.folder)])
    learner = make_user("alice")
    texts = _fill(learner, options.notes)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    noted = sum(
        model.objects.of(learner).exclude(note="").count()
        for model in (Bookmark, Highlight, CollectedSection)
    )
    chance = random.Random(7)
    queries = [" ".join(_words(chance, texts)) for _ in range(QUERIES)]
    print(f"{noted:,} notes, {QUERIES} queries, {options.rounds} rounds\n")
    print("| search | wall ms p50 / p95 | processor ms | wall, of the plain | processor |")
    print("|---|---|---|---|---|")

    def asked(way: str) -> Callable[[str], Any]:
        return lambda words: search(way.format(words), reader=learner, snippets=False)

    first: tuple[float, ...] = ()
    for way, figures in _by_turns({way: asked(way) for way in WAYS}, queries, options.rounds):
        first = first or figures
        shares = " | ".join(f"{figures[n] / first[n]:.2f}" for n in (0, 2))
        print(f"| `{way.format('words')}` | {_cells(figures)} | {shares} |")
    ways = {"My notes": lambda words: note_search.search(learner, words)}
    for way, figures in _by_turns(ways, queries, options.rounds):
        print(f"| {way} | {_cells(figures)} | | |")
    private = _one_private_topic()

    def with_rights(words: str) -> Any:
        with read_by(lambda: (private,)):
            return search(words, snippets=False)

    ways = {"without rights": lambda words: search(words, snippets=False), "with": with_rights}
    for way, figures in _by_turns(ways, queries, options.rounds):
        first = figures if way == "without rights" else first
        shares = " | ".join(f"{figures[n] / first[n]:.2f}" for n in (0, 2))
        print(f"| {way} | {_cells(figures)} | {shares} |")


def _one_private_topic() -> int:
    """Make the largest topic of the library private, with all below it; returns its key."""
    from django.db.models import Count

    from importer.privacy import set_private
    from topics.models import Topic

    topics = Topic.objects.published().annotate(count=Count("sections")).order_by("-count", "pk")
    topic = topics[0]
    set_private(topic, is_private=True, user=None)
    return int(topic.pk)


def _cells(figures: tuple[float, ...]) -> str:
    p50, p95, spent = figures
    return f"{p50:.1f} / {p95:.1f} | {spent:.1f}"


def _by_turns(
    ways: dict[str, Callable[[str], Any]], queries: Sequence[str], rounds: int
) -> list[tuple[str, tuple[float, ...]]]:
    """Of each way p50 and p95 of the queries' median wall times, and their processor time."""
    times: dict[str, dict[str, list[tuple[float, float]]]] = {way: {} for way in ways}
    for number in range(rounds + 1):  # the first warms up
        chance = random.Random(number)
        for query in chance.sample(queries, len(queries)):
            for way in chance.sample(list(ways), len(ways)):
                before, started = _spent(), time.perf_counter()
                ways[way](query)
                taken = (time.perf_counter() - started) * 1000, (_spent() - before) * 1000
                if number:
                    times[way].setdefault(query, []).append(taken)
    found = []
    for way, own in times.items():
        walls = sorted(statistics.median(wall for wall, _ in taken) for taken in own.values())
        spent = [statistics.median(cpu for _, cpu in taken) for taken in own.values()]
        p95 = walls[int(len(walls) * 0.95)]
        found.append((way, (statistics.median(walls), p95, statistics.median(spent))))
    return found


def _spent() -> float:
    """Seconds of processor time of this process and of its server process."""
    return server_seconds() + time.process_time()


def _words(chance: random.Random, texts: Sequence[str]) -> list[str]:
    """One to three words that stand beside one another in a note."""
    words = [word for word in chance.choice(texts).split() if word.isalpha()]
    at = chance.randrange(max(1, len(words) - 2))
    return words[at : at + chance.randint(1, 3)] or ["index"]


def _fill(learner: Any, count: int) -> list[str]:
    """The learner's things; returns the texts of her notes."""
    from django.utils import timezone

    from learning import collections, highlights, progress
    from learning.anchoring import Quote, locate
    from learning.models import Bookmark, Card, CollectedSection, Highlight
    from topics.models import Section

    chance = random.Random(5)
    sections = list(Section.objects.published().exclude(text="").order_by("pk"))
    texts: list[str] = []

    def note() -> str:
        words = chance.choice(sections).text.split()
        at = chance.randrange(max(1, len(words) - NOTED_WORDS[0]))
        texts.append(" ".join(words[at : at + chance.randint(*NOTED_WORDS)]))
        return texts[-1]

    def some() -> list[Section]:
        return [chance.choice(sections) for _ in range(count // 3)]

    at_once = {section.pk: section for section in some()}
    while len(at_once) < min(count // 3, len(sections)):
        at_once |= {section.pk: section for section in some()}
    marked = list(at_once.values())[: count // 3]
    Bookmark.objects.bulk_create(Bookmark(user=learner, section=s, note=note()) for s in marked)
    own = collections.create(learner, "Mine")
    CollectedSection.objects.bulk_create(
        CollectedSection(user=learner, collection=own, section=s, position=n, note=note())
        for n, s in enumerate(marked)
    )
    marks = []
    for section in some():
        text = highlights.text_of(section.html)
        found = locate(text, Quote(0, 0, " ".join(text.split()[:9])))
        if found:
            names = ("start", "end", "exact", "prefix", "suffix")
            values = {name: getattr(found, name) for name in names}
            marks.append(Highlight(user=learner, section=section, note=note(), **values))
    Highlight.objects.bulk_create(marks)
    progress.mark(learner, [section.pk for section in sections[::2]], "read")
    now = timezone.now()
    Card.objects.bulk_create(
        Card(user=learner, section=s, origin="own", front=f"q{s.pk}", back="a", phase=2,
             due=now, last_review=now - timedelta(days=9))
        for s in sections[::5]
    )  # fmt: skip
    return texts
