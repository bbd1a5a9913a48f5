"""Every address of cards and reviews for its owner, another learner, staff, and nobody."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from learning import highlights
from learning.anchoring import Quote
from learning.models import Card, Highlight, Reading, Review
from tests.factories import make_user
from topics.models import Section

pytestmark = pytest.mark.django_db
LOGIN = 302

# name, argument, method, data, and the status for owner, other learner and staff
ADDRESSES = [
    ("home", None, "get", {}, 200, 200),
    ("figures", None, "get", {}, 200, 200),
    ("cards", None, "get", {}, 200, 200),
    ("review", None, "get", {}, 200, 200),
    ("plan", None, "get", {}, 200, 200),
    ("undo", None, "post", {}, 302, 302),
    ("card", "card", "get", {}, 200, 404),
    ("card_edit", "card", "get", {}, 200, 404),
    ("card_edit", "card", "post", {"front": "Mine", "back": "Mine"}, 302, 404),
    ("card_change", "card", "post", {"what": "suspend"}, 302, 404),
    ("card_change", "card", "post", {"what": "odd"}, 400, 404),
    ("card_make", "section", "get", {}, 200, 200),
    ("card_of_highlight", "highlight", "get", {}, 200, 404),
    ("card_of_highlight", "highlight", "post", {}, 302, 404),
    ("highlight_attach", "lost", "get", {}, 200, 404),
    ("highlight_attach", "lost", "post", {"exact": "words stand"}, 302, 404),
    ("highlight_attach", "highlight", "get", {}, 404, 404),
    ("answer", "card", "post", {"rating": "3", "reps": "0"}, 302, 302),
    ("changed", "section", "get", {}, 200, 404),
    ("test", "section", "get", {"seed": "1"}, 200, 200),
    ("quiz", "section", "get", {"seed": "1"}, 200, 200),
]
READERS = ["owner", "other", "staff", "nobody"]


@pytest.fixture
def things(bring, alice: User) -> dict[str, int]:
    bring({"a.md": "# A\n\n## Why so?\n\nBecause some words stand here.\n"})
    section = Section.objects.get(title="Why so?")
    card = Card.objects.create(user=alice, section=section, origin="own", front="F", back="B")
    mark = highlights.add(alice, section, Quote(0, 0, "some words"), "blue")
    Reading.objects.create(user=alice, section=section, state="read", marked_at=timezone.now())
    lost = highlights.add(alice, section, Quote(0, 0, "Because"), "blue")
    Highlight.objects.filter(pk=lost.pk).update(state="orphaned", exact="Since")
    return {"card": card.pk, "section": section.pk, "highlight": mark.pk, "lost": lost.pk}


@pytest.fixture
def readers(alice: User) -> dict[str, User | None]:
    staff = make_user("staff")
    staff.is_staff = staff.is_superuser = True
    staff.save()
    return {"owner": alice, "other": make_user("bob"), "staff": staff, "nobody": None}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(("name", "key", "method", "data", "own", "foreign"), ADDRESSES)
def test_each_address_is_for_whom_it_is(
    client: Client, things, readers, reader, name, key, method, data, own, foreign
) -> None:
    user = readers[reader]
    if user:
        client.force_login(user)
    url = reverse(f"learning:{name}", args=[things[key]] if key else [])
    response = getattr(client, method)(url, data)
    if user is None:
        assert response.status_code == LOGIN
        assert "/accounts/login/" in response.url
    else:
        assert response.status_code == (own if reader == "owner" else foreign)
        assert response["Cache-Control"].find("private") >= 0 or method == "post"
    if reader != "owner":
        card = Card.objects.get(pk=things["card"])
        assert (card.front, card.is_suspended, card.reps) == ("F", False, 0)
        assert not Review.objects.exists()
        assert Card.objects.count() == 1
        assert Highlight.objects.filter(state="orphaned", exact="Since").count() == 1


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
