"""What links can lead to: the topics and files of a tree, looked up by any of their names."""

import posixpath
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from documents import slug
from importer.link_names import SAME, names_of_file, names_of_topic
from importer.models import Source
from topics.addresses import section_url
from topics.models import Address, Asset, Definition, Section, Topic, tree_of_file
from topics.visibility import PUBLIC, PUBLISHED, Current, published_to_some

# Tools in which `#name` may be a section of another page.
LABELLING = ("sphinx", "mdbook", "quarto", "mkdocs", "logseq")
_LINES = re.compile(r"L\d+(?:C\d+)?(?:-L?\d+(?:C\d+)?)?")  # of the file as it is written
_APART = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Page:
    """A topic that readers may see, all of them or those of a private `tree`."""

    pk: int
    tree_path: str
    path: str
    title_anchor: str
    tree: int
    title: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A stored picture or file, perhaps of a private `tree`; `copies` are smaller ones, each its
    digest and width."""

    pk: int
    tree_path: str
    digest: str
    width: int | None
    height: int | None
    tree: int
    copies: tuple[tuple[str, int], ...] = ()

    @property
    def name(self) -> str:
        """The file's name, without its folders."""
        return posixpath.basename(self.tree_path.partition(":")[2])


@dataclass
class _Tree:
    """One tree of files: its topics by path, and by name with the rank of the name."""

    pages: dict[str, Page] = field(default_factory=dict)
    named: dict[str, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))


class Targets:
    """The topics and files of the library, each tree read once, when a link first wants it.

    A link leads to what all who read it may see: public topics, and those of its own private tree,
    which are `seen`.
    """

    def __init__(self) -> None:
        self._trees: dict[str, _Tree] = {}
        self._files: dict[str, dict[str, File]] = {}
        self._labelling: frozenset[str] | None = None

    def has_labels(self, tree: str) -> bool:
        """Whether names of sections are those of a whole tree, as the tool of its source says."""
        if self._labelling is None:
            sources = Source.objects.filter(tool__in=LABELLING)
            self._labelling = frozenset(sources.values_list("name", flat=True))
        return tree in self._labelling

    def page(
        self,
        wanted: str,
        exact: Sequence[str],
        names: Sequence[str],
        href: str = "",
        seen: Collection[int] = (PUBLIC,),
    ) -> Page | None:
        """The topic at one of these paths, else the one that the first known name means best: of
        two whose names differ in case alone, that which `href` writes so."""
        tree = self._tree((wanted or next(iter(names), "")).partition(":")[0])
        first = [name for name in names if name.partition(":")[2].startswith(SAME)]
        for path in (found[1] for name in first for found in tree.named.get(name, ())):
            if tree.pages[path].tree in seen:
                return tree.pages[path]
        for path in exact:
            if path in tree.pages and tree.pages[path].tree in seen:
                return tree.pages[path]
        folder = posixpath.dirname(wanted)
        for name in names:
            named = tree.named.get(name, ())
            if found := [entry for entry in named if tree.pages[entry[1]].tree in seen]:
                written = unquote(href)
                _, best = min(
                    found,
                    key=lambda f: (
                        f[0] >= 30 and (f[1][-1] == "/" or posixpath.dirname(f[1]) != folder),
                        f[0],
                        _stem(f[1]) not in written,
                        f[1],
                    ),
                )
                return tree.pages[best]
        return None

    def file(
        self, wanted: str, names: Sequence[str], seen: Collection[int] = (PUBLIC,)
    ) -> File | None:
        """The file at this path, else the one that the first known name means."""
        files = self._files_of((wanted or next(iter(names), "")).partition(":")[0])
        found = (files[name] for name in (wanted, *names) if name in files)
        return next((file for file in found if file.tree in seen), None)

    def _tree(self, name: str) -> _Tree:
        if name not in self._trees:
            tree = self._trees[name] = _Tree()
            topics = Topic.objects.filter(
                removed_at=None, status=PUBLISHED, tree_path__startswith=f"{name}:"
            )
            rows = topics.values_list(
                "pk", "tree_path", "path", "title_anchor", "front_matter__addresses",
                "front_matter__aliases", "front_matter__led", "tree", "title",
            ).order_by("tree_path")  # fmt: skip
            for pk, tree_path, path, title_anchor, addresses, aliases, led, private, title in rows:
                tree.pages[tree_path] = Page(pk, tree_path, path, title_anchor, private, title)
                for key, rank in names_of_topic(
                    tree_path, addresses or [], aliases or [], led or []
                ):
                    tree.named[key].append((rank, tree_path))
        return self._trees[name]

    def _files_of(self, tree: str) -> dict[str, File]:
        if tree not in self._files:
            rows = Asset.objects.filter(path__startswith=f"{tree}:").annotate(tree=tree_of_file())
            rows = rows.order_by("path")
            columns = rows.values_list("pk", "path", "digest", "width", "height", "copy_of", "tree")
            copies: dict[str, list[tuple[str, int]]] = defaultdict(list)
            for _, _, digest, width, _, copy_of, _ in columns:
                if copy_of:
                    copies[copy_of].append((digest, width or 0))
            files: dict[str, File] = {}
            for pk, path, digest, width, height, copy_of, private in columns:
                if copy_of:
                    continue
                smaller = tuple(copies.get(path, ()))
                found = File(pk, path, digest, width, height, private, smaller)
                files[path] = found
                for name in names_of_file(path):
                    files.setdefault(name, found)
            self._files[tree] = files
        return self._files[tree]


