"""The import of one root: which of its files changed, and what becomes of each."""

import hashlib
import itertools
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from django.conf import settings

from documents import Document, Refused, parse, topic_slug
from documents.included_files import IncludedFiles
from documents.parser_pool import ParserPool
from documents.titles import title_of_file
from importer.assets import copy_images
from importer.changes import Changes
from importer.file_discovery import Listing, Root, SourceFile, as_markdown, read
from importer.folder_files import join_folders, rename_folders
from importer.identity.files import folder_of, folders_of
from importer.included_files import keep_included
from importer.languages import set_languages
from importer.link_names import Site
from importer.link_resolution import move_links
from importer.old_addresses import lead_on
from importer.picture_policy import LINK
from importer.progress import Progress
from importer.remote_pictures import fetch_pictures
from importer.renamed_files import follow_renamed
from importer.report import Report
from importer.section_writer import write_sections
from importer.source_order import order_topics
from importer.tools import Project
from importer.topic_tree import (
    FOUND_BY,
    PARENT,
    REMOVED,
    Places,
    describe,
    place,
    remember_aliases,
    slugs_of,
)
from topics.deferred_writes import writing_behind
from topics.models import Section, Topic

# Raised when the same file would give other rows than before, so that all are read again.
RENDER_VERSION = b"14"
EARLIER_VERSIONS = [b"12", b"11", b"9", b"8", b"7", b"6", b"5", b"3", b"2", b"1"]
FLUSH_EVERY = 5_000  # rows held back before they are written


