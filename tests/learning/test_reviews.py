"""Asking cards: limits of a day, a backlog, answers that arrive twice, and taking one back."""

import gzip
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from learning import reviews
from learning.models import Card, Plan, Review
from learning.reviews import Day
from topics.models import Section

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def make_cards(user: User, section: Section, number: int, **values) -> list[Card]:
    defaults = {"origin": "own", "front": "Front", "back": "Back"}
    rows = [Card(user=user, section=section, **(defaults | values)) for _ in range(number)]
    return Card.objects.bulk_create(rows)


def known(days_ago: int = 10, due: datetime = NOW, **values) -> dict:
    return {
        "phase": 2, "stability": 10.0, "difficulty": 5.0, "due": due, "reps": 3,
        "last_review": NOW - timedelta(days=days_ago),
    } | values  # fmt: skip


def counts(user: User, now: datetime = NOW) -> tuple[int, int, int]:
    queue = reviews.queue(user, now)
    return queue.learning, queue.known, queue.new


def answer_all(user: User, now: datetime, rating: int = 3) -> list[int]:
    """Answer until nothing is left at that moment; the keys in the order in which they came."""
    asked = []
    while first := reviews.queue(user, now, most=1).first:
        card = Card.objects.get(pk=first[0])
        reviews.answer(user, card.pk, rating, now, reps=card.reps)
        asked.append(card.pk)
        assert len(asked) < 2000
    return asked


def test_a_day_has_no_more_new_cards_than_one_wants(alice, routing) -> None:
    Plan.objects.create(user=alice, new_a_day=3)
    made = make_cards(alice, routing, 5)
    assert counts(alice) == (0, 0, 3)
    asked = answer_all(alice, NOW, rating=4)
    assert asked == [card.pk for card in made[:3]]
    assert counts(alice) == (0, 0, 0)
    assert counts(alice, NOW + timedelta(days=1)) == (0, 0, 2)


def test_failed_cards_come_again_on_the_same_day_beyond_the_limit(alice, routing) -> None:
    Plan.objects.create(user=alice, reviews_a_day=1, new_a_day=0)
    first, _second = make_cards(alice, routing, 2, **known())
    reviews.answer(alice, first.pk, 1, NOW, reps=3)
    assert counts(alice, NOW + timedelta(minutes=10)) == (1, 0, 0)


def test_cards_being_learned_come_early_only_when_nothing_else_is_left(alice, routing) -> None:
    new, other = make_cards(alice, routing, 2)
    reviews.answer(alice, new.pk, 3, NOW, reps=0)  # due in ten minutes
    assert reviews.queue(alice, NOW, most=5).first == (other.pk, new.pk)
    later = NOW + timedelta(minutes=10)
    assert reviews.queue(alice, later, most=5).first == (new.pk, other.pk)


def test_suspended_cards_and_those_of_others_are_not_asked(alice, bob, routing) -> None:
    make_cards(alice, routing, 1, is_suspended=True)
    make_cards(alice, routing, 1, is_suspended=True, **known())
    make_cards(bob, routing, 1)
    assert counts(alice) == (0, 0, 0)
    assert counts(bob) == (0, 0, 1)


def test_a_card_that_is_due_later_today_is_asked_today_and_tomorrows_is_not(alice, routing) -> None:
    make_cards(alice, routing, 1, **known(due=NOW.replace(hour=23)))
    make_cards(alice, routing, 1, **known(due=NOW + timedelta(days=1)))
    assert counts(alice) == (0, 1, 0)


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("", datetime(2026, 3, 2, 23, 30, tzinfo=UTC), date(2026, 3, 2)),
        ("Europe/Berlin", datetime(2026, 3, 2, 23, 30, tzinfo=UTC), date(2026, 3, 3)),
        ("America/Los_Angeles", datetime(2026, 3, 2, 3, tzinfo=UTC), date(2026, 3, 1)),
        ("Europe/Berlin", datetime(2026, 3, 29, 12, tzinfo=UTC), date(2026, 3, 29)),  # 23 hours
    ],
)
def test_a_day_is_the_learners(zone: str, moment: datetime, day: date) -> None:
    found = Day.of(moment, Plan(time_zone=zone))
    assert found.date == day
    assert found.start <= moment < found.end
    assert found.end.date() == day + timedelta(days=1)
    assert found.end.hour == found.start.hour == 0


def test_an_answer_that_arrives_twice_counts_once(alice, routing) -> None:
    (card,) = make_cards(alice, routing, 1)
    assert reviews.answer(alice, card.pk, 3, NOW, reps=0) is not None
    assert reviews.answer(alice, card.pk, 3, NOW, reps=0) is None
    assert Review.objects.filter(user=alice).count() == 1


