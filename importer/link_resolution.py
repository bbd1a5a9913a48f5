"""Links as rows: what each points to, and the addresses that readers follow."""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache, partial
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse

from documents.links import kind_of
from importer.bulk_rows import update_columns
from importer.file_discovery import INDEX_NAMES
from importer.file_kinds import is_image, is_stored
from importer.link_html import Shown, asset_url, embeds_in, put_in, rewrite
from importer.link_names import NO_SITE, Site, split_href
from importer.link_targets import Page, Spot, Spots, Targets, labelled
from importer.link_titles import give_titles
from importer.picture_policy import FETCH
from topics.address_lookup import section_at
from topics.addresses import section_url, topic_url
from topics.deferred_writes import Behind
from topics.models import Link, Section, Topic
from topics.visibility import PUBLIC, published_to_some

# The end of a file that never becomes a topic, so that a link to it is not planned but broken.
OTHER_FILE = re.compile(r"\.(?!(?:md|mdx|markdown|txt|qmd|rmd)$)[a-z][a-z0-9]{0,9}$", re.IGNORECASE)
BATCH = 1500
LONGEST_EMBED = 50_000  # characters of HTML


def move_links(topic: Topic, site: Site = NO_SITE) -> None:
    """Have the links of a topic start at its present tree path. `publish` resolves them."""
    altered = []
    for link in Link.objects.filter(section__topic=topic):
        wanted = split_href(link.href, topic.tree_path, site)
        if (wanted.path, wanted.anchor, wanted.names) != (
            link.wanted,
            link.wanted_anchor,
            link.names,
        ):
            link.kind, link.wanted = wanted.kind, wanted.path
            link.wanted_anchor, link.names = wanted.anchor, wanted.names
            altered.append(link)
    Link.objects.bulk_update(
        altered, ["kind", "wanted", "wanted_anchor", "names"], batch_size=BATCH
    )


def html_with(section: Section, written: str, links: Sequence[Link]) -> str:
    """What readers would see of a section with this text; its unsaved links learn their kinds."""
    found = [
        _Link(
            place, section.pk, link.href, link.text, link.kind, link.wanted, link.wanted_anchor,
            link.names, None, None, section.topic.tree,
        )
        for place, link in enumerate(links)
    ]  # fmt: skip
    batch = _Batch(found, [(section.pk, "", written)] if found else [], Targets())
    resolved = dict(batch.resolved().html) | dict(_embedded(batch) if batch.embedding else ())
    for link, row in zip(links, found, strict=True):
        link.kind = row.kind
    return resolved.get(section.pk, written)


class Resolution:
    """Gives each link of sections its kind and target, and rewrites their html, a batch at a time.

    Costs a handful of queries a batch; its caller may do something else between them.
    """

    def __init__(self, section_ids: Sequence[int], behind: Behind) -> None:
        """`section_ids` are in ascending order."""
        self._behind, self._targets = behind, Targets()
        self._changed: set[int] = set()
        self._embedding: set[int] = set()
        starts = range(0, len(section_ids), BATCH)
        self._batches = [section_ids[start : start + BATCH] for start in starts]
        read = (partial(_batch, ids, self._targets) for ids in self._batches)
        self._read = behind.ahead(read, 1)
        self._done = 0

    def up_to(self, section_id: int) -> None:
        """Resolve the links of the sections up to this one; they may still be under way to the
        database, which writes in the order in which it is asked."""
        while self._done < len(self._batches) and self._batches[self._done][0] <= section_id:
            batch = next(self._read)
            found = batch.resolved()  # while the batch before is written, and the next one read
            self._changed |= {pk for pk, _ in found.html}
            self._embedding |= batch.embedding
            self._behind.run(found.write)
            self._done += 1

    def end(self) -> set[int]:
        """Resolve the rest; the sections whose html changed."""
        if self._batches:
            self.up_to(self._batches[-1][-1])
        if self._embedding:
            self._changed |= _show_embedded(sorted(self._embedding), self._targets)
        return self._changed


@dataclass(slots=True)
class _Link:
    """Of a link's row what is asked here: an import resolves a hundred thousand of them."""

    pk: int
    section_id: int
    href: str
    text: str
    kind: str
    wanted: str
    wanted_anchor: str
    names: list[str]
    target_id: int | None
    file_id: int | None
    section__topic__tree: int

    @property
    def seen(self) -> tuple[int, ...]:
        """The trees that all who read it may see."""
        return (PUBLIC, self.section__topic__tree)


