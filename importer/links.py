"""Links as rows: what each points to, and the addresses that readers follow."""

import hashlib
import os
import posixpath
import re
from collections.abc import Iterable, Sequence
from html import escape, unescape
from pathlib import Path
from urllib.parse import quote

from django.db.models import Q
from django.urls import reverse

from documents import resolve
from documents.links import kind_of
from importer.files import (
    IMAGES,
    INDEX_NAMES,
    LONGEST_ORIGIN,
    cannot_be_read,
)
from importer.tables import update_columns
from topics.addresses import section_url, topic_url
from topics.models import Address, Asset, Link, PathStep, Section, Topic

MAX_IMAGE = 5_000_000
LONGEST_WANTED = 700
IMAGE_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".svg": "image/svg+xml",
}
# nh3 writes every attribute in double quotes, so these match exactly what it wrote.
HREF = re.compile(r'<a ((?:[\w-]+="[^"]*" )*?)href="([^"]*)"')
SRC = re.compile(r'(<img (?:[\w-]+="[^"]*" )*?)src="([^"]*)"')
# The end of a file that never becomes a topic, so that a link to it is not planned but broken.
OTHER_FILE = re.compile(r"\.(?!(?:md|markdown|txt)$)[a-z][a-z0-9]{0,9}$", re.IGNORECASE)
NO_IMAGE = "#"
BATCH = 500


def split_href(href: str, tree_path: str) -> tuple[str, str, str]:
    """Kind, wanted tree path and anchor of a link in the file at `tree_path`.

    A wanted path stays inside its tree: one that leads above the root is broken.
    """
    if kind_of(href) == "mail":
        return Link.Kind.MAIL, "", ""
    if kind_of(href) == "external":
        return Link.Kind.EXTERNAL, "", ""
    tree, _, here = tree_path.partition(":")
    if here.endswith("/"):
        here += INDEX_NAMES[0]
    place = resolve(href.replace("\\", "/"), here)
    if place is None or "\x00" in "".join(place):
        return Link.Kind.BROKEN, "", ""
    path, anchor = place[0], place[1][:300]
    if path == here:
        return Link.Kind.INTERNAL, tree_path, anchor
    folder, name = posixpath.split(path)
    if name.lower() in INDEX_NAMES and folder:
        path = f"{folder}/"
    elif href.partition("#")[0].endswith("/"):
        path += "/"
    kind = Link.Kind.IMAGE if is_image(path) else Link.Kind.INTERNAL
    return kind, f"{tree}:{path}"[:LONGEST_WANTED], anchor


def is_image(path: str) -> bool:
    return _suffix(path) in IMAGES


def _suffix(path: str) -> str:
    return posixpath.splitext(path)[1].lower()


def store_images(
    source: str, root: Path, tree_root: str, paths: Iterable[str]
) -> tuple[set[str], dict[str, str]]:
    """Copy images, named by tree path, into the database where they are new or have changed.

    Returns the paths that were written, and what is wrong with each that could not be read.
    """
    stored = dict(Asset.objects.filter(source=source).values_list("path", "digest"))
    written, problems = set(), {}
    for path in paths:
        relative = path.removeprefix(tree_root)
        try:
            data = _image(root, relative)
        except ValueError as error:
            problems[path] = f"image {relative[:200]} {error}"
            continue
        digest = hashlib.sha256(data).hexdigest()
        if stored.get(path) != digest:
            values = {"content_type": IMAGE_TYPES[_suffix(path)], "digest": digest, "data": data}
            Asset.objects.update_or_create(source=source, path=path, defaults=values)
            written.add(path)
    return written, problems


def _image(root: Path, relative: str) -> bytes:
    """An image's bytes. Raises ValueError with what is wrong as its text."""
    if len(relative) > LONGEST_ORIGIN:
        raise ValueError(f"has a path of more than {LONGEST_ORIGIN} characters")
    file = Path(os.path.realpath(root / relative))
    if not file.is_relative_to(root):
        raise ValueError("leads outside")
    try:
        if not file.is_file():
            raise ValueError("does not exist")
        with file.open("rb") as opened:
            data = opened.read(MAX_IMAGE + 1)
    except OSError as error:
        raise ValueError(cannot_be_read(error)) from error
    if len(data) > MAX_IMAGE:
        raise ValueError(f"is larger than {MAX_IMAGE // 1_000_000} MB")
    return data


