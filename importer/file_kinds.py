"""What the suffix of a file says: whether it is read, stored, or left out, and what to do then."""

import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from documents.slugs import SUFFIXES as DOCUMENTS

SUFFIXES = frozenset(DOCUMENTS)
IMAGE_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
    ".avif": "image/avif",
}
IMAGES = frozenset(IMAGE_TYPES)
# Stored where a document links to them, and served as downloads of no type that a browser runs.
ATTACHMENTS = frozenset(
    [
        ".pdf",
        ".csv",
        ".tsv",
        ".zip",
        ".tar",
        ".gz",
        ".tgz",
        ".bz2",
        ".xz",
        ".7z",
        ".xlsx",
        ".xls",
        ".ods",
        ".docx",
        ".doc",
        ".odt",
        ".rtf",
        ".pptx",
        ".ppt",
        ".odp",
        ".epub",
        ".json",
        ".jsonl",
        ".yaml",
        ".yml",
        ".toml",
        ".xml",
        ".sql",
        ".ipynb",
        ".drawio",
        ".excalidraw",
        ".puml",
        ".mp4",
        ".webm",
        ".mov",
        ".mp3",
        ".ogg",
        ".wav",
        ".m4a",
        ".bmp",
        ".eps",
        ".wmf",
        ".emf",
        ".ico",
        ".tif",
        ".tiff",
        ".heic",
        ".psd",
        ".ai",
        ".sketch",
        ".fig",
        ".apkg",
        ".ics",
        ".vsdx",
        ".log",
        ".sh",
        ".py",
        ".js",
        ".ts",
        ".go",
        ".java",
        ".rb",
        ".rs",
        ".c",
        ".h",
        ".cpp",
        ".cs",
        ".kt",
        ".swift",
        ".php",
        ".html",
        ".css",
    ]
)
STORED = IMAGES | ATTACHMENTS
# Files that say which tool a folder is for, and in which order its files are read.
CONFIGURATION = frozenset(
    [
        "mkdocs.yml",
        "mkdocs.yaml",
        "book.toml",
        "hugo.toml",
        "hugo.yaml",
        "hugo.json",
        "config.toml",
        "config.yaml",
        "_config.yml",
        "docusaurus.config.js",
        "docusaurus.config.ts",
        "docusaurus.config.mjs",
        "sidebars.js",
        "sidebars.ts",
        "_category_.json",
        "_category_.yml",
        ".pages",
        ".nav.yml",
        "config.js",
        "config.ts",
        "config.mjs",
        "config.mts",
        "app.json",
        "astro.config.mjs",
        "astro.config.mts",
        "next.config.mjs",
        "next.config.mts",
        "_redirects",
        "docs.json",
        "mint.json",
        "docfx.json",
        "antora.yml",
        "_quarto.yml",
        ".order",
        "toc.yml",
        "TOC.yml",
        "toc.yaml",
        "_toc.yml",
        "myst.yml",
        "_metadata.yml",
        "_variables.yml",
    ]
)

_MARKUP = "convert it to Markdown, with Pandoc for instance"
# Pandoc writes AsciiDoc; few of its versions read it.
_ASCIIDOC = "convert it: asciidoctor -b docbook, then pandoc -f docbook -t gfm"
_NOTEBOOK = "write it as Markdown: jupyter nbconvert --to markdown"
_ARCHIVE = "unpack it and import the folder"
_LINKED = "it is stored once a document links to it"
_ADVICE = {
    **dict.fromkeys(
        [
            ".rst",
            ".org",
            ".textile",
            ".wiki",
            ".mediawiki",
            ".creole",
            ".tex",
            ".docx",
            ".doc",
            ".odt",
            ".rtf",
            ".html",
            ".htm",
            ".xhtml",
            ".epub",
            ".typ",
            ".pod",
            ".rdoc",
            ".dj",
            ".djot",
            ".norg",
            ".opml",
            ".enex",
        ],
        _MARKUP,
    ),
    **dict.fromkeys([".adoc", ".asciidoc", ".asc"], _ASCIIDOC),
    ".ipynb": _NOTEBOOK,
    **dict.fromkeys([".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar"], _ARCHIVE),
}
MOST_KINDS = 12  # that are named of all that is no document and nothing to link to


def suffix_of(path: str) -> str:
    """The suffix in small letters, with its dot; "" without one."""
    return posixpath.splitext(path)[1].lower()


def is_image(path: str) -> bool:
    """Whether a path ends as pictures do that are shown."""
    return suffix_of(path) in IMAGES


def is_stored(path: str) -> bool:
    """Whether a path ends as pictures and other files do that are stored."""
    return suffix_of(path) in STORED


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Files of one kind that an import does not take: the first of them, and what to say."""

    path: str
    count: int
    message: str


def left_out(paths: Iterable[str]) -> Iterator[LeftOut]:
    """A line for each kind of document, archive or attachment, and one for all the rest."""
    first: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for path in paths:
        suffix = suffix_of(path)
        first.setdefault(suffix, path)
        counts[suffix] += 1
    rest: Counter[str] = Counter()
    for suffix, count in counts.most_common():
        advice = _ADVICE.get(suffix) or (_LINKED if suffix in STORED else "")
        if advice:
            yield LeftOut(first[suffix], count, _sentence(suffix, count, advice))
        else:
            rest[suffix or "no suffix"] += count
    if rest:
        kinds = ", ".join(f"{suffix} {count:,}" for suffix, count in rest.most_common(MOST_KINDS))
        more = f", and {len(rest) - MOST_KINDS} other kinds" if len(rest) > MOST_KINDS else ""
        path = next(path for suffix, path in first.items() if (suffix or "no suffix") in rest)
        message = f"no documents, and left out: {kinds}{more}"
        yield LeftOut(path, rest.total(), message)


def _sentence(suffix: str, count: int, advice: str) -> str:
    if count == 1:
        return f"was left out ({suffix} 1): {advice}"
    return f"and {count - 1:,} more were left out ({suffix} {count:,}): {advice}"
