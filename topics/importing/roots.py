"""The import of one root: which of its files changed, and what becomes of each."""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from topics.documents import Document, Refused, title_of, topic_slug
from topics.documents.worker import ParserPool
from topics.importing import tree
from topics.importing.changes import Changes, remove_rows
from topics.importing.files import Note, Root, SourceFile, read, walk
from topics.importing.linking import is_image, store_images
from topics.importing.writing import write_sections
from topics.models import Link, Section, Topic

# Raised when the same file would give other rows than before, so that all are read again.
RENDER_VERSION = b"1"
FLUSH_EVERY = 10_000  # rows held back before they are written

Progress = Callable[[int, int], None]


@dataclass
class RootImport:
    """The import of one root. State lives here; what it did is in `changes`."""

    root: Root
    mount: Topic | None
    changes: Changes
    prune: bool
    progress: Progress | None
    present: set[str] = field(default_factory=set)
    closed: tuple[str, ...] = ()

    def holds(self, origin: str) -> bool:
        """Whether the root has this topic's file, or may have it behind what was refused."""
        return origin in self.present or origin.startswith(self.closed)

    def run(self) -> None:
        """Read, write, then remove. Memory holds the pending batch, never all documents."""
        files = [
            file
            for file in sorted(walk(self.root, self.changes.notes), key=_reading_order)
            if self._is_first(file)
        ]
        refused = {n.path for n in self.changes.notes if n.level == "refused"}
        self.present = {tree.topic_origin(f) for f in files} | refused
        paths = [f.origin for f in files] + sorted(refused)
        self.present |= {folder for path in paths for folder in tree.folders_of(path)}
        # What a folder that cannot be read holds is not known to be gone.
        self.closed = tuple("" if path == "." else f"{path}/" for path in refused)
        topics = Topic.objects.filter(source=self.root.source)
        self.topics = {t.origin: t for t in topics.filter(removed_at=None)}
        self.removed = {t.origin: t for t in topics.exclude(removed_at=None)}
        self.places = tree.Places()
        self.slugs = self._slugs(files)
        self.hashes = {file.origin: _file_hash(file) for file in files}
        if self.root.is_whole:
            self._follow_renamed_files(files)
        changed = [f for f in files if self._is_changed(f)]
        self._keep_unchanged(files, changed)
        done = 0
        with ParserPool() as pool:
            given: deque[SourceFile] = deque()
            for _, outcome in pool.imap(self._read(changed, given)):
                file = given.popleft()
                try:
                    if isinstance(outcome, Refused):
                        raise outcome
                    self._write(file, outcome)
                except Refused as refusal:
                    self._refuse(file, refusal)
                done += 1
                if self.progress:
                    self.progress(done, len(changed))
                if self.changes.held_back >= FLUSH_EVERY:
                    self.changes.flush()
        self.changes.flush()
        self._store_images()

    def _read(
        self, files: Iterable[SourceFile], given: deque[SourceFile]
    ) -> Iterator[tuple[str, bytes]]:
        """What the parsers take; `given` gets each file that could still be read."""
        for file in files:
            try:
                data = read(file)
            except Refused as refusal:
                self._refuse(file, refusal)
                continue
            self.hashes[file.origin] = _hash(data)
            given.append(file)
            yield file.origin, data

    def _is_first(self, file: SourceFile) -> bool:
        """Two roots of one source may not bring the same path: the second is refused."""
        key = (self.root.source, file.origin)
        if key in self.changes.files_seen:
            message = "came in already from another folder of this run: give it another --source"
            self.changes.notes.append(Note("refused", file.origin, None, message))
            return False
        self.changes.files_seen.add(key)
        return True

    def _slugs(self, files: Iterable[SourceFile]) -> dict[str, str]:
        origins = dict.fromkeys(
            origin for f in files for origin in [*tree.folders_of(f.origin), tree.topic_origin(f)]
        )
        return tree.slugs_of(origins)

    def _is_changed(self, file: SourceFile) -> bool:
        topic = self.topics.get(tree.topic_origin(file))
        if topic is None or topic.file_hash != self.hashes[file.origin]:
            return True
        return topic.tree_path != self._tree_path(topic.origin)

    def _keep_unchanged(self, files: list[SourceFile], changed: list[SourceFile]) -> None:
        """An unchanged file is not parsed; what an admin wrote in its topic is still reported."""
        same = {tree.topic_origin(f) for f in files} - {tree.topic_origin(f) for f in changed}
        self.changes.counts["files unchanged"] += len(files) - len(changed)
        kept = Section.objects.filter(
            topic__source=self.root.source, removed_at=None, edited_at__isnull=False
        ).select_related("topic")
        for row in kept:
            if row.topic.origin in same and not row.topic.removed_at:
                self.changes.counts["edits kept"] += 1
                message = f"“{row}” keeps what an admin wrote"
                self.changes.notes.append(Note("kept", row.topic.origin, None, message))

    def _follow_renamed_files(self, files: list[SourceFile]) -> None:
        """A file that is gone and one that is new with the same text, or name, are one topic."""
        present = {tree.topic_origin(f) for f in files}
        gone = {o: t for o, t in self.topics.items() if o not in present and not o.endswith("/")}
        new = [f for f in files if tree.topic_origin(f) not in self.topics and not f.is_index]
        if not gone or not new:
            return
        by_hash = {t.file_hash: o for o, t in gone.items() if t.file_hash}
        names = [PurePosixPath(o).name for o in gone]
        by_name = {
            PurePosixPath(o).name: o for o in gone if names.count(PurePosixPath(o).name) == 1
        }
        for file in new:
            name = PurePosixPath(file.origin).name
            origin = by_hash.get(self.hashes[file.origin]) or by_name.get(name)
            if origin in gone:
                topic = self.topics.pop(origin)
                del gone[origin]
                self.changes.say("→", topic, f"file {origin} is now {file.origin}")
                topic.origin = file.origin
                self.topics[file.origin] = topic

    def _refuse(self, file: SourceFile, refusal: Refused) -> None:
        self.changes.notes.append(Note("refused", file.origin, refusal.line, refusal.reason))

    def _tree_path(self, origin: str) -> str:
        return (self._tree_root() + origin)[:700]

    def _tree_root(self) -> str:
        if self.mount is None:
            return f"{self.root.source}:"
        head, _, _ = self.mount.tree_path.rpartition("/")
        return f"{head}/" if head else f"{self.mount.tree_path.partition(':')[0]}:"

    def _folder(self, origin: str) -> Topic | None:
        """The topic of a folder; a folder without an index gets a topic with its name."""
        if not origin:
            return self.mount
        topic = self.topics.get(origin)
        if topic is None:
            topic = self._topic(origin)
            topic.title = title_of(PurePosixPath(origin).name)[:300]
            self._save(topic, self._folder(_above(origin)))
            self._write_root_only(topic)
        return topic

    def _topic(self, origin: str) -> Topic:
        """The topic with this origin: live, removed earlier, or new."""
        topic = self.topics.get(origin) or self.removed.get(origin)
        if topic is None:
            topic = Topic(source=self.root.source, origin=origin, created_at=self.changes.now)
            topic.changed_at = self.changes.now
        topic.position = tree.order_in_folder(origin)
        return topic

    def _save(self, topic: Topic, parent: Topic | None, slug: str = "") -> None:
        """Put the topic in its place. Without a `slug` of its own it gets its name's."""
        name = PurePosixPath(topic.origin).name
        slugs = [self.slugs[topic.origin], topic_slug(name)]
        if slug:
            slugs = [topic_slug(slug, keep_prefix=True)]
        topic.removed_at = None
        topic.tree_path = self._tree_path(topic.origin)
        is_new = topic.pk is None
        moved = tree.place(topic, parent, slugs, self.places)
        self.topics[topic.origin] = topic
        if is_new or moved:
            self.changes.moved_topics.add(topic.pk)
        if is_new:
            self.changes.counts["topics added"] += 1
            self.changes.say("+", topic, topic.title)
        elif moved:
            self.changes.say("→", topic, "has a new address")

    def _write_root_only(self, topic: Topic) -> None:
        """A folder without an index has a root section all the same: new, or its own again."""
        row = Section.objects.filter(topic=topic, anchor="").order_by("pk").first()
        if row is None:
            row = Section.objects.create(topic=topic, position=0, title=topic.title)
        elif row.removed_at is None:
            return
        Section.objects.filter(pk=row.pk).update(page=row.pk, removed_at=None, title=topic.title)
        self.changes.touched.add(row.pk)

    def _write(self, file: SourceFile, document: Document) -> None:
        origin = tree.topic_origin(file)
        parent = self._folder(_above(origin))
        topic = self._topic(origin)
        is_new = topic.pk is None
        _take_front_matter(topic, document)
        topic.file_hash = self.hashes[file.origin]
        self._save(topic, parent, document.front.slug)
        before = len(self.changes.touched)
        write_sections(topic, document, self.changes, is_new=is_new)
        tree.remember_aliases(topic, document.front.aliases, self.places)
        if not is_new or origin.endswith("/"):
            self.changes.flush()  # topics below must see which addresses are taken
        if not is_new and len(self.changes.touched) != before:
            self.changes.counts["topics changed"] += 1
            Topic.objects.filter(pk=topic.pk).update(changed_at=self.changes.now)
        self._note_oddities(file, document)

    def _store_images(self) -> None:
        """Copy the images that this source's sections show; an unchanged file's may have changed.

        What is wrong is noted for the sections of this run only.
        """
        links = Link.objects.filter(
            kind__in=[Link.Kind.IMAGE, Link.Kind.BROKEN],
            wanted__startswith=self._tree_root(),
            section__removed_at=None,
            section__topic__source=self.root.source,
            section__topic__removed_at=None,
        ).values_list("wanted", "section", "section__topic__origin")
        shown = [link for link in links if is_image(link[0])]
        written, problems = store_images(
            self.root.source, self.root.path, self._tree_root(), sorted({s[0] for s in shown})
        )
        self.changes.images |= written
        if written:
            self.changes.counts["images stored"] += len(written)
        wrong = [
            (o, problems[w]) for w, s, o in shown if w in problems and s in self.changes.touched
        ]
        for origin, problem in dict.fromkeys(wrong):
            self.changes.notes.append(Note("warning", origin, None, problem))

    def _note_oddities(self, file: SourceFile, document: Document) -> None:
        if document.repaired:
            self.changes.counts["files repaired"] += 1
            message = f"was UTF-8 read as {document.repaired}; the text is repaired"
            self.changes.notes.append(Note("warning", file.origin, None, message))
        for notice in document.notices:
            self.changes.notes.append(Note("warning", file.origin, notice.line, notice.message))

    def handle_missing(self, runs: Sequence["RootImport"]) -> None:
        """Topics whose file is gone: removed when asked to, else named. Never those refused.

        `runs` are this one and those of the same source's other roots, which may hold the file.
        """
        if not self.root.is_whole:
            return
        gone = [
            topic
            for origin, topic in self.topics.items()
            if topic.removed_at is None and not any(run.holds(origin) for run in runs)
        ]
        if not gone:
            return
        if not self.prune:
            self.changes.counts["topics without a file"] += len(gone)
            for topic in gone:
                message = "has no file any more: --prune removes it"
                self.changes.notes.append(Note("warning", topic.origin, None, message))
            return
        rows = list(Section.objects.filter(topic__in=gone, removed_at=None).light())
        remove_rows(rows, self.changes)
        self.changes.counts["topics removed"] += len(gone)
        for topic in gone:
            self.changes.say("-", topic, topic.title)
            self.changes.moved_topics.add(topic.pk)
            del self.topics[topic.origin]
        Topic.objects.filter(pk__in=[t.pk for t in gone]).update(removed_at=self.changes.now)


