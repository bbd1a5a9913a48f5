"""A learner takes all of hers along in a zip, and an account elsewhere is given it."""

import io
import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import fastjsonschema
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from accounts import archive
from accounts.own_data import Taken
from learning import card_sources, cards, progress, reviews
from learning.models import (
    Bookmark,
    Card,
    Highlight,
    Kept,
    Plan,
    Reading,
    Review,
)
from tests.factories import make_user
from tests.learning.along import FIRST, NOW, SECOND, answer, at, learning, zip_of
from topics.models import Section

pytestmark = pytest.mark.django_db


def new_server(bring: Callable[..., Any]) -> None:
    """All content and all marks are gone, and the same files are imported."""
    User.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE topics_topic, importer_change CASCADE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    bring()


@pytest.mark.parametrize("is_new", [True, False], ids=["new server", "same content"])
def test_it_comes_back_byte_for_byte(written, bring, alice, is_new) -> None:
    file, before = written
    if is_new:
        new_server(bring)
    else:
        alice.delete()
    carol = make_user("carol")
    archive.take_in(carol, file)
    assert learning(carol).splitlines() == before.splitlines()
    assert learning(carol) == before
    assert Kept.objects.filter(user=carol).exists() == is_new  # "Old" never was there


def test_answers_that_arrived_late_come_back_too(bring, alice) -> None:
    """An answer that was given without a network arrives behind later ones."""
    bring(FIRST)
    card = cards.add_own(alice, at("Kinds"), "Which?", "Two.")
    for after in (timedelta(hours=2), timedelta(hours=1), timedelta(hours=3)):
        answer(alice, card, 3, NOW + after)
    assert reviews.undo(alice, NOW + timedelta(hours=4))
    before = learning(alice)
    alice.delete()
    carol = make_user("carol")
    archive.take_in(carol, io.BytesIO(before.encode()))
    assert learning(carol) == before
    assert Review.objects.get(rating=0).undoes.reviewed_at == NOW + timedelta(hours=3)


def test_what_came_back_is_what_it_was(written, bring) -> None:
    new_server(bring)
    carol = make_user("carol")
    taken = archive.take_in(carol, written[0])
    assert taken["cards"].kept == 0
    assert sorted(taken["bookmarks"]) == sorted(Taken(new=2, known=0, kept=1))
    assert at("Lending").pk == Bookmark.objects.get(note__contains="# mine").section_id
    light = Highlight.objects.get(was="keeps a few connections open and lends them")
    assert (light.state, light.exact) == ("changed", "keeps some connections open and lends them")
    asked = Card.objects.get(front="What do others do?")
    assert asked.origin_key == Highlight.objects.get(note="why?").pk
    defined = Card.objects.get(front="Lease")
    assert defined.origin_key == defined.section.definitions.get().pk
    lost = Card.objects.get(section=None)  # its section is not here: it is asked anyway
    assert (lost.came_from["section"], lost.reps) == ("Old", 4)
    assert Review.objects.filter(rating=0).get().undoes.rating > 0
    assert Plan.objects.get().retention == 0.92
    queue = reviews.queue(carol, NOW + timedelta(days=60))
    assert queue.known + queue.learning == Card.objects.count()


def test_a_card_that_came_follows_its_source(written, bring) -> None:
    new_server(bring)
    archive.take_in(make_user("carol"), written[0])
    bring({"pools.md": SECOND["pools.md"].replace("the time for which", "how long")})
    card = Card.objects.get(front="Lease")
    assert (card.back, card.state) == ("how long one is lent", "changed")


def test_twice_doubles_nothing(written, bring, alice) -> None:
    file, before = written
    for _ in range(2):
        file.seek(0)
        taken = archive.take_in(alice, file)
        assert {name: row.new + row.kept for name, row in taken.items()} == dict.fromkeys(taken, 0)
        assert learning(alice) == before
    new_server(bring)
    carol = make_user("carol")
    for _ in range(3):
        file.seek(0)
        archive.take_in(carol, file)
    assert learning(carol) == before


def test_it_joins_what_another_account_has(written, bob) -> None:
    """Bob is given alice's file: his own stays, the later mark of a section wins."""
    Bookmark.objects.create(user=bob, section=at("Lending"), note="his own")
    progress.mark(bob, [at("Kinds").pk], "read")
    (source,) = card_sources.of_sections([at("Why so few?").pk])
    (card,) = cards.add(bob, [source])
    answer(bob, card, 4, NOW)
    archive.take_in(bob, written[0])
    note = Bookmark.objects.get(user=bob, section=at("Lending")).note
    assert note == "his own\n\n# mine\n\nand <b>this</b>"
    assert Reading.objects.get(user=bob, section=at("Kinds")).state == "read"
    joined = Card.objects.of(bob).get(origin="question")
    assert joined.pk == card.pk
    assert Review.objects.filter(user=bob, card=card.pk, rating__gt=0).count() == 5
    assert joined.last_review > NOW
    before = learning(bob)
    written[0].seek(0)
    archive.take_in(bob, written[0])
    assert learning(bob) == before


