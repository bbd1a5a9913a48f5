"""Every way in which content changes, and everything that must follow from it.

The shelf holds a document, "Connection pools", and what names it: a document that links to it and
to its section, one that is alike, an outline whose item it explains and a path that leads to it.
Each way of `WAYS` changes the document once; `EXPECTED` says what differs from `AS_IT_WAS` then.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from documents.parser_pool import LIMIT_BYTES, answer
from importer import root
from importer.publish import STEPS
from tests.importing.ways import (
    AROUND,
    HEAD,
    LINKS,
    MINE,
    NEW,
    OLD,
    PARAGRAPHS,
    POOLS,
    PROSE,
    SIZES,
    TEN,
    WAYS,
    World,
    edit,
    observe,
    section,
)
from topics.models import Link, Section, Topic, content_version


class Parsers:
    """The pool's work in this process, which saves starting two for each import."""

    def __enter__(self) -> "Parsers":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def imap(self, items: Any) -> Any:
        for path, data in items:
            yield path, answer(data, path, LIMIT_BYTES)


@pytest.fixture(scope="module")
def observed(django_db_setup: Any, django_db_blocker: Any) -> Callable[[str], dict[str, Any]]:
    """What was observed after a way. Each is gone once, in a database state that is forgotten."""
    seen: dict[str, dict[str, Any]] = {}

    def go(way: str) -> dict[str, Any]:
        before, change = WAYS[way]
        with (
            tempfile.TemporaryDirectory() as name,
            pytest.MonkeyPatch.context() as patched,
            django_db_blocker.unblock(),
            transaction.atomic(),
            STEPS.holding({}),
        ):
            patched.setattr(root, "ParserPool", Parsers)
            world = World(Path(name) / "notes")
            world.folder.mkdir()
            world.bring({"pools.md": POOLS} | AROUND)
            before(world)
            STEPS.register("test", world.step)
            version = content_version()
            change(world)
            seen[way] = observe(world, version)
            transaction.set_rollback(True)
        return seen[way]

    return lambda way: seen.get(way) or go(way)


LINKED = {"the reader": ("internal", "/topics/reader/")}
INTRO, ENDS = "A pool lends connections. Back to [the reader](reader.md).", "Waiting ends."
ROOT = "Connection pools"
# What holds while the document is there and as above.
AS_IT_WAS: dict[str, Any] = {
    "link to the topic": ("internal", "/topics/pools/"),
    "link to the section": ("internal", "/topics/pools/pool-sizes/"),
    "statuses of its addresses": [200, 200],
    "links of the section's own topic": LINKED,
    "found": ["zebra"],
    "see also": ["pools: Connection pools"],
    "match": "pools: Pool sizes",
    "words": 115,
    "goals": ["pools: Connection pools", "pools: Pool sizes"],
    "version": 1,
}
ALL_GONE = {
    "link to the topic": ("planned", "/search/?q=pools"),
    "link to the section": ("planned", "/search/?q=sizes"),
    "found": [],
    "see also": [],
    "match": None,
    "goals": [None, None],
}
NOT_THERE = {"links of the section's own topic": {}, "words": None}
SECTION_GONE = {
    "link to the section": ("broken", "/topics/pools/"),
    "found": [],
    "match": None,
    "words": 10,
    "goals": ["pools: Connection pools", "pools: Connection pools"],
}


def told(*, root: Any = None, sizes: Any = None, last: Any = None, **others: Any) -> dict[str, Any]:
    """What the step was told: the old and the new text of each section, by title."""
    rows = {ROOT: root, "Pool sizes": sizes, "Time-outs": last} | others
    return {"steps": [{title: texts for title, texts in rows.items() if texts}]}


def each(old: bool, new: bool) -> dict[str, Any]:
    """The same of all three sections: whether they were there before, and whether they are now."""
    texts = ((t if old else None, t if new else "removed") for t in (INTRO, PROSE, ENDS))
    return told(**dict(zip(("root", "sizes", "last"), texts, strict=True)))


