"""Each way in which content changes, and what readers, links, marks and searches are told then."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

from django.test import Client

from importer.edits import remove_sections, remove_topics, save_section, save_topic
from importer.publish import Published
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
