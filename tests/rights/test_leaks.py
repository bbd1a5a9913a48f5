"""Every way by which a private text could reach somebody who may not read it.

What outsiders are answered is the same before and after the private part comes in, word for word.
So nothing of it shows: no text, no title, no number that counts it, no other status.
"""

from difflib import unified_diff
from pathlib import Path

import pytest
from django.test import Client

from importer.edits import save_section
from tests.rights.asking import CURATORS, FILTERED, LEARNERS, PAGES, SEARCHES, answer
from tests.rights.conftest import SECRETS, Private, make_private, outsiders
from topics.models import Section, Topic


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
    settings, public: None, tmp_path: Path, keeps: int
) -> None:
    settings.KB_PAGE_MEMORY_MB = keeps
    settings.KB_SEARCH_LIMIT = settings.KB_SUGGEST_LIMIT = settings.KB_PAGE_BUDGET_MS = 0
    asks = outsiders()
    before = told(asks)
    make_private(tmp_path / "inner")
    after = told(asks)
    differ = {key: change(before[key], after[key]) for key in before if before[key] != after[key]}
    assert differ == {}


def pages_of(section: Section) -> list[str]:
    """Pages about a section by its key, whoever guesses that."""
    key, topic = section.pk, section.topic_id
    return [
        f"/curating/sections/{key}/edit/", f"/curating/sections/{key}/report/",
        f"/curating/sections/{key}/history/", f"/curating/sections/{key}/authors/",
        f"/curating/sections/{key}/move/", f"/curating/topics/{topic}/",
        f"/curating/topics/{topic}/edit/", f"/curating/topics/{topic}/history/",
        f"/admin/topics/section/{key}/change/", f"/admin/topics/topic/{topic}/change/",
        f"/learn/test/{key}/?seed=1", f"/learn/quiz/{key}/?seed=1", f"/learn/collect/{key}/",
        f"/learn/cards/from/{key}/", f"/learn/changed/{key}/", f"/bookmarks/sections/{key}/wanted/",
        f"/learn/offline/sets/topic/{key}/", f"/curating/topics/{topic}/description/",
        f"/curating/topics/new/?under={section.topic.path}", f"/curating/topics/{topic}/rights/",
    ]  # fmt: skip


def test_pages_about_a_private_section_answer_as_for_one_that_never_was(private: Private) -> None:
    section = private.section()
    save_section(section, markdown="Another zyzzogeton.", title="Xylomancy", user=None)
    nowhere = Section(pk=987_654_321, topic=Topic(pk=987_654_321, path="no/where"))
    for who, client in outsiders().items():
        for path, like in zip(pages_of(section), pages_of(nowhere), strict=True):
            (status, text), (expected, _) = answer(client, path), answer(client, like)
            found = [w for w in SECRETS if w in text.lower() and w not in path]
            assert (status, found) == (expected, []), (who, path)
