"""What a learner has read, as rows: one for each section that is read today."""

from collections.abc import Iterator
from datetime import datetime

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from accounts.own_data import Row, Said, Taken
from learning.models import Reading
from learning.portable import kept
from learning.portable.places import Place, sections_at, today

PART = "progress"


def _shown(user: User) -> list[tuple[Place, Reading]]:
    """A section's own state, or else the first of those that were merged into it."""
    own = Reading.objects.of(user)
    places = today(own)
    found: dict[int, tuple[bool, str, Reading]] = {}
    for mark in own.order_by("pk"):
        key = places[mark.section_id].section
        told = (mark.section_id != key, mark.state, mark)
        if key not in found or told[:2] < found[key][:2]:
            found[key] = told
    marks = [(places[mark.section_id], mark) for _merged, _state, mark in found.values()]
    return sorted(marks, key=lambda pair: (pair[1].marked_at, pair[0].address))


def rows(user: User) -> list[Row]:
    """All that a learner has read, the first first."""
    found = [
        {**place.row, "state": mark.state, "marked": mark.marked_at.isoformat()}
        for place, mark in _shown(user)
    ] + kept.rows(user, PART)
    return sorted(found, key=lambda row: (row["marked"], row["address"]))


def said(user: User) -> Iterator[Said]:
    """The same for people."""
    words = {"read": _("Read"), "again": _("To be repeated")}
    for place, mark in _shown(user):
        yield place.says(3, f"- {words[mark.state]}: {mark.marked_at:%Y-%m-%d}")


def _place(user: User, rows: list[Row]) -> tuple[Taken, list[Row]]:
    """Mark the sections of rows; the later mark of a section stays."""
    at = sections_at(row["address"] for row in rows)
    own = Reading.objects.of(user)
    mine = dict(own.with_shown().order_by("marked_at").values_list("shown_id", "marked_at"))
    wanted: dict[int, tuple[datetime, str]] = {}
    for row in rows:
        if pk := at.get(row["address"]):
            told = datetime.fromisoformat(row["marked"]), row["state"]
            wanted[pk] = max(told, wanted.get(pk, told))
    new = {pk: told for pk, told in wanted.items() if pk not in mine or mine[pk] < told[0]}
    Reading.objects.bulk_create(
        (
            Reading(user=user, section_id=pk, state=state, marked_at=moment)
            for pk, (moment, state) in new.items()
        ),
        update_conflicts=True,
        unique_fields=["user", "section"],
        update_fields=["state", "marked_at"],
        batch_size=1000,
    )
    left = [row for row in rows if row["address"] not in at]
    return Taken(len(new), len(rows) - len(left) - len(new)), left


take_in = kept.taking(PART, _place)
