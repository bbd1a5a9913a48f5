"""Every way in which content changes, and everything that must follow from it.

The shelf holds a document, "Connection pools", and what names it: a document that links to it and
to its section, one that is alike, an outline whose item it explains and a path that leads to it.
Each way of `WAYS` changes the document once; `EXPECTED` says what differs from `AS_IT_WAS` then.
"""

import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from documents.parser_pool import LIMIT_BYTES, answer
from importer import root
from importer.edits import remove_sections, remove_topics, save_section, save_topic
from importer.publish import STEPS, Published
from importer.restore import restore_topic
from importer.run import import_paths
from search.engine import search
from topics.models import Link, PathStep, Section, Topic, content_version

PROSE = (
    "The size of a pool decides how many borrowers share a zebra. Each lease ends, and a lease that"
    " ends gives the connection back. A pool whose size is small makes borrowers wait for a lease."
    " A pool whose size is large keeps the server busy with idle work. Measure the size under load,"
    " then change one number, then measure again. Ten is a good size to begin with, and a lease of"
    " a second is long. Whoever holds a lease for longer should be told so in the log, with"
    " the name of the borrower and the size of the pool at that moment."
)
OLD, NEW, MINE = "share a zebra", "share a gnu", "share an okapi"
HEAD = "# Connection pools\n\nA pool lends connections. Back to [the reader](reader.md).\n"
SIZES = f"\n## Pool sizes\n\n{PROSE}\n"
LAST = "\n## Time-outs\n\nWaiting ends.\n"
POOLS = HEAD + SIZES + LAST
PARAGRAPHS = PROSE.replace(". Each", ".\n\nEach").replace(". Ten", ".\n\nTen")
LINES = POOLS.replace(PROSE, PARAGRAPHS)  # so that two can change them without a conflict
TEN = "Ten is", "Nine is"
LINKS = "[pools](pools.md) and [sizes](pools.md#pool-sizes)."
AROUND = {
    "reader.md": f"# The reader\n\n{LINKS}\n",
    "leases.md": "# Leases\n\nA lease of a lease is a lease that a borrower gives a borrower.\n",
    "outline.md": "---\nkind: outline\n---\n# Map\n\n## Connection pools\n\n- **1.1** Pool sizes\n",
    "paths.md": "# Paths\n\n## Beginner path\n\n1. Start with **Connection pools**\n"
    "2. Read [sizes](pools.md#pool-sizes)\n",
}  # fmt: skip


@dataclass
class World:
    """A folder, its library, and what a registered step was told since the last look."""

    folder: Path
    told: list[tuple[Published, dict[str, str]]] = field(default_factory=list)

    def bring(self, files: dict[str, str | None], **options: Any) -> None:
        for name, text in files.items():
            if text is None:
                (self.folder / name).unlink()
            else:
                (self.folder / name).write_text(text)
        assert not import_paths([str(self.folder)], **options).refused

    def step(self, published: Published) -> None:
        rows = Section.objects.filter(pk__in=published.changed | published.removed)
        self.told.append((published, dict(rows.values_list("title", "markdown"))))


def section(anchor: str = "pool-sizes") -> Section:
    rows = Section.objects.select_related("topic").order_by("-removed_at", "pk")
    return rows.get(anchor=anchor, topic__origin="pools.md")


def topic() -> Topic:
    return Topic.objects.get(origin="pools.md")


def edit(old: str, new: str, **options: Any) -> None:
    row = section()
    text = row.markdown.replace(old, new)
    save_section(row, markdown=text, title=row.title, user=None, **options)


def metadata(**values: Any) -> None:
    row = topic()
    for name, value in values.items():
        setattr(row, name, value)
    save_topic(row, list(values))


def conflict(world: World) -> None:
    edit(OLD, MINE)
    world.bring({"pools.md": POOLS.replace(OLD, NEW)})
    assert section().conflict_markdown is not None


def rename_root(world: World) -> None:
    row = section("")
    save_section(row, markdown=row.markdown, title="Lending", user=None)


Act = Callable[[World], None]


def nothing(world: World) -> None:
    pass


