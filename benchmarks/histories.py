"""What becomes of many marks of every kind through random histories of edits.

    python -m benchmarks histories [--histories 50] [--marks 10000] [--imports 6] [--seed 0]

Each history begins with a new library in a database of its own, on which two learners make
bookmarks with notes, readings, collections, highlights and cards of every origin, so many in all.
Then it is edited, renamed, split, merged, moved and deleted, some dozens of times before each
import. After each import all marks are counted: one that is not there, or not what it was, is lost;
one that was not there before is foreign. At the end every card must say what its source says;
highlights that do not stand where they say are wrong, and those without a place are missed if the
words that were marked stand in some text. (What an edit left of them, three words perhaps, may
stand in many by chance.)
"""

import argparse
import random
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.own_database import in_own_database

A_SECTION = 8.5  # marks of one learner, about
SECTIONS = 5  # of a topic
EDITS = 0.15  # of the sections before each import
OF_A_COLLECTION = 400


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--histories", type=int, default=50)
    parser.add_argument("--marks", type=int, default=10_000)
    parser.add_argument("--imports", type=int, default=6)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    sums = [0] * 6
    for seed in range(options.seed, options.seed + options.histories):
        started = perf_counter()
        told: list[int] = []
        in_own_database(_history, seed, options, told)
        sums = [one + other for one, other in zip(sums, told, strict=True)]
        marks, changed, lost, foreign, wrong, missed = told
        seconds = perf_counter() - started
        print(
            f"history {seed}: {marks:,} marks, {changed:,} changed, moved or orphaned,"
            f" {lost} lost, {foreign} foreign, {wrong} wrong, {missed} missed ({seconds:.0f} s)",
            flush=True,
        )
    print(
        f"{options.histories} histories: {sums[0]:,} marks, {sums[1]:,} changed, moved or orphaned,"
        f" {sums[2]} lost, {sums[3]} foreign, {sums[4]} wrong, {sums[5]} missed"
    )


def _history(seed: int, options: Any, told: list[int]) -> None:
    from importer.run import import_paths
    from learning.models import Card, Highlight
    from tests.factories import make_user
    from tests.learning import test_histories as histories

    chance = random.Random(seed)
    topics = round(options.marks / 2 / A_SECTION / SECTIONS)
    library = histories.first(chance, topics)
    learners = [make_user(name) for name in ("alice", "bob")]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "notes"
        folder.mkdir()

        def bring() -> None:
            for name, text in histories.files(library).items():
                (folder / name).write_text(text)
            import_paths([str(folder)])

        bring()
        for user in learners:
            _mark_all(user)
        before = [histories.state(user) for user in learners]
        lost = foreign = 0
        for _ in range(options.imports):
            for _ in range(round(topics * SECTIONS * EDITS)):
                histories.change(library, chance)
            bring()
            for user, was in zip(learners, before, strict=True):
                now = histories.state(user)
                lost += sum(len(was[kind] - now[kind]) for kind in was)
                foreign += sum(len(now[kind] - was[kind]) for kind in was)
        histories.assert_cards_say_what_their_sources_say()
    changed = Highlight.objects.exclude(state="exact").count()
    changed += Card.objects.exclude(state="fresh").count()
    marks = sum(len(rows) for was in before for rows in was.values())
    told += [marks, changed, lost, foreign, *_misplaced()]


def _misplaced() -> tuple[int, int]:
    """How many highlights are not where they say, and how many have no place but could have."""
    from learning.highlights import text_of
    from learning.models import Highlight
    from topics.models import Section

    texts = {section.pk: text_of(section.html) for section in Section.objects.live()}
    everything = " ".join(texts.values())
    marks = list(Highlight.objects.exclude(state="orphaned"))
    wrong = sum(texts[m.section_id][m.start : m.end] != m.exact for m in marks)
    lost = Highlight.objects.filter(state="orphaned").values_list("was", "exact")
    return wrong, sum((was or exact) in everything for was, exact in lost)


def _mark_all(user: Any) -> None:
    """As the tests do it, all at once."""
    from learning import card_sources, cards, collections, highlights, progress
    from learning.anchoring import Quote, locate
    from learning.models import Bookmark, Card, CollectedSection, Highlight, HighlightedText
    from topics.models import Section

    sections = list(Section.objects.published().exclude(anchor=""))
    Bookmark.objects.bulk_create(
        Bookmark(user=user, section=section, note=f"{user} on {section.pk}") for section in sections
    )
    progress.mark(user, [section.pk for section in sections], "again")
    texts = {section.pk: highlights.text_of(section.html) for section in sections}
    HighlightedText.objects.bulk_create(
        (HighlightedText(section_id=pk, text=text) for pk, text in texts.items()),
        ignore_conflicts=True,
    )
    for first in range(0, len(sections), OF_A_COLLECTION):
        own = collections.create(user, f"Mine {first}")
        CollectedSection.objects.bulk_create(
            CollectedSection(user=user, collection=own, section=section, position=position)
            for position, section in enumerate(sections[first : first + OF_A_COLLECTION])
        )
    marks = []
    for section in sections:
        text = texts[section.pk]
        for words in text.split(". ")[:3]:
            found = locate(text, Quote(0, 0, words))
            if found:
                names = ("start", "end", "exact", "prefix", "suffix")
                values = {name: getattr(found, name) for name in names}
                marks.append(Highlight(user=user, section=section, color="blue", **values))
    Highlight.objects.bulk_create(marks)
    last = {mark.section_id: mark for mark in marks}
    sources = [card_sources.of_highlight(mark, texts[pk]) for pk, mark in last.items()]
    own_words = card_sources.Source
    sources += [
        own_words(Card.Origin.OWN, None, pk, f"{user} asks on {pk}", "Yes.") for pk in texts
    ]
    cards.add(user, [*sources, *card_sources.of_sections(list(texts))])
