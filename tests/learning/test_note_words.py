"""The index of notes: kept with every note, hers alone, and read by `in:notes` and "My notes"."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from importer.purge import PLACES, Wanted
from learning import collections, highlights, note_search, note_words, tasks
from learning.anchoring import Quote
from learning.models import Bookmark, Highlight
from search.engine import search
from search.words import VERSION
from tests.factories import make_section
from topics.models import Section

pytestmark = pytest.mark.django_db
TEXT = "# Data\n\n## Pools\n\nA pool keeps a few connections open.\n\n## Locks\n\nShared ones.\n"


@pytest.fixture
def pools(bring) -> Section:
    bring({"data.md": TEXT})
    return Section.objects.get(title="Pools")


def words_of(mark) -> dict[str, str]:
    """The lexemes of a mark's index with their positions."""
    with connection.cursor() as cursor:
        table = mark._meta.db_table
        cursor.execute(
            f"SELECT lexeme, positions FROM {table}, unnest(words) WHERE id = %s", [mark.pk]
        )
        return dict(cursor.fetchall())


def found(query: str, reader) -> list[str]:
    return sorted(hit.title for hit in search(query, reader=reader).hits)


def test_a_note_is_indexed_under_its_learners_key(pools, alice):
    mark = Bookmark.objects.create(user=alice, section=pools, note="Keep pools small: TCP/IP")
    key = alice.pk
    assert words_of(mark) == {
        f"{key}.keep": [1],
        f"{key}.pool": [2],
        f"{key}.small": [3],
        f"{key}.tcp": [4],
        f"{key}.tcpip": [4, 5],
        f"{key}.ip": [5],
    }


def saved(mark):
    mark.note = "lizards"
    mark.save()


def saved_in_part(mark):
    mark.note = "lizards"
    mark.save(update_fields=["note"])


def saved_of_deferred(mark):
    own = type(mark).objects.only("pk", "user_id", "note").get(pk=mark.pk)
    own.note = "lizards"
    own.save()


def written_at_once(mark):
    mark.note = "lizards"
    type(mark).objects.bulk_update([mark], ["note"])


def updated(mark):
    type(mark).objects.filter(pk=mark.pk).update(note="lizards")


def updated_by_sql(mark):
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {mark._meta.db_table} SET note = 'lizards' WHERE id = %s", [mark.pk]
        )


WRITERS = [saved, saved_in_part, saved_of_deferred, written_at_once, updated, updated_by_sql]


@pytest.fixture(params=["bookmark", "highlight", "collected"])
def mark(request, pools, alice):
    if request.param == "bookmark":
        return Bookmark.objects.create(user=alice, section=pools, note="camels")
    if request.param == "highlight":
        own = highlights.add(alice, pools, Quote(0, 0, "a few connections"), "blue")
        own.note = "camels"
        own.save()
        return own
    own = collections.add(alice, collections.create(alice, "Mine"), pools)
    own.note = "camels"
    own.save()
    return own


@pytest.mark.parametrize("write", WRITERS)
def test_whatever_writes_a_note_it_is_found_by_its_words_of_today(mark, alice, write):
    assert found("in:notes camel", alice) == ["Pools"]
    write(mark)
    assert found("in:notes camel", alice) == []
    assert found("in:notes lizard", alice) == ["Pools"]
    assert [hit.line.pk for hit in note_search.search(alice, "lizard")] == [mark.pk]
    assert note_search.search(alice, "camel") == []


@pytest.mark.parametrize("write", WRITERS[:4])
def test_what_this_program_writes_is_indexed_at_once(mark, write):
    write(mark)
    assert f"{mark.user_id}.lizard" in words_of(mark)


def test_a_change_of_signs_alone_is_found_too(mark, alice):
    mark.note = "camels!"
    mark.save()
    assert found("in:notes camel", alice) == ["Pools"]


def test_what_leaves_the_text_as_it_is_leaves_the_index(mark):
    before = words_of(mark)
    type(mark).objects.filter(pk=mark.pk).update(section=Section.objects.get(title="Locks"))
    assert words_of(mark) == before != {}


