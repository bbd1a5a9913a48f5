"""What a link may mean: the place that it names, and the names of what else it may lead to.

A tool serves pages under addresses of its own: `a/pools.md` at `/a/pools/` or `/a/pools.html`,
from a folder of the source, below a prefix. A link of a document is read in all these ways, the
likeliest first; what is there decides.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from documents import resolve
from documents.languages import tag_of
from documents.links import kind_of
from documents.links import split_href as split_address
from documents.slugs import decoded, names_of_page
from importer.file_discovery import INDEX_NAMES
from importer.file_kinds import is_image, is_stored
from importer.names import fold, folder_of_index, is_page, page_name, slug_name, wiki_name
from topics.models import Link

LONGEST_WANTED = 700
LONGEST_ANCHOR = 300
MOST_NAMES = 24
SAME = "="  # before a name that comes before the path itself: of the same language
A_FILE = ".md"  # behind a name that no folder without an index has
ANYWHERE = "*"  # before a name that a file in any folder may have
_DOCUMENTS = (".md", ".mdx", ".markdown", ".qmd", ".rmd")
# Folders from which tools serve files at the root of the site.
_SERVED = (
    "static", "public", "assets", ".vitepress/public", ".vuepress/public", "website/static",
)  # fmt: skip
_PART = re.compile(r"\?id=([^&#]{1,300})\Z")  # Docsify's anchors
_POST = re.compile(r"(.*/)?(\d{4}-\d\d-\d\d)-([^/]+)")  # what has its day in its address
_LANGUAGE_BEHIND = re.compile(r"\.([A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4})?)\.(?:md|mdx|markdown)\Z")
# A page of Notion on its own site, and a file of its export, by what both are called there.
NOTION = "notion:"
_NOTION = re.compile(
    r"https://(?:www\.|[\w-]+\.)?notion\.(?:so|site)/(?:[^?#\s]*[-/])?([0-9a-f]{32})(?=[?#]|$)"
)
_NOTION_FILE = re.compile(r"[ _-]([0-9a-f]{32})(?:\.\w+|/)\Z")
# A page of Outline on its own site, by its title and an id; of GitHub's wiki; of Docusaurus what a
# translation's file translates.
_OUTLINE = re.compile(r"/(?:doc|collection)/([^/?#]+)-[A-Za-z0-9]{10}/?")
_GITHUB_WIKI = re.compile(r"(?:\.\./|/[\w.-]+/[\w.-]+/)wiki/")
_TRANSLATED = re.compile(
    r"(.*/)?i18n/[^/]+/docusaurus-plugin-content-(?:docs-)?(docs|blog|[\w-]+)/(?:current/|(version-[^/]+/))?(.+)"
)
_STEM = re.compile(r"\{\{-?[ \t]*page\.fileSlug[^{}]{0,60}\}\}")
_ALIAS = re.compile(r"(?:@site|~@?|@)/")  # a path from the root of the project
# Tools whose links name a file in any folder, if they name no folder.
_BY_NAME = frozenset({"azure", "hugo", "obsidian", "logseq", "gollum", "gitlab"})
# Tools whose paths may begin at the root without saying so.
_FROM_ROOT = frozenset({"docsify", "hugo", "jekyll", "obsidian"})


@dataclass(frozen=True, slots=True)
class Site:
    """Where a source's own site is: its tool, what its addresses begin with (`/docs`,
    `https://example.org/docs`), and the folder that it shows, with a slash at the end."""

    tool: str = ""
    prefixes: tuple[str, ...] = ()
    docs: str = ""


NO_SITE = Site()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a link wants: the tree path that it names and an anchor, and further `names`."""

    kind: str
    path: str = ""
    anchor: str = ""
    names: list[str] = field(default_factory=list)


