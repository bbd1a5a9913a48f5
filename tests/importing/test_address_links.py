"""Links by an address of this site, as curators write them, lead again when their goal does."""

from collections.abc import Callable

import pytest

from importer.edits import remove_sections, remove_topics, save_topic
from importer.privacy import set_private
from importer.restore import restore_section, restore_topic
from importer.topic_moves import move_topic
from importer.undo import undo
from importer.written_topics import new_topic
from tests.beginnings import beginning
from topics.models import Link, Section, Topic

HREFS = (
    "/topics/pools/", "/topics/pools", "/topics/pools/sizes/", "/topics/pools/#sizes",
    "/topics/pools?path=notes#sizes",
)  # fmt: skip


@beginning
def library(bring):
    bring({"pools.md": "# Pools\n\nText.\n\n## Sizes\n\nTen.\n", "above.md": "# Above\n\nx\n"})
    text = " ".join(f"[a]({href})" for href in HREFS)
    new_topic("Reader", text, parent=None, user=None)


def pools() -> Topic:
    return Topic.objects.get(tree_path__endswith="pools.md")


def found() -> list[tuple[str, str, int | None]]:
    rows = Link.objects.order_by("position").values_list("href", "kind", "target")
    return [(href, str(kind), target) for href, kind, target in rows]


def put(status: str) -> None:
    topic = pools()
    topic.status = status
    save_topic(topic, ["status"])


def withdraw() -> None:
    put("draft")
    put("published")


def remove() -> None:
    remove_topics([pools()])
    restore_topic(pools(), user=None)


def remove_and_undo() -> None:
    change = remove_topics([pools()])
    assert change is not None
    undo(change, user=None)


def remove_section() -> None:
    row = Section.objects.get(anchor="sizes")
    remove_sections([row])
    restore_section(Section.objects.get(pk=row.pk), user=None)


def hide() -> None:
    for is_private in (True, False):
        set_private(pools(), is_private=is_private, user=None)


def move_and_withdraw() -> None:
    move_topic(pools(), Topic.objects.get(path="above"), user=None)
    withdraw()


@pytest.mark.parametrize(
    "away_and_back", [withdraw, remove, remove_and_undo, remove_section, hide, move_and_withdraw]
)
def test_they_lead_there_again(library, away_and_back: Callable[[], None]) -> None:
    before = found()
    assert [(href, kind) for href, kind, _ in before] == [(href, "internal") for href in HREFS]
    away_and_back()
    assert found() == before


def test_they_lead_to_what_comes_later(bring) -> None:
    new_topic("Reader", "[a](/topics/b%C3%A4ume/) [b](/topics/bäume/wald/)", parent=None, user=None)
    assert [kind for _, kind, _ in found()] == ["planned", "planned"]
    bring({"bäume.md": "---\nslug: bäume\n---\n# Bäume\n\n## Wald\n\nText.\n"})
    assert [kind for _, kind, _ in found()] == ["internal", "internal"]