def test_notes_without_an_index_are_found_and_filled_by_a_worker(mark, alice):
    type(mark).objects.update(words=None)
    assert found("in:notes camel", alice) == ["Pools"]
    assert found("in:notes lizard", alice) == []
    assert tasks.index_notes.func() == 1
    assert tasks.index_notes.func() == 0
    assert f"{alice.pk}.camel" in words_of(mark)


def test_notes_of_before_are_indexed_by_the_migration(pools, alice, bob, monkeypatch):
    monkeypatch.setattr(note_words, "BATCH", 3)
    for number in range(8):
        section = make_section(f"S{number}", topic=pools.topic)
        Bookmark.objects.create(user=bob if number % 2 else alice, section=section, note="zebras")
    Bookmark.objects.update(words=None)
    import_module("learning.migrations.0011_index_of_notes").fill_all(apps, None)
    assert not Bookmark.objects.filter(words=None).exists()
    assert [set(words_of(mark)) for mark in Bookmark.objects.order_by("pk")[:2]] == [
        {f"{alice.pk}.zebra"}, {f"{bob.pk}.zebra"}
    ]  # fmt: skip


def test_the_words_of_another_learner_are_not_looked_into(pools, alice, bob):
    locks = Section.objects.get(title="Locks")
    Bookmark.objects.create(user=bob, section=pools, note=f"camels {alice.pk}.camel")
    Bookmark.objects.create(user=alice, section=locks, note="a camel")
    assert found("in:notes camel", alice) == ["Locks"]
    assert found("in:notes camel", bob) == ["Pools"]
    assert found(f"in:notes {bob.pk}.camel", alice) == []
    assert [hit.line.note for hit in note_search.search(alice, "camels")] == ["a camel"]


def test_highlighted_words_follow_an_edit_into_the_index(bring, pools, alice):
    highlights.add(alice, pools, Quote(0, 0, "keeps a few connections open"), "blue")
    assert found("in:notes keeping", alice) == ["Pools"]
    bring({"data.md": TEXT.replace("keeps a few", "holds a few")})
    (mark,) = Highlight.objects.all()
    assert (mark.state, mark.exact) == ("changed", "holds a few connections open")
    assert {f"{alice.pk}.hold", f"{alice.pk}.keep"} <= set(words_of(mark))
    assert found("in:notes hold", alice) == found("in:notes keep", alice) == ["Pools"]


def test_purged_words_go_from_the_index(pools, alice):
    mark = highlights.add(alice, pools, Quote(0, 0, "a few connections"), "blue")
    PLACES["highlighted words"].remove(Wanted(text="connections"))
    assert not [word for word in words_of(mark) if "connect" in word]


def test_the_index_is_of_the_lexemes_of_today():
    assert note_words.OF_VERSION == VERSION, "add a migration that sets words to NULL"


def test_a_long_note_is_indexed_to_its_end(pools, alice):
    note = " ".join(f"word{number}x" for number in range(1, 1_000))
    Bookmark.objects.create(user=alice, section=pools, note=note)
    assert found("in:notes word999x", alice) == ["Pools"]


@pytest.mark.parametrize(
    "note",
    [
        "o'clock \\ 'quote' : * & | ! ( )",
        "C++ & C#",
        "日本語の検索",
        "😀 joy",
        "a\u0301b",
        "$1.2.3",
    ],
)
def test_any_note_can_be_indexed(pools, alice, note):
    Bookmark.objects.create(user=alice, section=pools, note=note)
    assert found("in:notes", alice) == ["Pools"]
    assert found(f"in:notes {note.split()[0]}", alice) == ["Pools"]


def test_it_takes_one_query_more_than_a_plain_filter(pools, mark, alice, django_assert_num_queries):
    search("pool", reader=alice)
    with django_assert_num_queries(3):
        assert search("in:notes camel", reader=alice).hits