GNU, OKAPI = PROSE.replace(OLD, NEW), PROSE.replace(OLD, MINE)
EXPECTED: dict[str, dict[str, Any]] = {
    "a new file": each(False, True),
    "a changed file": {"found": ["gnu"]} | told(sizes=(PROSE, GNU)),
    "a renamed file": {
        "link to the topic": ("internal", "/topics/lending/"),
        "link to the section": ("internal", "/topics/lending/pool-sizes/"),
        "see also": ["lending: Connection pools"],
        "match": "lending: Pool sizes",
        "goals": ["lending: Connection pools", "lending: Pool sizes"],
    }
    | told(),
    "another address": {
        "link to the topic": ("internal", "/topics/x/"),
        "link to the section": ("internal", "/topics/x/pool-sizes/"),
        "see also": ["x: Connection pools"],
        "match": "x: Pool sizes",
        "goals": ["x: Connection pools", "x: Pool sizes"],
    }
    | told(),
    "a deleted file, pruned": ALL_GONE | NOT_THERE | each(True, False),
    "a deleted file, kept": {"version": 0, "steps": []},
    "a heading that goes": SECTION_GONE | told(sizes=(PROSE, "removed"), last=(ENDS, ENDS)),
    "a heading that comes": told(sizes=(None, PROSE), last=(ENDS, ENDS)),
    "a heading in another file": {
        "link to the section": ("internal", "/topics/sizes/pool-sizes/"),
        "see also": ["sizes: Sizes"],
        "match": None,  # its topic says nothing of connection pools any more
        "words": 10,
        "goals": ["pools: Connection pools", "sizes: Pool sizes"],
    }
    | told(sizes=(PROSE, PROSE), last=(ENDS, ENDS), Sizes=(None, "")),
    "a section swallowed by the next": SECTION_GONE
    | {
        "link to the section": ("internal", "/topics/pools/time-outs/"),
        "found": ["zebra"],
        "match": "pools: Time-outs",
        "words": 115,
        "goals": ["pools: Connection pools", "pools: Time-outs"],
    }
    | told(sizes=(PROSE, "removed"), last=(ENDS, f"{PROSE}\n\n{ENDS}")),
    "an edit in admin": {"found": ["gnu"]} | told(sizes=(PROSE, GNU)),
    "a section removed in admin": SECTION_GONE | told(sizes=(PROSE, "removed")),
    "a topic removed in admin": ALL_GONE | NOT_THERE | each(True, False),
    "a topic removed and restored": each(True, True),
    "a draft in admin": ALL_GONE | each(True, True),
    "a draft published again": each(True, True),
    "a draft in the file": ALL_GONE | each(True, True),
    "a draft published in the file": each(True, True),
    "an edit and a change joined": {
        "found": ["gnu"],
    }
    | told(sizes=(PARAGRAPHS.replace(*TEN), PARAGRAPHS.replace(*TEN).replace(OLD, NEW))),
    "a conflict": {"found": ["okapi"]} | told(sizes=(OKAPI, OKAPI)),
    "a conflict resolved as here": {"found": ["okapi"]} | told(sizes=(OKAPI, OKAPI)),
    "a conflict resolved as in the file": {"found": ["gnu"]} | told(sizes=(OKAPI, GNU)),
    "another title": {
        "see also": ["pools: Lending"],
        "match": None,  # the topic's title was what made it fit
        "goals": [None, "pools: Pool sizes"],
    }
    | told(sizes=(PROSE, PROSE), last=(ENDS, ENDS), Lending=(INTRO, INTRO)),
    "another kind": {"match": None} | each(True, True),
    "another kind and back": each(True, True),
    "other tags": told(),
}


@pytest.mark.django_db
@pytest.mark.parametrize("what", [*AS_IT_WAS, "steps"])
@pytest.mark.parametrize("way", WAYS)
def test_what_follows_from(observed, way, what):
    assert observed(way)[what] == (AS_IT_WAS | EXPECTED[way])[what]


def test_a_folder_with_another_address_takes_the_links_to_what_is_below_along(bring):
    bring({"a.md": "# A\n\n[it](data/pools.md#pool-sizes)\n", "data/pools.md": POOLS})
    bring({"data/index.md": "---\nslug: storage\n---\n# Data\n"})
    html = Section.objects.get(topic__path="a").html
    assert '<a href="/topics/storage/pools/pool-sizes/">' in html


def test_a_file_that_moves_to_another_folder_has_its_links_start_there(bring):
    text = "# Links\n\n[b](b.md) [here](#part)\n\n## Part\n"
    bring({"a.md": text, "b.md": "# B at the top\n", "sub/b.md": "# B below\n"})
    bring({"a.md": None, "sub/a.md": text})
    targets = Link.objects.order_by("position").values_list("kind", "target__title")
    assert list(targets) == [("internal", "B below"), ("internal", "Part")]
    html = Section.objects.get(topic__path="sub/a", anchor="").html
    assert 'href="/topics/sub/b/"' in html and 'href="/topics/sub/a/part/"' in html


def test_the_words_of_a_topic_are_counted_when_its_last_section_moves_away(bring):
    bring({"pools.md": HEAD + SIZES})
    bring({"pools.md": HEAD, "sizes.md": f"# Sizes\n{SIZES}"})
    words = dict(Topic.objects.values_list("path", "words"))
    assert words == {"pools": 8, "sizes": 105}


def test_a_step_that_fails_undoes_the_change(bring):
    def fail(published):
        raise ValueError("no room")

    bring({"pools.md": POOLS})
    version = content_version()
    with STEPS.holding({"test": fail}), pytest.raises(ValueError, match="no room"):
        edit(OLD, NEW)
    assert OLD in section().html and content_version() == version


def test_a_small_file_takes_few_statements(bring, django_assert_max_num_queries):
    bring({"leases.md": "# Leases\n"})  # what a process asks only once
    with django_assert_max_num_queries(56):
        bring({"pools.md": POOLS})
    with django_assert_max_num_queries(56):
        bring({"pools.md": f"{POOLS}\n## More\n\nText.\n"})


def test_an_edit_costs_the_same_however_many_link_to_it(bring, django_assert_max_num_queries):
    bring({"pools.md": POOLS} | {f"{n}.md": f"# Note {n}\n\n{LINKS}\n" for n in range(60)})
    with django_assert_max_num_queries(66):
        edit(OLD, NEW)
