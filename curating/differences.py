"""Differences between two texts: of what readers see, by words; of the source, by lines.

The comparing is `difflib`'s. What is compared is cut so that no markup is ever cut: a page into its
blocks, a block into its tags and words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html.parser import HTMLParser

from documents.sanitizer import sanitise

MOST_WORDS = 3_000  # of a block that is compared word by word: it takes quadratic time
MOST_LINES = 5_000
VOID = {"br", "hr", "img", "input", "wbr", "source", "col"}
# A list is compared item by item: one word of a long one is not the whole.
_LIST = re.compile(
    r"\s*(?P<start><(?P<name>ul|ol)\b[^>]*>)(?P<items>.*)(?P<end></(?P=name)>)\s*", re.S
)
_ITEM = re.compile(r"\s*(<li\b[^>]*>)(.*)</li>\s*", re.S)
_PIECES = re.compile(r"<[^>]*>|&\w+;|\w+|\s+|[^\w\s]")


@dataclass(frozen=True)
class Row:
    """A line of both sources, side by side; None where a side has none.

    `kind` is "same", "changed", "added" or "removed"; `skipped` counts lines left out before it.
    """

    kind: str
    before: str | None
    after: str | None
    before_parts: tuple[tuple[bool, str], ...] = ()
    after_parts: tuple[tuple[bool, str], ...] = ()
    skipped: int = 0


def rendered_difference(before: str, after: str) -> str:
    """The HTML of `after`, with `<ins>` around what came and `<del>` around what went.

    Both are sanitised HTML; so is the result.
    """
    return sanitise(_blockwise(before, after))


def _blockwise(before: str, after: str) -> str:
    old, new = blocks(before), blocks(after)
    parts: list[str] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            parts += new[k:m]
            continue
        pairs = min(j - i, m - k)
        for left, right in zip(old[i : i + pairs], new[k : k + pairs], strict=True):
            parts.append(_words(left, right))
        parts += [_whole("del", block) for block in old[i + pairs : j]]
        parts += [_whole("ins", block) for block in new[k + pairs : m]]
    return "\n".join(parts)


def _words(before: str, after: str) -> str:
    left, right = _LIST.fullmatch(before), _LIST.fullmatch(after)
    if left and right and left["name"] == right["name"]:
        return right["start"] + _blockwise(left["items"], right["items"]) + right["end"]
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    name = re.match(r"\s*<(\w+)", before), re.match(r"\s*<(\w+)", after)
    is_alike = name[0] and name[1] and name[0][1] == name[1][1]
    if not is_alike or max(len(old), len(new)) > MOST_WORDS:
        return _whole("del", before) + _whole("ins", after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < 0.3:
        return _whole("del", before) + _whole("ins", after)
    parts: list[str] = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            parts += new[k:m]
            continue
        # Tags of the old text are left out, so that those of the new stay in order.
        parts += _wrapped("del", [piece for piece in old[i:j] if not piece.startswith("<")])
        parts += _wrapped("ins", new[k:m])
    return "".join(parts)


def _wrapped(name: str, pieces: Sequence[str]) -> Iterator[str]:
    """The pieces, each run of words within its element."""
    run: list[str] = []
    for piece in [*pieces, "<"]:
        if not piece.startswith("<"):
            run.append(piece)
            continue
        if run:
            text = "".join(run)
            yield f"<{name}>{text}</{name}>" if text.strip() else text
        run = []
        if piece != "<":
            yield piece


def _whole(name: str, block: str) -> str:
    if item := _ITEM.fullmatch(block):  # nothing but items may be in a list
        return f"{item[1]}<{name}>{item[2]}</{name}></li>"
    return f"<{name}>{block}</{name}>" if block.strip() else ""


class _Blocks(HTMLParser):
    """Cuts sanitised HTML into its outermost elements."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[str] = []
        self.depth = 0

    def _add(self, text: str) -> None:
        if self.depth or not self.found:
            self.found.append(text) if not self.found else self._join(text)
        else:
            self.found.append(text)

    def _join(self, text: str) -> None:
        self.found[-1] += text

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._add(self.get_starttag_text() or "")
        self.depth += tag not in VOID

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self._add(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self._join(f"</{tag}>") if self.found else None
        self.depth = max(0, self.depth - 1)

    def handle_data(self, data: str) -> None:
        self._add(data)

    def handle_entityref(self, name: str) -> None:
        self._add(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._add(f"&#{name};")


def blocks(html: str) -> list[str]:
    """The outermost elements of sanitised HTML, and the text between them, as they are written."""
    parser = _Blocks()
    parser.feed(html)
    parser.close()
    return [block for block in parser.found if block.strip()]


def source_difference(before: str, after: str, around: int = 3) -> list[Row]:
    """Both sources line by line; of what is the same, `around` lines beside each change."""
    old, new = before.splitlines()[:MOST_LINES], after.splitlines()[:MOST_LINES]
    rows: list[Row] = []
    groups = SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(around)
    end = 0
    for group in groups:
        skipped = group[0][3] - end
        for tag, i, j, k, m in group:
            for row in _rows(tag, old[i:j], new[k:m]):
                rows.append(
                    Row(
                        row.kind,
                        row.before,
                        row.after,
                        row.before_parts,
                        row.after_parts,
                        skipped,
                    )
                )
                skipped = 0
        end = group[-1][4]
    return rows


def _rows(tag: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Row]:
    if tag == "equal":
        for line in new:
            yield Row("same", line, line)
        return
    pairs = min(len(old), len(new))
    for left, right in zip(old[:pairs], new[:pairs], strict=True):
        before, after = _parts(left, right)
        yield Row("changed", left, right, before, after)
    for line in old[pairs:]:
        yield Row("removed", line, None, ((True, line),))
    for line in new[pairs:]:
        yield Row("added", None, line, (), ((True, line),))


Parts = tuple[tuple[bool, str], ...]


def _parts(before: str, after: str) -> tuple[Parts, Parts]:
    """Both lines in parts, each with whether it differs."""
    old, new = re.findall(r"\w+|\W", before), re.findall(r"\w+|\W", after)
    if max(len(old), len(new)) > MOST_WORDS:
        return ((True, before),), ((True, after),)
    left: list[tuple[bool, str]] = []
    right: list[tuple[bool, str]] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        left.append((tag != "equal", "".join(old[i:j])))
        right.append((tag != "equal", "".join(new[k:m])))
    return tuple(part for part in left if part[1]), tuple(part for part in right if part[1])
