"""Weights fitted to a learner's own answers."""

import random
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from learning import memory_fit, tasks
from learning.models import Plan, Review
from learning.schedule import scheduler

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def give_answers(user: User, cards: int, *, known: float = 0.6) -> None:
    """Six answers to each card, on days further and further apart; a share of them is known."""
    chance = random.Random(7)
    rows = []
    for card in range(1, cards + 1):
        at = NOW - timedelta(days=90)
        for number in range(6):
            rating = 3 if number == 0 or chance.random() < known else 1
            values = {"phase": 2 if number else 0, "is_first": True, "before": {}}
            rows.append(Review(user=user, card=card, rating=rating, reviewed_at=at, **values))
            at += timedelta(days=2**number)
    Review.objects.bulk_create(rows)


def test_answers_are_read_by_card_with_the_days_between(alice, bob) -> None:
    give_answers(alice, 1, known=1.0)
    give_answers(bob, 1)
    last = Review.objects.filter(user=alice).last()
    values = {"phase": 2, "is_first": True, "before": {}, "card": 1, "reviewed_at": NOW}
    wrong = Review.objects.create(user=alice, rating=1, **values)
    Review.objects.create(user=alice, rating=0, undoes=wrong, **values)
    assert last.rating == 3
    expected = [[(3, 0), (3, 1), (3, 2), (3, 4), (3, 8), (3, 16)]]
    assert memory_fit.histories(alice, Plan()) == expected


def test_the_day_of_an_answer_is_the_learners(alice) -> None:
    values = {"card": 1, "rating": 3, "phase": 2, "is_first": True, "before": {}}
    for hour in (22, 23):  # midnight in Berlin lies between
        at = datetime(2026, 3, 2, hour, 30, tzinfo=UTC)
        Review.objects.create(user=alice, reviewed_at=at, **values)
    assert memory_fit.histories(alice, Plan()) == [[(3, 0), (3, 0)]]
    assert memory_fit.histories(alice, Plan(time_zone="Europe/Berlin")) == [[(3, 0), (3, 1)]]


def test_too_few_answers_change_nothing(alice) -> None:
    give_answers(alice, 66)  # 396
    assert memory_fit.fit(alice, NOW) is None
    assert not Plan.objects.exists()


def test_who_forgets_fast_is_asked_sooner(alice) -> None:
    give_answers(alice, 100)
    fit = memory_fit.fit(alice, NOW)
    assert (fit.answers, fit.is_better) == (600, True)
    plan = Plan.objects.get(user=alice)
    assert (plan.trained_on, plan.trained_at, len(plan.weights)) == (600, NOW, 21)
    assert plan.weights[2] < scheduler(Plan()).parameters[2]  # days after a first "good"
    scheduler(plan)  # takes them


def test_weights_that_foretell_no_better_are_not_taken(alice) -> None:
    give_answers(alice, 100)
    memory_fit.fit(alice, NOW)
    before = Plan.objects.get(user=alice).weights
    first, second = memory_fit.fit(alice, NOW), memory_fit.fit(alice, NOW)
    assert second.loss <= first.loss + 1e-6
    after = Plan.objects.get(user=alice).weights
    assert after == pytest.approx(before, abs=0.5)


def test_the_worker_fits_those_with_enough_new_answers(alice, bob) -> None:
    give_answers(alice, 70)
    give_answers(bob, 10)
    assert memory_fit.waiting() == [alice]
    assert tasks.fit_all.call() == 1
    assert tasks.fit_weights.call(alice.pk)["answers"] == 420
    assert memory_fit.waiting() == []
    assert tasks.fit_weights.call(bob.pk) is None
    assert tasks.fit_weights.call(10**9) is None


def test_without_the_package_nothing_is_fitted(alice, monkeypatch) -> None:
    monkeypatch.setattr(memory_fit, "PACKAGE", "no_such_package")
    give_answers(alice, 70)
    assert tasks.fit_all.call() == 0
    with pytest.raises(CommandError, match="Install fsrs-rs-python"):
        call_command("fit_reviews")


def test_the_command_says_what_it_did(alice, bob) -> None:
    give_answers(alice, 70)
    out = StringIO()
    call_command("fit_reviews", "alice", "bob", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0].startswith("alice: fitted, 420 answers, log loss 0.")
    assert lines[1] == "bob: fewer than 400 answers"
    with pytest.raises(CommandError, match="There is no learner nobody"):
        call_command("fit_reviews", "nobody")
