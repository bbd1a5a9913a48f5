"""What an import did so far: the rows it holds back, and what it has to say."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from importer.files import Note
from importer.parts import copy_parts
from importer.publish import has_steps
from importer.tables import copy_rows, update_rows
from topics.models import Address, Section, Topic

BATCH = 1000


@dataclass
class Changes:
    """What an import did, as rows and as words."""

    now: datetime
    counts: Counter[str] = field(default_factory=Counter)
    notes: list[Note] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    created: list[int] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    topics: set[int] = field(default_factory=set)
    edited_topics: set[int] = field(default_factory=set)
    images: set[str] = field(default_factory=set)
    files_seen: set[tuple[str, str]] = field(default_factory=set)
    new_rows: list[Section] = field(default_factory=list)
    new_parts: list[Any] = field(default_factory=list)
    new_names: list[Address] = field(default_factory=list)
    before: dict[int, str] = field(default_factory=dict)
    keeps_texts: bool = field(default_factory=has_steps)

    def say(self, sign: str, topic: Topic, what: str) -> None:
        self.lines.append(f"{sign} {topic.path}: {what}")

    def note(self, level: str, topic: Topic, line: int | None, message: str) -> None:
        self.notes.append(Note(level, topic.origin, line, message))

    def touch(self, row: Section, markdown: str | None = None) -> None:
        """Note that a section changed; `markdown` is its text before, None for a new one."""
        self.touched.add(row.pk)
        if self.keeps_texts and markdown is not None:
            self.before.setdefault(row.pk, markdown)

    @property
    def held_back(self) -> int:
        return len(self.new_rows) + len(self.new_parts)

    def flush(self) -> None:
        """Write the rows that were collected; parents may come after children (deferred keys)."""
        copy_rows(self.new_rows)
        copy_parts(self.new_parts)
        Address.objects.bulk_create(self.new_names, ignore_conflicts=True, batch_size=BATCH)
        self.new_rows.clear()
        self.new_parts.clear()
        self.new_names.clear()


def remove_rows(rows: Sequence[Section], changes: Changes) -> None:
    for row in rows:
        row.removed_at = changes.now
        changes.touch(row, row.markdown)
    update_rows(rows, ["removed_at", "merged_into"])
    changes.removed += [row.pk for row in rows]
    changes.counts["sections removed"] += len(rows)
