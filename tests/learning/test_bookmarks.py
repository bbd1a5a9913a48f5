"""What a learner's marks are, below the pages."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext

from learning import bookmarks
from learning.models import NOTE_LIMIT, Bookmark
from tests.factories import make_section, make_topic
from topics.models import Section, Topic

pytestmark = pytest.mark.django_db
REMOVED = datetime(2026, 3, 1, tzinfo=UTC)


def merge(section: Section, *, into: Section) -> None:
    section.removed_at = REMOVED
    section.merged_into = into
    section.save()


def test_a_section_is_bookmarked_once(alice: User, routing: Section) -> None:
    mark = bookmarks.bookmark_add(user=alice, section=routing)
    assert bookmarks.bookmark_add(user=alice, section=routing) == mark
    assert Bookmark.objects.count() == 1


def test_the_database_refuses_a_second_bookmark(alice: User, routing: Section) -> None:
    Bookmark.objects.create(user=alice, section=routing)
    with pytest.raises(IntegrityError, match="bookmark_is_unique"), transaction.atomic():
        Bookmark.objects.create(user=alice, section=routing)


def test_the_database_refuses_a_note_that_is_too_long(alice: User, routing: Section) -> None:
    Bookmark.objects.create(user=alice, section=routing, note="ä" * NOTE_LIMIT)
    with pytest.raises(IntegrityError, match="bookmark_note_fits"), transaction.atomic():
        Bookmark.objects.update(note="ä" * (NOTE_LIMIT + 1))


def test_a_marked_section_cannot_be_deleted(alice: User, routing: Section) -> None:
    Bookmark.objects.create(user=alice, section=routing)
    with pytest.raises(ProtectedError):
        routing.delete()


@pytest.mark.parametrize(
    "sql", ["DELETE FROM topics_section", "UPDATE topics_section SET id = id + 1000000"]
)
def test_a_marked_section_cannot_be_deleted_by_sql(alice: User, routing: Section, sql: str) -> None:
    Bookmark.objects.create(user=alice, section=routing)
    with (
        pytest.raises(IntegrityError, match="learning_bookmark_section_id"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
        connection.check_constraints()
    assert Bookmark.objects.get().section == routing


def test_a_mark_is_read_where_its_section_was_merged_to(alice: User, topic: Topic) -> None:
    first, second, third = (make_section(name, topic=topic) for name in "ABC")
    mark = Bookmark.objects.create(user=alice, section=first)
    merge(first, into=second)
    merge(second, into=third)
    assert bookmarks.marks_by_section(user=alice, section_ids=[first.pk, second.pk]) == {}
    assert bookmarks.marks_by_section(user=alice, section_ids=[third.pk]) == {third.pk: [mark]}


def test_a_section_that_shows_an_older_mark_is_not_marked_again(alice: User, topic: Topic) -> None:
    old, new = make_section("Old", topic=topic), make_section("New", topic=topic)
    mark = Bookmark.objects.create(user=alice, section=old, note="kept")
    merge(old, into=new)
    assert bookmarks.bookmark_add(user=alice, section=new) == mark
    assert Bookmark.objects.get().section == old


def test_merges_that_run_in_a_circle_end(alice: User, topic: Topic) -> None:
    first, second = make_section("A", topic=topic), make_section("B", topic=topic)
    Bookmark.objects.create(user=alice, section=first)
    merge(first, into=second)
    merge(second, into=first)
    assert Section.objects.current(first.pk) is None
    assert len(bookmarks.marked_sections(user=alice, words=[])) == 1


def test_the_current_section_follows_merges(topic: Topic) -> None:
    old, new = make_section("Old", topic=topic), make_section("New", topic=topic)
    merge(old, into=new)
    assert Section.objects.current(old.pk) == new
    assert Section.objects.current(new.pk) == new


def test_there_is_no_current_section_for_what_cannot_be_read(topic: Topic) -> None:
    removed = make_section("Removed", topic=topic, removed_at=REMOVED)
    draft = make_section("Draft", topic=make_topic(status="draft"))
    gone = make_section("Gone", topic=make_topic(removed_at=REMOVED))
    assert [Section.objects.current(s.pk) for s in (removed, draft, gone)] == [None] * 3
    assert Section.objects.current(0) is None


def test_only_own_marks_are_read_and_removed(alice: User, bob: User, routing: Section) -> None:
    theirs = Bookmark.objects.create(user=bob, section=routing, note="bob's")
    assert bookmarks.marks_by_section(user=alice, section_ids=[routing.pk]) == {}
    assert list(bookmarks.marked_sections(user=alice, words=["bob"])) == []
    bookmarks.bookmarks_remove(user=alice, marks=[theirs])
    assert Bookmark.objects.get() == theirs


def test_a_reader_without_an_account_costs_no_query() -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert bookmarks.marks_by_section(user=AnonymousUser(), section_ids=[1]) == {}
    assert len(queries) == 0