def resolve_links(section_ids: Sequence[int]) -> int:
    """Give each link of these sections its kind and target, and rewrite their html.

    Returns the number of sections whose html changed. Costs a handful of queries a batch.
    """
    changed = 0
    for start in range(0, len(section_ids), BATCH):
        changed += _resolve_batch(section_ids[start : start + BATCH])
    return changed


def sections_linking_to(tree_paths: Iterable[str], section_ids: Iterable[int]) -> list[int]:
    """The sections with a link to one of these files or to one of these sections."""
    wanted = Q(wanted__in=list(tree_paths)) | Q(target__in=list(section_ids))
    return list(Link.objects.filter(wanted).values_list("section", flat=True).distinct())


def _resolve_batch(section_ids: Sequence[int]) -> int:
    links = list(Link.objects.filter(section__in=section_ids).order_by("section", "position"))
    wanted = {variant for link in links if link.wanted for variant in _variants(link)}
    topics = {t.tree_path: t for t in Topic.objects.live().filter(tree_path__in=wanted)}
    assets = dict(Asset.objects.filter(path__in=wanted).values_list("path", "digest"))
    anchors = _anchors({t.pk for t in topics.values()}, {link.wanted_anchor for link in links})
    places: dict[int, dict[str, str]] = {}
    altered = []
    for link in links:
        before = (link.kind, link.target_id)
        address = _resolve(link, topics, assets, anchors)
        if (link.kind, link.target_id) != before:
            altered.append(link)
        places.setdefault(link.section_id, {})[link.href] = address
    update_columns(
        Link,
        {"kind": "text", "target_id": "bigint"},
        [(link.pk, str(link.kind), link.target_id) for link in altered],
    )
    rewritten = []
    rows = Section.objects.filter(pk__in=places).only("pk", "html", "written_html")
    for section in rows:
        html = rewrite(section.written_html, places.get(section.pk, {}))
        if html != section.html:
            rewritten.append((section.pk, html))
    update_columns(Section, {"html": "text"}, rewritten)
    return len(rewritten)


def _variants(link: Link) -> list[str]:
    """The tree paths that a link may mean, likeliest first.

    It may name a document without its suffix, or a folder without its slash. A README is a topic
    of its own where another index speaks for their folder.
    """
    wanted = link.wanted
    if wanted.endswith("/"):
        name = posixpath.basename(re.split("[?#]", link.href, maxsplit=1)[0])
        return [wanted + name, wanted] if name.lower() in INDEX_NAMES else [wanted]
    if _suffix(wanted):
        return [wanted]
    return [wanted, f"{wanted}.md", f"{wanted}/"]


def names_of(tree_path: str) -> set[str]:
    """The `wanted` of every link that may mean the topic with this tree path."""
    names = {tree_path, tree_path.removesuffix(".md"), tree_path.rstrip("/")}
    folder, _, name = tree_path.rpartition("/")
    return names | {f"{folder}/"} if folder and name.lower() in INDEX_NAMES else names


Anchors = dict[tuple[int, str], tuple[int, str]]


def _anchors(topic_ids: set[int], anchors: set[str]) -> Anchors:
    """Section and present anchor by topic and anchor, earlier addresses included."""
    found: Anchors = {}
    earlier = Address.objects.filter(
        topic__in=topic_ids, anchor__in=anchors, section__removed_at=None
    ).values_list("topic", "anchor", "section", "section__anchor")
    for topic, anchor, section, now in earlier:
        found[topic, anchor] = (section, now)
    live = Section.objects.filter(
        topic__in=topic_ids, anchor__in=anchors | {""}, removed_at=None
    ).values_list("topic", "anchor", "pk")
    for topic, anchor, section in live:
        found[topic, anchor] = (section, anchor)
    return found


