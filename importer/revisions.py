"""What sections said at an earlier moment, and what each change made of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.db.models.fields.json import KT
from django.utils.dateparse import parse_datetime

from importer.models import Change, Revision
from topics.models import Section


@dataclass(frozen=True)
class Text:
    """A section as it was, or is. `is_removed` says that readers did not see it."""

    title: str
    markdown: str
    is_removed: bool = False


@dataclass(frozen=True)
class Changed:
    """A section at two moments; None where it did not exist yet."""

    before: Text | None
    after: Text | None

    @property
    def is_other(self) -> bool:
        """Whether a reader of the first would find something else now."""
        return self.before != self.after


def texts_at(section_ids: Collection[int], moment: datetime) -> dict[int, Text | None]:
    """What these sections were at a moment; None where one did not exist yet. Three queries.

    A change at that very moment is part of it. However many revisions came since, two of each
    section are read: the first, and the first that holds a text.
    """
    rows = {
        row.pk: row
        for row in Section.objects.filter(pk__in=section_ids).only(
            "title", "markdown", "created_at", "removed_at"
        )
    }
    found: dict[int, Text | None] = {
        pk: None if row.created_at > moment else text_of(row) for pk, row in rows.items()
    }
    later = Revision.objects.filter(section__in=rows, change__at__gt=moment)
    first = later.order_by("section_id", "change_id").distinct("section_id")
    said = first.filter(markdown__isnull=False).values_list("section", "markdown")
    texts = {key: str(markdown) for key, markdown in said}
    removed = KT("state__removed_at")
    for key, title, removed_at in first.values_list("section", "title", removed):
        if (now := found.get(key)) is not None:
            found[key] = Text(title, texts.get(key, now.markdown), bool(removed_at))
    return found


def changes_between(
    section_ids: Collection[int], start: datetime, end: datetime
) -> dict[int, Changed]:
    """What these sections were at both moments, for those that are not the same. Six queries.

    For "changed since you read it": the moment of reading, and now.
    """
    before, after = texts_at(section_ids, start), texts_at(section_ids, end)
    pairs = {pk: Changed(before[pk], after[pk]) for pk in before}
    return {pk: pair for pk, pair in pairs.items() if pair.is_other}


def text_after(row: Section, change: int) -> Text:
    """What a section was when the change with this key was the latest. Two queries at most."""
    later = Revision.objects.filter(section=row, change_id__gt=change).order_by("change_id")
    first = later.first()
    if first is None:
        return text_of(row)
    holds = first if first.markdown is not None else later.exclude(markdown=None).first()
    markdown = row.markdown if holds is None else str(holds.markdown)
    return Text(first.title, markdown, bool(first.state["removed_at"]))


def latest_change() -> int:
    """The key of the latest change, 0 before the first."""
    return Change.objects.aggregate(last=Max("pk"))["last"] or 0


def text_of(row: Section) -> Text:
    """What a section is now."""
    return Text(row.title, row.markdown, row.removed_at is not None)


def moment_in(state: Mapping[str, object], name: str) -> datetime | None:
    """A moment that a revision keeps."""
    value = state.get(name)
    return parse_datetime(value) if isinstance(value, str) else None
