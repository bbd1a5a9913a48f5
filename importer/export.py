"""Topics back to Markdown files, from which an import makes the same topics and sections."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db.models import Exists, OuterRef, Q

from documents.slugs import table_name
from importer.edits import markdown_of, sections_of
from importer.file_discovery import INDEX_NAMES
from importer.identity.files import folder_of
from importer.models import IncludedFile, Source
from importer.sources import is_page, title_of, write_settings
from importer.topic_tree import UNORDERED, order_without_navigation, slugs_of
from topics.models import Asset, Link, Topic, tree_of_file
from topics.visibility import PUBLIC, live


def export_to(folder: Path, *, with_private: bool = False) -> int:
    """Write all live topics below `folder`, one folder per source; returns the number of files.

    Private topics only if asked for, with the files that they alone show.
    Importing `folder/<source>` again gives the same topics, sections, addresses, order and links:
    what its tool's own files say of the source's site is beside them.
    Raises OSError when a file cannot be written.
    """
    count = 0
    topics = Topic.objects.live().order_by("source", "origin")
    private = Topic.objects.live().exclude(tree=PUBLIC)
    included = IncludedFile.objects.all()
    assets: Any = Asset.objects.filter(copy_of="")
    if not with_private:
        topics = topics.filter(tree=PUBLIC)
        included = included.exclude(source__in=private.values("source"))
        shown = Link.objects.filter(live("section__"), file=OuterRef("pk"))
        public = shown.filter(section__topic__tree=PUBLIC)
        assets = assets.annotate(tree=tree_of_file()).filter(
            Exists(public) | ~Exists(shown) & ~Q(source__in=private.values("source")), tree=PUBLIC
        )
    sources = {source.name: source for source in Source.objects.all()}
    slugs: dict[str, dict[str, str]] = {}
    places: dict[str, dict[str, float]] = {}
    for source in set(topics.values_list("source", flat=True)):
        origins = topics.filter(source=source).values_list("origin", flat=True)
        slugs[source] = slugs_of(origins)
    for topic in topics.iterator(chunk_size=200):
        slug = slugs[topic.source][topic.origin]
        if topic.origin.endswith("/") and not topic.file_hash and topic.slug == slug:
            # A folder without an index: its name is enough, and its place.
            if topic.position not in _places_by_itself(topic):
                places.setdefault(topic.source, {})[topic.origin] = topic.position
            continue
        front = front_matter(topic, slug)
        known = sources.get(topic.source)
        if known and not topic.title_anchor and title_of(known, file_of(topic)):
            # Else the file is called so again, whatever the document said.
            front = {"title": topic.title, **front}
        written = topic.front_matter.get("written", [])
        text = markdown_of(topic, sections_of(topic), front, written)
        file = folder / topic.source / file_of(topic)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        count += 1
    for kept in included.order_by("source", "path").iterator(chunk_size=200):
        file = folder / kept.source / kept.path
        if file.exists() or _is_topic(kept, sources):
            continue  # a document comes out as its topic, if at all
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(kept.text, encoding="utf-8")
        count += 1
    for asset in assets.iterator(chunk_size=20):
        source, _, path = asset.path.partition(":")
        if path.startswith("//"):
            continue  # it was fetched from another site
        file = folder / source / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bytes(asset.data))
        count += 1
    return count + write_settings(folder, places)


def _is_topic(file: IncludedFile, sources: Mapping[str, Source]) -> bool:
    """Whether an included file is a document with a topic, which may be removed."""
    source = sources.get(file.source)
    if source is not None and not is_page(source, file.path):
        return False
    folder, name = folder_of(file.path), file.path.rpartition("/")[2]
    origins = [file.path, *([folder] if name.lower() in INDEX_NAMES else [])]
    return Topic.objects.filter(source=file.source, origin__in=origins).exists()


def file_of(topic: Topic) -> str:
    """The path of a topic's file below its source."""
    if topic.origin.endswith("/"):
        return f"{topic.origin}index.md"
    name = topic.origin.rpartition("/")[2]
    return f"{topic.origin.removesuffix('.csv')}.md" if table_name(name) else topic.origin


def front_matter(topic: Topic, slug: str) -> dict[str, Any]:
    """Front matter for what name and text do not say. `slug` is the one that the name gives."""
    kept = topic.front_matter
    implied = kept.get("implied", {})
    written = {key for key, _ in kept.get("written", [])}
    values = _values(topic, slug)
    # What another tool's key says already is not said again, and what it says wrongly is.
    values = {key: value for key, value in values.items() if value != implied.get(key)}
    if implied.get("status") == "draft" and topic.status == Topic.Status.PUBLISHED:
        values["status"] = "published"
    extra = {key: value for key, value in kept.get("extra", {}).items() if key not in written}
    return {**values, **extra}


def _values(topic: Topic, slug: str) -> dict[str, Any]:
    order = topic.position
    by_itself = _places_by_itself(topic)
    kept_order = topic.front_matter.get("order")
    return {
        "summary": topic.summary,
        "tags": topic.tags,
        "order": kept_order if kept_order is not None else None if order in by_itself else order,
        "slug": "" if topic.slug == slug else topic.slug,
        "kind": topic.kind,
        "level": topic.level,
        "status": "" if topic.status == Topic.Status.PUBLISHED else topic.status,
        "prerequisites": topic.prerequisites,
        "aliases": topic.front_matter.get("aliases", []),
        "updated": topic.updated,
        "encoding": topic.front_matter.get("encoding", ""),
    }


def _places_by_itself(topic: Topic) -> tuple[float, float]:
    """The positions that a topic has without a word of its own."""
    return math.floor(order_without_navigation(topic)), UNORDERED
