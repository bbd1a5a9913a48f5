"""Bookmarks with their notes, as rows: one for each section that is read today."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Sum
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from accounts.own_data import Row, Said, Taken, item, quoted, too_many
from learning.models import BOOKMARKS_LIMIT, NOTE_LIMIT, NOTES_LIMIT, Bookmark
from learning.portable import kept
from learning.portable.places import Place, sections_at, today

PART = "bookmarks"
Shown = tuple[Place, Row]


def _shown(user: User) -> list[Shown]:
    """What the learner has at each section: notes of merged ones are below one another."""
    own = Bookmark.objects.of(user)
    places = today(own)
    by_section: dict[int, list[Bookmark]] = defaultdict(list)
    for mark in own.order_by("created_at", "pk"):
        by_section[places[mark.section_id].section].append(mark)
    found = []
    for marks in by_section.values():
        place = places[marks[0].section_id]
        note = joined(mark.note for mark in marks)
        moments = {
            "created": marks[0].created_at.isoformat(),
            "changed": max(mark.updated_at for mark in marks).isoformat(),
        }
        found.append((place, {**place.row, "note": note, **moments}))
    return found


def joined(notes: Iterable[str]) -> str:
    """Several notes as one."""
    return "\n\n".join(dict.fromkeys(filter(None, notes)))


def rows(user: User) -> list[Row]:
    """All of a learner's bookmarks, the first made first."""
    found = [row for _place, row in _shown(user)] + kept.rows(user, PART)
    return sorted(found, key=lambda row: (row["created"], row["address"]))


def said(user: User) -> Iterator[Said]:
    """The same for people. Notes are quotations, as they were written."""
    for place, row in _shown(user):
        line = f"[{_('Bookmark')}]({row['address']}), {row['created'][:10]}"
        yield place.says(0, item(line, quoted(row["note"])))


def _place(user: User, rows: list[Row]) -> tuple[Taken, list[Row]]:
    """Bookmark the sections of rows; a note is added to another that is there."""
    at = sections_at(row["address"] for row in rows)
    own = Bookmark.objects.of(user)
    here = {place.section for place in today(own).values()}
    known = {mark.shown_id: mark for mark in own.with_shown().order_by("-pk")}
    notes: dict[int, list[str]] = defaultdict(list)
    for mark in own.with_shown().order_by("created_at", "pk"):
        notes[mark.shown_id].append(mark.note)
    made: dict[int, Bookmark] = {}
    changed: dict[int, Bookmark] = {}
    left, count = [], 0
    for row in rows:
        pk = at.get(row["address"])
        mark = known.get(pk or 0) or made.get(pk or 0)
        if pk is None:
            left.append(row)
        elif mark is None:
            made[pk] = Bookmark(
                user=user, section_id=pk, note=row["note"],
                created_at=datetime.fromisoformat(row["created"]),
                updated_at=datetime.fromisoformat(row["changed"]),
            )  # fmt: skip
        elif row["note"] and not _holds(joined(notes[pk]), row["note"]):
            new = joined([mark.note, row["note"]])
            if len(new) > NOTE_LIMIT:
                left.append(row)
                continue
            mark.note = new
            notes[pk].append(row["note"])
            if pk in known:
                changed[pk] = mark
            count += 1
        else:
            count += 1
    if len(here) + len(made) > BOOKMARKS_LIMIT:
        raise too_many(_("Bookmarks"), BOOKMARKS_LIMIT)
    _save(user, list(made.values()), list(changed.values()))
    return Taken(len(made), count), left


def _holds(note: str, other: str) -> bool:
    """Whether a note has all of another one, between empty lines."""
    return f"\n\n{other}\n\n" in f"\n\n{note}\n\n"


def _save(user: User, made: list[Bookmark], changed: list[Bookmark]) -> None:
    moments = {mark.section_id: mark.updated_at for mark in made}
    Bookmark.objects.bulk_create(made, batch_size=1000)
    for mark in made:  # the database's own "changed" is the moment of the import
        mark.updated_at = moments[mark.section_id]
    Bookmark.objects.bulk_update(made, ["updated_at"], batch_size=1000)
    Bookmark.objects.bulk_update(changed, ["note"], batch_size=1000)
    used = Bookmark.objects.of(user).aggregate(used=Sum(Length("note")))["used"] or 0
    if used > NOTES_LIMIT:
        raise too_many(_("Characters of all notes on bookmarks"), NOTES_LIMIT)


take_in = kept.taking(PART, _place)