def _take_front_matter(topic: Topic, document: Document) -> None:
    front = document.front
    topic.title = document.title[:300]
    topic.title_anchor = document.title_anchor[:300]
    found = {
        "summary": front.summary,
        "tags": front.tags,
        "level": front.level if front.level in Topic.Level.values else "",
        "status": front.status or Topic.Status.PUBLISHED,
        "kind": document.kind,
    }
    for name, value in found.items():
        if name not in topic.chosen:
            setattr(topic, name, value)
    topic.prerequisites = front.prerequisites
    topic.updated = front.updated
    topic.front_matter = {
        "aliases": front.aliases,
        "encoding": front.encoding or "",
        "extra": front.extra,
    }
    if front.order is not None:
        topic.position = max(0, front.order)


def _reading_order(file: SourceFile) -> tuple[Any, ...]:
    """Folder by folder, the index first, so that a parent is written before its children."""
    return (PurePosixPath(file.origin).parent.parts, not file.is_index, file.origin)


def _above(origin: str) -> str:
    parent = PurePosixPath(origin).parent.as_posix()
    return "" if parent == "." else parent + "/"


def _file_hash(file: SourceFile) -> str:
    """Empty when the file cannot be read."""
    try:
        return _hash(read(file))
    except Refused:
        return ""


def _hash(data: bytes) -> str:
    """Of the bytes and of the renderer's version."""
    return hashlib.sha256(data + RENDER_VERSION).hexdigest()