# What happens before, and the one change that is looked at.
WAYS: dict[str, tuple[Act, Act]] = {
    "a new file": (
        lambda w: w.bring({"pools.md": None}, prune=True) or forget("pools.md"),
        lambda w: w.bring({"pools.md": POOLS}),
    ),
    "a changed file": (nothing, lambda w: w.bring({"pools.md": POOLS.replace(OLD, NEW)})),
    "a renamed file": (nothing, lambda w: w.bring({"pools.md": None, "lending.md": POOLS})),
    "another address": (nothing, lambda w: w.bring({"pools.md": f"---\nslug: x\n---\n{POOLS}"})),
    "a deleted file, pruned": (nothing, lambda w: w.bring({"pools.md": None}, prune=True)),
    "a deleted file, kept": (nothing, lambda w: w.bring({"pools.md": None})),
    "a heading that goes": (nothing, lambda w: w.bring({"pools.md": HEAD + LAST})),
    "a heading that comes": (
        lambda w: w.bring({"pools.md": HEAD + LAST}) or forget_section("Pool sizes"),
        lambda w: w.bring({"pools.md": POOLS}),
    ),
    "a heading in another file": (
        nothing,
        lambda w: w.bring({"pools.md": HEAD + LAST, "sizes.md": f"# Sizes\n{SIZES}"}),
    ),
    "a section swallowed by the next": (
        nothing,
        lambda w: w.bring({"pools.md": f"{HEAD}\n## Time-outs\n\n{PROSE}\n\nWaiting ends.\n"}),
    ),
    "an edit in admin": (nothing, lambda w: edit(OLD, NEW)),
    "a section removed in admin": (nothing, lambda w: remove_sections([section()])),
    "a topic removed in admin": (nothing, lambda w: remove_topics([topic()])),
    "a topic removed and restored": (
        lambda w: remove_topics([topic()]),
        lambda w: restore_topic(topic(), user=None),
    ),
    "a draft in admin": (nothing, lambda w: metadata(status="draft")),
    "a draft published again": (
        lambda w: metadata(status="draft"),
        lambda w: metadata(status="published"),
    ),
    "a draft in the file": (
        nothing,
        lambda w: w.bring({"pools.md": f"---\nstatus: draft\n---\n{POOLS}"}),
    ),
    "a draft published in the file": (
        lambda w: w.bring({"pools.md": f"---\nstatus: draft\n---\n{POOLS}"}),
        lambda w: w.bring({"pools.md": POOLS}),
    ),
    "an edit and a change joined": (
        lambda w: w.bring({"pools.md": LINES}) or edit(*TEN),
        lambda w: w.bring({"pools.md": LINES.replace(OLD, NEW)}),
    ),
    "a conflict": (
        lambda w: edit(OLD, MINE),
        lambda w: w.bring({"pools.md": POOLS.replace(OLD, NEW)}),
    ),
    "a conflict resolved as here": (conflict, lambda w: edit("", "", resolved=True)),
    "a conflict resolved as in the file": (
        conflict,
        lambda w: edit(MINE, NEW, resolved=True),
    ),
    "another title": (nothing, rename_root),
    "another kind": (nothing, lambda w: metadata(kind="glossary")),
    "another kind and back": (
        lambda w: metadata(kind="glossary"),
        lambda w: metadata(kind="article"),
    ),
    "other tags": (nothing, lambda w: metadata(tags=["sql"])),
}


def forget(origin: str) -> None:
    """As if the file had never been imported."""
    rows = Section.objects.filter(topic__origin=origin)
    rows.update(parent=None, page=None, merged_into=None)
    rows.delete()
    Topic.objects.filter(origin=origin).delete()


def forget_section(title: str) -> None:
    Section.objects.filter(title=title, removed_at__isnull=False).delete()


def links_of(**where: Any) -> dict[str, tuple[str, str]]:
    """Kind and address of each link of a section, by the link's text."""
    rows = Section.objects.filter(removed_at=None, topic__removed_at=None, **where)
    kinds = {link.text: link.kind for link in Link.objects.filter(section__in=rows)}
    found = {}
    for html in rows.values_list("html", flat=True):
        for address, text in re.findall(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', html):
            found[text] = (str(kinds[text]), unescape(address))
    return found


def titles(ids: list[int | None]) -> list[str | None]:
    names = dict(Section.objects.in_bulk([pk for pk in ids if pk]))
    return [f"{names[pk].topic.path}: {names[pk].title}" if pk else None for pk in ids]


def observe(world: World, version: int) -> dict[str, Any]:
    """All that must follow from a change, as the tests compare it."""
    reader = links_of(topic__path="reader")
    client = Client()
    heard = [
        {
            title: (published.before.get(pk), now[title] if pk in published.changed else "removed")
            for pk, title in Section.objects.filter(
                pk__in=published.changed | published.removed
            ).values_list("pk", "title")
        }
        for published, now in world.told
    ]
    pools = Topic.objects.live().filter(title__in=["Connection pools", "Lending"]).first()
    item = Section.objects.get(topic__path="outline", is_item=True)
    return {
        "link to the topic": reader["pools"],
        "link to the section": reader["sizes"],
        "statuses of its addresses": [
            client.get(a, follow=True).status_code for _, a in reader.values()
        ],
        "links of the section's own topic": links_of(topic=pools),
        "found": [word for word in ("zebra", "gnu", "okapi") if search(word, group=False).total],
        "see also": titles(Section.objects.get(topic__path="leases").see_also),
        "match": titles([item.match_id])[0],
        "words": pools.words if pools else None,
        "goals": titles(list(PathStep.objects.values_list("target", flat=True))),
        "version": content_version() - version,
        "steps": heard,
    }


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
    | {"found": ["zebra"], "match": "pools: Time-outs", "words": 115}
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


def test_an_edit_costs_the_same_however_many_link_to_it(bring, django_assert_max_num_queries):
    bring({"pools.md": POOLS} | {f"{n}.md": f"# Note {n}\n\n{LINKS}\n" for n in range(60)})
    with django_assert_max_num_queries(71):
        edit(OLD, NEW)