def _stem(tree_path: str) -> str:
    return posixpath.splitext(posixpath.basename(tree_path.rstrip("/")))[0]


@dataclass(frozen=True, slots=True)
class Spot:
    """A section that a link leads to."""

    section: int
    path: str
    anchor: str
    tree: int

    @property
    def url(self) -> str:
        """Its address on the site."""
        return section_url(self.path, self.anchor)


class Spots:
    """The sections of some topics by their anchors, also by those that other tools give them."""

    def __init__(self, wanted: Iterable[tuple[Page, str]]) -> None:
        wanted = list(wanted)
        anchors = {form for _, anchor in wanted for form in _forms(anchor)} | {""}
        self._exact = _at({page.pk for page, _ in wanted}, anchors)
        missed = {page.pk for page, anchor in wanted if self._found(page, anchor) is None}
        self._loose: dict[tuple[int, str], Spot] = {}
        if missed:
            self._exact = _merged(missed, anchors - {""}) | self._exact
            for (topic, anchor), spot in _at(missed, None).items():
                self._loose.setdefault((topic, loose(anchor)), spot)
            for topic, title, spot in _titled(missed):
                self._loose.setdefault((topic, loose(title)), spot)

    def find(self, page: Page, anchor: str) -> Spot | None:
        """The section that an anchor on a page means."""
        found = self._found(page, anchor)
        if found is None and anchor and (name := loose(anchor)):
            if name == loose(page.title_anchor):
                return self.top(page)
            found = self._loose.get((page.pk, name))
        return found

    def top(self, page: Page) -> Spot | None:
        """The root section of a page."""
        return self._exact.get((page.pk, ""))

    def _found(self, page: Page, anchor: str) -> Spot | None:
        for form in _forms(anchor):
            if form == page.title_anchor:
                return self.top(page)
            if found := self._exact.get((page.pk, form)):
                return found
        return None


def labelled(tree: str, anchors: Collection[str]) -> dict[str, Spot]:
    """The sections of a tree by these names, as far as one alone has each: a name that its text
    gives it, else its anchor. Three queries."""
    inside = {"topic__tree_path__startswith": f"{tree}:"}
    published = Section.objects.filter(published_to_some(), **inside)
    given = Address.objects.filter(anchor__in=anchors, section__in=published)
    found: dict[str, set[Spot]] = defaultdict(set)
    for anchor, section, *place in given.values_list("anchor", "section", *_names("section__")):
        found[anchor].add(Spot(section, *place))
    rest = set(anchors).difference(found)
    by_anchor = published.filter(anchor__in=rest)
    for anchor, section, *place in by_anchor.values_list("anchor", "pk", *_names()):
        found[anchor].add(Spot(section, *place))
    titled = published.filter(anchor="", topic__title_anchor__in=rest)
    for anchor, section, *place in titled.values_list("topic__title_anchor", "pk", *_names()):
        found[anchor].add(Spot(section, *place))
    return {anchor: next(iter(spots)) for anchor, spots in found.items() if len(spots) == 1}


