"""The block at the top of a file: what its keys mean here, also those of other tools."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any, get_args

from . import home_pages, publication
from .encoding import without_controls
from .front_matter_forms import Block, dump, read_block, scalars
from .values import FrontMatter, Kind, Notice

LEVELS = ("beginner", "intermediate", "advanced", "expert")
LONGEST = {"tags": 60, "prerequisites": 500, "aliases": 200}  # characters of one item
MOST_INNER, DEEPEST = 500, 4  # texts within maps, and maps within one another

_AS_IS = re.compile(r"^encoding:[ \t]*[\"']?as-is[\"']?[ \t]*$", re.MULTILINE)
_KINDS = get_args(Kind)
_NUMBER = re.compile(r"[-+]?\d{1,9}(?:\.\d{1,9})?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
# What other tools call what we have a key for; the first that a file has counts.
_SINGULARS = {"aliases": "alias", "tags": "tag"}
# Of those, Hugo takes no notice of the case.
_SUMMARIES = ("description", "excerpt", "Description", "Summary")
_ORDERS = ("weight", "sidebar_position", "nav_order", "sidebar_order", "nav_weight", "Weight")
_MENUS = ("sidebar", "eleventyNavigation", "navigation", "nav", "toc")
# What a page of an early Wiki.js begins with.
_TITLE = re.compile(r"\s{0,20}<!--[ \t]*TITLE:[ \t]*([^\n]{1,300}?)[ \t]*-->")
_DATES = ("lastmod", "last_modified_at", "last_update", "lastUpdated")
_LANGUAGES = ("lang", "language", "locale")
_ADDRESSES = ("permalink", "url", "redirect_from", "redirects", "id")


def forbids_repair(text: str) -> bool:
    """Whether the text's front matter says `encoding: as-is`."""
    if not text.startswith("---"):
        return False
    end = text.find("\n---", 3)
    return end > 0 and bool(_AS_IS.search(text[:end]))


def split(text: str) -> tuple[FrontMatter, int, list[Notice]]:
    """Return the front matter, the number of lines it takes, and what was odd about it.

    A text without front matter takes 0 lines. Raises Refused with a line for a block that looks
    like front matter and cannot be read.
    """
    block = read_block(text)
    if block is None:
        found = _TITLE.match(text)
        return FrontMatter(title=_line(found[1]) if found else ""), 0, []
    reader = _Reader(block)
    return reader.read(), block.lines, reader.notices


def say_by_place(front: FrontMatter, path: str, tool: str) -> list[Notice]:
    """Add what the place of a file without a status says of it; what is odd about that."""
    found = publication.by_place(path, front.extra, tool)
    if found.status:
        front.status = front.implied["status"] = found.status
        front.is_later = found.is_later
    return [Notice(1, f"front matter: {message}") for message in found.messages]