def test_what_has_no_place_finds_it_when_it_is_there(written, bring) -> None:
    new_server(bring)
    carol = make_user("carol")
    archive.take_in(carol, written[0])
    bring({"pools.md": FIRST["pools.md"]})
    assert not Bookmark.objects.filter(note="gone?").exists()
    written[0].seek(0)
    archive.take_in(carol, written[0])
    assert Bookmark.objects.get(note="gone?").section == at("Old")
    assert not Card.objects.filter(section=None).exists()


def test_rows_are_what_the_schema_says(written) -> None:
    with zipfile.ZipFile(written[0]) as file:
        told = json.loads(file.read("learning.json"))
        schema = json.loads(file.read("schema.json"))
        assert json.loads(file.read("account.json"))["account"]["name"] == "alice"
    assert fastjsonschema.compile(schema)(told) == told
    assert set(schema["required"]) == set(told)
    assert [name for name, rows in told.items() if rows == []] == ["clippings"]


def test_the_zip_is_for_people_too(written) -> None:
    with zipfile.ZipFile(written[0]) as file:
        text = file.read("notes/pools.md").decode()
        whole = json.loads(file.read("annotations.json"))
        assert "notes/account.md" in file.namelist()
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings[:3] == ["# Pools", "## Lending", "## Why so few?"]
    assert sorted(headings[3:]) == ["## Old", "## Waiting"]
    assert "\n  > # mine\n  >\n  > and <b>this</b>\n" in text
    assert (whole["type"], whole["total"]) == ("AnnotationCollection", 3)
    source = whole["first"]["items"][0]["target"]["source"]
    assert source == "https://kb.example.org/topics/pools/lending/"


def test_the_page_gives_it_and_takes_it(written, learner: Client, bob: User) -> None:
    page = learner.get("/accounts/data/").content.decode()
    assert "/accounts/my-data.zip" in page
    response = learner.get("/accounts/my-data.zip")
    assert response["Content-Disposition"] == 'attachment; filename="my-data.zip"'
    assert "private" in response["Cache-Control"]
    data = b"".join(response.streaming_content)
    learner.force_login(bob)
    file = io.BytesIO(data)
    file.name = "my-data.zip"
    answered = learner.post("/accounts/data/", {"file": file})
    assert answered.status_code == 200
    assert "All of it is here now." in answered.content.decode()
    assert learning(bob) == written[1]


def test_doubled_rows_are_taken_once(written, bob) -> None:
    told = json.loads(written[1])
    for name in ("bookmarks", "collections", "highlights", "progress", "cards"):
        told[name] *= 2
    archive.take_in(bob, io.BytesIO(json.dumps(told).encode()))
    assert learning(bob) == written[1]


def test_nobody_reads_a_draft_through_a_file(written, bob) -> None:
    from topics.models import Topic

    Topic.objects.filter(path="locks").update(status="draft")
    archive.take_in(bob, written[0])
    assert not Bookmark.objects.filter(user=bob, section__topic__path="locks").exists()
    assert Kept.objects.filter(user=bob, row__address="/topics/locks/").exists()


def test_ten_thousand_marks_take_as_many_queries_as_a_few(
    alice, bring, django_assert_max_num_queries
):
    bring(
        {"a.md": "# A\n\n" + "\n\n".join(f"## S{n}\n\nWords {n} stand here." for n in range(300))}
    )
    sections = list(Section.objects.values_list("pk", flat=True))
    Bookmark.objects.bulk_create(Bookmark(user=alice, section_id=pk, note="n") for pk in sections)
    Card.objects.bulk_create(
        Card(user=alice, section_id=pk, origin="own", front=f"{n}", back="b")
        for pk in sections
        for n in range(3)
    )
    with django_assert_max_num_queries(71):
        file = zip_of(alice)
    alice.delete()
    with django_assert_max_num_queries(110):
        archive.take_in(make_user("carol"), file)
    assert (Bookmark.objects.count(), Card.objects.count()) == (301, 903)


def database_of(file: io.BytesIO, folder: Path) -> sqlite3.Connection:
    with zipfile.ZipFile(file) as outer:
        inner = zipfile.ZipFile(io.BytesIO(outer.read("cards.apkg")))
    inner.extract("collection.anki2", folder)
    return sqlite3.connect(folder / "collection.anki2")


def test_nothing_of_hers_stays_on_the_server(written, alice, tmp_path, monkeypatch) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    zip_of(alice)
    assert list(place.iterdir()) == []


def test_the_package_has_cards_with_their_log(written, tmp_path) -> None:
    base = database_of(written[0], tmp_path)
    assert base.execute("SELECT count(*) FROM notes").fetchone() == (Card.objects.count(),)
    counted = Review.objects.filter(
        rating__gt=0, undone_by=None, card__in=Card.objects.values("pk")
    )
    assert base.execute("SELECT count(*) FROM revlog").fetchone() == (counted.count(),)
    fields = [row[0].split("\x1f") for row in base.execute("SELECT flds FROM notes")]
    assert ["Mine too?", "Yes: 1 &lt; 2 &amp; 3."] in [row[:2] for row in fields]
    base.close()
    assert any('href="https://kb.example.org/topics/pools/lending/"' in row[2] for row in fields)