def test_nobody_answers_for_others(alice, bob, routing) -> None:
    (card,) = make_cards(alice, routing, 1)
    assert reviews.answer(bob, card.pk, 3, NOW, reps=0) is None
    assert not Review.objects.exists()


def test_cards_are_planned_on_days_with_room(alice, routing) -> None:
    Plan.objects.create(user=alice, new_a_day=0, reviews_a_day=1000)
    make_cards(alice, routing, 60, **known())
    answer_all(alice, NOW)
    days = Counter((card.due - NOW).days for card in Card.objects.of(alice))
    assert len(days) >= 5
    assert max(days.values()) - min(days.values()) <= 1


def test_an_exam_sees_every_card_once_more(alice, routing) -> None:
    exam = (NOW + timedelta(days=12)).date()
    Plan.objects.create(user=alice, exam_on=exam, reviews_a_day=1000)
    make_cards(alice, routing, 20, **known(days_ago=200, stability=200.0))
    answer_all(alice, NOW)
    days = {card.due.date() for card in Card.objects.of(alice)}
    assert NOW.date() < min(days) <= max(days) < exam


def test_who_names_an_exam_later_sees_every_card_once_more_too(learner, alice, routing) -> None:
    now = timezone.now()
    known_for_long = {"phase": 2, "stability": 90.0, "difficulty": 5.0, "reps": 3}
    for days in (3, 14, 60):
        make_cards(alice, routing, 2, **known_for_long, last_review=now - timedelta(days=9),
                   due=now + timedelta(days=days))  # fmt: skip
    aside, fresh = make_cards(alice, routing, 2)
    Card.objects.filter(pk=aside.pk).update(
        **known_for_long, due=now + timedelta(days=60), is_suspended=True
    )
    exam = (now + timedelta(days=14)).date()
    answer = learner.post(reverse("learning:plan"), PLAN | {"exam_on": exam}, follow=True)
    assert "4 cards were due after the exam" in answer.content.decode()
    days = [
        (card.due.date() - now.date()).days for card in Card.objects.of(alice).order_by("pk")[:6]
    ]
    assert days == [3, 3, 11, 12, 13, 13]
    aside.refresh_from_db()
    fresh.refresh_from_db()
    assert (aside.due - now).days == 60 and fresh.due is None
    again = learner.post(reverse("learning:plan"), PLAN | {"exam_on": exam}, follow=True)
    assert "due after the exam" not in again.content.decode()


def test_an_exam_of_the_past_moves_nothing(learner, alice, routing) -> None:
    now = timezone.now()
    make_cards(alice, routing, 2, **known(due=now + timedelta(days=60)))
    for exam in (now, now - timedelta(days=400)):
        learner.post(reverse("learning:plan"), PLAN | {"exam_on": exam.date()})
        assert {(card.due - now).days for card in Card.objects.of(alice)} == {60}


def test_a_card_that_is_answered_late_in_the_evening_keeps_its_day_over_a_change_of_clocks(
    alice, routing
) -> None:
    night = datetime.fromisoformat("2026-03-20T23:30+01:00")
    Plan.objects.create(user=alice, time_zone="Europe/Berlin", exam_on=date(2026, 4, 5))
    values = known(days_ago=200, stability=200.0) | {"last_review": night - timedelta(days=200)}
    cards = make_cards(alice, routing, 20, **values | {"due": night})
    for card in cards:
        reviews.answer(alice, card.pk, 3, night, reps=3)
    zone = ZoneInfo("Europe/Berlin")
    days = {card.due.astimezone(zone).date() for card in Card.objects.of(alice)}
    assert max(days) == date(2026, 4, 4)


def test_taking_an_answer_back_leaves_the_card_as_it_was_and_the_log_whole(alice, routing) -> None:
    (card,) = make_cards(alice, routing, 1, **known())
    before = Card.objects.filter(pk=card.pk).values().get()
    reviews.answer(alice, card.pk, 1, NOW, reps=3, took_ms=1500)
    assert counts(alice) == (1, 0, 0)
    assert reviews.undo(alice, NOW).pk == card.pk
    assert Card.objects.filter(pk=card.pk).values().get() == before
    assert list(Review.objects.values_list("rating", "took_ms")) == [(1, 1500), (0, None)]
    assert counts(alice) == (0, 1, 0)
    assert reviews.undo(alice, NOW) is None


