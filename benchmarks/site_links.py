"""Links of a folder of documents, read by the documented rules of the tool they are written for.

A second opinion: nothing of the importer is used, documents are read by plain expressions, and each
tool has its own way to make addresses and anchors. Links that lead to a file of the folder, and to
a heading of that file, are what an import must follow.
"""

import html
import posixpath
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

SUFFIXES = (".md", ".mdx", ".markdown", ".txt")
INDEXES = ("index", "_index", "README", "readme", "Readme")

_FRONT = re.compile(r"\A\ufeff?(---|\+\+\+)[ \t]*\n(.*?)\n\1[ \t]*\n", re.S)
_FENCE = re.compile(
    r"^(?P<in>[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)*)(?P<mark>`{3,}|~{3,})[^\n]*\n"
    r"(?:.*?\n)??[ \t>]*(?P=mark)[`~]*[ \t]*$",
    re.M | re.S,
)
_HIDDEN = re.compile(r"<!--.*?-->|<(script|style|template)\b.*?</\1>", re.S)
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.S)
_INLINE = re.compile(
    r"\]\(\s*(?:<([^<>\n]*)>|((?:[^\s()\\]|\\.|\([^\s()]*\))+))"
    r"(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?(?:\s+=\d*x?\d*)?\s*\)"
)
_DEFINITION = re.compile(r"^[ \t]{0,3}\[((?:[^\[\]\\]|\\.)+)\]:[ \t]*\n?[ \t]*<?([^\s<>]+)>?", re.M)
_USE = re.compile(r"\[((?:[^\[\]\\]|\\.|\[[^\[\]]*\])+)\](?:\[((?:[^\[\]\\]|\\.)*)\])?(?![(:])")
_ATTRIBUTE = re.compile(r"<(?:a|img)\b[^<>]*?\b(?:href|src)=([\"'])([^\"']+)\1", re.I)
_WIKI = re.compile(r"!?\[\[([^\[\]|\n]+)(?:\\?\|[^\[\]\n]*)?\]\]")
_REF = re.compile(r"\]\(\{\{[<%]\s*(?:rel)?ref\s+\"([^\"\n]+)\"\s*[>%]\}\}\)")
_HEADING = re.compile(r"^[ \t>]{0,12}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$", re.M)
_SETEXT = re.compile(r"^(?![ \t>*+-])(\S[^\n]*)\n(=+|-{2,})[ \t]*$", re.M)
_PIN = re.compile(r"\{:?[^{}\n]*?(?:#|\bid=[\"'])([^\s{}\"']+)[^{}\n]*\}")
_ID = re.compile(r"<[a-z][\w-]*\b[^<>]*?\b(?:id|name)=[\"']([^\"'\n]+)[\"']", re.I)
_BLOCK = re.compile(r"[ \t]\^([\w-]+)[ \t]*$", re.M)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.I)


@dataclass
class Page:
    """A document: its headings by anchor, and the links in it as written."""

    path: str
    anchors: dict[str, str] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Lead:
    """A link that leads to a file of the folder; `heading` is the one that its anchor names."""

    page: str
    href: str
    path: str
    heading: str = ""


def github(text: str) -> str:
    """GitHub's, mdBook's and Hugo's."""
    kept = re.sub(r"[^\w\- ]", "", _plain(text).lower())
    return kept.strip().replace(" ", "-")


def mkdocs(text: str) -> str:
    """Python-Markdown's `toc`."""
    plain = unicodedata.normalize("NFKD", _plain(text)).encode("ascii", "ignore").decode()
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower())


def vitepress(text: str) -> str:
    """VitePress's and VuePress's."""
    plain = unicodedata.normalize("NFKD", _plain(text))
    plain = re.sub("[\u0300-\u036f]", "", plain)
    plain = re.sub(r"[\s~`!@#$%^&*()\-_+=\[\]{}|\\;:\"'“”‘’<>,.?/]+", "-", plain)
    plain = re.sub("-{2,}", "-", plain).strip("-")
    return re.sub(r"^(\d)", r"_\1", plain).lower()


def obsidian(text: str) -> str:
    """A heading's own text; punctuation that a link cannot hold counts as a blank."""
    return " ".join(re.sub(r"[#|^:%\[\]\\*_`]+", " ", _plain(text)).split()).casefold()


def _plain(text: str) -> str:
    """A heading as it is read."""
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", text)
    text = re.sub(r"\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])", r"\1", text)
    parts = re.split(r"(`+[^`]*`+)", text)
    parts[::2] = [
        html.unescape(re.sub(r"(\*\*|__|\*|(?<!\w)_|_(?!\w))", "", _TAG.sub("", part)))
        for part in parts[::2]
    ]
    parts[1::2] = [part.strip("`") for part in parts[1::2]]
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", "".join(parts)).strip()


_ANCHORS: dict[str, Callable[[str], str]] = {
    "mkdocs": mkdocs,
    "vitepress": vitepress,
    "vuepress": vitepress,
    "obsidian": obsidian,
}
# Tools whose links may name the address of a page.
_AT_ADDRESSES = (
    "mkdocs", "vitepress", "vuepress", "hugo", "docusaurus", "mdbook", "starlight", "nextra",
    "sphinx",
)  # fmt: skip


