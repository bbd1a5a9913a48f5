"""What the front matter of a site's files says of their addresses, with the pattern that the site
has for them: `/:categories/:year/:title/`, and pages that only lead on to another."""

import os
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from documents import Refused, topic_slug
from documents.front_matter_forms import read_block
from importer.tools.redirects import MOST_FILES

LONGEST_HEAD = 4_000  # characters of a file in which its front matter ends
SUFFIXES = (".md", ".markdown", ".html")
_STEP = re.compile(r":(\w+)")
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_NAMED = re.compile(r"\d{4}-\d\d-\d\d-(.+)")


def pages_in(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The pages below a folder, each with what its front matter says."""
    if not folder.is_dir():
        return
    for above, folders, names in islice(os.walk(folder), MOST_FILES):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f != "node_modules")
        for name in sorted(names):
            if name.lower().endswith(SUFFIXES):
                file = Path(above) / name
                yield file.relative_to(folder).as_posix(), front_of(file)


def front_of(file: Path) -> dict[str, Any]:
    """What a file's front matter says; {} where it has none that can be read."""
    try:
        with file.open(encoding="utf-8", errors="replace") as opened:
            block = read_block(opened.read(LONGEST_HEAD))
    except (OSError, Refused):
        return {}
    return block.values if block else {}


def by_pattern(pattern: str, path: str, front: Mapping[str, Any]) -> str:
    """The address that a pattern gives the page at a path; "" where it needs what is not known."""
    stem = os.path.splitext(path)[0]
    name = stem.rpartition("/")[2]
    named = _NAMED.fullmatch(name)
    title = named[1] if named else name
    values = {
        "path": stem, "name": title, "title": _text(front, "slug") or title,
        "slug": _text(front, "slug") or topic_slug(title), "output_ext": "",
        "filename": title, "contentbasename": title,
        "slugorfilename": _text(front, "slug") or title,
        "categories": "/".join(map(topic_slug, _texts(front, "categories", "category"))),
    }  # fmt: skip
    if day := _DAY.match(_text(front, "date")) or _DAY.match(name):
        values |= {"year": day[1], "month": day[2], "day": day[3]}
        values |= {"i_month": day[2].lstrip("0"), "i_day": day[3].lstrip("0")}
    if any(step not in values for step in _STEP.findall(pattern)):
        return ""
    address = _STEP.sub(lambda step: values[step[1]], pattern)
    return "/" + re.sub("/{2,}", "/", address).lstrip("/")


def leading_on(folder: Path, key: str) -> dict[str, str]:
    """The pages below a folder that only lead to another page of the site, each with that page."""
    found = {}
    for path, front in pages_in(folder):
        target = next(iter(_texts(front, key)), "")
        if target and "://" not in target:
            found[f"/{path}"] = target
    return found


def _text(front: Mapping[str, Any], key: str) -> str:
    value = front.get(key, "")
    return value if isinstance(value, str) else ""


def _texts(front: Mapping[str, Any], *keys: str) -> list[str]:
    value: Any = next((front[key] for key in keys if front.get(key)), [])
    items = value if isinstance(value, list) else value.split() if isinstance(value, str) else []
    return [item for item in items if isinstance(item, str)]