def test_answers_are_taken_back_one_after_another_and_only_todays(alice, routing) -> None:
    first, second = make_cards(alice, routing, 2)
    reviews.answer(alice, first.pk, 4, NOW - timedelta(days=1), reps=0)
    reviews.answer(alice, second.pk, 3, NOW, reps=0)
    reviews.answer(alice, second.pk, 3, NOW, reps=1)
    undone = [reviews.undo(alice, NOW) for _ in range(3)]
    assert [card and card.pk for card in undone] == [second.pk, second.pk, None]
    assert Card.objects.get(pk=second.pk).phase == 0


def test_the_forecast_spreads_what_is_too_much(alice, routing) -> None:
    plan = Plan.objects.create(user=alice, reviews_a_day=4)
    make_cards(alice, routing, 10, **known(due=NOW - timedelta(days=3)))
    make_cards(alice, routing, 1, **known(due=NOW + timedelta(days=1)))
    assert reviews.forecast(alice, NOW, plan, days=5) == [4, 4, 3, 0, 0]
    assert reviews.days_behind(alice, NOW, plan) == 3


def test_the_due_list_takes_one_query(alice, routing, django_assert_num_queries) -> None:
    make_cards(alice, routing, 3)
    plan = reviews.plan_of(alice)
    with django_assert_num_queries(1):
        reviews.queue(alice, NOW, plan=plan)


# The page.


@pytest.fixture
def card(alice, routing) -> Card:
    return make_cards(alice, routing, 1, front="Which <one>?", back="This\none.")[0]


def test_the_page_asks_and_holds_the_answer_folded(learner: Client, card) -> None:
    page = learner.get(reverse("learning:review")).content.decode()
    assert "Which &lt;one&gt;?" in page
    assert "<p>This<br>one.</p>" in page
    assert page.count('name="rating"') == 4


def test_without_a_script_an_answer_leads_to_the_next_card(learner: Client, card, alice) -> None:
    url = reverse("learning:answer", args=[card.pk])
    response = learner.post(url, {"rating": "4", "reps": "0"}, follow=True)
    assert "Done for today." in response.content.decode()
    assert Review.objects.get().rating == 4
    response = learner.post(reverse("learning:undo"), follow=True)
    assert "Which &lt;one&gt;?" in response.content.decode()


def is_offered(learner: Client) -> bool:
    """Whether the page shows the button; a script shows it once an answer has arrived."""
    page = learner.get(reverse("learning:review")).content.decode()
    (form,) = [form for form in page.split("<form")[1:] if "data-undo" in form]
    return " hidden>" not in form.partition("</form>")[0]


def test_an_answer_is_taken_back_where_there_is_one(learner: Client, card, alice, routing) -> None:
    assert not is_offered(learner)
    url = reverse("learning:answer", args=[card.pk])
    learner.post(url, {"rating": "1", "reps": "0"})
    assert is_offered(learner)
    learner.post(reverse("learning:undo"))
    assert not is_offered(learner)
    learner.post(url, {"rating": "4", "reps": "0"})
    assert is_offered(learner)  # where all is done, too
    card.delete()
    assert not is_offered(learner)


def test_an_answer_of_yesterday_or_of_another_is_not_taken_back(learner, alice, bob, routing):
    (own,), (other,) = make_cards(alice, routing, 1), make_cards(bob, routing, 1)
    now = timezone.now()
    assert reviews.answer(alice, own.pk, 3, now - timedelta(days=1, minutes=1), reps=0)
    assert reviews.answer(bob, other.pk, 3, now, reps=0)
    assert not is_offered(learner)


def test_a_script_is_given_the_card_behind_the_one_it_shows(learner, alice, routing) -> None:
    first, second, third = make_cards(alice, routing, 3)
    url = reverse("learning:answer", args=[first.pk])
    data = {"rating": "4", "reps": "0", "showing": str(second.pk), "took": "900"}
    answer = learner.post(url, data, headers={"Accept": "application/json"}).json()
    assert answer["left"] == 2
    assert f'data-card="{third.pk}"' in answer["next"]
    assert Review.objects.get().took_ms == 900


