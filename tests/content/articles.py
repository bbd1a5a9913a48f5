"""Reading content/: an article's text, its fences with their lines, and what the parser finds."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from documents import Document, parse
from documents.included_files import IncludedFiles

CONTENT = Path(__file__).resolve().parents[2] / "content"
EXEMPT_KINDS = ("path", "glossary", "outline", "roadmap", "interview")

_INCLUDED = re.compile(r"--8<-- \"(?P<name>[^\":]+)(?::(?P<part>[\w-]+))?\"\n")
_OPEN = re.compile(r"(?P<indent>\s*)(?P<marks>`{3,}|~{3,})(?P<info>[^`]*)")


@dataclass(frozen=True)
class Fence:
    """A fenced block. `line` and `end` are the 1-based lines of its opening and closing marks.

    `shown` is the file from which its code is taken in, where there is one.
    """

    language: str
    code: str
    line: int
    end: int
    closed: bool
    shown: str = ""


@dataclass(frozen=True)
class Article:
    """A Markdown file; `path` is relative to the folder of all content, with slashes."""

    path: str
    text: str = field(repr=False)

    @cached_property
    def document(self) -> Document:
        """The parsed file. Raises Refused where the importer would refuse it."""
        files = IncludedFiles(str(CONTENT))
        return parse(self.text.encode(), path=self.path, include=files)

    @cached_property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    @cached_property
    def body_start(self) -> int:
        """Number of lines that the front matter takes."""
        if self.lines[0] == "---" and "---" in self.lines[1:]:
            return self.lines.index("---", 1) + 1
        return 0

    @cached_property
    def fences(self) -> list[Fence]:
        return list(_fences(self.lines, self.body_start))

    @cached_property
    def prose(self) -> list[str]:
        """All lines, those of the front matter and of the fences blank, so that numbers agree."""
        prose = list(self.lines)
        prose[: self.body_start] = [""] * self.body_start
        for fence in self.fences:
            prose[fence.line - 1 : fence.end] = [""] * (fence.end - fence.line + 1)
        return prose

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]

    @property
    def is_exempt(self) -> bool:
        """Whether the rules on length, questions and level do not apply."""
        return (
            self.name == "index.md"
            or self.path.startswith("interview/")
            or self.document.front.kind in EXEMPT_KINDS
        )

    def line_of(self, key: str) -> int:
        """1-based line of a key of the front matter; 1 where it is missing."""
        keys = (number for number, line in enumerate(self.lines, 1) if line.startswith(f"{key}:"))
        return next(keys, 1)

    def at(self, line: int | None, fault: str) -> str:
        """A fault as the tests show it: file, line, what is wrong."""
        return f"content/{self.path}:{line or 1}: {fault}"


def read_all(folder: Path = CONTENT) -> list[Article]:
    """Every Markdown file below `folder`, by path."""
    return [
        Article(file.relative_to(folder).as_posix(), file.read_text(encoding="utf-8"))
        for file in sorted(folder.rglob("*.md"))
    ]


def _fences(lines: list[str], start: int) -> Iterator[Fence]:
    number = start
    while number < len(lines):
        opening = _OPEN.fullmatch(lines[number])
        number += 1
        if opening is None:
            continue
        first, marks, indent = number, opening["marks"], len(opening["indent"])
        close = re.compile(rf"\s*{marks[0]}{{{len(marks)},}}\s*")
        while number < len(lines) and not close.fullmatch(lines[number]):
            number += 1
        closed = number < len(lines)
        code = "".join(_dedent(line, indent) + "\n" for line in lines[first:number])
        end = number + 1 if closed else number
        shown = _INCLUDED.fullmatch(code)
        code = _taken_in(shown) if shown else code
        name = shown["name"] if shown else ""
        yield Fence(opening["info"].strip(), code, first, end, closed, name)
        number = end


def _dedent(line: str, indent: int) -> str:
    return line[indent:] if not line[:indent].strip() else line.lstrip()


def _taken_in(wanted: re.Match[str]) -> str:
    """The file that a directive names, or the part of it between its marks; "" without one."""
    file = CONTENT / wanted["name"]
    if not file.is_file():
        return ""
    text = file.read_text(encoding="utf-8")
    if wanted["part"]:
        _, start, rest = text.partition(f"--8<-- [start:{wanted['part']}]")
        part, end, _ = rest.partition(f"--8<-- [end:{wanted['part']}]")
        # What is left of the two marks' lines: their end, and a comment's sign.
        text = part[part.index("\n") + 1 : part.rindex("\n") + 1] if start and end else ""
    return text
