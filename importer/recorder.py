"""Leaves a revision of each section and topic that a change overwrites.

What a row was is noted in the database, before it is overwritten, so that no text passes through
Python; in the end only what really differs becomes a revision. All of it is in the transaction of
the change.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User

from importer.models import Change, ImportRun
from topics.raw_sql import execute, statement

# What makes a section another one, its title and Markdown apart; who edited it follows from that.
PLACE = ["parent_id", "anchor", "number", "level", "is_item", "heading", "removed_at"]
OF_FILE = ["merged_into_id", "file_markdown", "file_title", "conflict_markdown"]
ALSO_KEPT = ["position", "edited_at", "edited_by_id"]
STATE = [*PLACE, *OF_FILE, *ALSO_KEPT]
# Of a topic all is kept but what follows from its sections, its file and the topics above it.
NOT_KEPT = ["id", "words", "file_hash", "created_at", "changed_at", "tree"]
WHY = 500  # characters


@dataclass
class Recorder:
    """Who changes content, when and why; it learns what is overwritten before that happens.

    `section_ids` and `topic_ids` say more than once do no harm: the first state counts.
    """

    kind: str
    at: datetime
    by: User | None = None
    run: ImportRun | None = None
    why: str = ""
    undoes: Change | None = None

    def sections(self, section_ids: Iterable[int]) -> None:
        """Note what these sections are now: call it before their rows are written."""
        if ids := list(section_ids):
            sql = statement("importer/note_sections").replace("/*names*/", ", ".join(STATE))
            execute(sql, {"ids": ids})

    def topics(self, topic_ids: Iterable[int] | None = None) -> None:
        """Note what these topics are now, or all of them: call it before their rows are written."""
        ids = None if topic_ids is None else list(topic_ids)
        execute(statement("importer/note_topics"), {"ids": ids, "not_kept": NOT_KEPT})

    def close(self, *, has_created: bool = False) -> Change | None:
        """Write the change and its revisions: call it when all rows are written, before `publish`.

        None, and nothing is written, if all is as it was and nothing was created.
        """
        change = Change.objects.create(
            kind=self.kind,
            at=self.at,
            by=self.by,
            run=self.run,
            why=self.why[:WHY],
            undoes=self.undoes,
        )
        names = [name for (name,) in execute(NOTED)]
        count = 0
        if "sections_before" in names:
            count += self._write("importer/section_revisions", change, _section_parts())
        if "topics_before" in names:
            count += self._write("importer/topic_revisions", change, {})
        if names:
            execute(f"DROP TABLE {', '.join(names)}")
        if count or has_created:
            return change
        change.delete()
        return None

    def _write(self, name: str, change: Change, parts: dict[str, str]) -> int:
        sql = statement(name)
        for part, text in parts.items():
            sql = sql.replace(f"/*{part}*/", text)
        [(count,)] = execute(sql, {"change": change.pk, "not_kept": NOT_KEPT})
        return int(count)


NOTED = (
    "SELECT name FROM unnest(ARRAY['sections_before', 'topics_before']) AS name"
    " WHERE to_regclass('pg_temp.' || name) IS NOT NULL"
)


def _section_parts() -> dict[str, str]:
    compared = ["topic_id", "title", "markdown", *PLACE, *OF_FILE]
    return {
        "state": ", ".join(f"'{name}', b.{name}" for name in STATE),
        "before": _columns("b", compared),
        "after": _columns("s", compared),
    }


def _columns(table: str, names: Sequence[str]) -> str:
    return ", ".join(f"{table}.{name}" for name in names)