@pytest.mark.parametrize(
    "data",
    [
        {}, {"rating": "5", "reps": "0"}, {"rating": "0", "reps": "0"}, {"rating": "3"},
        {"rating": "x", "reps": "0"}, {"rating": "³", "reps": "0"}, {"rating": "3", "reps": "-1"},
        {"rating": "3", "reps": "9" * 30},
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused(learner: Client, card, data) -> None:
    assert learner.post(reverse("learning:answer", args=[card.pk]), data).status_code == 400
    assert not Review.objects.exists()


def test_a_leech_is_told(learner: Client, alice, routing) -> None:
    (card,) = make_cards(alice, routing, 1, **known(lapses=7))
    url = reverse("learning:answer", args=[card.pk])
    page = learner.post(url, {"rating": "1", "reps": "3"}, follow=True).content.decode()
    assert "You failed this card 8 times." in page
    assert Card.objects.get(pk=card.pk).is_suspended


def test_a_leech_is_told_after_a_script_has_sent_the_answer(learner, alice, routing) -> None:
    """It loads the page again, which says so once."""
    (card,) = make_cards(alice, routing, 1, **known(lapses=7))
    url = reverse("learning:answer", args=[card.pk])
    data = {"rating": "1", "reps": "3"}
    answer = learner.post(url, data, headers={"Accept": "application/json"}).json()
    assert answer["message"].startswith("You failed this card 8 times.")
    pages = [learner.get(reverse("learning:review")).content.decode() for _ in range(2)]
    assert ["You failed this card 8 times." in page for page in pages] == [True, False]


MORE, LATER = "More cards come tomorrow.", "The next card is due on"


@pytest.mark.parametrize(
    ("waiting", "plan", "said"),
    [
        (0, {}, LATER),
        (1, {"reviews_a_day": 1}, MORE),
        (3, {"reviews_a_day": 1}, MORE),
        ("new", {"new_a_day": 1}, MORE),
        ("new", {"new_a_day": 0}, LATER),
        ("new", {"new_a_day": 1, "easy_days": [0, 1, 2, 3, 4, 5, 6]}, LATER),
    ],
)
def test_what_comes_after_the_last_card_of_a_day_is_told(
    learner, alice, routing, waiting, plan, said
):
    Plan.objects.create(user=alice, **{"new_a_day": 0, "reviews_a_day": 100} | plan)
    now = timezone.now()
    number = 1 if waiting == "new" else int(waiting) + 1
    make_cards(alice, routing, number, **known(due=now - timedelta(days=1)))
    if waiting == "new":
        make_cards(alice, routing, 2)
    answer_all(alice, now, rating=4)
    page = learner.get(reverse("learning:review")).content.decode()
    assert [text for text in (MORE, LATER) if text in page] == [said]


PLAN = {"new_a_day": "5", "reviews_a_day": "50", "retention": "0.9"}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, 302),
        ({"easy_days": ["0", "6"], "time_zone": "Europe/Berlin", "exam_on": "2026-05-01"}, 302),
        ({"retention": "0.5"}, 400),
        ({"retention": "nan"}, 400),
        ({"new_a_day": "-1"}, 400),
        ({"reviews_a_day": "0"}, 400),
        ({"reviews_a_day": "99999"}, 400),
        ({"easy_days": ["7"]}, 400),
        ({"time_zone": "../etc/passwd"}, 400),
        ({"time_zone": "localtime"}, 400),  # Python's, and not PostgreSQL's
        ({"exam_on": "soon"}, 400),
        ({"exam_on": "0001-01-01"}, 302),
        ({"exam_on": "9999-12-31"}, 302),  # farther off than any day that can be reckoned with
        ({"exam_on": "9999-12-31", "time_zone": "Pacific/Kiritimati"}, 302),
        ({"exam_on": "9999-12-31", "time_zone": "Pacific/Pago_Pago"}, 302),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(learner: Client, alice, change, status) -> None:
    assert learner.post(reverse("learning:plan"), PLAN | change).status_code == status
    assert Plan.objects.filter(user=alice).exists() is (status == 302)
    assert learner.get(reverse("learning:plan")).status_code == 200


FILES = r'(?:rel="stylesheet" href|src)="/static/([^"]+[.](?:css|js))"'


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_page_of_reviews_is_light(learner, alice, routing, language) -> None:
    """At most 25 KB of HTML, styles and scripts, as a proxy packs them, the font apart."""
    words = "Whoever asks for a connection waits in a queue until another one is given back. " * 5
    make_cards(alice, routing, 20, front=words[:150], back=words)
    answer = learner.get("/learn/review/", headers={"Accept-Language": language})
    html = answer.content.decode()
    files = re.findall(FILES, html)
    assert [name.rpartition("/")[2] for name in files] == [
        "theme.js", "app.css", "learner.css", "review.js", "app.js",
    ]  # fmt: skip
    parts = [html.encode()]
    for name in files:
        with open(finders.find(name), "rb") as file:
            parts.append(file.read())
    assert sum(len(gzip.compress(part, 6)) for part in parts) <= 25_000
