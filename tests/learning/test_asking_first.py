"""What a learner wrote is not deleted by one tap: she is asked first."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from learning import collections, highlights
from learning.anchoring import Quote
from learning.models import Card, CollectedSection, Highlight
from topics.models import Section

pytestmark = pytest.mark.django_db


@pytest.fixture
def marks(alice: User, routing: Section) -> dict[str, tuple[object, str, str]]:
    """By kind, a mark with words of hers, the address that removes it, and by which word."""
    words = Quote(0, 0, highlights.text_of(routing.html)[:9])
    light = highlights.add(alice, routing, words, "blue")
    Highlight.objects.filter(pk=light.pk).update(note="mine alone")
    row = collections.add(alice, collections.create(alice, "Mine"), routing)
    CollectedSection.objects.filter(pk=row.pk).update(note="mine alone")
    card = Card.objects.create(
        user=alice, section=routing, origin="own", front="mine alone", back="B"
    )
    return {
        "highlight": (light, f"/learn/highlights/{light.pk}/", "remove"),
        "collected": (row, f"/learn/collected/{row.pk}/", "remove"),
        "card": (card, f"/learn/cards/{card.pk}/change/", "delete"),
    }


@pytest.mark.parametrize("kind", ["highlight", "collected", "card"])
def test_she_is_asked_before_her_words_go(learner: Client, marks, kind: str) -> None:
    mark, url, what = marks[kind]
    page = learner.post(url, {"what": what}).content.decode()
    assert "Delete this?" in page and "mine alone" in page
    assert f'name="what" value="{what}"' in page
    script = learner.post(url, {"what": what}, headers={"Accept": "application/json"})
    assert (script.status_code, script.json()["error"]["code"]) == (409, "confirm")
    assert type(mark).objects.filter(pk=mark.pk).exists()
    assert learner.post(url, {"what": what, "confirmed": "1"}).status_code == 302
    assert not type(mark).objects.filter(pk=mark.pk).exists()


def test_what_has_no_words_of_hers_goes_at_once(learner: Client, marks) -> None:
    for kind in ("highlight", "collected"):
        mark, url, what = marks[kind]
        type(mark).objects.filter(pk=mark.pk).update(note="")
        assert learner.post(url, {"what": what}).status_code == 302
        assert not type(mark).objects.filter(pk=mark.pk).exists()