class SiteLinks:
    """The links of a folder.

    `docs` are the folders whose files a site shows at its root, with a slash at the end; `own` what
    addresses on the site itself begin with.
    """

    def __init__(self, folder: Path, tool: str, docs: list[str], own: list[str]) -> None:
        self.tool, self.docs, self.own = tool, docs, own
        self.anchor_of = _ANCHORS.get(tool, github)
        self.files = {
            unicodedata.normalize("NFC", file.relative_to(folder).as_posix())
            for file in folder.rglob("*")
            if file.is_file() and not _is_hidden(file.relative_to(folder))
        }
        documents = [path for path in sorted(self.files) if path.endswith(SUFFIXES)]
        self.pages = {path: self._page(path, _text(folder / path)) for path in documents}
        self.by_address: dict[str, str] = {}
        for page in self.pages.values():
            for address in (*page.addresses, *self._addresses(page.path)):
                self.by_address.setdefault(address.strip("/").lower(), page.path)
        self.by_name: dict[str, list[str]] = {}
        for path in self.files:
            for name in {posixpath.basename(path), posixpath.basename(_stem(path))}:
                self.by_name.setdefault(name.casefold(), []).append(path)

    def leads(self) -> Iterator[Lead]:
        """Each link that leads to a file, and if it has an anchor, to a heading of the file."""
        for page in self.pages.values():
            for href in dict.fromkeys(page.links):
                lead = self._lead(page, href)
                if lead:
                    yield lead

    def _page(self, path: str, text: str) -> Page:
        page = Page(path)
        front = _FRONT.match(text)
        if front:
            page.addresses = _addresses_in(front[2])
            text = text[front.end() :]
        bare = _HIDDEN.sub("", _FENCE.sub("", text))
        for anchor, heading in _headings(bare, self.anchor_of):
            page.anchors.setdefault(anchor, heading)
        outside = _CODE.sub(lambda code: re.sub(r"[\[\]()<>]", "\x00", code[0]), bare)
        for found in _ID.finditer(outside):
            page.anchors.setdefault(self._key(found[1]), "")
        if self.tool in ("mkdocs", "vitepress", "vuepress", "hugo"):
            for found in _PIN.finditer(outside):
                page.anchors.setdefault(self._key(found[1]), "")
        if self.tool == "obsidian":
            for found in _BLOCK.finditer(outside):
                page.anchors.setdefault(self._key("^" + found[1]), "")
        page.links = list(_links(outside, self.tool))
        return page

    def _key(self, anchor: str) -> str:
        return obsidian(anchor) if self.tool == "obsidian" else anchor

    def _lead(self, page: Page, href: str) -> Lead | None:
        written, wanted = href, href.removeprefix("wiki:")
        is_wiki = wanted is not href and href.startswith("wiki:")
        for own in self.own:
            if wanted.startswith(own):
                wanted = "/" + wanted.removeprefix(own).lstrip("/")
        if _SCHEME.match(wanted) or "{" in wanted or "\x00" in wanted:
            return None
        path, _, anchor = wanted.partition("#")
        path, anchor = (
            unicodedata.normalize("NFC", unquote(part)) for part in (path.partition("?")[0], anchor)
        )
        if not path and not anchor:
            return None
        target = page.path if not path else self._target(page.path, path, is_wiki=is_wiki)
        if target is None:
            return None
        if not anchor or target not in self.pages:
            return Lead(page.path, written, target)
        anchors = self.pages[target].anchors
        if self.tool == "obsidian":
            anchor = obsidian(anchor.rpartition("#")[2] if "#" in anchor else anchor)
        for form in (anchor, anchor.lower()) if self.tool == "github" else (anchor,):
            if form in anchors:
                return Lead(page.path, written, target, anchors[form] or f"#{form}")
        return None

    def _target(self, here: str, path: str, *, is_wiki: bool) -> str | None:
        if is_wiki:
            return self._named(here, path)
        return next((f for f in self._candidates(here, path) if f in self.files), None)

    def _named(self, here: str, path: str) -> str | None:
        name = path.strip("/").casefold()
        fits = [
            found
            for found in self.by_name.get(posixpath.basename(name), [])
            if ("/" + _stem(found).casefold()).endswith("/" + name)
            or ("/" + found.casefold()).endswith("/" + name)
        ]
        beside = posixpath.dirname(here)
        return min(fits, key=lambda f: (posixpath.dirname(f) != beside, len(f), f), default=None)

    def _candidates(self, here: str, path: str) -> Iterator[str]:
        """The files that a path in the document `here` means, by the rules of the tool."""
        roots = _roots(here, self.docs)
        if path.startswith("/"):
            places = [_joined(root, path) for root in roots]
            assets = [
                _joined(posixpath.join(posixpath.dirname(root.rstrip("/")), served), path)
                for root in roots
                for served in ("static", "public", ".vuepress/public")
            ] + [_joined(root, served + path) for root in roots for served in ("public", "static")]
        else:
            places, assets = [_joined(posixpath.dirname(here), path)], []
            if self.tool in (
                "mkdocs",
                "hugo",
                "docusaurus",
                "starlight",
                "nextra",
            ) and not path.endswith(SUFFIXES):
                at = posixpath.dirname(here) if _is_index(here) else _stem(here)
                places.append(_joined(at, path))
            if self.tool == "hugo":
                places += [_joined(root, path) for root in roots]
            if self.tool == "obsidian":
                places.append(path)
        for place in filter(None, places):
            yield place
            yield from self._forms(place)
        yield from filter(None, assets)
        by_name = self.tool == "obsidian" or (self.tool == "hugo" and "/" not in path.strip("/"))
        if by_name and (found := self._named(here, path)):
            yield found

    def _forms(self, place: str) -> Iterator[str]:
        """What an address without a suffix, or with that of a page, stands for."""
        plain = place.strip("/")
        if self.tool == "github":
            yield from (f"{plain}/{name}.md" for name in ("README", "readme", "index"))
            return
        if plain.endswith(".html") and self.tool in ("vitepress", "vuepress", "mdbook", "jekyll"):
            plain = plain.removesuffix(".html")
        if self.tool in _AT_ADDRESSES:
            for suffix in SUFFIXES:
                yield plain + suffix
                yield from (posixpath.join(plain, name) + suffix for name in INDEXES)
        if self.tool in ("hugo", "docusaurus", "jekyll", "starlight", "nextra"):
            for root in self.docs or [""]:
                address = plain.removeprefix(root).lower()
                if address in self.by_address:
                    yield self.by_address[address]

    def _addresses(self, path: str) -> Iterator[str]:
        for root in self.docs or [""]:
            if path.startswith(root):
                inner = _stem(path.removeprefix(root))
                yield posixpath.dirname(inner) if _is_index(path) else inner


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") or part == "node_modules" for part in path.parts[:-1]) and (
        ".vuepress" not in path.parts
    )


