"""What undoing a change did, or would do: a line for each section and topic."""

from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from importer.models import Change, Revision
from topics.models import Section


class What(models.TextChoices):
    """What undoing does to a section or a topic."""

    TEXT = "text", _("gets its earlier text back")
    JOINED = "joined", _("gets its earlier text back and keeps what changed since")
    TITLE = "title", _("gets its earlier title back")
    RESTORED = "restored", _("comes back")
    REMOVED = "removed", _("is removed")
    MOVED = "moved", _("goes back to its earlier place")
    ADDRESS = "address", _("gets its earlier address back; the present one leads there")
    DESCRIBED = "described", _("gets its earlier description back")
    SAME = "same", _("is as it was already")
    CONFLICT = "conflict", _("changed since in the same place, and stays as it is")
    LATER = "later", _("has changed since it came, and stays")
    GONE = "gone", _("was removed since, and stays so")
    NO_TOPIC = "no topic", _("cannot come back: its topic is removed")
    NOT_READ = "not read", _("cannot be rendered so, and stays as it is")


NOT_DONE = {What.CONFLICT, What.LATER, What.GONE, What.NO_TOPIC, What.NOT_READ}


@dataclass(frozen=True)
class Line:
    """One thing that undoing does, or does not do; `marks` hang on what it happens to."""

    what: What
    title: str
    path: str
    section: int | None = None
    marks: int = 0

    @property
    def is_done(self) -> bool:
        """Whether it happens; False where the present state stays."""
        return self.what not in NOT_DONE


@dataclass
class Undone:
    """What undoing did or would do, and the change that it made."""

    lines: list[Line] = field(default_factory=list)
    change: Change | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing stays that should have been undone."""
        return all(line.is_done for line in self.lines)


@dataclass
class After:
    """What a change made of a row: its next revision, or what it is now."""

    title: str
    markdown: str
    topic: int
    state: dict[str, Any]
    is_now: bool = True


def plain(row: models.Model, name: str) -> Any:
    """A column as a revision has it: moments and days as text."""
    value = getattr(row, name)
    return value.isoformat() if hasattr(value, "isoformat") else value


def is_moved(was: Revision, became: After) -> bool:
    """Whether the change gave the section another place or address. Another parent alone may
    follow from what became of that, another position from what came before it."""
    if was.topic_id != became.topic or was.state.get("reordered"):
        return True
    names = ("level", "anchor", "is_item")
    return any(was.state[name] != became.state[name] for name in names)


def values_of(row: models.Model) -> list[Any]:
    """All columns of a row as it is in memory."""
    return [getattr(row, field.attname) for field in row._meta.concrete_fields]


def size_of(change: Change, section: int | None = None, topic: int | None = None) -> int:
    """How many sections and topics undoing a change looks at. Two queries."""
    if section is not None:
        return 1
    rows, made = change.revisions.all(), Section.objects.filter(created_at=change.at)
    if topic is not None:
        rows = rows.filter(models.Q(section__topic=topic) | models.Q(section=None, topic=topic))
        made = made.filter(topic=topic)
    return rows.count() + made.count()