@dataclass
class RootImport:
    """The import of one root into the topics of its source.

    listing   the root's files; `listings` are those of all roots of the source, this one included
    mount     the topic to put the files under, if any
    topics    the source's live topics by origin, `removed` those that were removed
    slugs     the slug of each origin in the root, by its name
    hashes    of the root's files by path; empty for one that cannot be read
    project   the tool that the files are written for, and what it says of them
    renewed   origins of topics that an earlier version of the renderer wrote
    taken     paths of files whose text the documents hold that were read
    speaking  origins of the files that speak for a folder beside them
    """

    listing: Listing
    listings: Sequence[Listing]
    mount: Topic | None
    changes: Changes
    topics: dict[str, Topic]
    removed: dict[str, Topic]
    places: Places
    slugs: dict[str, str]
    hashes: dict[str, str]
    project: Project
    renewed: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    speaking: frozenset[str] = frozenset()

    @property
    def root(self) -> Root:
        """The root itself."""
        return self.listing.root

    @property
    def site(self) -> Site:
        """The site for which the documents were written."""
        return self.project.site

    @property
    def report(self) -> Report:
        """The report of the whole run."""
        return self.changes.report

    def is_gone(self, origin: str) -> bool:
        """Whether no root of the source has this topic's file, or may have it."""
        return not any(listing.holds(origin) for listing in self.listings)

    def write_folder(self, topic: Topic) -> None:
        """Write a folder without an index as a document that says nothing."""
        topic.file_hash = ""
        document = parse(b"", path=PurePosixPath(topic.origin).name)
        document.title = self.project.title_of(topic.origin) or document.title
        self._write_topic(topic, document)

    def run(self, progress: Progress | None) -> None:
        """Read and write what changed. Memory holds the pending batch, never all documents."""
        files = self.listing.files
        if self.root.is_whole:
            gone = [origin for origin in self.topics if self.is_gone(origin)]
            follow_renamed(self.topics, gone, self.listing, self.hashes, self.report)
            rename_folders(self)
        changed = [file for file in files if self._is_changed(file)]
        self._keep_unchanged(changed)
        changed = [file for file in changed if not self._stays_away(file)]
        done = 0
        with ParserPool() as pool, writing_behind() as behind:
            pool.tool, pool.include = self.project.tool, IncludedFiles(str(self.root.path))
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
                if progress:
                    progress(done, len(changed))
                if self.changes.held_back >= FLUSH_EVERY:
                    self.changes.flush(behind)
            self.changes.flush()
        keep_included(self.root.source, str(self.root.path), self.taken)
        if self.root.is_whole:
            join_folders(self)
            order_topics(self.topics, self.project.order, self.changes)
            set_languages(self.topics, self.changes)
            lead_on(
                self.topics, self.project, self.tree_root, self._site_root(), self.places,
                self.changes,
            )  # fmt: skip
        copy_images(self.listing, self.tree_root, self.changes)
        fetch_pictures(self.root.source, self.changes)

    def _read(
        self, files: Iterable[SourceFile], given: deque[SourceFile]
    ) -> Iterator[tuple[str, bytes]]:
        """What the parsers take; `given` gets each file that could still be read."""
        for file in files:
            try:
                data = read(file)
                markdown = as_markdown(file, data)
            except Refused as refusal:
                self._refuse(file, refusal)
                continue
            given.append(file)
            self.hashes[file.origin] = _hash(data, self.project, file.origin)
            topic = self.topics.get(file.topic)
            if topic and topic.file_hash in _earlier_hashes(data, self.project):
                self.renewed.add(topic.origin)
            yield file.origin, markdown

    def _is_changed(self, file: SourceFile) -> bool:
        topic = self.topics.get(file.topic)
        if topic is None:
            return True
        included = topic.front_matter.get("included", [])
        digest = self.hashes[file.origin]
        if topic.file_hash != _with_included(digest, file, self.root, included):
            return True
        return topic.tree_path != self._tree_path(topic.origin)

    def _stays_away(self, file: SourceFile) -> bool:
        """Whether a curator removed the file's topic, or a folder above it."""
        origin = file.topic
        while origin:
            row = None if origin in self.topics else self.removed.get(origin)
            if row is not None and REMOVED in row.chosen:
                self.report.counts["edits kept"] += 1
                self.report.note(
                    "kept", row, None, f"{file.origin} was removed here and stays away"
                )
                return True
            origin = folder_of(origin)
        return False

    def _keep_unchanged(self, changed: Sequence[SourceFile]) -> None:
        """An unchanged file is not parsed; what an admin wrote in its topic is still reported."""
        files = self.listing.files
        same = {file.topic for file in files} - {file.topic for file in changed}
        self.report.counts["files unchanged"] += len(files) - len(changed)
        if not same:
            return
        kept = Section.objects.filter(
            topic__source=self.root.source, removed_at=None, edited_at__isnull=False
        ).select_related("topic")
        for row in kept:
            if row.topic.origin in same and not row.topic.removed_at:
                self.report.counts["edits kept"] += 1
                self.report.note("kept", row.topic, None, f"“{row}” keeps what an admin wrote")

    def _refuse(self, file: SourceFile, refusal: Refused) -> None:
        self.report.note_file("refused", file.origin, refusal.reason, refusal.line)

    def _tree_path(self, origin: str) -> str:
        return (self.tree_root + origin)[:700]

    @property
    def tree_root(self) -> str:
        """What the tree paths below the root begin with."""
        if self.mount is None:
            return f"{self.root.source}:"
        head, _, _ = self.mount.tree_path.rpartition("/")
        return f"{head}/" if head else f"{self.mount.tree_path.partition(':')[0]}:"

    def _site_root(self) -> str:
        """The path of the topic at the root of the source's own site, "" for the library's top."""
        return f"{self.mount.path}/" if self.mount else ""

    def _folder(self, origin: str) -> Topic | None:
        """The topic of a folder, in its place; one without an index has its name as its title."""
        if not origin:
            return self.mount
        topic = self.topics.get(self.listing.speakers.get(origin, origin))
        if topic is not None and not topic.origin.endswith("/"):
            return topic
        topic = self.topics.get(origin)
        called = self.project.title_of(origin)
        is_renamed = topic and called and not topic.file_hash and topic.title != called
        if topic is None or is_renamed or topic.tree_path != self._tree_path(origin):
            topic = self._topic(origin)
            if topic.file_hash:  # its index has moved with it and was refused
                self._save(topic, self._folder(folder_of(origin)))
            else:
                self.write_folder(topic)
        return topic

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
        if PARENT in topic.chosen and not (topic.parent and topic.parent.removed_at):
            parent, slugs = topic.parent, [topic.slug]
        is_new, was_removed = topic.pk is None, topic.removed_at is not None
        old_place, topic.tree_path = topic.tree_path, self._tree_path(topic.origin)
        topic.removed_at = None
        moved = place(topic, parent, slugs, self.places, self.changes)
        self.topics[topic.origin] = topic
        self.changes.topics |= moved
        if was_removed or old_place != topic.tree_path:
            self.changes.topics.add(topic.pk)
        if not is_new and old_place != topic.tree_path:
            move_links(topic, self.site)
        if is_new:
            self.report.counts["topics added"] += 1
            self.report.say("+", topic, topic.title)
        elif moved:
            self.report.say("→", topic, "has a new address")

    def _write(self, file: SourceFile, document: Document) -> None:
        self.taken.update(document.taken)
        said = document.front.title or document.sections[0].title
        if not said and document.title == title_of_file(file.origin):
            document.title = self.project.title_of(file.origin) or document.title
        topic = self._topic(file.topic)
        # One that a day to come changes is read again each time.
        digest = _with_included(self.hashes[file.origin], file, self.root, document.included)
        topic.file_hash = "later" if document.front.is_later else digest
        self._write_topic(topic, document)
        front = document.front
        remember_aliases(topic, front.aliases, front.addresses, self._site_root(), self.places)
        if document.repaired:
            self.report.counts["files repaired"] += 1
            message = f"was UTF-8 read as {document.repaired}; the text is repaired"
            self.report.note_file("warning", file.origin, message)
        self.report.count_unread(file.origin, document.unread)
        for notice in document.notices:
            if notice.message.startswith("front matter:"):
                self.report.count_odd(file.origin, notice.message)
            else:
                self.report.note_file("warning", file.origin, notice.message, notice.line)

    def _write_topic(self, topic: Topic, document: Document) -> None:
        parent = self._folder(folder_of(topic.origin))
        is_new = topic.pk is None
        described = describe(topic, document)
        self._save(topic, parent, document.front.slug)
        lines = len(self.report.lines)
        same_source = topic.origin in self.renewed
        write_sections(
            topic,
            document,
            self.changes,
            is_new=is_new,
            renew=same_source or not FOUND_BY.isdisjoint(described),
            same_source=same_source,
            site=self.site,
        )
        if is_new:
            if not (topic.origin.endswith("/") or topic.origin in self.speaking):
                return
            # Topics below must see which addresses are taken.
            waiting = reversed(self.changes.new_rows)
            own = itertools.takewhile(lambda row: row.topic_id == topic.pk, waiting)
            self.places.hold(topic, (row.anchor for row in own))
            return
        self.changes.flush()
        if len(self.report.lines) != lines:
            Topic.objects.filter(pk=topic.pk).update(changed_at=self.changes.now)
        if described:
            self.changes.topics.add(topic.pk)
            self.report.say("~", topic, f"({', '.join(described).replace('_', ' ')})")
        if len(self.report.lines) != lines:
            self.report.counts["topics changed"] += 1