def _text(file: Path) -> str:
    return file.read_bytes().decode("utf-8-sig", errors="replace").replace("\r\n", "\n")


def _stem(path: str) -> str:
    stem, suffix = posixpath.splitext(path)
    return stem if suffix in SUFFIXES else path


def _is_index(path: str) -> bool:
    return posixpath.basename(_stem(path)) in INDEXES


def _roots(here: str, docs: list[str]) -> list[str]:
    """The folders that a path from the root may start at: the one that `here` is in, first."""
    return sorted(docs or [""], key=lambda root: not here.startswith(root))


def _joined(folder: str, path: str) -> str:
    found = posixpath.normpath(posixpath.join(folder, path.lstrip("/")))
    return "" if found.startswith("..") else found.removeprefix("./").lstrip("/")


def _addresses_in(front: str) -> list[str]:
    found = re.findall(r"^(?:url|permalink|slug)\s*[:=]\s*[\"']?(/[^\s\"']*)", front, re.M)
    aliases = re.search(r"^aliases\s*[:=]\s*\[?((?:[^\]\n]*\n?(?:\s*-[^\n]*\n?)*))", front, re.M)
    return found + (re.findall(r"/[^\s\"',\]]*", aliases[1]) if aliases else [])


def _headings(text: str, anchor_of: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    seen: dict[str, int] = {}
    found = [(m.start(), m[2]) for m in _HEADING.finditer(text)]
    found += [(m.start(), m[1]) for m in _SETEXT.finditer(text)]
    for _, title in sorted(found):
        pin = _PIN.search(title)
        heading = _PIN.sub("", title).strip()
        if pin:
            yield pin[1], heading
        anchor = anchor_of(heading)
        if not anchor:
            continue
        times = seen.get(anchor, 0)
        seen[anchor] = times + 1
        end = f"_{times}" if anchor_of is mkdocs else f"-{times}"
        yield anchor + (end if times and anchor_of is not obsidian else ""), heading


def _links(text: str, tool: str) -> Iterator[str]:
    for found in _INLINE.finditer(text):
        yield _unescaped(found[1] if found[1] is not None else found[2])
    definitions = {_label(m[1]): m[2] for m in reversed(list(_DEFINITION.finditer(text)))}
    if definitions:
        for found in _USE.finditer(_DEFINITION.sub("", text)):
            href = definitions.get(_label(found[2] or found[1]))
            if href and not _label(found[1]).startswith("^"):
                yield _unescaped(href)
    for found in _ATTRIBUTE.finditer(text):
        yield html.unescape(found[2])
    if tool == "obsidian":
        for found in _WIKI.finditer(text):
            yield "wiki:" + found[1].rstrip("\\").strip()
    if tool == "hugo":
        for found in _REF.finditer(text):
            yield found[1]


def _label(text: str) -> str:
    return " ".join(text.split()).casefold()


def _unescaped(href: str) -> str:
    return html.unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", href))