def split_href(href: str, tree_path: str, site: Site = NO_SITE) -> Wanted:
    """What a link in the file at `tree_path` wants.

    A link to a path above the root of the tree is broken, unless a tool reads it otherwise.
    """
    form = kind_of(href)
    if form == "mail":
        return Wanted(Link.Kind.MAIL)
    if form == "wiki":
        return _wiki(href, tree_path)
    if form == "external":
        return _external(href, tree_path, site)
    tree, _, here = tree_path.partition(":")
    if here.endswith("/"):
        here += INDEX_NAMES[0]
    href = _ALIAS.sub("/", href.replace("\\", "/"), count=1) if href[0] in "@~" else href
    href = href.replace("\\", "/")
    href = href[1:] if href.startswith("#/") else href  # Docsify: a page, not a part of one
    if "#" not in href and (part := _PART.search(href)):
        href = f"{href[: part.start()]}#{part[1]}"
    path, anchor = split_address(href)
    if "\x00" in path + anchor:
        return Wanted(Link.Kind.BROKEN)
    anchor = anchor[:LONGEST_ANCHOR]
    place = resolve(href, here)
    if place is not None and place[0] == here:
        return Wanted(Link.Kind.INTERNAL, tree_path, anchor)
    names = list(dict.fromkeys(_names(path, here, site)))[:MOST_NAMES]
    names += [plain for name in names if "%" in name and (plain := _decoded(name)) not in names]
    names = [f"{tree}:{name}"[:LONGEST_WANTED] for name in names]
    if place is None:
        return Wanted(Link.Kind.BROKEN, "", anchor, names)
    wanted = place[0]
    folder, name = posixpath.split(wanted)
    if name.lower() in INDEX_NAMES and folder:
        wanted = f"{folder}/"
    elif href.partition("#")[0].endswith("/"):
        wanted += "/"
    return Wanted(_kind(wanted), f"{tree}:{wanted}"[:LONGEST_WANTED], anchor, names)


def _external(href: str, tree_path: str, site: Site) -> Wanted:
    """An address that may mean one of the source's own pages: on its site, or by a name."""
    tree = tree_path.partition(":")[0]
    if href.startswith("xref:"):
        name, _, anchor = href.partition("#")
        names = [f"{tree}:{fold(unquote(name))}"[:LONGEST_WANTED]]
        return Wanted(Link.Kind.EXTERNAL, "", unquote(anchor)[:LONGEST_ANCHOR], names)
    own = _on_own_site(href, site)
    if own:
        inner = split_href(own, tree_path, Site(site.tool, (), site.docs))
        return Wanted(Link.Kind.EXTERNAL, "", inner.anchor, inner.names)
    if found := _NOTION.match(href):
        anchor = split_address(href)[1][:LONGEST_ANCHOR]
        return Wanted(Link.Kind.EXTERNAL, "", anchor, [f"{tree}:{NOTION}{found[1]}"])
    return Wanted(Link.Kind.EXTERNAL)


def _kind(path: str) -> str:
    if is_image(path):
        return Link.Kind.IMAGE
    return Link.Kind.FILE if is_stored(path) else Link.Kind.INTERNAL


def _on_own_site(href: str, site: Site) -> str:
    """The address on the source's own site as one from its root, or ""."""
    for prefix in site.prefixes:
        start = prefix.rstrip("/")
        if "://" not in prefix:
            continue
        start = start[start.find("//") :]  # with or without `https:`
        plain = href[href.find("//") :]
        if (plain + "/").startswith(start + "/") or plain.startswith((f"{start}#", f"{start}?")):
            rest = plain[len(start) :]
            return rest if rest.startswith(("/", "#")) else f"/{rest}"
    return ""


def _names(path: str, here: str, site: Site) -> Iterator[str]:
    """The names of what a path in the file `here` may mean, likeliest first."""
    if not path:
        return
    if outline := _OUTLINE.fullmatch(path):
        yield ANYWHERE + wiki_name(outline[1])
    if site.tool == "gollum":
        path = _GITHUB_WIKI.sub("", path)
    places = list(rooted(path, here, site) if path.startswith("/") else _relative(path, here))
    if site.tool in _FROM_ROOT and not path.startswith(("/", ".")):
        places += rooted(f"/{path}", here, site)
    if (behind := _LANGUAGE_BEHIND.search(here)) and tag_of(behind[1]):
        # `a.fr.md` means `b.fr.md`, where there is one.
        yield from (
            f"{SAME}{page_name(place)}.{behind[1].lower()}" for place in places if is_page(path)
        )
    # What is not translated is in English.
    places += [english for place in places if (english := _in_english(place))]
    places += [plain for place in places if (plain := _without_language(place))]
    places += [original for place in places if (original := _original(place))]
    is_bare = "/" not in path.strip("./")
    if is_page(path):
        is_file = path.endswith(_DOCUMENTS)
        yield from _page_names(places, A_FILE if is_file else "")
        if not is_file:  # an address, in which a name may be cut short
            yield from (slug_name(page_name(place)) for place in places)
        if is_bare and site.tool in _BY_NAME:
            yield ANYWHERE + wiki_name(page_name(path))
        return
    yield from map(fold, places)  # a file, or a page with a point in its name
    yield from _page_names(places)
    if is_stored(path):
        yield from _served(path, places)
        if is_bare:
            yield ANYWHERE + wiki_name(path)


