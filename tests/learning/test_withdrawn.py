"""What was marked, then withdrawn to a draft or made private, and then rewritten: its learners see
what they last could read, and nothing that was written since."""

import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from importer.edits import remove_sections, save_section, save_topic
from importer.privacy import set_private
from learning import cards, collections, highlights, progress
from learning.anchoring import Quote
from learning.models import Bookmark, Card, CollectedSection, Collection, Highlight, Review
from tests.beginnings import Bring
from tests.learning.along import zip_of
from topics.models import Section, Topic

pytestmark = pytest.mark.django_db
TEXT = """---
title: Pools
---
# Pools

A pool lends connections.

## Lending

It keeps a few connections open and lends them one after the other. The others wait.

### Leases

- **Lease** – the time for which one is lent

### Waiting

Whoever asks for one waits in a queue until another is given back.
"""
WORDS = "keeps a few connections open and lends them"
# Only what is written after the withdrawal has these, and none of them is a word of the pages.
SINCE = ("quokka", "vault", "numbat")
REWRITTEN = (
    TEXT.replace("Pools", "Quokka plans")
    .replace("Lending", "Vault")
    .replace("Waiting", "Numbat")
    .replace("lends them one", "lends them to a vault one")
    .replace("a few connections open", "a quokka open")
    .replace("a queue until", "a numbat until")
)


@pytest.fixture
def marked(bring: Bring, alice: User) -> dict[str, int]:
    """Marks of every kind on a topic, and their keys."""
    bring({"pools.md": TEXT, "locks.md": "# Locks\n\nOne holds, others wait.\n"})
    lending, waiting = at("Lending"), at("Waiting")
    keys = {"bookmark": Bookmark.objects.create(user=alice, section=lending, note="mine").pk}
    Bookmark.objects.create(user=alice, section=waiting, note="too")
    keys["topic bookmark"] = Bookmark.objects.create(user=alice, section=at("Pools")).pk
    light = highlights.add(alice, lending, Quote(0, 0, WORDS), "green")
    Highlight.objects.filter(pk=light.pk).update(note="why?")
    keys["highlight"] = light.pk
    keys["card"] = cards.add_own(alice, lending, "Mine?", "Yes.").pk
    keys["gap"] = cards.add_of_highlight(alice, light).pk
    shelf = collections.create(alice, "For Monday")
    keys["collection"] = shelf.pk
    keys["collected"] = collections.add(alice, shelf, lending).pk
    CollectedSection.objects.filter(pk=keys["collected"]).update(note="first")
    collections.share(alice, shelf, is_shared=True)
    progress.mark(alice, [lending.pk, waiting.pk], "read")
    for number in range(10):
        Review.objects.create(
            user=alice, card=keys["card"], rating=3, phase=2, is_first=True, before={},
            reviewed_at=timezone.now() - timedelta(days=number),
        )  # fmt: skip
    return keys


def at(title: str) -> Section:
    return Section.objects.get(title=title, merged_into=None)


def at_once(bring: Bring) -> None:
    bring({"pools.md": REWRITTEN.replace("---\n", "---\nstatus: draft\n", 1)})


def later(bring: Bring) -> None:
    bring({"pools.md": TEXT.replace("---\n", "---\nstatus: draft\n", 1)})
    at_once(bring)


def by_hand(bring: Bring) -> None:
    topic = Topic.objects.get(path="pools")
    topic.status = "draft"
    save_topic(topic, ["status"], user=None)
    for title, new in [("Lending", "Vault"), ("Waiting", "Numbat"), ("Pools", "Quokka plans")]:
        row = at(title)
        text = row.markdown.replace("a few", "a quokka")
        save_section(row, markdown=text, title=new, user=None)


def twice(bring: Bring) -> None:
    """Published again in between as it was."""
    later(bring)
    bring({"pools.md": TEXT})
    at_once(bring)


def moved(bring: Bring) -> None:
    """To another address, too."""
    later(bring)
    text = (bring.folder / "pools.md").read_text()
    bring({"pools.md": None, "vault.md": text})


def removed(bring: Bring) -> None:
    """And two sections were removed from the draft."""
    by_hand(bring)
    remove_sections([at("Vault"), at("Numbat")])


def published_without(bring: Bring) -> None:
    """They were removed from the draft, and what is left is published under its old title."""
    removed(bring)
    topic = Topic.objects.get(path="pools")
    save_section(at("Quokka plans"), markdown="A pool.", title="Pools", user=None)
    topic.refresh_from_db()
    topic.status = "published"
    save_topic(topic, ["status"], user=None)


def merged(bring: Bring) -> None:
    """Into a section that nobody but curators has seen."""
    later(bring)
    text = (bring.folder / "pools.md").read_text()
    first, rest = text.split("### Numbat\n\n")
    bring({"pools.md": f"{first}{rest}"})


def private(bring: Bring) -> None:
    set_private(Topic.objects.get(path="pools"), is_private=True, user=None)
    bring({"pools.md": REWRITTEN})


def private_before_a_draft(bring: Bring) -> None:
    private(bring)
    at_once(bring)
    set_private(Topic.objects.get(path="pools"), is_private=False, user=None)


