"""Every way by which a private text could reach somebody who may not read it.

What outsiders are answered is the same before and after the private part comes in, word for word.
So nothing of it shows: no text, no title, no number that counts it, no other status.
"""

from collections.abc import Callable
from difflib import unified_diff

import pytest
from django.test import Client

from tests.rights.asking import CURATORS, FILTERED, LEARNERS, PAGES, SEARCHES, answer
from tests.rights.conftest import Private, outsiders
from topics.models import Section


def asked_by(who: str) -> list[str]:
    pages = [*PAGES, *SEARCHES, *FILTERED]
    if who != "anonymous":
        root = Section.objects.get(topic__path="notes", anchor="")
        path = Section.objects.get(topic__path="notes/road", anchor="")
        pages += [*LEARNERS, f"/learn/offline/sets/topic/{root.pk}/"]
        pages += [f"/learn/offline/sets/path/{path.pk}/", f"/learn/test/{root.pk}/?seed=1"]
        pages += [f"/learn/cards/from/{root.pk}/?scope=topic", f"/learn/collect/{root.pk}/"]
    return pages + CURATORS if who == "curator" else pages


def told(asks: dict[str, Client]) -> dict[tuple[str, str], tuple[int, str]]:
    return {
        (who, path): answer(client, path) for who, client in asks.items() for path in asked_by(who)
    }


def change(before: tuple[object, str], after: tuple[object, str]) -> list[str]:
    """The first lines that differ, for whoever reads why the test fails."""
    return list(unified_diff(before[1].splitlines(), after[1].splitlines(), n=0))[:8]


@pytest.mark.parametrize("keeps", [0, 8])
def test_outsiders_are_answered_as_if_there_were_no_private_topics(
    settings, make_private: Callable[[], Private], keeps: int
) -> None:
    settings.KB_PAGE_MEMORY_MB = keeps
    settings.KB_SEARCH_LIMIT = settings.KB_SUGGEST_LIMIT = settings.KB_PAGE_BUDGET_MS = 0
    asks = outsiders()
    before = told(asks)
    make_private()
    after = told(asks)
    differ = {key: change(before[key], after[key]) for key in before if before[key] != after[key]}
    assert differ == {}
