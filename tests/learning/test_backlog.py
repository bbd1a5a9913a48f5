"""A backlog of cards is worked off day by day, none beyond the limit and none left out."""

from collections import Counter
from datetime import timedelta

import pytest

from learning.models import Plan, Review
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