@dataclass(slots=True)
class _Resolved:
    """What is to be written: links with kind, target and file, and sections with their html."""

    links: list[tuple[int, str, int | None, int | None]]
    html: list[tuple[int, str]]

    def write(self) -> None:
        """Store it."""
        columns = {"kind": "text", "target_id": "bigint", "file_id": "bigint"}
        update_columns(Link, columns, self.links)
        update_columns(Section, {"html": "text"}, self.html)


_COLUMNS = [column.name for column in fields(_Link)]
Html = list[tuple[int, str, str]]


class _Batch:
    """The links of some sections, with all that says what each leads to."""

    def __init__(self, links: list[_Link], html: Html, targets: Targets) -> None:
        """`html` has what the sections with links show now and what was written, by their keys."""
        self.links, self.html, self.targets = links, html, targets
        self.embedding: set[int] = set()
        self.shown: dict[int, dict[str, Shown]] = defaultdict(dict)
        if not links:
            return
        self.pages = {link.pk: self._page(link) for link in self.links}
        self.spots = Spots(
            (page, link.wanted_anchor) for link in self.links if (page := self.pages[link.pk])
        )
        self.labels = self._labels()
        # A link to a file that was renamed still leads to its topic.
        self.reached = _addresses({link.target_id for link in self.links if link.target_id})

    def resolved(self) -> "_Resolved":
        """What the links lead to, and the sections' html. Needs the database in few cases."""
        altered = []
        for link in self.links:
            before = _end_of(link)
            self.shown[link.section_id][link.href] = self._resolve(link, self.pages[link.pk])
            if _end_of(link) != before:
                altered.append((link.pk, *_end_of(link)))
        give_titles(self.links, self.html, self.shown)
        rewritten = []
        for pk, before_html, written in self.html:
            if embeds_in(written):
                self.embedding.add(pk)
                continue
            html = rewrite(written, self.shown[pk])
            if html != before_html:
                rewritten.append((pk, html))
        return _Resolved(altered, rewritten)

    def _labels(self) -> dict[tuple[str, str], Spot]:
        """What links to `#name` mean that no section of their own page has."""
        missed: dict[str, set[str]] = defaultdict(set)
        for link in self.links:
            page = self.pages[link.pk]
            if page and link.href.startswith("#") and not self.spots.find(page, link.wanted_anchor):
                missed[_tree_of(link)].add(link.wanted_anchor)
        return {
            (tree, anchor): spot
            for tree, anchors in missed.items()
            if self.targets.has_labels(tree)
            for anchor, spot in labelled(tree, anchors).items()
        }

    def _page(self, link: _Link) -> Page | None:
        if (link.wanted or link.names) and not is_image(link.wanted):
            return self.targets.page(link.wanted, _variants(link), link.names, link.href, link.seen)
        return None

    def _resolve(self, link: _Link, page: Page | None) -> Shown:
        """Set kind, target and file of a link; what readers get of it."""
        link.file_id = None
        is_external = kind_of(link.href) == "external"
        if not link.wanted and not link.names:
            fetches = is_external and settings.REMOTE_PICTURES == FETCH
            if fetches and (file := self.targets.file(link.href, (), link.seen)):
                link.file_id = file.pk
                return Shown(asset_url(file.digest, file.name), file)
            return _search_for(link) if link.kind == Link.Kind.BROKEN else Shown()
        before, link.target_id = link.target_id, None
        is_file = is_stored(link.wanted) or (not link.wanted and any(map(is_stored, link.names)))
        if is_file and (file := self.targets.file(link.wanted, link.names, link.seen)):
            link.kind = Link.Kind.IMAGE if is_image(file.tree_path) else Link.Kind.FILE
            link.file_id = file.pk
            return Shown(asset_url(file.digest, file.name), file)
        if page is None and before in self.reached and self.reached[before][1] in link.seen:
            link.target_id = before
            return Shown(self.reached[before][0])
        section = None if page or is_external else _at_address(link)
        if section is not None:
            link.kind, link.target_id = Link.Kind.INTERNAL, section.pk
            return Shown(section.get_absolute_url())
        if page is None:
            if is_external:
                link.kind = Link.Kind.EXTERNAL
                return Shown(is_text=link.href.startswith("xref:"))
            is_other = OTHER_FILE.search(link.wanted) or not link.wanted
            link.kind = Link.Kind.BROKEN if is_other else Link.Kind.PLANNED
            return _search_for(link)
        spot = self.spots.find(page, link.wanted_anchor)
        spot = spot or self.labels.get((_tree_of(link), link.wanted_anchor))
        if spot and spot.tree not in link.seen:  # it was moved into a private topic
            spot = None
        link.kind = Link.Kind.INTERNAL if spot else Link.Kind.BROKEN
        spot = spot or self.spots.top(page)
        if spot is None:
            return Shown(topic_url(page.path))
        link.target_id = spot.section
        return Shown(spot.url, title=page.title)