def _forms(anchor: str) -> list[str]:
    """How an anchor may be written here: as it is, in small letters, as the slug of a heading."""
    if not anchor or anchor == "top" or anchor.startswith(":~:") or _LINES.fullmatch(anchor):
        return [anchor, ""]
    plain = unicodedata.normalize("NFC", anchor)
    forms = [anchor, plain, plain.lower(), slug(plain), anchor.lower()]
    forms += [anchor[2:]] if anchor.startswith("h-") else []  # Outline
    forms += [plain[13:]] if plain.startswith("user-content-") else []  # GitHub
    return list(dict.fromkeys(forms))


def loose(anchor: str) -> str:
    """What the anchors that tools make of one heading have in common: letters and digits."""
    plain = unicodedata.normalize("NFKD", anchor).casefold()
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    return _APART.sub("-", kept).strip("-")


def _at(topic_ids: set[int], anchors: set[str] | None) -> dict[tuple[int, str], Spot]:
    """Sections by topic and anchor, all of them without `anchors`.

    An earlier address is one too; its section may live in another topic by now.
    """
    published = Section.objects.filter(published_to_some())
    earlier = Address.objects.filter(topic__in=topic_ids, section__in=published)
    live = published.filter(topic__in=topic_ids).order_by("topic", "position")
    if anchors is not None:
        earlier, live = earlier.filter(anchor__in=anchors), live.filter(anchor__in=anchors)
    found: dict[tuple[int, str], Spot] = {}
    columns = ("topic", "anchor", "section", *_names("section__"))
    for topic, anchor, section, path, now, tree in earlier.values_list(*columns):
        found[topic, anchor] = Spot(section, path, now, tree)
    for topic, anchor, section, *place in live.values_list("topic", "anchor", "pk", *_names()):
        found[topic, anchor] = Spot(section, *place)
    return found


def _merged(topic_ids: set[int], anchors: set[str]) -> dict[tuple[int, str], Spot]:
    """What sections that were merged into others were read at: the sections with their text now."""
    rows = Section.objects.filter(merged_into__isnull=False)
    own = rows.filter(topic__in=topic_ids, anchor__in=anchors).order_by("removed_at", "pk")
    earlier = Address.objects.filter(topic__in=topic_ids, anchor__in=anchors, section__in=rows)
    held = [
        *earlier.values_list("topic", "anchor", Current("section")),
        *own.values_list("topic", "anchor", Current("pk")),  # the latest stays
    ]
    live = Section.objects.filter(published_to_some(), pk__in={key for *_at, key in held})
    spots = {key: Spot(key, *place) for key, *place in live.values_list("pk", *_names())}
    return {(topic, anchor): spots[key] for topic, anchor, key in held if key in spots}


def _names(section: str = "") -> tuple[str, str, str]:
    """Where a `Spot` is, but for the section's key."""
    return f"{section}topic__path", f"{section}anchor", f"{section}topic__tree"


def _titled(topic_ids: set[int]) -> Iterator[tuple[int, str, Spot]]:
    """The sections of topics by their whole titles, from which each tool makes anchors its way, and
    by the terms that they define."""
    published = Section.objects.filter(published_to_some(), topic__in=topic_ids)
    rows = published.order_by("topic", "position")
    columns = ("topic", "number", "title", "pk", *_names())
    for topic, number, title, section, *place in rows.values_list(*columns):
        yield topic, f"{number} {title}", Spot(section, *place)
    terms = Definition.objects.filter(section__in=rows.order_by()).order_by("section", "position")
    of_term = ("section__topic", "term", "section", *_names("section__"))
    for topic, term, section, *place in terms.values_list(*of_term):
        yield topic, term, Spot(section, *place)


def names_of(topics: Iterable[Topic]) -> set[str]:
    """All names by which links may mean one of these topics."""
    return {
        name
        for topic in topics
        for name, _ in names_of_topic(
            topic.tree_path,
            topic.front_matter.get("addresses") or [],
            topic.front_matter.get("aliases") or [],
            topic.front_matter.get("led") or [],
        )
    }
