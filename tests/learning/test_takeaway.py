"""A learner takes all of hers along in a zip, and an account elsewhere is given it."""

import copy
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import fastjsonschema
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from accounts import archive
from accounts.own_data import Refused, Taken
from learning import card_sources, cards, collections, highlights, progress, reviews
from learning.anchoring import Quote
from learning.models import (
    Bookmark,
    Card,
    CollectedSection,
    Highlight,
    Kept,
    Plan,
    Reading,
    Review,
)
from tests.factories import make_user
from topics.models import Section

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
FIRST = {
    "pools.md": "# Pools\n\nA pool lends connections to those who ask for one.\n\n## Lending\n\n"
    "It keeps a few connections open and lends them one after the other. The others wait.\n\n"
    "- **Lease** – the time for which one is lent\n\n"
    "## Why so few?\n\nBecause each of them costs memory on the server.\n\n"
    "## Old\n\nThis stands here no longer than until tomorrow morning.\n\n"
    "## Waiting\n\nWhoever asks for one waits in a queue until another is given back.\n",
    "locks.md": "# Locks\n\nOne holds, others wait.\n\n## Kinds\n\nShared and exclusive.\n",
}
SECOND = {
    "pools.md": FIRST["pools.md"]
    .replace("## Old\n\nThis stands here no longer than until tomorrow morning.\n\n", "")
    .replace("keeps a few connections open", "keeps some connections open")
}
DAYS = [timedelta(0), timedelta(minutes=12), timedelta(days=1), timedelta(days=4)]


def at(title: str) -> Section:
    return Section.objects.get(title=title, merged_into=None)


def answer(user: User, card: Card, rating: int, moment: datetime) -> None:
    reps = Card.objects.get(pk=card.pk).reps
    assert reviews.answer(user, card.pk, rating, moment, reps=reps, took_ms=1500)


def mark_all(user: User) -> None:
    """Marks of every kind, with answers, one of them taken back, and one to a card that is gone."""
    for title, note in [("Lending", "# mine\n\nand <b>this</b>"), ("Old", "gone?"), ("Locks", "")]:
        Bookmark.objects.create(user=user, section=at(title), note=note)
    progress.mark(user, [at("Lending").pk, at("Old").pk], "read")
    progress.mark(user, [at("Kinds").pk], "again")
    own = collections.create(user, "For Monday")
    for title in ("Kinds", "Old", "Lending"):
        collections.add(user, own, at(title))
    CollectedSection.objects.filter(section=at("Kinds")).update(note="first")
    for title, words in [
        ("Lending", "keeps a few connections open and lends them"),
        ("Lending", "The others wait."),
        ("Old", "no longer than until tomorrow"),
    ]:
        mark = highlights.add(user, at(title), Quote(0, 0, words), "green")
    Highlight.objects.filter(exact="The others wait.").update(note="why?")
    cards.add_of_highlight(user, mark)
    cards.add_of_highlight(user, Highlight.objects.get(note="why?"), "What do others do?")
    gone = cards.add_own(user, at("Lending"), "Mine?", "No.")
    cards.add(user, card_sources.of_sections(Section.objects.values_list("pk", flat=True)))
    cards.add_own(user, at("Waiting"), "Mine too?", "Yes: 1 < 2 & 3.")
    for number, card in enumerate(Card.objects.of(user).order_by("pk")):
        for rating, after in zip((3, 3, 3, 1 + number % 4), DAYS, strict=True):
            answer(user, card, rating, NOW + after + timedelta(seconds=number))
    assert reviews.undo(user, NOW + DAYS[-1] + timedelta(hours=1))
    gone.delete()
    Plan.objects.create(user=user, retention=0.92, easy_days=[5, 6], time_zone="Europe/Berlin")


def learning(user: User) -> str:
    return "".join(archive.learning_json(user))


def zip_of(user: User) -> io.BytesIO:
    file = io.BytesIO()
    archive.write(user, "https://kb.example.org/", file)
    file.seek(0)
    return file


@pytest.fixture
def written(bring: Callable[..., Any], alice: User) -> tuple[io.BytesIO, str]:
    """What alice takes along after her texts were edited, and the JSON of it."""
    bring(FIRST)
    mark_all(alice)
    bring(SECOND)
    return zip_of(alice), learning(alice)


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