def start_import(
    listing: Listing,
    listings: Sequence[Listing],
    mount: Topic | None,
    changes: Changes,
    project: Project,
) -> RootImport:
    """Look up what the library has of the root's source, and hash the root's files."""
    topics = list(Topic.objects.filter(source=listing.root.source))
    folders = (folder for file in listing.files for folder in folders_of(file.origin))
    origins = [folder for folder in folders if folder not in listing.speakers]
    origins += [file.topic for file in listing.files]
    return RootImport(
        listing=listing,
        listings=[other for other in listings if other.root.source == listing.root.source],
        mount=mount,
        changes=changes,
        topics={topic.origin: topic for topic in topics if topic.removed_at is None},
        removed={topic.origin: topic for topic in topics if topic.removed_at is not None},
        places=Places(),
        slugs=slugs_of(dict.fromkeys(origins)),
        hashes={file.origin: digest_of(file, project) for file in listing.files},
        project=project,
        speaking=frozenset(listing.speakers.values()),
    )


def digest_of(file: SourceFile, project: Project) -> str:
    """Empty if the file cannot be read."""
    try:
        return _hash(read(file), project, file.origin)
    except Refused:
        return ""


def _hash(data: bytes, project: Project, origin: str = "", version: bytes = RENDER_VERSION) -> str:
    """Of the bytes, and of all else that decides what becomes of them."""
    site = (project.tool, *project.site.prefixes, project.site.docs)
    policy = settings.REMOTE_PICTURES
    given = repr((site, policy)).encode() if any(site) or policy != LINK else b""
    title = project.title_of(origin).encode() if origin else b""
    return hashlib.sha256(data + version + given + title).hexdigest()


def _with_included(digest: str, file: SourceFile, root: Root, names: Sequence[str]) -> str:
    """A file's hash with what it includes of other files, which may change by itself."""
    if not names:
        return digest
    include = IncludedFiles(str(root.path))
    texts = [found[1] if (found := include(file.origin, name)) else "" for name in names]
    return hashlib.sha256("\0".join([digest, *texts]).encode()).hexdigest()


def _earlier_hashes(data: bytes, project: Project) -> set[str]:
    """What an earlier version of the renderer kept for these bytes."""
    plain = {hashlib.sha256(data + version).hexdigest() for version in EARLIER_VERSIONS}
    return plain | {_hash(data, project, version=version) for version in EARLIER_VERSIONS}
