"""What one learner may keep: the number of bookmarks, and the size of all notes together."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from learning import bookmarks, forms
from learning.models import Bookmark
from tests.factories import make_section
from topics.models import Section, Topic

JSON = {"Accept": "application/json"}
FULL = "You have 2 bookmarks, and nobody can have more. Remove some first."
LONG = "All your notes together may have 20 characters, and this one does not fit."

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bookmarks, "BOOKMARKS_LIMIT", 2)
    for module in (bookmarks, forms):
        monkeypatch.setattr(module, "NOTES_LIMIT", 20)


@pytest.fixture
def sections(topic: Topic) -> list[Section]:
    return [make_section(title, topic=topic) for title in ("One", "Two", "Three")]


def add(learner: Client, section: Section, **headers: str) -> tuple[int, str]:
    """The status, and what the next page says."""
    answer = learner.post(f"/bookmarks/sections/{section.pk}/add/", headers=headers)
    if headers:
        return answer.status_code, answer.content.decode()
    return answer.status_code, learner.get("/bookmarks/").content.decode()


def test_a_bookmark_too_many_is_not_made_and_says_why(
    learner: Client, bob: User, sections: list[Section]
) -> None:
    one, two, three = sections
    Bookmark.objects.create(user=bob, section=one)
    assert [add(learner, section)[0] for section in (one, two)] == [302, 302]
    status, page = add(learner, three)
    assert (status, FULL in page) == (302, True)
    status, text = add(learner, three, **JSON)
    assert (status, "too_many" in text, FULL in text) == (409, True, True)
    assert Bookmark.objects.count() == 3


def test_who_has_all_bookmarks_may_press_a_button_again_and_remove_one(
    learner: Client, sections: list[Section]
) -> None:
    one, two, three = sections
    add(learner, one)
    add(learner, two)
    assert FULL not in add(learner, two)[1]
    learner.post(f"/bookmarks/sections/{one.pk}/remove/")
    assert FULL not in add(learner, three)[1]
    kept = Bookmark.objects.values_list("section_id", flat=True)
    assert set(kept) == {two.pk, three.pk}


def test_a_bookmark_too_many_at_log_in_leads_to_the_section(
    client: Client, alice: User, sections: list[Section]
) -> None:
    for section in sections[:2]:
        Bookmark.objects.create(user=alice, section=section)
    alice.set_password("correct horse battery")
    alice.save()
    page = client.get(f"/bookmarks/sections/{sections[2].pk}/wanted/")
    account = {"login": "alice", "password": "correct horse battery"}
    answer = client.post(page["Location"], account)
    answer = client.get(answer["Location"])
    assert answer["Location"] == sections[2].get_absolute_url()
    assert FULL in client.get("/bookmarks/").content.decode()


def save(learner: Client, mark: Bookmark, note: str) -> tuple[int, str]:
    answer = learner.post(f"/bookmarks/{mark.pk}/note/", {"note": note})
    return answer.status_code, answer.content.decode()


def test_notes_fit_together_and_what_was_typed_is_kept(
    learner: Client, alice: User, bob: User, sections: list[Section]
) -> None:
    one, two = (Bookmark.objects.create(user=alice, section=s) for s in sections[:2])
    Bookmark.objects.create(user=bob, section=sections[0], note="b" * 20)
    assert save(learner, one, "a" * 12)[0] == 302
    status, page = save(learner, two, "c" * 9)
    assert (status, LONG in page, "c" * 9 in page) == (400, True, True)
    assert save(learner, two, "ä" * 8)[0] == 302
    assert save(learner, one, "a" * 13)[0] == 400
    assert save(learner, one, "")[0] == 302
    assert save(learner, two, "c" * 20)[0] == 302


def test_a_note_from_before_the_limit_can_be_shortened(
    learner: Client, alice: User, sections: list[Section]
) -> None:
    one, two = (Bookmark.objects.create(user=alice, section=s, note="x" * 30) for s in sections[:2])
    assert save(learner, one, "x" * 31)[0] == 400
    assert save(learner, one, "x" * 29)[0] == 302
    assert save(learner, two, "y" * 30)[0] == 302
