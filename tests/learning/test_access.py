"""Every address of what is a learner's own, for her, another learner, staff, and nobody."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from learning import collections, highlights
from learning.anchoring import Quote
from learning.models import (
    Bookmark,
    Card,
    CollectedSection,
    Collection,
    Highlight,
    Kept,
    Reading,
    Review,
)
from learning.urls import urlpatterns
from tests.factories import make_user
from topics.models import Section

pytestmark = pytest.mark.django_db
LOGIN = 302  # to the page for it

# name, argument, method, data, and the status for owner, and for other learner and staff; nobody is
# asked to log in, if no status stands behind.
ADDRESSES: list[tuple[Any, ...]] = [
    ("home", None, "get", {}, 200, 200),
    ("figures", None, "get", {}, 200, 200),
    ("cards", None, "get", {}, 200, 200),
    ("review", None, "get", {}, 200, 200),
    ("plan", None, "get", {}, 200, 200),
    ("undo", None, "post", {}, 302, 302),
    ("card", "card", "get", {}, 200, 404),
    ("card_edit", "card", "get", {}, 200, 404),
    ("card_edit", "card", "post", {"front": "Mine", "back": "Mine"}, 302, 404, 403),
    ("card_change", "card", "post", {"what": "suspend"}, 302, 404),
    ("card_change", "card", "post", {"what": "odd"}, 400, 404),
    ("card_make", "section", "get", {}, 200, 200),
    ("card_of_highlight", "highlight", "get", {}, 200, 404),
    ("card_of_highlight", "highlight", "post", {}, 302, 404),
    ("highlight_attach", "lost", "get", {}, 200, 404),
    ("highlight_attach", "lost", "post", {"exact": "words stand"}, 302, 404, 403),
    ("highlight_attach", "highlight", "get", {}, 404, 404),
    ("answer", "card", "post", {"rating": "3", "reps": "0"}, 302, 302),
    ("changed", "section", "get", {}, 200, 404),
    ("test", "section", "get", {"seed": "1"}, 200, 200),
    ("quiz", "section", "get", {"seed": "1"}, 200, 200),
    ("list", None, "get", {}, 200, 200),
    ("note", "bookmark", "get", {}, 200, 404),
    ("note", "bookmark", "post", {"note": "mine"}, 302, 404, 403),
    ("remove", "bookmark", "post", {"confirmed": "1"}, 302, 404),
    ("add", "section", "post", {}, 302, 302),
    ("remove_from_section", "section", "post", {"confirmed": "1"}, 302, 302),
    ("want", "section", "get", {}, 200, 200),
    ("wanted", "odd", "get", {}, 404, 404, 404),
    ("mark", "section", "post", {"state": "unread"}, 302, 302),
    ("take_over", None, "post", {"marks": "{}"}, 200, 200),
    ("collections", None, "get", {}, 200, 200),
    ("collection", "collection", "get", {}, 200, 404),
    ("collection", "collection", "post", {"title": "Mine"}, 302, 404, 403),
    ("collection_delete", "collection", "post", {"confirmed": "1"}, 302, 404),
    ("collection_path", "collection", "post", {"path": "1"}, 302, 404),
    ("collection_share", "collection", "post", {}, 302, 404),
    ("collect", "section", "get", {}, 200, 200),
    ("collect", "section", "post", {"collection": "COLLECTION"}, 302, 404),
    ("collected", "item", "post", {"what": "up"}, 302, 404),
    ("collected_note", "item", "get", {}, 200, 404),
    ("collected_note", "item", "post", {"note": "mine"}, 302, 404, 403),
    ("shared", "token", "get", {}, 200, 200, 200),
    ("shared", "odd", "get", {}, 404, 404, 404),
    ("shared_copy", "token", "post", {}, 302, 302),
    ("notes", None, "get", {}, 200, 200),
    ("notes", None, "get", {"q": "secr"}, 200, 200),
    ("kept_remove", "kept", "post", {"confirmed": "1"}, 302, 404),
    ("highlight_add", None, "post", {}, 400, 400),
    ("highlight", "highlight", "post", {"what": "remove"}, 302, 404),
    ("highlight_note", "highlight", "get", {}, 200, 404),
    ("highlight_note", "highlight", "post", {"note": "mine"}, 302, 404, 403),
    ("bring", None, "get", {}, 200, 200),
    ("offline", None, "get", {}, 200, 200),
    ("offline_review", None, "get", {}, 200, 200),
    ("offline_check", None, "get", {}, 200, 200),
    ("offline_set", "set", "get", {}, 200, 200),
    ("offline_note", "section", "post", {"note": "more"}, 200, 200),
    ("worker", None, "get", {}, 200, 200, 200),
    ("manifest", None, "get", {}, 200, 200, 200),
]
READERS = ["owner", "other", "staff", "nobody"]


@pytest.fixture
def things(bring, alice: User) -> dict[str, Any]:
    bring({"a.md": "# A\n\n## Why so?\n\nBecause some words stand here.\n"})
    section = Section.objects.get(title="Why so?")
    card = Card.objects.create(user=alice, section=section, origin="own", front="F", back="B")
    mark = highlights.add(alice, section, Quote(0, 0, "some words"), "blue")
    Reading.objects.create(user=alice, section=section, state="read", marked_at=timezone.now())
    lost = highlights.add(alice, section, Quote(0, 0, "Because"), "blue")
    Highlight.objects.filter(pk=lost.pk).update(state="orphaned", exact="Since")
    bookmark = Bookmark.objects.create(user=alice, section=section, note="secret")
    own = collections.create(alice, "Hers")
    item = collections.add(alice, own, section)
    collections.share(alice, own, is_shared=True)
    own.refresh_from_db()
    kept = Kept.objects.create(user=alice, part="clippings", digest="d", row={"note": "secret"})
    return {
        "card": card.pk, "section": section.pk, "highlight": mark.pk, "lost": lost.pk,
        "bookmark": bookmark.pk, "collection": own.pk, "item": item.pk, "token": own.token,
        "kept": kept.pk, "odd": "odd", "set": ("topic", section.pk),
    }  # fmt: skip


def hers() -> dict[str, Any]:
    """What nobody else may change."""
    return {
        "notes": list(Bookmark.objects.filter(user__username="alice").values("section", "note")),
        "collections": list(Collection.objects.filter(user__username="alice").values()),
        "items": list(CollectedSection.objects.filter(user__username="alice").values()),
        "highlights": list(Highlight.objects.order_by("pk").values()),
        "read": list(Reading.objects.filter(user__username="alice").values()),
        "kept": Kept.objects.count(),
    }


@pytest.fixture
def readers(alice: User) -> dict[str, User | None]:
    staff = make_user("staff")
    staff.is_staff = staff.is_superuser = True
    staff.save()
    return {"owner": alice, "other": make_user("bob"), "staff": staff, "nobody": None}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("row", ADDRESSES, ids=lambda row: f"{row[0]}-{row[2]}")
def test_each_address_is_for_whom_it_is(client: Client, things, readers, reader, row) -> None:
    name, key, method, data, own, foreign, *rest = row
    user, before = readers[reader], hers()
    if user:
        client.force_login(user)
    given = things[key] if key else ()
    url = reverse(f"learning:{name}", args=given if isinstance(given, tuple) else [given])
    data = {k: things["collection"] if v == "COLLECTION" else v for k, v in data.items()}
    response = getattr(client, method)(url, data)
    if user is None and not rest:
        assert response.status_code == LOGIN
        assert "/accounts/login/" in response.url
    elif user is None:
        assert response.status_code == rest[0]
    else:
        assert response.status_code == (own if reader == "owner" else foreign)
        is_public = name in ("worker", "manifest")
        assert is_public or "private" in response["Cache-Control"] or method == "post"
    if reader != "owner":
        assert b"secret" not in response.content or key == "token"
        assert hers() == before
        card = Card.objects.get(pk=things["card"])
        assert (card.front, card.is_suspended, card.reps) == ("F", False, 0)
        assert not Review.objects.exists()
        assert Card.objects.count() == 1
        assert Highlight.objects.filter(state="orphaned", exact="Since").count() == 1


def test_the_table_has_every_address() -> None:
    assert {pattern.name for pattern in urlpatterns} == {row[0] for row in ADDRESSES}


@pytest.mark.parametrize(
    ("name", "key"),
    [("undo", None), ("card_change", "card"), ("answer", "card")],
)
def test_what_changes_something_takes_a_form_alone(learner, things, name, key) -> None:
    url = reverse(f"learning:{name}", args=[things[key]] if key else [])
    assert learner.get(url).status_code == 405


def test_a_script_without_a_session_is_told_to_log_in(client: Client, things) -> None:
    url = reverse("learning:answer", args=[things["card"]])
    response = client.post(url, {"rating": "3"}, headers={"Accept": "application/json"})
    assert response.status_code == 401


def test_all_of_it_goes_with_the_account(things, alice) -> None:
    card = Card.objects.get(pk=things["card"])
    Review.objects.create(
        user=alice, card=card.pk, rating=3, reviewed_at=timezone.now(), phase=0, is_first=True,
        before={},
    )  # fmt: skip
    alice.delete()
    assert not Card.objects.exists()
    assert not Review.objects.exists()
