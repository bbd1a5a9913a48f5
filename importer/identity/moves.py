"""Sections that move from one topic to another within one run keep their identity."""

import re
from collections.abc import Sequence

from importer.changes import Changes
from importer.identity.sections import match
from importer.own_sections import LEFT_BEHIND, make_own
from importer.section_contents import move_parts
from importer.section_writer import COLUMNS, candidates_of
from importer.text_merge import merge
from topics.models import Address, Link, Section

# What describes the place and the text; the old row takes these from the new one.
OWN = (
    "title", "markdown", "file_title", "file_markdown", "conflict_markdown", "edited_at",
    "edited_by_id",
)  # fmt: skip
TAKEN = [name for name in COLUMNS if name not in OWN]


def follow_moves(changes: Changes, moved: Sequence[int] = ()) -> None:
    """Match sections that the run removed with those it created elsewhere; they keep their rows.

    Those that were `moved` are known: the others are recognised by what they say.
    """
    if not changes.removed or not changes.created:
        return
    known = _known(changes, moved)
    gone = Section.objects.filter(
        pk__in=changes.removed, merged_into=None, is_item=False, removed_at__isnull=False
    ).exclude(anchor="")
    new = Section.objects.filter(pk__in=changes.created, is_item=False).exclude(anchor="")
    old_rows = {row.pk: row for row in gone.exclude(pk__in=known.values())}
    new_rows = {row.pk: row for row in new.exclude(pk__in=known) if row.markdown.strip()}
    left = candidates_of(old_rows.values(), as_now=changes.is_edit)
    pairs = known | match([c for c in left if c.text], candidates_of(new_rows.values()))
    new_rows |= Section.objects.in_bulk(known)
    old_rows |= Section.objects.in_bulk(known.values())
    for new_key, old_key in pairs.items():
        row = new_rows[new_key]
        # Its parent and page may have been given their old rows already.
        row.parent_id = pairs.get(row.parent_id or 0, row.parent_id)
        row.page_id = pairs.get(row.page_id or 0, row.page_id)
        _transplant(old_rows[old_key], row, changes)


def _known(changes: Changes, moved: Sequence[int]) -> dict[int, int]:
    """The rows that were created for those that were moved, which are written in the same order;
    nothing where something else was created or came back."""
    old = Section.objects.in_bulk(set(moved).intersection(changes.removed))
    new = Section.objects.filter(pk__in=changes.created).order_by("topic", "position")
    wanted = [(key, old[key].title) for key in moved if key in old]
    created = list(new.values_list("pk", "title")) if len(wanted) == len(moved) else []
    if [title for _pk, title in created] != [title for _key, title in wanted]:
        return {}
    return {pk: key for (pk, _), (key, _) in zip(created, wanted, strict=True)}


def _keep_edit(old: Section, new: Section, changes: Changes) -> None:
    """Merge an admin's edit with what the file changed when the section moved."""
    merged = merge(old.file_markdown or "", old.markdown, new.markdown)
    if merged is None:
        old.conflict_markdown = new.markdown
        changes.report.counts["conflicts"] += 1
    else:
        old.markdown, old.file_markdown = merged, new.markdown
    old.file_title = new.title
    changes.edited_topics.add(new.topic_id)


def _leave_behind(old: Section, changes: Changes) -> None:
    """A removed row for what the file has where the section was, so that it stays away there."""
    if old.file_markdown is None:
        return
    Section.objects.create(
        topic_id=old.topic_id,
        anchor=LEFT_BEHIND.format(key=old.pk, moment=int(changes.now.timestamp())),
        position=old.position,
        level=old.level,
        number=old.number,
        title=old.file_title or old.title,
        heading=old.heading,
        markdown=old.file_markdown,
        file_title=old.file_title,
        file_markdown=old.file_markdown,
        breadcrumbs=old.breadcrumbs,
        edited_at=changes.now,
        edited_by=changes.recorder.by,
        removed_at=changes.now,
        created_at=changes.now,
    )


def _come_back(old: Section, topic: int) -> None:
    """A section is moved back to where it was: what was left behind for it there goes, and what
    its file says of it counts again."""
    begins = LEFT_BEHIND.format(key=old.pk, moment="")
    left = Section.objects.filter(topic=topic, anchor__startswith=begins).exclude(removed_at=None)
    row = left.order_by("-pk").first()
    if row is None:
        return
    old.file_title, old.file_markdown = row.file_title, row.file_markdown
    if (old.title, old.markdown) == (old.file_title, old.file_markdown):
        old.file_title = old.file_markdown = old.edited_at = old.edited_by = None
    left.delete()


def _earlier_anchor(old: Section, new: Section) -> str:
    """The anchor that the section had in the topic where it is moved to, if its heading gives it
    that one again; else the new one. The address is free for it."""
    known = Address.objects.filter(topic=new.topic_id, section=old)
    stem = re.sub(r"--?\d+$", "", new.anchor)
    found = known.filter(anchor=stem).first()
    if found is None:
        return new.anchor
    found.delete()
    return stem


def _transplant(old: Section, new: Section, changes: Changes) -> None:
    address = Address(topic_id=old.topic_id, anchor=old.anchor, section=old)
    title = old.title
    is_same_address = (old.topic_id, old.anchor) == (new.topic_id, new.anchor)
    if changes.is_edit:
        _leave_behind(old, changes)
        old.title, old.markdown = new.title, new.markdown
        make_own(old, changes.now, changes.recorder.by)
        _come_back(old, new.topic_id)
        new.anchor = _earlier_anchor(old, new)
    elif old.edited_at is None:
        old.title, old.markdown = new.title, new.markdown
    else:
        _keep_edit(old, new, changes)
    for name in TAKEN:
        setattr(old, name, getattr(new, name))
    Section.objects.filter(parent=new).update(parent=old)
    Section.objects.filter(page=new).exclude(pk=new.pk).update(page=old)
    Section.objects.filter(merged_into=new).update(merged_into=old)
    move_parts(old, new, title)
    Link.objects.filter(target=new).update(target=old)
    Address.objects.filter(section=new).update(section=old)
    Section.objects.filter(pk=new.pk).update(page=None, parent=None)
    Section.objects.filter(pk=new.pk).delete()
    old.save()
    if not is_same_address:
        Address.objects.filter(topic=old.topic_id, anchor=old.anchor).delete()
        Address.objects.bulk_create([address], ignore_conflicts=True)
    changes.topics.add(address.topic_id)
    changes.touched.discard(new.pk)
    changes.before.pop(new.pk, None)
    changes.report.counts["sections moved"] += 1
    changes.report.counts["sections added"] -= 1
    changes.report.counts["sections removed"] -= 1
