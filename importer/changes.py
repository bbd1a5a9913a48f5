"""What a run has changed so far, for `publish`, and the rows that it has not written yet."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from importer.bulk_rows import Keys, copy_rows, update_rows
from importer.own_sections import LAID_ASIDE, lay_aside
from importer.publish import has_steps
from importer.recorder import Recorder
from importer.report import Report
from importer.section_contents import Row, copy_parts
from topics.deferred_writes import Behind
from topics.models import Address, Section, Topic

BATCH = 1000


@dataclass
class Changes:
    """Keys of what changed, and new rows, which are inserted many at a time.

    touched        sections that were created, changed, removed or restored
    created        those of them that are new, `removed` those that are gone
    topics         topics that moved, came or went, or are described otherwise
    edited_topics  topics in which an admin's text has to be rendered again
    images         tree paths of images that were stored
    recorder       learns what rows were, for their history
    is_edit        somebody here writes other sections than the topic's file has
    before         the Markdown that touched sections had, if a publish step is registered
    """

    now: datetime
    report: Report
    recorder: Recorder
    touched: set[int] = field(default_factory=set)
    created: list[int] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    topics: set[int] = field(default_factory=set)
    edited_topics: set[int] = field(default_factory=set)
    images: set[str] = field(default_factory=set)
    before: dict[int, str] = field(default_factory=dict)
    new_topics: list[Topic] = field(default_factory=list)
    new_rows: list[Section] = field(default_factory=list)
    new_parts: list[Row] = field(default_factory=list)
    new_names: list[Address] = field(default_factory=list)
    is_edit: bool = False
    behind: Behind | None = None
    keeps_texts: bool = field(default_factory=has_steps)
    topic_keys: Keys = field(default_factory=lambda: Keys(Topic))
    section_keys: Keys = field(default_factory=lambda: Keys(Section))

    def touch(self, row: Section, markdown: str | None = None) -> None:
        """Note that a section changed; `markdown` is its text before, None for a new one."""
        self.touched.add(row.pk)
        if self.keeps_texts and markdown is not None:
            self.before.setdefault(row.pk, markdown)

    def remove(self, rows: Sequence[Section]) -> None:
        """Mark sections as removed; their rows stay. A few queries."""
        self.recorder.sections(row.pk for row in rows)
        for row in rows:
            if self.is_edit:
                lay_aside(row, self.now, self.recorder.by)
            row.removed_at = self.now
            self.touch(row, row.markdown)
        update_rows(rows, ["merged_into", *LAID_ASIDE])
        self.removed += [row.pk for row in rows]
        self.report.counts["sections removed"] += len(rows)

    @property
    def held_back(self) -> int:
        """How many rows wait to be inserted."""
        return len(self.new_topics) + len(self.new_rows) + len(self.new_parts)

    def flush(self, behind: Behind | None = None) -> None:
        """Insert the rows that wait; parents may come after children (deferred keys).

        With `behind` this only begins; every further statement comes after it.
        """
        if behind is not None:
            self.behind = behind
        waiting = Waiting(self.new_topics, self.new_rows, self.new_parts, self.new_names)
        self.new_topics, self.new_rows, self.new_parts, self.new_names = [], [], [], []
        if self.behind is not None:
            self.behind.wait()
        if behind is None:
            waiting.write()
            return
        for row in (*waiting.topics, *waiting.rows):
            row._state.adding = False  # who changes one from here on saves it once more
        behind.run(waiting.write)


@dataclass
class Waiting:
    """Rows to be inserted."""

    topics: list[Topic]
    rows: list[Section]
    parts: list[Row]
    names: list[Address]

    def write(self) -> None:
        """Insert them."""
        copy_rows(self.topics)
        copy_rows(self.rows)
        copy_parts(self.parts)
        Address.objects.bulk_create(self.names, ignore_conflicts=True, batch_size=BATCH)
