"""The import of one root: which of its files changed, and what becomes of each."""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from documents import Document, Refused, parse, topic_slug
from documents.pool import ParserPool
from importer import tree
from importer.changes import Changes, remove_rows
from importer.describing import FOUND_BY, describe
from importer.files import INDEX_NAMES, Note, Root, SourceFile, read, walk
from importer.identity.files import Pairs, folder_of, folders_of, follow, follow_alike
from importer.links import is_image, store_images
from importer.sections import write_sections
from topics.models import Link, Section, Topic

# Raised when the same file would give other rows than before, so that all are read again.
RENDER_VERSION = b"3"
EARLIER_VERSIONS = [b"2", b"1"]
FLUSH_EVERY = 10_000  # rows held back before they are written
MOST_COMPARED = 10_000  # pairs of files that are gone and new, whose texts are compared

Progress = Callable[[int, int], None]


@dataclass
class RootImport:
    """The import of one root. State lives here; what it did is in `changes`."""

    root: Root
    mount: Topic | None
    changes: Changes
    prune: bool
    progress: Progress | None
    files: list[SourceFile] = field(default_factory=list)
    present: set[str] = field(default_factory=set)
    indexed: set[str] = field(default_factory=set)
    closed: tuple[str, ...] = ()
    renewed: set[str] = field(default_factory=set)

    def look(self) -> None:
        """List the files, and what the root has."""
        notes: list[Note] = []
        walked = sorted(walk(self.root, notes), key=_reading_order)
        refused = {note.path for note in notes}
        self.changes.notes += notes
        self.files = files = [file for file in walked if self._is_first(file)]
        self.present = {tree.topic_origin(f) for f in files} | refused
        paths = [f.origin for f in files] + sorted(refused)
        self.present |= {folder for path in paths for folder in folders_of(path)}
        self.indexed = {f.folder for f in files if f.is_index}
        self.indexed |= {
            folder_of(path) for path in refused if PurePosixPath(path).name.lower() in INDEX_NAMES
        }
        # What a folder that cannot be read holds is not known to be gone.
        self.closed = tuple("" if path == "." else f"{path}/" for path in refused)

    def holds(self, origin: str) -> bool:
        """Whether the root has this topic's file, or may have it behind what was refused."""
        return origin in self.present or origin.startswith(self.closed)

    def run(self, roots: Sequence["RootImport"]) -> None:
        """Read and write. Memory holds the pending batch, never all documents.

        `roots` are this one and the same source's others, which may hold what this one does not.
        """
        files = self.files
        topics = Topic.objects.filter(source=self.root.source)
        self.topics = {t.origin: t for t in topics.filter(removed_at=None)}
        self.removed = {t.origin: t for t in topics.exclude(removed_at=None)}
        self.places = tree.Places()
        self.slugs = self._slugs(files)
        self.hashes = {file.origin: _file_hash(file) for file in files}
        if self.root.is_whole:
            self._follow_renamed(files, roots)
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
            topic = self.topics.get(tree.topic_origin(file))
            if topic and topic.file_hash in {_hash(data, earlier) for earlier in EARLIER_VERSIONS}:
                self.renewed.add(topic.origin)
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
            origin for f in files for origin in [*folders_of(f.origin), tree.topic_origin(f)]
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

    def _follow_renamed(self, files: list[SourceFile], roots: Sequence["RootImport"]) -> None:
        """What is gone and what is new but the same is one topic, with another origin."""
        gone = {
            origin: topic.file_hash
            for origin, topic in self.topics.items()
            if not any(root.holds(origin) for root in roots)
        }
        new = dict.fromkeys((folder for f in files for folder in folders_of(f.origin)), "")
        new |= {tree.topic_origin(f): self.hashes[f.origin] for f in files}
        new = {origin: digest for origin, digest in new.items() if origin not in self.topics}
        pairs = follow(gone, new)
        pairs |= self._alike([o for o in gone if o not in set(pairs.values())], files, pairs)
        for origin, old in sorted(pairs.items()):
            topic = self.topics.pop(old)
            kind = "folder" if origin.endswith("/") else "file"
            self.changes.say("→", topic, f"{kind} {old} is now {origin}")
            topic.origin = origin
            self.topics[origin] = topic

    def _alike(self, gone: list[str], files: list[SourceFile], pairs: Pairs) -> Pairs:
        """Files that got another name and another text, found by the likeness of their texts."""
        known = {*self.topics, *pairs}
        new = [f for f in files if not f.is_index and f.origin not in known]
        old = {self.topics[origin].pk: origin for origin in gone if not origin.endswith("/")}
        if not (0 < len(old) * len(new) <= MOST_COMPARED):
            return {}
        texts = dict.fromkeys(old.values(), "")
        rows = Section.objects.filter(topic__in=old, removed_at=None).order_by("topic", "position")
        for topic, title, markdown in rows.values_list("topic", "title", "markdown"):
            texts[old[topic]] += f"{title}\n{markdown}\n"
        return follow_alike(texts, {file.origin: _text(file) for file in new})

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
        """The topic of a folder, in its place; one without an index has its name as its title."""
        if not origin:
            return self.mount
        topic = self.topics.get(origin)
        if topic is None or topic.tree_path != self._tree_path(origin):
            topic = self._topic(origin)
            if topic.file_hash:  # its index has moved with it and was refused
                self._save(topic, self._folder(folder_of(origin)))
            else:
                self._write_folder(topic)
        return topic

    def _write_folder(self, topic: Topic) -> None:
        """Write a folder without an index as a document that says nothing."""
        topic.file_hash = ""
        document = parse(b"", path=PurePosixPath(topic.origin).name)
        self._write_topic(topic, document)

    def _topic(self, origin: str) -> Topic:
        """The topic with this origin: live, removed earlier, or new."""
        topic = self.topics.get(origin) or self.removed.get(origin)
        if topic is None:
            topic = Topic(source=self.root.source, origin=origin, created_at=self.changes.now)
            topic.changed_at = self.changes.now
        return topic

    def _save(self, topic: Topic, parent: Topic | None, slug: str = "") -> None:
        """Put the topic in its place. Without a `slug` of its own it gets its name's."""
        name = PurePosixPath(topic.origin).name
        plain = topic_slug(name)
        slugs = [self.slugs.get(topic.origin, plain), plain, topic_slug(name, keep_prefix=True)]
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

    def _write(self, file: SourceFile, document: Document) -> None:
        topic = self._topic(tree.topic_origin(file))
        topic.file_hash = self.hashes[file.origin]
        self._write_topic(topic, document)
        tree.remember_aliases(topic, document.front.aliases, self.places)
        self._note_oddities(file, document)

    def _write_topic(self, topic: Topic, document: Document) -> None:
        parent = self._folder(folder_of(topic.origin))
        is_new = topic.pk is None
        described = describe(topic, document)
        self._save(topic, parent, document.front.slug)
        lines = len(self.changes.lines)
        same_source = topic.origin in self.renewed
        write_sections(
            topic,
            document,
            self.changes,
            is_new=is_new,
            renew=same_source or not FOUND_BY.isdisjoint(described),
            same_source=same_source,
        )
        if not is_new or topic.origin.endswith("/"):
            self.changes.flush()  # topics below must see which addresses are taken
        if is_new:
            return
        if len(self.changes.lines) != lines:
            Topic.objects.filter(pk=topic.pk).update(changed_at=self.changes.now)
        if described:
            self.changes.described_topics.add(topic.pk)
            self.changes.say("~", topic, f"({', '.join(described).replace('_', ' ')})")
        if len(self.changes.lines) != lines:
            self.changes.counts["topics changed"] += 1

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

    def handle_missing(self, roots: Sequence["RootImport"]) -> None:
        """Topics whose file is gone: removed when asked to, else named. Never those refused."""
        live = [(o, t) for o, t in self.topics.items() if t.removed_at is None]
        gone = [topic for o, topic in live if not any(root.holds(o) for root in roots)]
        for topic in self._kept_for_others(gone):
            gone.remove(topic)
            self.changes.note(
                "warning", topic, None, "has no file any more; it stays while others stand under it"
            )
        if self.prune:
            self._remove(gone)
        for topic in [] if self.prune else gone:
            self.changes.counts["topics without a file"] += 1
            self.changes.note("warning", topic, None, "has no file any more: --prune removes it")
        for origin, topic in live:
            if topic not in gone and self._has_lost_its_index(origin, topic, roots):
                if self.prune:
                    self._write_folder(topic)
                    self.changes.flush()
                else:
                    message = "has no index any more: --prune removes its text"
                    self.changes.note("warning", topic, None, message)

    def _has_lost_its_index(self, origin: str, topic: Topic, roots: Sequence["RootImport"]) -> bool:
        return (
            origin.endswith("/")
            and topic.file_hash != ""
            and any(origin in root.present for root in roots)
            and not any(origin in root.indexed or origin.startswith(root.closed) for root in roots)
        )

    def _kept_for_others(self, gone: Sequence[Topic]) -> list[Topic]:
        """Of topics without a file those above one that stays, as another source may have."""
        by_key = {topic.pk: topic for topic in gone}
        kept: set[int] = set()
        below = Topic.objects.live().filter(parent__in=by_key).exclude(pk__in=by_key)
        for key in below.values_list("parent", flat=True):
            while key in by_key and key not in kept:
                kept.add(key)
                key = by_key[key].parent_id
        return [topic for topic in gone if topic.pk in kept]

    def _remove(self, gone: Sequence[Topic]) -> None:
        if not gone:
            return
        rows = list(Section.objects.filter(topic__in=gone, removed_at=None))
        remove_rows(rows, self.changes)
        self.changes.counts["topics removed"] += len(gone)
        for topic in gone:
            self.changes.say("-", topic, topic.title)
            self.changes.moved_topics.add(topic.pk)
            del self.topics[topic.origin]
        Topic.objects.filter(pk__in=[t.pk for t in gone]).update(removed_at=self.changes.now)


def _reading_order(file: SourceFile) -> tuple[Any, ...]:
    """Folder by folder, the index first, so that a parent is written before its children."""
    return (PurePosixPath(file.origin).parent.parts, not file.is_index, file.origin)


def _file_hash(file: SourceFile) -> str:
    """Empty when the file cannot be read."""
    try:
        return _hash(read(file))
    except Refused:
        return ""


def _text(file: SourceFile) -> str:
    """Roughly the file's text; nothing when it cannot be read."""
    try:
        return read(file).decode(errors="replace")
    except Refused:
        return ""


def _hash(data: bytes, version: bytes = RENDER_VERSION) -> str:
    """Of the bytes and of the renderer's version."""
    return hashlib.sha256(data + version).hexdigest()
