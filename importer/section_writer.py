"""Writes the sections of a topic, and settles what the file and a curator both changed.

Sections that have not changed are not touched.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F, Q

from documents import Document, ParsedSection, split_pages
from importer.bulk_rows import new_row, update_rows
from importer.changes import Changes
from importer.identity.sections import Candidate, match, shingles, swallowed
from importer.link_names import NO_SITE, Site
from importer.own_sections import is_left_behind, settle, take_edit
from importer.section_contents import RENDERED, Row, fill, parts_of, replace_parts, steps_by_section
from importer.text_merge import merge
from topics.models import Address, Section, Topic
from topics.raw_sql import execute

# What an import decides about a section; if one of these differs, the section has changed.
DECIDED = [
    "topic_id", "parent_id", "page_id", "position", "anchor", "number", "title", "title_html",
    "heading", "level", "is_item", "breadcrumbs", "markdown", "file_markdown", "file_title",
    "conflict_markdown", "removed_at",
]  # fmt: skip
COLUMNS = [
    *DECIDED, *RENDERED, "merged_into_id", "changed_at", "edited_at", "edited_by_id",
]  # fmt: skip
FIELDS = [name.removesuffix("_id") for name in COLUMNS]
UNRENDERED = [name for name in FIELDS if name not in RENDERED]  # of what an admin has edited
# Not those that an import merged into others; those that somebody here did stay away.
CONSIDERED = Q(merged_into=None) | Q(edited_at=F("removed_at"))
LONGEST_ANCHOR = 300
ROOM_FOR_ANCHOR = 290  # what is left behind it is for a number


def write_sections(
    topic: Topic,
    document: Document,
    changes: Changes,
    *,
    is_new: bool,
    renew: bool = False,
    same_source: bool = False,
    site: Site = NO_SITE,
) -> None:
    """Make the sections of a topic what its document says. Several queries a topic.

    A section that matching recognises keeps its primary key; one that is gone keeps its row, and
    its marks, with `removed_at` set. `renew` renders and indexes unchanged sections too.
    `same_source` says that the file's bytes are those that an earlier parser read: headings that
    it reads differently keep their anchors. New rows wait in `changes` until its `flush`.
    """
    old = [] if is_new else list(Section.objects.filter(CONSIDERED, topic=topic))
    by_key = {row.pk: row for row in old}
    old_titles = {row.pk: row.title for row in old}
    document, pairs, own = _paired(topic, document, old, changes)
    parsed = document.sections
    fresh = iter(changes.section_keys.take(len(parsed) - len(pairs)))
    ids = [pairs[i] if i in pairs else next(fresh) for i in range(len(parsed))]
    anchors = _anchors(topic, parsed, ids, by_key, same_source=same_source)
    taken = {*anchors, topic.title_anchor}
    pages = _pages(parsed)
    titles = [s.title for s in parsed]
    titles[0] = topic.title
    steps = steps_by_section(document)
    changed: list[Section] = []
    others: list[int] = []  # those of `changed` that are not what they were
    parts: list[Row] = []
    earlier: list[Address] = []
    for i, item in enumerate(parsed):
        row = by_key.get(ids[i])
        is_created = row is None
        if row is None:
            row = new_row(Section, id=ids[i], created_at=changes.now, changed_at=changes.now)
        before = None if is_created else [getattr(row, name) for name in DECIDED]
        old_anchor, old_markdown = row.anchor, row.markdown
        row.topic = topic
        row.position, row.level, row.is_item = i, item.level, item.is_item
        row.anchor, row.number = anchors[i], item.number[:40]
        row.parent_id = None if item.parent is None else ids[item.parent]
        row.page_id = ids[pages[i]]
        row.removed_at = row.merged_into_id = None
        row.breadcrumbs = _above(parsed, titles, i)
        if row.pk not in own:
            _take_text(row, titles[i], item, changes, topic)
        titles[i] = row.title  # an admin may have given it another
        if i == 0 and row.title != topic.title:
            topic.title = row.title[:300]
            topic.save(update_fields=["title"])
        if is_created:
            changes.new_rows.append(row)
            changes.created.append(row.pk)
            changes.report.counts["sections added"] += 1
            if not is_new:
                changes.report.say("+", topic, str(row))
        elif _is_changed(row, item, before):
            changed.append(row)
            others.append(row.pk)
            changes.report.counts["sections changed"] += 1
            changes.report.say("~", topic, str(row))
            if old_anchor != row.anchor:
                earlier.append(Address(topic=topic, anchor=old_anchor, section=row))
        elif renew:
            changed.append(row)
        else:
            continue
        changes.touch(row, None if is_created else old_markdown)
        # Names that raw HTML gives a section; they redirect to it like earlier addresses.
        names = [name[:LONGEST_ANCHOR] for name in item.anchors if name not in taken]
        changes.new_names += [Address(topic=topic, anchor=name, section=row) for name in names]
        if row.edited_at is None:  # what an admin wrote is rendered when all files are in
            fill(row, item)
            parts += parts_of(row, topic, item, steps.get(i, []), site)
    gone = [row for row in old if row.pk not in set(ids) and not row.removed_at]
    changes.recorder.sections(others)
    _remove(topic, gone, parsed, ids, changes)
    _update(changed, earlier)
    if not is_new:
        written = [row.pk for row in changed if row.edited_at is None]
        parts = replace_parts(parts, written, [row.pk for row in gone], old_titles)
    changes.new_parts += parts


def _is_changed(row: Section, item: ParsedSection, before: list[Any] | None) -> bool:
    if [getattr(row, name) for name in DECIDED] != before:
        return True
    # A footnote or a link's target may be elsewhere in the document.
    return row.edited_at is None and row.written_html != item.html


def candidates_of(rows: Iterable[Section], *, as_now: bool = False) -> list[Candidate]:
    """Rows for matching: with the titles and texts that their file had, not an admin's edits; or
    `as_now`, for a text that was made of what they say today."""
    by_key = {row.pk: row for row in rows}
    return [
        Candidate(
            key=row.pk,
            title=row.title if as_now else row.title_in_file,
            number=row.number,
            text=(row.markdown if as_now else row.markdown_in_file).strip(),
            parents=tuple(row.breadcrumbs[1:]) if as_now else _file_parents(row, by_key),
            is_item=row.is_item,
            parent=row.parent_id,
            shingles=shingles(row.markdown if as_now else row.markdown_in_file),
        )
        for row in by_key.values()
    ]


def _file_parents(row: Section, by_key: dict[int, Section]) -> tuple[str, ...]:
    names = row.breadcrumbs[1:]
    parent = by_key.get(row.parent_id or 0)
    for place in reversed(range(len(names))):
        if parent is None:
            break
        names[place] = parent.title_in_file
        parent = by_key.get(parent.parent_id or 0)
    return tuple(names)


def _candidates(parsed: Sequence[ParsedSection]) -> list[Candidate]:
    titles = [s.title for s in parsed]
    return [
        Candidate(
            key=i,
            title=item.title,
            number=item.number,
            text=item.markdown.strip(),
            parents=tuple(_above(parsed, titles, i)[1:]),
            is_item=item.is_item,
            parent=item.parent,
            shingles=shingles(item.markdown),
        )
        for i, item in enumerate(parsed)
    ]


def _paired(
    topic: Topic, document: Document, old: list[Section], changes: Changes
) -> tuple[Document, dict[int, int], set[int]]:
    """The document as it comes in, its places with the keys of old rows, and what is our own."""
    if changes.is_edit:  # what was moved away comes back as itself: see `identity.moves`
        here = [row for row in old if not is_left_behind(row)]
        pairs = _match(here, document.sections, as_now=True) if here else {}
        return document, pairs, set()
    pairs = _match(old, document.sections) if old else {}
    if not old:
        return document, pairs, set()
    document, pairs, own = settle(topic, document, old, pairs, changes.report)
    if own:
        changes.edited_topics.add(topic.pk)
    return document, pairs, own


def _match(
    old: list[Section], parsed: Sequence[ParsedSection], *, as_now: bool = False
) -> dict[int, int]:
    """Index of the parsed section to primary key; live rows first, then removed ones come back."""
    root = next((row for row in old if not row.anchor), None)
    pairs = {0: root.pk} if root else {}
    new = _candidates(parsed)[1:]
    there = (row for row in old if row.anchor and not row.removed_at)
    live = candidates_of(there, as_now=as_now)
    pairs |= match(live, new, is_document=True)
    gone = (row for row in old if row.anchor and row.removed_at)
    removed = candidates_of(gone, as_now=as_now)
    if removed:
        pairs |= match(removed, [c for c in new if c.key not in pairs])
    return pairs


def _above(parsed: Sequence[ParsedSection], titles: Sequence[str], index: int) -> list[str]:
    above: list[str] = []
    parent = parsed[index].parent
    while parent is not None:
        above.append(titles[parent])
        parent = parsed[parent].parent
    return above[::-1]


def _pages(parsed: Sequence[ParsedSection]) -> list[int]:
    """For each section the index of the section whose page shows it."""
    opens = split_pages(parsed)
    pages: list[int] = []
    for i, item in enumerate(parsed):
        pages.append(i if opens[i] or item.parent is None else pages[item.parent])
    return pages


def _anchors(
    topic: Topic,
    parsed: Sequence[ParsedSection],
    ids: Sequence[int],
    old: dict[int, Section],
    *,
    same_source: bool,
) -> list[str]:
    """An anchor for each section; if its heading has not changed, the one that it has.

    Anchors of earlier addresses, removed sections and topics below are never reused.
    """
    kept = {}
    for i, item in enumerate(parsed):
        row = old.get(ids[i])
        if not row:
            continue
        if row.file_title is not None and row.file_title == item.title:
            kept[i] = row.anchor  # an admin gave it another title; the file's is as it was
            continue
        if row.heading != item.heading:
            continue
        if same_source or _stem(row) == _stem(item):
            kept[i] = row.anchor
    in_use: dict[str, int] = {}
    if old:
        in_use = dict(Address.objects.filter(topic=topic).values_list("anchor", "section"))
        in_use |= dict(Section.objects.filter(topic=topic).values_list("anchor", "pk"))
        in_use |= dict.fromkeys(
            Topic.objects.live().filter(parent=topic).values_list("slug", flat=True), -1
        )
        in_use |= {anchor: ids[i] for i, anchor in kept.items()}
    anchors = []
    for i, item in enumerate(parsed):
        anchor, number = kept.get(i, item.anchor[:ROOM_FOR_ANCHOR]), 0
        while in_use.get(anchor, ids[i]) != ids[i]:
            number += 1
            # "1-1" with "-1" added would be the anchor of item 1.1.1.
            anchor = f"{item.anchor[:ROOM_FOR_ANCHOR]}{'--' if item.is_item else '-'}{number}"
        in_use[anchor] = ids[i]
        anchors.append(anchor)
    return anchors


def _stem(section: Section | ParsedSection) -> str:
    """An anchor without the number that made it unique."""
    return re.sub(r"--\d+$" if section.is_item else r"-\d+$", "", section.anchor)


def _take_text(
    row: Section, title: str, item: ParsedSection, changes: Changes, topic: Topic
) -> None:
    """Set a section's title and text from the file, merged with an admin's edits if any."""
    title = title[:500] or item.anchor
    if changes.is_edit:
        changes.edited_topics.add(topic.pk)
        by, is_new = changes.recorder.by, not row.title
        take_edit(row, title, item, changes.now, by, is_new=is_new)
        return
    if row.edited_at is None:
        if (row.title, row.markdown) != (title, item.markdown):
            row.changed_at = changes.now
        row.title_html, row.heading = item.title_html, item.heading
        row.title, row.markdown = title, item.markdown
        return
    changes.edited_topics.add(topic.pk)
    base, base_title = row.markdown_in_file, row.title_in_file
    titles_clash = row.title != base_title and title not in (base_title, row.title)
    if row.title in (base_title, title):
        row.title, row.title_html, row.heading = title, item.title_html, item.heading
    row.file_title = title
    if item.markdown in (base, row.conflict_markdown) and not titles_clash:
        if row.conflict_markdown is None:
            changes.report.counts["edits kept"] += 1
            changes.report.note("kept", topic, item.line, f"“{row}” keeps what an admin wrote")
        return
    merged = None if titles_clash else merge(base, row.markdown, item.markdown)
    row.changed_at = changes.now
    if merged is None:
        row.conflict_markdown = item.markdown
        changes.report.counts["conflicts"] += 1
        message = f"“{row}” changed in the file and in admin: resolve it in admin"
        changes.report.note("conflict", topic, item.line, message)
        return
    row.markdown, row.file_markdown, row.conflict_markdown = merged, item.markdown, None
    changes.report.counts["edits merged"] += 1
    message = f"“{row}” joins the file's change and an admin's"
    changes.report.note("kept", topic, item.line, message)


def _remove(
    topic: Topic,
    rows: list[Section],
    parsed: Sequence[ParsedSection],
    ids: Sequence[int],
    changes: Changes,
) -> None:
    """Mark sections as removed; one whose text is now in another section points to it."""
    if not rows:
        return
    new = [c for c in _candidates(parsed) if c.shingles]
    for row, candidate in zip(rows, candidates_of(rows, as_now=changes.is_edit), strict=True):
        into = None if row.is_item else swallowed(candidate, new)
        row.merged_into_id = None if into is None else ids[into]
        changes.report.say("-", topic, str(row) + (" (merged)" if into is not None else ""))
    changes.remove(rows)


def _update(changed: list[Section], earlier: list[Address]) -> None:
    if not changed:
        return
    # Anchors that move between sections would collide half way, so they are parked first.
    movers = [address.section_id for address in earlier]
    if movers:
        execute("UPDATE topics_section SET anchor = '~' || id WHERE id = ANY(%s)", [movers])
    update_rows([row for row in changed if row.edited_at is None], FIELDS)
    update_rows([row for row in changed if row.edited_at is not None], UNRENDERED)
    for row in changed:
        Address.objects.filter(topic=row.topic_id, anchor=row.anchor, section=row).delete()
    Address.objects.bulk_create(earlier, ignore_conflicts=True)