class _Reader:
    """Reads one block. What it does not understand it names in `notices` and keeps as written."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self.values = block.values
        self.front = FrontMatter()
        self.notices: list[Notice] = []
        self.own: set[str] = set()  # the keys that the front matter says itself

    def read(self) -> FrontMatter:
        front = self.front
        front.title = self._own_text("title") or self._implied("title", ("Title",), self._text)
        front.summary = self._own_text("summary") or self._implied(
            "summary", _SUMMARIES, self._text
        )
        front.level = self._own("level", self._level) or ""
        front.slug = self._slug()
        for key in LONGEST:
            setattr(front, key, self._list(key) or self._one_of(key))
        front.order = self._own("order", self._order)
        if front.order is None:
            front.order = self._implied("order", _ORDERS, self._order) or self._sidebar_order()
        front.kind = self._own("kind", self._kind) or None
        front.status = self._status()
        front.updated = self._own("updated", self._date)
        if front.updated is None:
            front.updated = self._implied("updated", _DATES, self._date)
            if front.updated:
                front.implied["updated"] = front.updated.isoformat()
        if self._own_text("encoding") == "as-is":
            front.encoding = "as-is"
        front.language = next(filter(None, map(self._language, _LANGUAGES)), "")
        front.addresses += [
            text
            for key in _ADDRESSES
            for value in scalars(self.values.get(key))
            if (text := _line(value))
        ]
        if uid := self._plain("uid"):  # by which DocFX' references mean the page
            front.addresses.append(f"xref:{uid}")
        front.home = home_pages.read(self.values)
        front.inner = dict(islice(_within(self.values), MOST_INNER))
        self._keep_the_rest()
        return front

    def _note(self, key: str, why: str) -> None:
        self.notices.append(Notice(1, f"front matter: {key} {why}"))

    def _own(self, key: str, read: Any) -> Any:
        """What a key of ours says, by a reader that gives None for what it does not understand."""
        if self._is_empty(key):
            self.own.add(key)
            return None
        found = read(key)
        if found is not None:
            self.own.add(key)
        return found

    def _is_empty(self, key: str) -> bool:
        return self.values.get(key, "") in ("", [], {})

    def _implied(self, name: str, keys: tuple[str, ...], read: Any) -> Any:
        """What the first key of another tool says of what we call `name`."""
        for key in keys:
            if not self._is_empty(key) and (found := read(key)) is not None:
                self.front.implied[name] = found
                return found
        return "" if read == self._text else None

    def _own_text(self, key: str) -> str:
        return self._own(key, self._text) or ""

    def _text(self, key: str) -> str | None:
        value = self.values[key]
        if not isinstance(value, str):
            self._note(key, "is no text and was ignored")
            return None
        return _line(value)

    def _plain(self, key: str) -> str:
        value = self.values.get(key)
        return _line(value) if isinstance(value, str) else ""

    def _slug(self) -> str:
        """A name for the address; one with slashes is another tool's whole address."""
        slug = self.values.get("slug")
        if isinstance(slug, str) and "/" in slug:
            self.front.addresses.append(_line(slug))
            return ""
        if name := self._own_text("slug"):
            self.front.addresses.append(f"./{name}")  # beside the file, as its site has it
        return name

    def _list(self, key: str) -> list[str]:
        """A list, or one line with commas. A map in it counts by its label."""
        value = self.values.get(key, [])
        items = value.split(",") if isinstance(value, str) else value
        if not isinstance(items, list):
            self._note(key, "is no list and was ignored")
            return []
        labels = [_label(item) for item in items]
        texts = [label for label in labels if label]
        short = [text for text in texts if len(text) <= LONGEST[key]]
        if None in labels:
            self._note(key, "holds something else than texts, which was ignored")
        if len(short) < len(texts):
            self._note(
                key, f"holds a text of more than {LONGEST[key]} characters, which was ignored"
            )
        found = list(dict.fromkeys(short))
        if all(isinstance(item, str) for item in items) and len(short) == len(texts):
            self.own.add(key)
        elif found:
            self.front.implied[key] = found
        return found

    def _one_of(self, key: str) -> list[str]:
        """A list that other tools call by the word for one of it, or keep in a map (Zola)."""
        value = self.values.get(_SINGULARS.get(key, "")) or self.values.get(key.title())
        if isinstance(kept := self.values.get("taxonomies"), dict) and not value:
            value = kept.get(key)
        if not value or not isinstance(value, str | list) or not self._is_empty(key):
            return []
        items = value.split(",") if isinstance(value, str) else value
        found = [text for item in items if (text := _label(item)) and len(text) <= LONGEST[key]]
        if found:
            self.front.implied[key] = found
        return found

    def _order(self, key: str) -> int | float | None:
        value = self.values[key]
        if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
            number = float(value)
            if key == "weight" and number == 0:
                return None  # Hugo's word for "none"
            return int(number) if number.is_integer() else number
        self._note(key, "is no number and was ignored")
        return None

    def _sidebar_order(self) -> int | float | None:
        """The order that Starlight, Eleventy and Nuxt keep in a map."""
        maps = (self.values.get(key) for key in _MENUS)
        order = next(
            (given["order"] for given in maps if isinstance(given, dict) and "order" in given), None
        )
        if not isinstance(order, str) or not _NUMBER.fullmatch(order.strip()):
            return None
        self.front.implied["order"] = float(order)
        return float(order)

    def _level(self, key: str) -> str | None:
        value = self.values[key]
        if value in LEVELS:
            return str(value)
        self._note(key, f"{str(value)[:40]!r} is unknown here and was ignored")
        return None

    def _kind(self, key: str) -> str | None:
        value = self.values[key]
        if value in _KINDS:
            return str(value)
        self._note(key, f"{str(value)[:40]!r} is unknown here and was ignored")
        return None

    def _date(self, key: str) -> date | None:
        value = self.values[key]
        if isinstance(value, dict):
            value = value.get("date", "")
        if not isinstance(value, str):
            self._note(key, "is no date and was ignored")
            return None
        try:
            return date.fromisoformat(value.strip()[:10])
        except ValueError:
            if key == "updated":
                self._note(key, f"{value[:40]!r} is no date and was ignored")
            return None

    def _status(self) -> Any:
        found = publication.read(self.values)
        if found.is_own:
            self.own.add("status")
        elif found.status:
            self.front.implied["status"] = found.status
        self.front.is_later = found.is_later
        self.notices += [Notice(1, f"front matter: {message}") for message in found.messages]
        return found.status

    def _language(self, key: str) -> str:
        value = self.values.get(key)
        if isinstance(value, str) and _LANGUAGE.fullmatch(value.strip()):
            return value.strip().replace("_", "-")
        return ""

    def _keep_the_rest(self) -> None:
        for key, value in self.values.items():
            name = without_controls(key)
            if key in self.own:
                continue
            self.front.written.append((name, self.block.sources[key]))
            if isinstance(value, str):
                self.front.extra[name] = without_controls(value)


def _within(values: dict[str, Any], above: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """The texts within maps of maps, each by its keys with points between."""
    for key, value in values.items():
        if isinstance(value, dict) and depth < DEEPEST:
            yield from _within(value, f"{above}{key}.", depth + 1)
        elif above and isinstance(value, str):
            yield f"{above}{key}", without_controls(value)


def _line(value: str) -> str:
    return " ".join(without_controls(value).split())


def _label(item: Any) -> str | None:
    """A text, or what a map calls itself; None for anything else."""
    if isinstance(item, dict):
        item = next((item[key] for key in ("label", "name", "title", "id") if key in item), None)
    return _line(item) if isinstance(item, str) else None


def write(values: dict[str, Any], written: Sequence[tuple[str, str]] = ()) -> str:
    """The front matter block for `values`, in their order, without the empty ones.

    `written` are further keys with their lines; a key that `values` has is left out.
    """
    kept = {key: value for key, value in values.items() if value not in (None, "", [], {})}
    rest = [source for key, source in written if key not in kept]
    if not kept and not rest:
        return ""
    return f"---\n{dump(kept) if kept else ''}{''.join(rest)}---\n\n"
