"""Parts of a file that documents take in: lines, what is between marks, below a heading."""

import ast
import re
import textwrap

from .attributes import split_pin
from .slugs import slug

_RANGES = re.compile(r"(?:\d{1,6}(?:-\d{0,6})?,){1,50}\d{1,6}(?:-\d{0,6})?")
_LINES_OF_PART = re.compile(r"([^{}]{1,200})\{([\d,]{1,20})\}")
_HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*\Z")
_LINES = re.compile(r"(\d{0,6})[:,-]?(\d{0,6})")
_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_ANCHOR = re.compile(r"(?:ANCHOR|#?(?:region|endregion)|--8<--|<[^<>]*snippet)")


def part_of(text: str, part: str) -> str | None:
    """The lines `2:10`, or what is between the marks of a part; None if there are none."""
    if not part:
        return text
    lines = text.split("\n")
    if numbers := _LINES.fullmatch(part):
        first = int(numbers[1] or 1)
        last = int(numbers[2]) if numbers[2] else (len(lines) if part[-1] in ":,-" else first)
        return "\n".join(lines[max(first, 1) - 1 : last])
    if _RANGES.fullmatch(part):
        return "\n".join(filter(None, (part_of(text, one) for one in part.split(","))))
    if of_part := _LINES_OF_PART.fullmatch(part):
        inner = part_of(text, of_part[1])
        return None if inner is None else part_of(inner, of_part[2])
    if part.startswith("def "):
        return _of_python(text, part.removeprefix("def ").split("."))
    name = re.escape(part)
    start = re.compile(
        rf"(?:ANCHOR:|--8<--\s*\[start:|#?region|#\s*region)\s*{name}\b|<\s*{name}\s*>",
        re.IGNORECASE,
    )
    end = re.compile(
        rf"(?:ANCHOR_END:|--8<--\s*\[end:|#?endregion|#\s*endregion)\s*{name}?\b|</\s*{name}\s*>",
        re.IGNORECASE,
    )
    kept: list[str] = []
    inside = seen = False
    for line in lines:
        if not inside and start.search(line):
            inside = seen = True
        elif inside and end.search(line):
            inside = False
        elif inside and not _ANCHOR.search(line):
            kept.append(line)
    return "\n".join(kept) if seen else _below_heading(lines, part)


def _of_python(text: str, names: list[str]) -> str | None:
    """A function or class of a Python file, by its name and those of the classes around it."""
    try:
        inside: list[ast.stmt] = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    found: ast.stmt | None = None
    for name in names:
        named = (node for node in inside if isinstance(node, _NAMED) and node.name == name)
        found = next(named, None)
        if not isinstance(found, _NAMED):
            return None
        inside = found.body
    if not isinstance(found, _NAMED):
        return None
    first = min([found.lineno, *(node.lineno for node in found.decorator_list)])
    return textwrap.dedent("\n".join(text.split("\n")[first - 1 : found.end_lineno]))


def _below_heading(lines: list[str], anchor: str) -> str | None:
    """The heading with this anchor and what is below it, as VitePress takes it in."""
    rank, start = 0, 0
    for number, line in enumerate(lines):
        found = _HEADING.match(line)
        if found and rank and len(found[1]) <= rank:
            return "\n".join(lines[start:number])
        if found and not rank and slug(split_pin(found[2])[0]) == anchor.lower():
            rank, start = len(found[1]), number
    return "\n".join(lines[start:]) if rank else None


def text_between(
    text: str, start: str, end: str, first: str = "", last: str = "", *, by_line: bool
) -> str:
    """What is behind one text and before another: whole lines of code. From the line with `first`
    on, and to the one with `last`."""
    if first and first in text:
        text = text[text.rfind("\n", 0, text.index(first)) + 1 :]
    if last and last in text:
        close = text.find("\n", text.index(last))
        text = text[: close + 1] if close >= 0 else text
    if start and start in text:
        text = text.partition(start)[2]
        text = text.partition("\n")[2] if by_line else text
    if end and end in text:
        text = text.partition(end)[0]
        text = text[: text.rfind("\n") + 1] if by_line else text
    return text
