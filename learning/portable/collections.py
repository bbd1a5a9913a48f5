"""Collections with their sections in order, as rows."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from accounts.own_data import Row, Said, Taken, plain, quoted, too_many
from learning.collections import MOST_COLLECTIONS, MOST_SECTIONS
from learning.models import COLLECTED_NOTE_LIMIT, CollectedSection, Collection
from learning.portable import kept
from learning.portable.bookmarks import joined
from learning.portable.identifiers import identifiers
from learning.portable.places import sections_at, today

PART = "collections"
KEPT = "collected"  # a section of a collection that has no place here


def rows(user: User) -> list[Row]:
    """All collections of a learner, the first made first."""
    own = list(Collection.objects.filter(user=user).order_by("created_at", "pk"))
    names = identifiers(PART, ((row.pk, row.created_at) for row in own))
    inside = _inside(user)
    lost: dict[str, list[Row]] = defaultdict(list)
    for missing in kept.rows(user, KEPT):
        lost[missing["collection"]].append(missing)
    found = []
    for row in own:
        name = str(names[row.pk])
        items = inside.get(row.pk, [])
        for missing in sorted(lost[name], key=lambda item: item["position"]):
            items.insert(missing["position"], missing["item"])
        made = row.created_at.isoformat()
        told = {"id": name, "title": row.title, "created": made, "is_path": row.is_path}
        found.append({**told, "sections": items})
    return found


def _inside(user: User) -> dict[int, list[Row]]:
    """The sections of each collection by its key; merged ones are one."""
    own = CollectedSection.objects.of(user)
    places = today(own)
    found: dict[int, dict[int, Row]] = defaultdict(dict)
    for item in own.order_by("collection", "position", "pk"):
        place = places[item.section_id]
        row = found[item.collection_id].setdefault(place.section, {**place.row, "note": ""})
        row["note"] = joined([row["note"], item.note])
    return {key: list(items.values()) for key, items in found.items()}


def said(user: User) -> Iterator[Said]:
    """The same for people."""
    for number, row in enumerate(rows(user)):
        lines = []
        for place, item in enumerate(row["sections"], 1):
            name = plain(f"{item['topic']}: {item['section']}")
            lines.append(f"{place}. [{name}]({item['address']})")
            if item["note"]:
                lines += ["", *(f"   {line}".rstrip() for line in quoted(item["note"]).split("\n"))]
        yield Said(_("Collections"), row["title"], "\n".join(lines), order=(PART, number))


def take_in(user: User, rows: list[Row]) -> Taken:
    """Make the collections of rows; one that is there gets the sections that it lacks."""
    own = list(Collection.objects.filter(user=user))
    names = identifiers(PART, ((row.pk, row.created_at) for row in own))
    mine = {str(names[row.pk]): row for row in own}
    new = [row for row in rows if row["id"] not in mine]
    if len(own) + len(new) > MOST_COLLECTIONS:
        raise too_many(_("Collections"), MOST_COLLECTIONS)
    at = sections_at(item["address"] for row in rows for item in row["sections"])
    held = {
        (item.collection_id, item.shown_id)
        for item in CollectedSection.objects.of(user).with_shown()
    }
    lost: list[Row] = []
    for row in rows:
        collection = mine.get(row["id"]) or Collection.objects.create(
            user=user,
            title=row["title"],
            created_at=datetime.fromisoformat(row["created"]),
            is_path=row["is_path"],
        )
        mine[row["id"]] = collection
        lost += _fill(user, collection, row, at, held)
    already = {kept.text_of_row(row) for row in kept.rows(user, KEPT)}
    kept.keep(user, KEPT, lost)
    count = sum(kept.text_of_row(row) not in already for row in lost)
    return Taken(len(new), len(rows) - len(new), count)


def _fill(
    user: User, own: Collection, row: Row, at: dict[str, int], held: set[tuple[int, int]]
) -> list[Row]:
    """Put the sections of a row into a collection; returns those without a place."""
    last = own.sections.order_by("-position").values_list("position", flat=True).first()
    first = 0 if last is None else last + 1
    made, lost = [], []
    for position, item in enumerate(row["sections"]):
        pk = at.get(item["address"])
        if pk is None or len(item["note"]) > COLLECTED_NOTE_LIMIT:
            lost.append({"collection": row["id"], "position": position, "item": item})
        elif (own.pk, pk) not in held:
            held.add((own.pk, pk))
            made.append(
                CollectedSection(
                    user=user,
                    collection=own,
                    section_id=pk,
                    position=first + position,
                    note=item["note"],
                )
            )
    if own.sections.count() + len(made) > MOST_SECTIONS:
        raise too_many(_("Sections of “{title}”").format(title=own.title), MOST_SECTIONS)
    CollectedSection.objects.bulk_create(made)
    return lost