def _page_names(places: list[str], end: str = "") -> Iterator[str]:
    for place in places:
        name = page_name(place)
        yield name + end
        folder = folder_of_index(name)
        if folder is not None:
            yield folder


def _relative(path: str, here: str) -> Iterator[str]:
    """A path from the file's folder; then, as a browser reads it at an address that ends with a
    slash, from a folder with the file's name."""
    found = _joined(posixpath.dirname(here), path)
    if found is not None:
        yield found
    if not path.endswith(_DOCUMENTS):
        stem = posixpath.splitext(here)[0]
        if folder_of_index(page_name(here)) is None:
            found = _joined(stem, path)
            if found is not None:
                yield found


def rooted(path: str, here: str, site: Site) -> Iterator[str]:
    """A path from the root of the site, which may be any folder above the file."""
    parts = posixpath.dirname(here).split("/")
    roots = ["", *("/".join(parts[: i + 1]) for i in range(len(parts)) if parts[0])]
    shorter = [path]
    for prefix in site.prefixes:
        base = urlsplit(prefix).path.rstrip("/") if "://" in prefix else prefix.rstrip("/")
        if base and (path + "/").casefold().startswith(base.casefold() + "/"):
            shorter.append(path[len(base) :])
    roots.insert(0, site.docs)
    for given in dict.fromkeys(shorter):
        for root in dict.fromkeys(roots):
            found = _joined(root, given.lstrip("/"))
            if found is not None:
                yield found


def _without_language(path: str) -> str:
    """A path without its first folder if that is a language, as Wiki.js writes addresses, or ""."""
    first, _, rest = path.partition("/")
    return rest if rest and tag_of(first) else ""


def _original(path: str) -> str:
    """The path of what a file of Docusaurus translates, or ""."""
    found = _TRANSLATED.fullmatch(path)
    if not found:
        return ""
    above, kind, version, rest = (group or "" for group in found.groups())
    folder = f"{'versioned_' if version else ''}{kind}/{version}"
    return f"{above}{folder}{rest}"


def _decoded(name: str) -> str:
    """A folded name with the characters that Azure DevOps writes as numbers."""
    return fold(decoded(name.upper()))


def _in_english(path: str) -> str:
    """A path with English in place of its first folder that is a language, or ""."""
    parts = path.split("/")
    for i, part in enumerate(parts[:-1]):
        if part != "en" and tag_of(part):
            return "/".join([*parts[:i], "en", *parts[i + 1 :]])
    return ""


def _served(path: str, places: list[str]) -> Iterator[str]:
    """Where else a file may lie that is served at the root of the site."""
    rest = path.lstrip("/")
    for place in places:
        root = place.removesuffix(rest).strip("/") if path.startswith("/") else ""
        if path.startswith("/"):
            for folder in _SERVED:
                yield fold(f"{root}/{folder}/{rest}")


def _joined(folder: str, path: str) -> str | None:
    """A path from a folder, or None where it leads above the root."""
    parts = folder.split("/") if folder else []
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def _wiki(href: str, tree_path: str) -> Wanted:
    """A link by name: of the file itself, from the root or this folder, or of any file."""
    path, anchor = split_address("wiki/" + href.removeprefix("wiki:"))
    path = path.removeprefix("wiki/").strip()
    tree, _, here = tree_path.partition(":")
    anchor = anchor[:LONGEST_ANCHOR]
    if "\x00" in path + anchor:
        return Wanted(Link.Kind.BROKEN)
    if not path:
        return Wanted(Link.Kind.INTERNAL, tree_path, anchor)
    folder = posixpath.dirname(here)
    place = _joined(folder, path) or path.strip("/")
    name = fold if is_stored(path) else page_name
    first = [_joined("", path), place] if "/" in path else [place]
    places = [name(found) for found in first if found is not None]
    anywhere = ANYWHERE + wiki_name(name(posixpath.normpath("/" + path).lstrip("/")))
    # A name means a note, and a folder only where there is no note of that name.
    notes = [found + A_FILE for found in places]
    names = [*places, anywhere] if is_stored(path) else [*notes, anywhere, *places]
    keys = [f"{tree}:{found}"[:LONGEST_WANTED] for found in dict.fromkeys(names)]
    return Wanted(_kind(path), f"{tree}:{place}"[:LONGEST_WANTED], anchor, keys)


