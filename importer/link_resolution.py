"""Links as rows: what each points to, and the addresses that readers follow."""

import posixpath
import re
from collections.abc import Collection, Sequence
from html import escape, unescape
from urllib.parse import quote

from django.db.models import Q
from django.urls import reverse

from documents import resolve
from documents.links import kind_of
from importer.bulk_rows import update_columns
from importer.file_discovery import INDEX_NAMES, is_image
from topics.addresses import section_url, topic_url
from topics.models import Address, Asset, Link, Section, Topic

LONGEST_WANTED = 700
# nh3 writes every attribute in double quotes, so these match exactly what it wrote.
HREF = re.compile(r'<a ((?:[\w-]+="[^"]*" )*?)href="([^"]*)"')
SRC = re.compile(r'(<img (?:[\w-]+="[^"]*" )*?)src="([^"]*)"')
# The end of a file that never becomes a topic, so that a link to it is not planned but broken.
OTHER_FILE = re.compile(r"\.(?!(?:md|markdown|txt)$)[a-z][a-z0-9]{0,9}$", re.IGNORECASE)
NO_IMAGE = "#"
BATCH = 500


def split_href(href: str, tree_path: str) -> tuple[str, str, str]:
    """Kind, wanted tree path and anchor of a link in the file at `tree_path`.

    A link to a path above the root of the tree is broken.
    """
    if kind_of(href) == "mail":
        return Link.Kind.MAIL, "", ""
    if kind_of(href) == "external":
        return Link.Kind.EXTERNAL, "", ""
    tree, _, here = tree_path.partition(":")
    if here.endswith("/"):
        here += INDEX_NAMES[0]
    place = resolve(href, here)
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


def move_links(topic: Topic) -> None:
    """Have the links of a topic start at its present tree path. `publish` resolves them."""
    altered = []
    for link in Link.objects.filter(section__topic=topic):
        wanted = split_href(link.href, topic.tree_path)
        if wanted[1:] != (link.wanted, link.wanted_anchor):
            altered.append((link.pk, *map(str, wanted)))
    update_columns(Link, {"kind": "text", "wanted": "text", "wanted_anchor": "text"}, altered)


def resolve_links(section_ids: Sequence[int]) -> int:
    """Give each link of these sections its kind and target, and rewrite their html.

    Returns the number of sections whose html changed. Costs a handful of queries a batch.
    """
    changed = 0
    for start in range(0, len(section_ids), BATCH):
        changed += _resolve_batch(section_ids[start : start + BATCH])
    return changed


def sections_linking_to(
    sections: Collection[int], topics: Collection[int], images: Collection[str] = ()
) -> set[int]:
    """The sections with a link that a change can have led elsewhere.

    `sections` changed, came or went, and so did `topics`, or they moved, with their own links;
    `images` are tree paths of images that were stored. Seven queries, however much changed.
    """
    moved = Topic.objects.filter(pk__in=topics).values_list("tree_path", flat=True)
    places = {name for path in moved for name in names_of(path)}
    others = Topic.objects.filter(sections__in=sections).exclude(pk__in=topics).distinct()
    names = {name for path in others.values_list("tree_path", flat=True) for name in names_of(path)}
    found: set[int] = set()
    for reached in (
        Q(target__in=sections),
        Q(target__topic__in=topics),
        Q(section__topic__in=topics),
        Q(wanted__in=places.union(images)),
        # A link that already leads somewhere is not drawn away by a section that comes.
        Q(wanted__in=names, kind__in=[Link.Kind.BROKEN, Link.Kind.PLANNED]),
    ):
        found |= set(Link.objects.filter(reached).values_list("section", flat=True))
    return found


def _resolve_batch(section_ids: Sequence[int]) -> int:
    links = list(Link.objects.filter(section__in=section_ids).order_by("section", "position"))
    wanted = {variant for link in links if link.wanted for variant in _variants(link)}
    topics = {t.tree_path: t for t in Topic.objects.published().filter(tree_path__in=wanted)}
    assets = dict(Asset.objects.filter(path__in=wanted).values_list("path", "digest"))
    anchors = {link.wanted_anchor for link in links}
    places = _places({t.pk for t in topics.values()}, anchors | {a.lower() for a in anchors})
    reached = _addresses({link.target_id for link in links if link.target_id})
    addresses: dict[int, dict[str, str]] = {}
    altered = []
    for link in links:
        before = (link.kind, link.target_id)
        address = _resolve(link, topics, assets, places, reached)
        if (link.kind, link.target_id) != before:
            altered.append(link)
        addresses.setdefault(link.section_id, {})[link.href] = address
    update_columns(
        Link,
        {"kind": "text", "target_id": "bigint"},
        [(link.pk, str(link.kind), link.target_id) for link in altered],
    )
    rewritten = []
    rows = Section.objects.filter(pk__in=addresses).only("pk", "html", "written_html")
    for section in rows:
        html = rewrite(section.written_html, addresses[section.pk])
        if html != section.html:
            rewritten.append((section.pk, html))
    update_columns(Section, {"html": "text"}, rewritten)
    return len(rewritten)