def packed(**files: str | bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in files.items():
            file.writestr(name.replace("__", "/"), text)
    return data.getvalue()


EMPTY: dict[str, Any] = {
    "format": "kb-learning", "version": 1, "bookmarks": [], "collections": [], "highlights": [],
    "progress": [], "cards": [], "plan": [], "clippings": [],
}  # fmt: skip
HOSTILE = {
    "no zip": (b"PK\x03\x04 and so on", "damaged"),
    "nothing": (b"", "empty"),
    "a picture": (b"\x89PNG\r\n", "damaged"),
    "no json": (b"{", "damaged"),
    "a list": (b"[]", "format"),
    "another format": (b'{"format": "x"}', "format"),
    "newer": (json.dumps(EMPTY | {"version": 2}).encode(), "newer version"),
    "not a number": (b'{"format": "kb-learning", "version": NaN}', "NaN is no number"),
    "deep": (b"[" * 100_000, "damaged"),
    "half a sign": (json.dumps(EMPTY | {"x": "\ud800"}).encode(), "damaged"),
    "no sign": (json.dumps(EMPTY | {"x": "\0"}).encode(), "cannot be saved"),
    "a number of a million digits": (b'{"format": ' + b"1" * 1_000_000 + b"}", "damaged"),
    "other zip": (packed(a="b"), "no learning.json"),
    "leads out": (packed(**{"learning.json": "{}", "..__..__etc__passwd": "x"}), "lead out"),
    "leads to a root": (packed(**{"learning.json": "{}", "__etc__passwd": "x"}), "lead out"),
    "bomb": (packed(**{"learning.json": b" " * 120_000_000}), "larger than 100 MB"),
    "too many": (packed(**{f"{n}": "" for n in range(5_001)}), "too many files"),
    "part missing": (json.dumps({"format": "kb-learning", "version": 1}).encode(), "damaged"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_file_of_ours_is_refused(learner: Client, name: str) -> None:
    data, said = HOSTILE[name]
    file = io.BytesIO(data)
    file.name = "my-data.zip"
    answered = learner.post("/accounts/data/", {"file": file})
    assert answered.status_code == 400
    assert said in answered.content.decode()


def changed(rows: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The rows with another value at a path such as `cards.0.front`."""
    told = copy.deepcopy(rows)
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    inner: Any = told
    for part in way:
        inner = inner[part]
    inner[last] = value
    return told


WRONG = [
    ("bookmarks", {}), ("bookmarks", [1]), ("bookmarks.0.note", None),
    ("bookmarks.0.note", "x" * 100_001),
    ("bookmarks.0.created", "yesterday"), ("bookmarks.0.created", "2026-13-45T25:61:00+00:00"),
    ("bookmarks.0.created", "9999-12-31T23:59:59+00:00"), ("bookmarks.0.user", 1),
    ("collections.0.title", ""), ("collections.0.sections.0.note", 3),
    ("highlights.0.color", "url(x)"), ("highlights.0.state", "odd"),
    ("highlights.0.target.selector", []), ("highlights.0.target.selector.1.start", -1),
    ("highlights.0.target.selector.1.start", 10**30), ("highlights.0.body", [{}, {}]),
    ("progress.0.state", "done"), ("cards.0.made_from", "sql"), ("cards.0.state", "x"),
    ("cards.0.phase", 7), ("cards.0.phase", 0), ("cards.0.due", None), ("cards.0.stability", 0),
    ("cards.0.stability", -1), ("cards.0.stability", None), ("cards.0.difficulty", 11),
    ("cards.0.last_review", None), ("cards.0.reps", -1), ("cards.0.answers.0.rating", 5),
    ("cards.0.answers.0.before", {"phase": 2}), ("cards.0.answers.0.before", []),
    ("plan", []), ("plan.0.time_zone", "../../etc/passwd"), ("plan.0.retention", 2),
    ("plan.0.weights", [1.0]), ("plan.0.easy_days", [9]), ("plan.0.exam_on", "2026-02-31"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value"), WRONG, ids=[f"{p}={str(v)[:20]}" for p, v in WRONG])
def test_wrong_rows_are_refused_and_nothing_is_half_done(written, bob, path, value) -> None:
    told = changed(json.loads(written[1]), path, value)
    with pytest.raises(Refused):
        archive.take_in(bob, io.BytesIO(json.dumps(told).encode()))
    for model in (Bookmark, Reading, Card, Highlight, CollectedSection, Kept, Plan, Review):
        assert not model.objects.filter(user=bob).exists()


ODD = [
    ("cards.0.html", "<script>alert(1)</script><p onclick=x>Fine</p>"),
    ("cards.0.front", "<img src=x onerror=alert(1)>"),
    ("bookmarks.0.address", "javascript:alert(1)"), ("bookmarks.0.address", "https://[x"),
    ("bookmarks.0.address", "/topics/%00/"), ("bookmarks.0.address", "/topics/pools/lending/x/"),
    ("cards.0.answers.1.undoes", 0), ("cards.0.answers.0.rating", 0),
    ("cards.0.highlight", "urn:uuid:00000000-0000-0000-0000-000000000000"),
    ("highlights.0.target.selector.1.end", 10**8), ("highlights.0.target.selector.0.exact", "x"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value"), ODD)
def test_odd_rows_do_no_harm(written, bob, client: Client, path, value) -> None:
    told = changed(json.loads(written[1]), path, value)
    archive.take_in(bob, io.BytesIO(json.dumps(told).encode()))
    before = learning(bob)
    archive.take_in(bob, io.BytesIO(before.encode()))
    assert learning(bob) == before
    client.force_login(bob)
    for url in ("/learn/", "/learn/cards/", "/learn/notes/", "/bookmarks/", "/learn/review/"):
        response = client.get(url)
        assert response.status_code == 200
        assert "<script>alert" not in response.content.decode()
        assert "onerror=alert(1)>" not in response.content.decode()


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
    with django_assert_max_num_queries(70):
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