def _batch(section_ids: Iterable[int], targets: Targets) -> _Batch:
    """The links of these sections as they are stored."""
    rows = Link.objects.filter(section__in=section_ids).order_by("section", "position")
    links = [_Link(*row) for row in rows.values_list(*_COLUMNS)]
    holding = Section.objects.filter(pk__in={link.section_id for link in links})
    html = list(holding.values_list("pk", "html", "written_html")) if links else []
    return _Batch(links, html, targets)


def _tree_of(link: _Link) -> str:
    return link.wanted.partition(":")[0]


def _at_address(link: _Link) -> Section | None:
    """The section that an address of this site, as browsers show it, leads to."""
    is_here = link.href.startswith(topic_url("").removesuffix("/"))
    return section_at(link.href, link.seen) if is_here else None


def _end_of(link: _Link) -> tuple[str, int | None, int | None]:
    return str(link.kind), link.target_id, link.file_id


def _show_embedded(section_ids: Sequence[int], targets: Targets) -> set[int]:
    """Write the html of sections that show others, each of these without what it embeds itself.

    Returns the sections whose html changed.
    """
    rows = _embedded(_batch(section_ids, targets))
    update_columns(Section, {"html": "text"}, rows)
    return {pk for pk, _ in rows}


def _embedded(batch: _Batch) -> list[tuple[int, str]]:
    """The sections of a batch whose html differs once it shows what they embed, with that html."""
    batch.resolved()
    by_section: dict[int, dict[str, int]] = defaultdict(dict)
    for link in batch.links:
        if link.target_id and link.kind == Link.Kind.INTERNAL:
            by_section[link.section_id][link.href] = link.target_id
    wanted = {target for hrefs in by_section.values() for target in hrefs.values()}
    parts = _without_embeds(sorted(wanted), batch.targets)
    rows = []
    for pk, before, written in batch.html:
        html = rewrite(written, batch.shown[pk])
        embedded = {
            href: _as_part(parts.get(target, ""), target)
            for href, target in by_section[pk].items()
            if target != pk
        }
        html = put_in(html, written, embedded)
        if html != before:
            rows.append((pk, html))
    return rows


def _without_embeds(section_ids: Sequence[int], targets: Targets) -> dict[int, str]:
    batch = _batch(section_ids, targets)
    batch.resolved()
    rows = Section.objects.filter(pk__in=section_ids).values_list("pk", "written_html")
    return {pk: rewrite(html, batch.shown[pk]) for pk, html in rows if len(html) <= LONGEST_EMBED}


def _as_part(html: str, section: int) -> str:
    """HTML for another page: footnotes get names of their own."""
    for mark in ('"fn--', '"#fn--', '"fnref--', '"#fnref--'):
        html = html.replace(mark, f"{mark}{section}-")
    return html


def _variants(link: _Link) -> list[str]:
    """The tree paths that a link may mean, likeliest first.

    It may name a document without its suffix, or a folder without its slash. A README is a topic
    of its own if its folder has another index.
    """
    wanted = link.wanted
    if not wanted:
        return []
    if wanted.endswith("/"):
        name = posixpath.basename(re.split("[?#]", link.href, maxsplit=1)[0])
        return [wanted + name, wanted] if name.lower() in INDEX_NAMES else [wanted]
    if posixpath.splitext(wanted)[1]:
        return [wanted]
    if kind_of(link.href) == "wiki":  # it means a note before a folder
        return [wanted, f"{wanted}.md"]
    return [wanted, f"{wanted}.md", f"{wanted}/"]


def _addresses(section_ids: set[int]) -> dict[int, tuple[str, int]]:
    """The addresses of those of these sections that readers may see, and in which tree they are."""
    rows = Section.objects.filter(published_to_some(), pk__in=section_ids)
    columns = ("pk", "topic__tree", "topic__path", "anchor")
    return {pk: (section_url(*place), tree) for pk, tree, *place in rows.values_list(*columns)}


@lru_cache(maxsize=1)
def _search_url() -> str:
    return reverse("search:results")


def _search_for(link: _Link) -> Shown:
    """A search for what a broken or planned link names."""
    url = f"{_search_url()}?q={quote(link.text or link.href.removeprefix('wiki:'))}"
    return Shown(url, is_missing=True)