def _variants(link: Link) -> list[str]:
    """The tree paths that a link may mean, likeliest first.

    It may name a document without its suffix, or a folder without its slash. A README is a topic
    of its own if its folder has another index.
    """
    wanted = link.wanted
    if wanted.endswith("/"):
        name = posixpath.basename(re.split("[?#]", link.href, maxsplit=1)[0])
        return [wanted + name, wanted] if name.lower() in INDEX_NAMES else [wanted]
    if posixpath.splitext(wanted)[1]:
        return [wanted]
    return [wanted, f"{wanted}.md", f"{wanted}/"]


def names_of(tree_path: str) -> set[str]:
    """The `wanted` of every link that may mean the topic with this tree path."""
    names = {tree_path, tree_path.removesuffix(".md"), tree_path.rstrip("/")}
    folder, _, name = tree_path.rpartition("/")
    return names | {f"{folder}/"} if folder and name.lower() in INDEX_NAMES else names


Places = dict[tuple[int, str], tuple[int, str, str]]


def _places(topic_ids: set[int], anchors: set[str]) -> Places:
    """Section, its topic's path and its anchor, by the topic and anchor that a link names.

    An earlier address is one too; its section may live in another topic by now.
    """
    found: Places = {}
    published = Section.objects.published()
    earlier = Address.objects.filter(
        topic__in=topic_ids, anchor__in=anchors, section__in=published
    ).values_list("topic", "anchor", "section", "section__topic__path", "section__anchor")
    for topic, anchor, section, path, now in earlier:
        found[topic, anchor] = (section, path, now)
    live = published.filter(topic__in=topic_ids, anchor__in=anchors | {""})
    for topic, anchor, section, path in live.values_list("topic", "anchor", "pk", "topic__path"):
        found[topic, anchor] = (section, path, anchor)
    return found


def _addresses(section_ids: set[int]) -> dict[int, str]:
    """The addresses of those of these sections that readers may see."""
    rows = Section.objects.published().filter(pk__in=section_ids)
    return {
        pk: section_url(*place) for pk, *place in rows.values_list("pk", "topic__path", "anchor")
    }


def _resolve(
    link: Link,
    topics: dict[str, Topic],
    assets: dict[str, str],
    places: Places,
    reached: dict[int, str],
) -> str:
    """Set kind and target of a link; returns its address for readers, "" to keep it as written.

    `reached` has the addresses of what links led to before: a link to a file that was renamed
    still leads to its topic.
    """
    if not link.wanted:
        return _search_for(link) if link.kind == Link.Kind.BROKEN else ""
    before, link.target_id = link.target_id, None
    if is_image(link.wanted):
        digest = assets.get(link.wanted)
        link.kind = Link.Kind.IMAGE if digest else Link.Kind.BROKEN
        name = posixpath.basename(link.wanted)
        return reverse("topics:asset", args=[digest, name]) if digest else NO_IMAGE
    topic = next((topics[v] for v in _variants(link) if v in topics), None)
    if topic is None and before in reached:
        link.target_id = before
        return reached[before]
    if topic is None:
        link.kind = Link.Kind.BROKEN if OTHER_FILE.search(link.wanted) else Link.Kind.PLANNED
        return _search_for(link)
    anchor = "" if link.wanted_anchor == topic.title_anchor else link.wanted_anchor
    place = places.get((topic.pk, anchor)) or places.get((topic.pk, anchor.lower()))
    link.kind = Link.Kind.INTERNAL if place else Link.Kind.BROKEN
    place = place or places.get((topic.pk, ""))
    if place is None:
        return topic_url(topic.path)
    link.target_id, path, anchor = place
    return section_url(path, anchor)


def _search_for(link: Link) -> str:
    """The address of a search for what a broken or planned link names."""
    return reverse("search:results") + f"?q={quote(link.text or link.href)}"


def rewrite(html: str, places: dict[str, str]) -> str:
    """Replace addresses in sanitised HTML; `places` maps each href or src to its address.

    A link to a search gets a title that says so.
    """

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
