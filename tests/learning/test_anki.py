"""A real Anki takes our packages: new cards come, known ones keep their progress."""

import io
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from django.utils import timezone

from accounts import archive
from learning import cards
from learning.models import Card, Review
from learning.portable import apkg
from tests.learning.along import FIRST, SECOND, at, mark_all, zip_of

pytestmark = pytest.mark.django_db
SITE = "https://kb.example.org/"


@pytest.fixture
def anki(tmp_path: Path) -> Iterator[Collection]:
    collection = Collection(str(tmp_path / "collection.anki2"))
    yield collection
    collection.close()


def take(anki: Collection, folder: Path, data: bytes, **options: Any) -> Any:
    file = folder / "cards.apkg"
    file.write_bytes(data)
    wanted = ImportAnkiPackageOptions(merge_notetypes=True, **options)
    request = ImportAnkiPackageRequest(package_path=str(file), options=wanted)
    return anki.import_anki_package(request).log


def test_a_second_package_updates_and_keeps_progress(bring, alice, anki, tmp_path) -> None:
    bring(FIRST)
    mark_all(alice)
    log = take(anki, tmp_path, apkg.write(alice, SITE))
    count = Card.objects.count()
    assert (len(log.new), len(log.updated)) == (count, 0)
    learned = anki.find_cards("Lease")[0]
    anki.decks.select(anki.get_card(learned).did)
    card = anki.sched.getCard()
    assert card is not None
    anki.sched.answerCard(card, 4)
    known = (card.id, anki.get_card(card.id).reps, anki.get_card(card.id).due)
    assert known[1] == 1
    with_progress = anki.get_card(card.id).note().guid

    changed = SECOND["pools.md"].replace("the time for which", "how long")
    bring({"pools.md": changed})
    cards.add_own(alice, at("Kinds"), "Which kinds?", "Two.")
    with_new = apkg.write(alice, SITE, timezone.now() + timedelta(minutes=1))
    log = take(anki, tmp_path, with_new)
    assert len(log.new) == 1
    assert anki.note_count() == count + 1
    assert "how long one is lent" in anki.get_card(learned).note().fields[1]
    again = anki.get_card(card.id)
    assert (again.id, again.reps, again.due) == known
    assert again.note().guid == with_progress
    assert len({deck.name for deck in anki.decks.all_names_and_ids()}) == 4  # with two of Anki's


def test_with_progress_the_log_and_the_memory_come_too(bring, alice, anki, tmp_path) -> None:
    bring(FIRST)
    mark_all(alice)
    take(anki, tmp_path, apkg.write(alice, SITE), with_scheduling=True)
    own = Card.objects.get(front="Lease")
    there = anki.get_card(anki.find_cards("Lease")[0])
    assert (there.reps, there.lapses, int(there.type)) == (own.reps, own.lapses, own.phase)
    assert there.memory_state.stability == pytest.approx(own.stability, rel=0.01)
    log = anki.card_stats_data(there.id).revlog
    answers = Review.objects.filter(card=own.pk, rating__gt=0, undone_by=None).order_by("-pk")
    assert [row.button_chosen for row in log] == [row.rating for row in answers]


def test_the_names_stay_on_another_site(bring, alice, bob, tmp_path) -> None:
    bring(FIRST)
    mark_all(alice)
    archive.take_in(bob, zip_of(alice))

    def guids(data: bytes, name: str) -> list[str]:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            file.extract("collection.anki2", tmp_path / name)
        with closing(sqlite3.connect(tmp_path / name / "collection.anki2")) as base:
            return [guid for (guid,) in base.execute("SELECT guid FROM notes ORDER BY guid")]

    assert guids(apkg.write(bob, SITE), "b") == guids(apkg.write(alice, SITE), "a")