def _resolve(link: Link, topics: dict[str, Topic], assets: dict[str, str], anchors: Anchors) -> str:
    """Sets kind and target of the link; returns the address to show, empty for as written."""
    if not link.wanted:
        return _search_for(link) if link.kind == Link.Kind.BROKEN else ""
    link.target_id = None
    if is_image(link.wanted):
        digest = assets.get(link.wanted)
        link.kind = Link.Kind.IMAGE if digest else Link.Kind.BROKEN
        name = posixpath.basename(link.wanted)
        return reverse("topics:asset", args=[digest, name]) if digest else NO_IMAGE
    topic = next((topics[v] for v in _variants(link) if v in topics), None)
    if topic is None:
        link.kind = Link.Kind.BROKEN if OTHER_FILE.search(link.wanted) else Link.Kind.PLANNED
        return _search_for(link)
    anchor = "" if link.wanted_anchor == topic.title_anchor else link.wanted_anchor
    place = anchors.get((topic.pk, anchor)) or anchors.get((topic.pk, anchor.lower()))
    link.kind = Link.Kind.INTERNAL if place else Link.Kind.BROKEN
    place = place or anchors.get((topic.pk, ""))
    if place is None:
        return topic_url(topic.path)
    link.target_id = place[0]
    return section_url(topic.path, place[1])


def _search_for(link: Link) -> str:
    """What a link offers that has nowhere to lead."""
    return reverse("search:results") + f"?q={quote(link.text or link.href)}"


def resolve_steps(section_ids: Sequence[int]) -> None:
    """Lead each step of a learning path to what it links to, or to the topic that it names."""
    steps = list(PathStep.objects.filter(section__in=section_ids).select_related("section__topic"))
    if not steps:
        return
    linked = {
        (section, href): target
        for section, href, target in Link.objects.filter(
            section__in={step.section_id for step in steps}, target__isnull=False
        ).values_list("section", "href", "target")
    }
    rows = [(step.pk, _goal(step, linked)) for step in steps]
    update_columns(PathStep, {"target_id": "bigint"}, rows)


def _goal(step: PathStep, linked: dict[tuple[int, str], int]) -> int | None:
    for href in step.hrefs:
        if (step.section_id, href) in linked:
            return linked[step.section_id, href]
    topic = step.section.topic
    folder = topic.tree_path.rpartition("/")[0] + "/" if "/" in topic.tree_path else ""
    prefix = folder or topic.tree_path.partition(":")[0] + ":"
    beside = Section.objects.filter(
        anchor="", removed_at=None, topic__removed_at=None, topic__tree_path__startswith=prefix
    ).exclude(topic=topic)
    inside = Section.objects.filter(topic=topic, removed_at=None).exclude(anchor="")
    for name in step.names:
        wanted = _plain(name)
        for rows in (beside, inside):
            found = sorted(
                (len(title), pk)
                for pk, title in rows.values_list("pk", "title")
                if _plain(title).startswith(wanted)
            )
            if wanted and found:
                return found[0][1]
    return None


def _plain(name: str) -> str:
    """A name without number, case and punctuation: "04 - Data Layer" is "data layer"."""
    return " ".join(re.findall(r"[^\W\d_]\w*", name.lower()))


def rewrite(html: str, places: dict[str, str]) -> str:
    """Put the resolved addresses into sanitised html; a planned link says what it is."""

    def link(found: re.Match[str]) -> str:
        address = places.get(unescape(found[2]), "")
        if not address:
            return found[0]
        if address.startswith(reverse("search:results")):
            note = 'class="planned" title="Not in this library: search for it" '
            return f'<a {note}href="{escape(address)}"'
        return f'<a {found[1]}href="{escape(address)}"'

    def image(found: re.Match[str]) -> str:
        address = places.get(unescape(found[2]), "")
        if address == NO_IMAGE:
            return found[1].rstrip()  # browsers show the text instead and ask for nothing
        return f'{found[1]}src="{escape(address)}"' if address else found[0]

    return SRC.sub(image, HREF.sub(link, html))