WAYS = [
    at_once, later, by_hand, twice, moved, removed, published_without, merged, private,
    private_before_a_draft,
]  # fmt: skip
PAGES = [
    "/learn/", "/learn/notes/", "/learn/notes/?by=date", "/learn/notes/?q=mine",
    "/learn/notes/?q=few", "/bookmarks/", "/bookmarks/?q=mine", "/bookmarks/{bookmark}/note/",
    "/learn/highlights/{highlight}/note/", "/learn/highlights/{highlight}/card/",
    "/learn/highlights/{highlight}/attach/",
    "/learn/cards/", "/learn/cards/{card}/", "/learn/cards/{card}/edit/", "/learn/cards/{gap}/",
    "/learn/review/", "/learn/collections/", "/learn/collections/{collection}/",
    "/learn/collected/{collected}/note/", "/learn/figures/", "/learn/offline/check/", "/",
    "/topics/", "/topics/locks/", "/search/?q=lend", "/search/?q=in:notes+mine", "/accounts/data/",
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_nothing_that_was_written_since_is_shown(
    bring: Bring, marked: dict[str, int], learner: Client, alice: User, way: Callable[..., None]
) -> None:
    way(bring)
    pages = [*PAGES, f"/learn/shared/{Collection.objects.get().token}/"]
    told = {page: learner.get(page.format(**marked)).content.decode() for page in pages}
    told["remove"] = learner.post(f"/bookmarks/{marked['bookmark']}/remove/").content.decode()
    taken = {name: learner.get(f"/learn/notes/?q={name}") for name in SINCE}
    told |= {name: page.content.decode().replace(name, "") for name, page in taken.items()}
    listed = {name: learner.get(f"/bookmarks/?q={name}") for name in SINCE}
    told |= {f"list {n}": page.content.decode().replace(n, "") for n, page in listed.items()}
    with zipfile.ZipFile(zip_of(alice)) as taken_along:
        for name in taken_along.namelist():
            told[name] = name + taken_along.read(name).decode(errors="replace")
    held = {place: [word for word in SINCE if word in text.lower()] for place, text in told.items()}
    assert {place: words for place, words in held.items() if words} == {}
    assert [n for n, page in taken.items() if "0 notes with" not in page.content.decode()] == []
    assert [n for n, page in listed.items() if "0 sections with" not in page.content.decode()] == []


NAMED = {
    "/learn/": ["Lending", "Pools", WORDS],
    "/learn/notes/": ["Lending", "Pools", WORDS, "Waiting"],
    "/learn/notes/?q=lending": ["3 notes"],
    "/learn/notes/?q=few": ["1 note", "<mark>few</mark> connections"],
    "/bookmarks/": ["Lending", "Pools", "Waiting"],
    "/bookmarks/?q=waiting": ["1 section", "too"],
    "/bookmarks/{bookmark}/note/": ["Lending"],
    "/learn/cards/": ["Pools"],
    "/learn/cards/{card}/": ["Pools", "Lending"],
    "/learn/collections/{collection}/": ["Lending", "Pools"],
    "/learn/collected/{collected}/note/": ["Lending"],
    "/learn/figures/": ["Pools"],
}


@pytest.mark.parametrize(
    "way", [at_once, later, by_hand, twice, moved], ids=lambda way: way.__name__
)
def test_what_she_could_read_is_shown_as_it_was(
    bring: Bring, marked: dict[str, int], learner: Client, alice: User, way: Callable[..., None]
) -> None:
    way(bring)
    missing = {
        page: [text for text in texts if text not in content]
        for page, texts in NAMED.items()
        if (content := learner.get(page.format(**marked)).content.decode())
    }
    assert {page: texts for page, texts in missing.items() if texts} == {}
    with zipfile.ZipFile(zip_of(alice)) as taken_along:
        told = taken_along.read("learning.json").decode()
        assert "notes/pools.md" in taken_along.namelist()
    assert '"address": "/topics/pools/lending/"' in told
    assert WORDS in told


def test_what_is_published_again_is_followed_as_ever(
    bring: Bring, marked: dict[str, int], learner: Client
) -> None:
    later(bring)
    bring({"pools.md": REWRITTEN})
    mark = Highlight.objects.get()
    assert (mark.exact, mark.was) == ("keeps a quokka open and lends them", WORDS)
    page = learner.get("/learn/notes/").content.decode()
    assert "<del>" in page
    assert "Vault" in page
    assert Card.objects.get(pk=marked["gap"]).state == "changed"


@pytest.mark.usefixtures("marked")
def test_words_do_not_follow_into_a_draft_of_another_topic(bring: Bring) -> None:
    text = f"---\nstatus: draft\n---\n# Numbat\n\n## Vault\n\nIt {WORDS} one after the other.\n"
    gone = TEXT.replace(f"It {WORDS} one after the other. ", "")
    bring({"pools.md": gone, "numbat.md": text})
    mark = Highlight.objects.get()
    assert (mark.section.topic.path, mark.state) == ("pools", "orphaned")
