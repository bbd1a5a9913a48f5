"""Undoing a change: of one section, of one topic, or the whole, an import's too.

What changed since is kept: texts are joined by three-way merge, and where both changed the same
place, the section stays as it is and is reported. What an import changed is undone as an edit of
the file's text, so that the next import of the same file does not do it again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from django.contrib.auth.models import User
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from importer.bulk_rows import update_rows
from importer.edits import EditRefused, rerender, sections_of, without_imports
from importer.models import Change, Revision
from importer.own_sections import LAID_ASIDE, is_own, lay_aside, make_own
from importer.publish import publish, texts_of
from importer.recorder import OF_FILE, STATE, Recorder
from importer.revisions import moment_in
from importer.structure import arrange, insert, take_anchor
from importer.text_merge import merge
from importer.topic_tree import Places, place
from importer.undone import After, Line, Undone, What, is_moved, plain, values_of
from topics.marks import mark_count
from topics.models import Section, Topic

# What a topic's description is; the rest of what a revision keeps follows from its file.
DESCRIPTION = [
    "title", "summary", "kind", "level", "tags", "status", "language", "prerequisites", "chosen",
    "position",
]  # fmt: skip
FILE_COLUMNS = [name for name in OF_FILE if name != "merged_into_id"]
CHOOSABLE = {"summary", "kind", "level", "tags", "status", "language"}


@transaction.atomic
def undo(
    change: Change,
    *,
    user: User | None,
    why: str = "",
    section: int | None = None,
    topic: int | None = None,
    dry_run: bool = False,
) -> Undone:
    """Undo a change, or what it did to one section or one topic.

    A dry run says the same and leaves all as it is. Raises EditRefused while an import runs.
    """
    with without_imports():
        recorder = Recorder(Change.Kind.ROLLBACK, timezone.now(), user, why=why, undoes=change)
        work = _Undoing(change, recorder)
        work.topics(topic, section)
        work.sections(topic, section)
        work.remove_topics()
        if dry_run:
            transaction.set_rollback(True)
        else:
            work.finish()
    return work.done


class _Undoing:
    """One undoing on its way: what it has changed so far."""

    def __init__(self, change: Change, recorder: Recorder) -> None:
        self.change, self.recorder = change, recorder
        self.done = Undone()
        self.touched: set[int] = set()
        self.moved: set[int] = set()  # topics
        self.going: dict[int, Topic] = {}  # topics that are removed as a whole
        self.left: set[int] = set()  # topics that a section leaves again
        self.before: dict[int, str] = {}

    # Topics

    def topics(self, topic: int | None, section: int | None) -> None:
        """Topics first: sections come back into those that have."""
        if section is not None:
            return
        rows = self.change.revisions.filter(section=None).select_related("topic")
        created = Topic.objects.filter(created_at=self.change.at)
        if topic is not None:
            rows, created = rows.filter(topic=topic), created.filter(pk=topic)
        revisions = sorted(rows, key=lambda revision: str(revision.state["path"]))
        self.recorder.topics(
            [revision.topic_id for revision in revisions] + [row.pk for row in created]
        )
        for revision in revisions:
            self._topic(revision)
        for row in created.filter(removed_at=None):
            self._will_go(row)

    def _topic(self, revision: Revision) -> None:
        row, was = revision.topic, revision.state
        later = Revision.objects.filter(topic=row, section=None, pk__gt=revision.pk).last()
        became = later.state if later else {name: plain(row, name) for name in was}
        if was["removed_at"] is None and became["removed_at"] and row.removed_at:
            above = row.parent
            if above is not None and above.removed_at:
                self._say(What.NO_TOPIC, row)
                return
            row.removed_at = None
            row.save(update_fields=["removed_at"])
            self._say(What.RESTORED, row)
            self.moved.add(row.pk)
        elif was["removed_at"] and became["removed_at"] is None and row.removed_at is None:
            self._will_go(row)
            return
        self._describe(row, was, became)
        if was["path"] != became["path"] and row.removed_at is None:
            self._move(row, was, became)

    def _describe(self, row: Topic, was: dict[str, Any], became: dict[str, Any]) -> None:
        names = [name for name in DESCRIPTION if was.get(name) != became.get(name)]
        names = [name for name in names if name != "title"]  # the root section's
        free = [name for name in names if plain(row, name) == became[name]]
        if len(free) < len(names):
            free = [name for name in free if name != "chosen"]
        for name in free:
            setattr(row, name, was[name])
        if free:
            if self.change.run_id:
                row.chosen = sorted({*row.chosen, *CHOOSABLE.intersection(free)})
            row.save(update_fields=[*free, "chosen"])
            if free != ["chosen"]:
                self._say(What.DESCRIBED, row)
            self.moved.add(row.pk)
            if {"kind", "status"}.intersection(free):
                live = Section.objects.filter(topic=row, removed_at=None)
                self.touched |= set(live.values_list("pk", flat=True))
        if len(free) < len(names):
            self._say(What.CONFLICT, row)

    def _move(self, row: Topic, was: dict[str, Any], became: dict[str, Any]) -> None:
        parent = Topic.objects.live().filter(pk=was["parent_id"]).first()
        if row.path != became["path"] or (was["parent_id"] and parent is None):
            self._say(What.CONFLICT, row)
            return
        self.moved |= place(row, parent, [was["path"].rpartition("/")[2]], Places())
        self._say(What.MOVED, row)

    def _will_go(self, row: Topic) -> None:
        """The change brought this topic; if nothing of it has changed since, it goes again."""
        if Revision.objects.filter(topic=row, change__gt=self.change).exists():
            self._say(What.LATER, row)
        else:
            self.going[row.pk] = row

    def remove_topics(self) -> None:
        """Remove the topics that go, those below others first. Called when the sections that came
        from elsewhere are back there."""
        for row in sorted(self.going.values(), key=lambda row: row.path, reverse=True):
            self._remove_topic(row)

    def _remove_topic(self, row: Topic) -> None:
        sections = Section.objects.filter(topic=row, removed_at=None)
        ids = list(sections.values_list("pk", flat=True))
        known = Q(created_at=self.change.at) | Q(revisions__change=self.change)
        came = sections.exclude(pk__in=Section.objects.filter(known).values("pk"))
        if came.exists() or Topic.objects.live().filter(parent=row).exists():
            self._say(What.LATER, row)
            return
        self._note(ids)
        marks = sections.aggregate(count=models.Sum(mark_count()))["count"] or 0
        self.done.lines.append(Line(What.REMOVED, row.title, row.path, None, int(marks)))
        sections.update(removed_at=self.recorder.at)
        Topic.objects.filter(pk=row.pk).update(removed_at=self.recorder.at)
        self.touched |= set(ids)
        self.moved.add(row.pk)

    # Sections

    def sections(self, topic: int | None, section: int | None) -> None:
        """Each topic for itself, so that one that cannot be rendered leaves the others alone."""
        revisions = self.change.revisions.filter(section__isnull=False)
        revisions = revisions.exclude(topic__in=self.going)
        created = Section.objects.filter(created_at=self.change.at, removed_at=None)
        created = created.exclude(topic__in=self.going)
        if section is not None:
            revisions, created = revisions.filter(section=section), created.filter(pk=section)
        elif topic is not None:
            within = Q(topic=topic) | Q(section__topic=topic)
            revisions, created = revisions.filter(within), created.filter(topic=topic)
        else:
            # Those of a topic that came with the change have been decided with it.
            created = created.exclude(topic__created_at=self.change.at)
        by_topic: dict[int, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for pk, key in revisions.values_list("pk", "topic").order_by("pk"):
            by_topic[key][0].append(pk)
        for pk, key in created.values_list("pk", "topic"):
            by_topic[key][1].append(pk)
        for key, (earlier, new) in by_topic.items():
            lines = len(self.done.lines)
            try:
                with transaction.atomic():
                    self._sections_of(Topic.objects.get(pk=key), earlier, new)
            except EditRefused:
                del self.done.lines[lines:]
                self._say(What.NOT_READ, Topic.objects.get(pk=key))

    def _sections_of(self, topic: Topic, earlier: Sequence[int], new: Sequence[int]) -> None:
        revisions = list(Revision.objects.filter(pk__in=earlier).order_by("pk"))
        ids = [int(revision.section_id or 0) for revision in revisions]
        query = Section.objects.select_related("topic").annotate(marks=mark_count())
        rows = {row.pk: row for row in query.filter(pk__in=[*ids, *new])}
        self._note(rows)
        after = self._after(ids, rows)
        touched: set[int] = set()
        removed: list[Section] = []
        placed: list[Section] = []
        for revision in revisions:
            key = int(revision.section_id or 0)
            lines, kept = len(self.done.lines), values_of(rows[key])
            self._section(rows[key], revision, after[key], removed, placed, topic)
            if values_of(rows[key]) != kept:
                touched.add(key)
            if len(self.done.lines) == lines and rows[key].removed_at is None:
                self._say(What.SAME, rows[key].topic, rows[key])
        changed = set(
            Revision.objects.filter(section__in=new, change__gt=self.change).values_list(
                "section", flat=True
            )
        )
        for key in new:
            if key in changed or not rows[key].anchor:
                self._say(What.LATER, rows[key].topic, rows[key])
            else:
                removed.append(rows[key])
                touched.add(key)
                self._say(What.REMOVED, rows[key].topic, rows[key])
        if touched or removed or placed:
            self._store(topic, rows, touched, removed, placed)

    def _store(
        self,
        topic: Topic,
        rows: Mapping[int, Section],
        touched: set[int],
        removed: Sequence[Section],
        placed: Sequence[Section],
    ) -> None:
        gone = {row.pk for row in removed}
        homes = self.left.union(row.topic_id for row in rows.values() if not row.gone_at)
        for row in removed:
            lay_aside(row, self.recorder.at, self.recorder.by)
        update_rows(removed, LAID_ASIDE)
        moving = {row.pk for row in placed}
        for key in [topic.pk, *sorted(homes - {topic.pk})]:  # what comes back leaves another one
            home = Topic.objects.get(pk=key)
            if home.removed_at or home.pk in self.going:
                continue
            live = [rows.get(row.pk, row) for row in sections_of(home)]
            live = [row for row in live if row.pk not in gone and row.pk not in moving]
            if home.pk == topic.pk:
                for row in sorted(placed, key=lambda row: (row.position, row.pk)):
                    insert(live, row)
            if not live:
                continue
            here = [row.pk for row in live if row.pk in touched]
            self.touched |= arrange(home, live, here)
            if live[0].pk in touched and home.title != live[0].title:
                home.title = live[0].title[:300]
                home.save(update_fields=["title"])
                self.touched |= set(rerender(home))
                self.moved.add(home.pk)
        self.touched |= touched | gone

    def _section(
        self,
        row: Section,
        was: Revision,
        became: After,
        removed: list[Section],
        placed: list[Section],
        home: Topic,
    ) -> None:
        was_removed = bool(was.state["removed_at"])
        if was_removed != bool(became.state["removed_at"]):
            if was_removed == bool(row.removed_at):
                pass
            elif was_removed:
                removed.append(row)
                self._say(What.REMOVED, row.topic, row)
                return
            elif home.removed_at:
                self._say(What.NO_TOPIC, home, row)
                return
            else:
                row.removed_at = None
                row.merged_into = None
                row.topic = home
                self._place(row, was)
                placed.append(row)
                self._say(What.RESTORED, home, row)
                if self.change.run_id:
                    make_own(row, self.recorder.at, self.recorder.by)
        elif row.removed_at:
            self._say(What.GONE, row.topic, row)
            return
        elif is_moved(was, became):
            if home.removed_at or row.topic_id != became.topic:
                self._say(What.CONFLICT, row.topic, row)
            else:
                self._move_section(row, was, became, home)
                if row.topic_id != became.topic or was.state.get("reordered"):
                    row.position = was.state["position"]
                    placed.append(row)
        self._text(row, was, became)

    def _move_section(self, row: Section, was: Revision, became: After, home: Topic) -> None:
        if was.topic_id != became.topic or any(
            was.state[name] != became.state[name] for name in ("level", "is_item")
        ):
            self._say(What.MOVED, home, row)
        old = row.anchor
        if was.state["anchor"] != became.state["anchor"] or row.topic_id != home.pk:
            self.left |= {row.topic_id} - {home.pk}
            take_anchor(row, home, was.state["anchor"])
            if row.anchor != old:
                self._say(What.ADDRESS, home, row)
        row.topic = home
        row.level, row.is_item = was.state["level"], was.state["is_item"]

    def _place(self, row: Section, was: Revision) -> None:
        row.parent_id = was.state["parent_id"]
        row.level, row.position = was.state["level"], was.state["position"]
        row.number, row.is_item = was.state["number"], was.state["is_item"]

    def _text(self, row: Section, was: Revision, became: After) -> None:
        of_file = row.title_in_file, row.markdown_in_file
        old = row.title, row.markdown
        if was.title != became.title:
            if row.title == became.title:
                row.title, row.heading = was.title, was.state["heading"]
                row.title_html = "" if row.heading else escape(row.title)
                self._say(What.TITLE, row.topic, row)
            elif row.title != was.title:
                self._say(What.CONFLICT, row.topic, row)
        if was.markdown is not None and row.markdown != was.markdown:
            merged = merge(became.markdown, row.markdown, was.markdown)
            if merged is None:
                self._say(What.CONFLICT, row.topic, row)
            elif merged != row.markdown:
                is_whole = row.markdown == became.markdown
                row.markdown = merged
                self._say(What.TEXT if is_whole else What.JOINED, row.topic, row)
        if (row.title, row.markdown) != old:
            self._say_who(row, was, became, of_file)
            row.changed_at = self.recorder.at
        elif (was.markdown, was.title) == (None, became.title) and self._is_of_change(row, became):
            self._as_before(row, was)

    def _say_who(
        self, row: Section, was: Revision, became: After, of_file: tuple[str, str]
    ) -> None:
        """What the file has is another thing than what is shown, from now on or no longer."""
        if self._is_of_change(row, became):
            self._as_before(row, was)
        elif not is_own(row):
            row.file_title, row.file_markdown = of_file
        row.edited_at, row.edited_by = self.recorder.at, self.recorder.by
        file_has = row.title_in_file, row.markdown_in_file
        if file_has == (row.title, row.markdown) and row.conflict_markdown is None:
            row.file_title = row.file_markdown = row.edited_at = row.edited_by = None

    def _is_of_change(self, row: Section, became: After) -> bool:
        """Whether what is kept of the file is what the change left there, and not an import's."""
        return self.change.run_id is None and all(
            plain(row, name) == became.state[name] for name in FILE_COLUMNS
        )

    def _as_before(self, row: Section, was: Revision) -> None:
        for name in (*FILE_COLUMNS, "edited_by_id"):
            setattr(row, name, was.state[name])
        row.edited_at = moment_in(was.state, "edited_at")

    def _after(self, ids: Sequence[int], rows: Mapping[int, Section]) -> dict[int, After]:
        found: dict[int, After] = {}
        texts: dict[int, str] = {}
        later = Revision.objects.filter(section__in=ids, change__gt=self.change)
        later = later.order_by("section_id", "change_id").distinct("section_id")  # the first
        for revision in later.defer("markdown"):
            found[int(revision.section_id or 0)] = After(
                revision.title, "", revision.topic_id, revision.state, is_now=False
            )
        for revision in later.filter(markdown__isnull=False):
            texts[int(revision.section_id or 0)] = str(revision.markdown)
        for key in ids:
            row = rows[key]
            state = {name: plain(row, name) for name in STATE}
            after = found.setdefault(key, After(row.title, "", row.topic_id, state))
            after.markdown = texts.get(key, row.markdown)
        return found

    def finish(self) -> None:
        """Publish what changed, with its revisions."""
        self.done.change = self.recorder.close()
        publish(self.touched, self.moved, before=self.before, change=self.done.change)

    def _note(self, ids: Iterable[int]) -> None:
        keys = list(ids)
        self.recorder.sections(keys)
        self.before |= {k: v for k, v in texts_of(keys).items() if k not in self.before}

    def _say(self, what: What, topic: Topic, row: Section | None = None) -> None:
        marks = int(getattr(row, "marks", 0)) if row else 0
        line = Line(what, str(row or topic), topic.path, row.pk if row else None, marks)
        self.done.lines.append(line)
