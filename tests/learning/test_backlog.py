"""A backlog of cards is worked off day by day, none beyond the limit and none left out.

What no day asks is told.
"""

from collections import Counter
from datetime import timedelta

import pytest

from learning.models import Card, Plan, Review
from tests.learning.test_reviews import NOW, answer_all, counts, known, make_cards

pytestmark = pytest.mark.django_db


def test_a_backlog_of_500_never_exceeds_the_limit_of_a_day(alice, routing) -> None:
    Plan.objects.create(user=alice, reviews_a_day=60, new_a_day=0)
    make_cards(alice, routing, 500, **known(due=NOW - timedelta(days=30)))
    a_day: Counter[int] = Counter()
    for number in range(12):
        moment = NOW + timedelta(days=number)
        assert counts(alice, moment)[1] <= 60
        a_day[number] = len(set(answer_all(alice, moment)))
        assert a_day[number] <= 60
    assert sum(a_day[number] for number in range(9)) >= 500
    seen = Review.objects.filter(user=alice).values("card").distinct().count()
    assert seen == 500


@pytest.mark.parametrize(
    ("plan", "aside", "told"),
    [
        ({"new_a_day": 0}, 0, "3 cards were never asked: your plan has no day with new ones."),
        ({"easy_days": [0, 1, 2, 3, 4, 5, 6]}, 0, "3 cards were never asked: your plan has no day"),
        ({"new_a_day": 0}, 2, "1 card was never asked: your plan has no day with new ones."),
        ({}, 3, "3 cards are put aside."),
    ],
)
def test_what_no_day_asks_is_told(learner, alice, routing, plan, aside, told) -> None:
    Plan.objects.create(user=alice, **plan)
    cards = make_cards(alice, routing, 3)
    Card.objects.filter(pk__in=[card.pk for card in cards[:aside]]).update(is_suspended=True)
    for page in ("/learn/", "/learn/review/"):
        assert told in learner.get(page).content.decode()


def test_what_comes_on_another_day_is_not_told_as_lost(learner, alice, routing) -> None:
    Plan.objects.create(user=alice, easy_days=[0, 1, 2, 3, 4, 5])
    make_cards(alice, routing, 3)
    for page in ("/learn/", "/learn/review/"):
        assert "never asked" not in learner.get(page).content.decode()
