"""Marks and answers with a key count once, however often they are sent."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from learning import deliveries
from learning.highlights import text_of
from learning.models import Bookmark, Card, Delivery, Highlight, Reading, Review
from learning.tasks import forget_deliveries
from topics.models import Section, Topic

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


def send(client: Client, name: str, pk: int, key: object, **fields: object):
    headers = {**JSON, deliveries.HEADER: str(key)}
    return client.post(reverse(f"learning:{name}", args=[pk]), fields, headers=headers)


@pytest.fixture
def card(alice: User, routing: Section) -> Card:
    return Card.objects.create(user=alice, section=routing, origin="own", front="F", back="B")


def test_a_repeated_key_gives_the_first_answer(learner, alice, routing: Section) -> None:
    key = uuid4()
    first = send(learner, "mark", routing.pk, key, state="read")
    Reading.objects.all().delete()  # on another device
    again = send(learner, "mark", routing.pk, key, state="read")
    assert (again.status_code, again.json()) == (200, first.json())
    assert not Reading.objects.exists()
    assert send(learner, "mark", routing.pk, uuid4(), state="read").status_code == 200
    assert Reading.objects.count() == 1


def test_a_card_is_answered_once(learner, card: Card) -> None:
    key = uuid4()
    for _ in range(3):
        answer = send(learner, "answer", card.pk, key, rating=3, reps=0)
        assert answer.status_code == 200
    assert Review.objects.count() == 1
    assert "next" not in Delivery.objects.get().answer


def test_an_answer_counts_when_it_was_given(learner, card: Card) -> None:
    at = timezone.now() - timedelta(days=3)
    send(learner, "answer", card.pk, uuid4(), rating=3, reps=0, at=round(at.timestamp() * 1000))
    review = Review.objects.get()
    assert abs(review.reviewed_at - at) < timedelta(seconds=1)
    card.refresh_from_db()
    assert card.last_review == review.reviewed_at


@pytest.mark.parametrize(
    ("days", "kept"), [(-3, 0), (400, deliveries.KEPT_DAYS)], ids=["to come", "long ago"]
)
def test_a_clock_that_is_wrong_is_not_believed(learner, card: Card, days: int, kept: int) -> None:
    at = timezone.now() - timedelta(days=days)
    send(learner, "answer", card.pk, uuid4(), rating=3, reps=0, at=round(at.timestamp() * 1000))
    wanted = timezone.now() - timedelta(days=kept)
    assert abs(Review.objects.get().reviewed_at - wanted) < timedelta(minutes=1)


@pytest.mark.parametrize("wrong", [timedelta(days=-40), timedelta(hours=2), timedelta(days=900)])
def test_a_clock_that_is_wrong_tells_how_long_ago_it_was(learner, card: Card, wrong) -> None:
    sent = timezone.now() + wrong
    at = sent - timedelta(days=3)
    told = {name: round(moment.timestamp() * 1000) for name, moment in (("at", at), ("sent", sent))}
    send(learner, "answer", card.pk, uuid4(), rating=3, reps=0, **told)
    given = timezone.now() - timedelta(days=3)
    assert abs(Review.objects.get().reviewed_at - given) < timedelta(minutes=1)


@pytest.mark.parametrize("word", ["", "-1", "1e9", "nan", "9" * 30, "٣"])
def test_a_moment_that_is_none_is_now(learner, card: Card, word: str) -> None:
    send(learner, "answer", card.pk, uuid4(), rating=3, reps=0, at=word, sent=word)
    assert timezone.now() - Review.objects.get().reviewed_at < timedelta(minutes=1)


def ago(hours: int) -> int:
    """The milliseconds that a browser says."""
    return round((timezone.now() - timedelta(hours=hours)).timestamp() * 1000)


def test_a_mark_counts_when_it_was_made(learner, routing: Section) -> None:
    """What the text became meanwhile is news to her."""
    send(learner, "mark", routing.pk, uuid4(), state="read", at=ago(3))
    made = Reading.objects.get().marked_at
    assert timedelta(hours=2) < timezone.now() - made < timedelta(hours=4)


@pytest.mark.parametrize("state", ["read", "unread"])
def test_a_mark_that_comes_late_gives_way_to_later_ones(learner, alice, routing, state) -> None:
    Reading.objects.create(user=alice, section=routing, state="again")  # on another device
    answer = send(learner, "mark", routing.pk, uuid4(), state=state, at=ago(3))
    assert answer.status_code == 200
    assert Reading.objects.get().state == "again"
    send(learner, "mark", routing.pk, uuid4(), state="read", at=ago(0))
    assert Reading.objects.get().state == "read"


def test_of_a_page_that_comes_late_only_what_was_marked_since_stays(learner, alice, bring) -> None:
    bring({"t.md": "# T\n\nOne.\n\n## A\n\nTwo.\n\n## B\n\nThree.\n"})
    sections = {one.title: one for one in Section.objects.filter(topic__path="t")}
    Reading.objects.create(user=alice, section=sections["A"], state="again")
    send(learner, "mark", sections["T"].pk, uuid4(), what="read page", at=ago(3))
    states = dict(Reading.objects.values_list("section__title", "state"))
    assert states == {"T": "read", "A": "again", "B": "read"}


def test_without_a_key_nobody_says_when(learner, card: Card) -> None:
    learner.post(reverse("learning:answer", args=[card.pk]), {"rating": 3, "reps": 0, "at": 1})
    assert timezone.now() - Review.objects.get().reviewed_at < timedelta(minutes=1)


def test_a_card_that_was_answered_elsewhere_is_refused(learner, card: Card) -> None:
    send(learner, "answer", card.pk, uuid4(), rating=3, reps=0)
    late = send(learner, "answer", card.pk, uuid4(), rating=1, reps=0)
    assert (late.status_code, late.json()["error"]["code"]) == (409, "answered")
    assert Review.objects.count() == 1


def test_keys_are_a_learner_s_own(learner, alice, bob, routing: Section) -> None:
    key = uuid4()
    send(learner, "add", routing.pk, key)
    other = Client()
    other.force_login(bob)
    assert send(other, "add", routing.pk, key).json()["bookmarked"] is True
    assert Bookmark.objects.count() == Delivery.objects.count() == 2


def test_what_is_refused_is_refused_again(learner, alice, routing: Section) -> None:
    Bookmark.objects.create(user=alice, section=routing, note="Dear")
    key = uuid4()
    for _ in range(2):
        answer = send(learner, "remove_from_section", routing.pk, key)
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "confirm")
    assert Bookmark.objects.count() == 1


def test_what_is_gone_is_told_as_gone(learner, alice, routing: Section) -> None:
    Topic.objects.update(status="draft")
    assert send(learner, "mark", routing.pk, uuid4(), state="read").status_code == 404
    assert not Reading.objects.exists()


def test_what_broke_may_be_sent_again(learner, routing, monkeypatch) -> None:
    key = uuid4()

    def broken(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("learning.progress.mark", broken)
        learner.raise_request_exception = False
        assert send(learner, "mark", routing.pk, key, state="read").status_code == 500
    assert not Delivery.objects.exists()
    assert send(learner, "mark", routing.pk, key, state="read").status_code == 200
    assert Reading.objects.count() == 1


@pytest.mark.parametrize("key", ["", "1", "x" * 500, "é", "{}"])
def test_a_key_that_is_none_is_refused(learner, routing: Section, key: str) -> None:
    answer = send(learner, "mark", routing.pk, key, state="read")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "key")
    assert not Reading.objects.exists()


def test_without_an_account_a_key_is_not_kept(client: Client, routing: Section) -> None:
    assert send(client, "mark", routing.pk, uuid4(), state="read").status_code == 401
    assert not Delivery.objects.exists()


def test_without_a_key_nothing_is_kept(learner, routing: Section) -> None:
    learner.post(reverse("learning:mark", args=[routing.pk]), {"state": "read"}, headers=JSON)
    assert Reading.objects.exists() and not Delivery.objects.exists()


def test_old_keys_are_forgotten(learner, routing: Section) -> None:
    for _ in range(2):
        send(learner, "mark", routing.pk, uuid4(), state="read")
    old = timezone.now() - timedelta(days=deliveries.KEPT_DAYS, minutes=1)
    Delivery.objects.filter(pk=Delivery.objects.earliest("pk").pk).update(arrived_at=old)
    assert forget_deliveries.func() == 1
    assert Delivery.objects.count() == 1


def test_an_account_takes_its_keys_along(learner, alice, routing: Section) -> None:
    send(learner, "mark", routing.pk, uuid4(), state="read")
    alice.delete()
    assert not Delivery.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_count_once(alice: User, routing: Section) -> None:
    card = Card.objects.create(user=alice, section=routing, origin="own", front="F", back="B")
    key = uuid4()

    def answer(_: int) -> int:
        client = Client()
        client.force_login(alice)
        try:
            return send(client, "answer", card.pk, key, rating=3, reps=0).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(answer, range(4))) == [200] * 4
    assert Review.objects.count() == 1


def highlight(client: Client, section: Section, key: object, **fields: object):
    headers = {**JSON, deliveries.HEADER: str(key)}
    values = {"section": section.pk, "start": 0, "color": "blue", **fields}
    return client.post(reverse("learning:highlight_add"), values, headers=headers)


def test_words_that_were_highlighted_offline_are_kept_once(learner, routing: Section) -> None:
    key, words = uuid4(), text_of(routing.html)[:9]
    answers = [highlight(learner, routing, key, exact=words, at=1) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert list(Highlight.objects.values_list("exact", "state")) == [(words, "exact")]
    assert "entry" not in Delivery.objects.get().answer


def test_words_that_are_gone_when_they_arrive_are_kept_without_a_place(
    learner, alice, routing: Section
) -> None:
    gone = {"exact": "as it read then", "before": "Routes, ", "behind": "."}
    assert highlight(learner, routing, uuid4(), **gone).status_code == 409  # its page can tell
    assert not Highlight.objects.exists()
    assert highlight(learner, routing, uuid4(), **gone, at=1).status_code == 200
    own = Highlight.objects.get()
    assert (own.user, own.section, own.state) == (alice, routing, "orphaned")
    assert (own.exact, own.prefix, own.suffix) == ("as it read then", "Routes, ", ".")
    assert "as it read then" in learner.get("/learn/notes/").content.decode()
