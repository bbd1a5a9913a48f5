"""What is behind the marks of a code fence: language, title and marked lines, as the tools
write them, and the comments that mark lines within the code."""

import re
from dataclasses import dataclass, field

MOST_LINES = 10_000

_WORD = re.compile(r"[{.\s]*(?:#[\w:.-]{1,100}[ ]+\.?)?([A-Za-z0-9+#_.-]{1,40})(?!=)(?![\w.-]*=)")
_TITLE = re.compile(
    r"\b(?:title|file|filename|name|caption)\s*=\s*(?:\"([^\"]{1,300})\"|'([^']{1,300})'|([^\s,}\"']{1,300}))"
)
# A file's name right behind the language (Mintlify, ReadMe), or behind its colon (Zenn, Qiita).
_FILE = re.compile(
    r"[A-Za-z][\w+#-]{0,30}(?:[ \t]+|:)((?:[\w.@-]+/)*[\w@-][\w.@-]*\.[A-Za-z]\w{0,7})(?=[ \t]|\Z)"
)
_LABEL = re.compile(r"\s\[([^\[\]]{1,200})\]")
_BRACES = re.compile(r"\{([\d\s,-]+)\}")
_LINES = re.compile(
    r"\bhl_lines\s*=\s*(?:\"([\d\s,-]*)\"|'([\d\s,-]*)'|\[([\d\s,\"'-]*)\]|(\d+(?:-\d+)?))"
)
_START = re.compile(
    r"\b(?:linenums|linenostart|startLine|start)\s*=\s*[\"']?(\d{1,6})|:line-numbers=(\d{1,6})"
)
_NUMBERED = re.compile(r"\bshowLineNumbers\b|:line-numbers\b|\blinenos\s*=\s*[\"']?(?!false)\w")
_RANGE = re.compile(r"(\d{1,6})(?:\s*-\s*(\d{1,6}))?")
# What is left of a comment that only marks lines: `// [!code ++]`, `# highlight-next-line`.
_OPENS = r"(?://|#|--|;|%|/\*|<!--|\{/\*)"
_CLOSES = r"(?:\*/\}?|-->)?"
_CODE_MARK = re.compile(
    rf"[ \t]*{_OPENS}[ \t]*\[!code[ \t]+"
    r"(highlight|hl|focus|warning|error|info|\+\+|--|word:[^\]\n]{1,100}?)"
    rf"(?::(\d{{1,4}}))?\][ \t]*{_CLOSES}[ \t]*$"
)
_LINE_MARK = re.compile(
    rf"[ \t]*{_OPENS}[ \t]*highlight-(next-line|start|end)[ \t]*{_CLOSES}[ \t]*$"
)


@dataclass(slots=True)
class FenceInfo:
    """What an info string says. Lines are 1-based numbers in the block, with ranges: "1,3-5"."""

    language: str = ""
    title: str = ""
    start: str = ""
    lines: set[int] = field(default_factory=set)
    added: set[int] = field(default_factory=set)
    removed: set[int] = field(default_factory=set)


def language_of(info: str) -> str:
    """The language that a fence's info string names, in lower case, or ""."""
    found = _WORD.match(info)
    return found[1].rstrip(".").lower() if found else ""


def title_of(info: str) -> str:
    """The title that an info string gives its block, or ""."""
    if "=" in info and (found := _TITLE.search(info)):
        return (found[1] or found[2] or found[3]).strip()
    if found := _FILE.match(info):
        return found[1]
    found = _LABEL.search(info) if "[" in info else None
    return found[1].strip() if found and not _BRACES.search(found[0]) else ""


def read_info(info: str) -> FenceInfo:
    """What an info string says."""
    language = language_of(info)
    if info.strip() == language or not info:
        return FenceInfo(language)
    found = FenceInfo(language, title_of(info))
    if start := _START.search(info):
        found.start = start[1] or start[2]
    elif _NUMBERED.search(info):
        found.start = "1"
    for braces in _BRACES.finditer(info):
        found.lines |= _numbers(braces[1])
    for lines in _LINES.finditer(info):
        found.lines |= _numbers(lines[1] or lines[2] or lines[3] or lines[4] or "")
    return found


def read_marks(code: str, found: FenceInfo) -> str:
    """`code` without the comments that mark its lines; `found` gets the lines that they mark."""
    if "[!code" not in code and "highlight-" not in code:
        return code
    kept: list[str] = []
    following = inside = False
    for line in code.split("\n"):
        if mark := _LINE_MARK.fullmatch(line):
            following, inside = (
                mark[1] == "next-line",
                mark[1] == "start" or (inside and mark[1] != "end"),
            )
            continue
        number, text = len(kept) + 1, line
        if mark := _CODE_MARK.search(line):
            text = line[: mark.start()]
            if mark[1].startswith("word:"):  # it marks words
                kept += [text] if text else []
                continue
            lines = {"++": found.added, "--": found.removed}.get(mark[1], found.lines)
            lines.update(range(number, min(number + int(mark[2] or 1), MOST_LINES)))
            if not text.strip():
                continue
        if following or inside:
            found.lines.add(number)
        following = False
        kept.append(text)
    return "\n".join(kept)


def written(lines: set[int]) -> str:
    """Numbers of lines as a text with ranges."""
    parts: list[str] = []
    ordered = sorted(lines)
    while ordered:
        first = last = ordered.pop(0)
        while ordered and ordered[0] == last + 1:
            last = ordered.pop(0)
        parts.append(str(first) if first == last else f"{first}-{last}")
    return ",".join(parts)


def _numbers(text: str) -> set[int]:
    numbers: set[int] = set()
    for found in _RANGE.finditer(text):
        first, last = int(found[1]), int(found[2] or found[1])
        numbers.update(range(first, min(last, MOST_LINES) + 1))
    return numbers