def names_of_topic(
    tree_path: str, addresses: list[str], aliases: list[str], led: Iterable[str] = ()
) -> Iterator[tuple[str, int]]:
    """All names by which links may mean a topic, each with its rank, 0 for its own.

    `addresses` are those that its front matter gives it, `aliases` its other names, `led` those
    from which its site leads there.
    """
    tree, _, path = tree_path.partition(":")
    own = page_name(path)
    found = [(own, 0)]
    if (above := folder_of_index(own)) is not None:
        rank = (
            INDEX_NAMES.index(last)
            if (last := posixpath.basename(path).lower()) in INDEX_NAMES
            else 9
        )
        found.append((above, 1 + rank))
    if not path.endswith("/"):
        found.append((own + A_FILE, 0))
    if own == "home":
        found.append(("", 28))
    found.append((slug_name(own), 20))
    if (plain := _decoded(own)) != own:
        found += [(plain, 20), (plain + A_FILE, 20)]
    if post := _POST.fullmatch(own):
        above, day, name = post[1] or "", post[2].replace("-", "/"), post[3]
        above = re.sub(r"(?:^|(?<=/))_(?:posts|drafts)/", "", above)
        found += [(f"{above}{day}/{name}", 22), (f"{day}/{name}", 23), (f"{above}{name}", 24)]
    for given in addresses + [alias for alias in aliases if "/" in alias]:
        found += _of_address(given, own)
    # Of Hugo, whose names for a page may be addresses beside it.
    found += [
        (page_name(posixpath.join(posixpath.dirname(own), alias)), 29)
        for alias in aliases
        if "/" not in alias
    ]
    for name in led:
        found += [(name, 25), (name + A_FILE, 25)]
    if notion := _NOTION_FILE.search(path):
        found.append((NOTION + notion[1], 0))
    if _LANGUAGE_BEHIND.search(path):
        found.append((SAME + own, 0))
    parts = wiki_name(own).split("/")
    rank = 60 if path.endswith("/") else 30
    found += [(ANYWHERE + "/".join(parts[i:]), rank + i) for i in range(len(parts))]
    found += [(ANYWHERE + wiki_name(name), rank) for name in names_of_page(path)]
    found += [(ANYWHERE + wiki_name(alias), 100) for alias in aliases if "/" not in alias]
    for name, rank in dict(reversed(found)).items():
        yield f"{tree}:{name}"[:LONGEST_WANTED], rank


def _of_address(given: str, own: str) -> Iterator[tuple[str, int]]:
    """The names of a topic, and their ranks, by an address that its front matter gives it."""
    if given.startswith("xref:"):
        yield fold(given), 0
        return
    address = split_address(given)[0] if "://" in given else given
    if "{{" in address:  # of Eleventy
        address = _STEM.sub(posixpath.basename(own), address)
    if not address:
        return
    is_beside = "/" not in address or address.startswith("./")
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(own), address))
    from_root = page_name(beside if is_beside else address)
    if (folder := folder_of_index(from_root)) is not None:  # `/start/index.html`
        from_root = folder
    yield from_root, 21
    if is_beside:  # a site leaves out the numbers of the folders
        yield slug_name(from_root), 22
    if "/" in own and address.startswith("/"):  # Docusaurus: below the folder of its documents
        below = posixpath.join(own.partition("/")[0], from_root.lstrip("/"))
        yield below.rstrip("/"), 27


def names_of_file(tree_path: str) -> Iterator[str]:
    """All names by which links may mean a picture or another file."""
    tree, _, path = tree_path.partition(":")
    own = fold(path)
    yield f"{tree}:{own}"[:LONGEST_WANTED]
    parts = wiki_name(own).split("/")
    for i in range(len(parts)):
        yield f"{tree}:{ANYWHERE}{'/'.join(parts[i:])}"[:LONGEST_WANTED]
