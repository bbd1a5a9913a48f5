"""What is known of a tool, and reading its configuration, which anybody may have written."""

import os
import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

LARGEST = 1_000_000  # bytes of a configuration
_QUOTED = re.compile(r"([\"'`])((?:(?!\1)[^\n\\]){1,300})\1")
_COMMENT = re.compile(r"(?<![:\"'`])//[^\n]*|/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a project's configuration says.

    docs      the folder of its documents, below the project's own
    prefixes  what addresses on its site begin with
    order     paths or addresses of pages, in the order in which the site shows them
    no_pages  patterns of files that become no page of their own, from the folder of the documents
              or, with a slash in front, from anywhere
    redirects  addresses that lead on, each with where (see `redirects`)
    titles     what documents and folders are called that say nothing themselves, by their paths
    """

    docs: str = ""
    prefixes: Sequence[str] = ()
    order: Sequence[str] = ()
    no_pages: Sequence[str] = ()
    redirects: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tool:
    """How a tool is recognised: by one of `signs`, names of files in the project's folder, and
    by `confirm` where others use these names too. `no_pages` are those of `Facts` that hold
    whatever a project says."""

    signs: tuple[str, ...]
    facts: Callable[[Path], Facts] = lambda folder: Facts()
    confirm: Callable[[Path], bool] = lambda folder: True
    no_pages: tuple[str, ...] = ()

    def is_at(self, folder: Path, names: Collection[str]) -> bool:
        """Whether the folder, which holds these names, is one of the tool's projects."""
        signs = (sign for sign in self.signs if sign.partition("/")[0] in names)
        return any(os.path.exists(folder / sign) for sign in signs) and self.confirm(folder)


def text_of(file: Path) -> str:
    """A file's text; "" if it cannot be read or is too large."""
    try:
        if not file.is_file() or file.stat().st_size > LARGEST:
            return ""
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def first_text(folder: Path, *patterns: str) -> str:
    """The text of the first file in a folder that has one of these names."""
    files = (file for pattern in patterns for file in sorted(folder.glob(pattern)))
    return next(filter(None, map(text_of, files)), "")


def yaml_of(text: str) -> dict[str, Any]:
    """A configuration in YAML; scalars are texts, and no tag makes an object."""
    found = any_yaml(text)
    return found if isinstance(found, dict) else {}


def any_yaml(text: str) -> Any:
    """A text in YAML, of which not more is known; None if it cannot be read."""
    try:
        return yaml.load(text, getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506
    except (yaml.YAMLError, RecursionError, ValueError):
        return None


def toml_of(text: str) -> dict[str, Any]:
    """A configuration in TOML."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return {}


def listed_in(source: str, name: str) -> list[str]:
    """The texts of all lists that a script calls by this name."""
    lists = re.finditer(rf"\b{name}[\"']?\s*(?::|\+?=)\s*\[([^\[\]]*)\]", source)
    return [text for found in lists for text in quoted_in(found[1])]


def texts_of(value: Any) -> list[str]:
    """The texts of a value of a configuration that may be a list of them, or one of them."""
    values = value if isinstance(value, list) else [value]
    return [text for text in values if isinstance(text, str)]


def without_comments(source: str) -> str:
    """A script without what it says to people."""
    return _COMMENT.sub("", source)


def quoted_in(source: str) -> Iterator[str]:
    """The texts between quotes in a script, in order; comments apart."""
    for found in _QUOTED.finditer(without_comments(source)):
        yield found[2]


def labels_in(source: str, page: str, label: str) -> dict[str, str]:
    """What a script calls pages: by the text of the key `page` that of `label` beside it."""
    found: dict[str, str] = {}
    for item in re.finditer(r"\{[^{}\[\]]{1,500}", without_comments(source)):
        if (path := value_in(item[0], page)) and (text := value_in(item[0], label)):
            found.setdefault(path, text)
    return found


def value_in(source: str, *keys: str) -> str:
    """The text that a script gives one of these keys, or ""."""
    names = "|".join(map(re.escape, keys))
    found = re.search(rf"\b(?:{names})[\"']?\s*[:=]\s*([\"'`])([^\"'`\n]{{0,300}})\1", source)
    return found[2] if found else ""


def files_on_host(*repositories: str) -> list[str]:
    """What the addresses of a repository's files begin with."""
    return [
        f"{url.rstrip('/').removesuffix('.git')}/{kind}/{branch}"
        for url in repositories
        if "://github.com/" in url or "://gitlab.com/" in url
        for kind in ("blob", "tree", "edit", "-/blob", "-/tree")
        for branch in ("main", "master")
    ]


def prefixes(*addresses: str) -> list[str]:
    """The prefixes that addresses of a site's root give: they themselves, and their paths."""
    found = []
    for address in addresses:
        rest = address
        if "://" in address:
            found.append(address.rstrip("/"))
            rest = address.split("://", 1)[1].partition("/")[2]
        path = "/" + rest.strip("/")
        if path != "/" and not path.startswith(("/$", "/{")):
            found.append(path)
    return list(dict.fromkeys(found))
