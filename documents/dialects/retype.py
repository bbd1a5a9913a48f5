"""Blocks between marks of Retype: `!!!warning Title` … `!!!`, `==- Title` … `===`, `||| Column` …
`|||`; and its buttons and badges, `[!button Text](page.md)`."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from documents import boxes

from . import tags
from .dialect import INTERRUPTING, Dialect, parse_inside, signs
from .pairs import next_line

_BOX = re.compile(r"!!!(?:[ \t]*([A-Za-z][\w-]{0,30}))?(?:[ \t]+(\S[^\n\"]{0,200}?))?[ \t]*")
_FOLD = re.compile(r"==[-!][ \t]+(\S[^\n]{0,200}?)[ \t]*")
_COLUMN = re.compile(r"\|\|\|(?:[ \t]+([^\n|]{0,200}?))?[ \t]*")
_ENDS = {"!": re.compile(r"!!!"), "=": re.compile(r"===|==-"), "|": re.compile(r"\|\|\|")}
_KINDS = {"primary": "note", "secondary": "note", "light": "note", "dark": "note", "ghost": "note",
          "contrast": "note", "base": "note", "": "note"}  # fmt: skip
_MADE = re.compile(
    r"\[!(badge|button|ref|file|link|embed)(?:[ \t]+([^\[\]\n]{0,200}))?\](?:\(([^()\s]{1,500})\))?"
)
_TEXT = re.compile(r"\btext=\"([^\"]{0,200})\"")
_OPTION = re.compile(r"\b[a-z-]+=\"[^\"]{0,200}\"[ \t]*")
_ICON = re.compile(r"[ \t]*:icon-[a-z-]{1,60}:")
MOST_LINES = 2000


def _block(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    start = state.bMarks[line] + state.tShift[line]
    sign = state.src[start : start + 1]
    if sign not in _ENDS or state.is_code_block(line):
        return False
    form = {"!": _BOX, "=": _FOLD, "|": _COLUMN}[sign]
    found = form.fullmatch(state.src, start, state.eMarks[line])
    last = _last(state, line, end, _ENDS[sign]) if found else None
    if found is None or last is None or (sign == "|" and found[1] is None):
        return False
    if not silent:
        lines = [line, last + 1]
        if sign == "|":
            _columns(state, line, last)
        elif sign == "=":
            title = _ICON.sub("", found[1])
            state.tokens += boxes.opening("note", title, state.level, lines, fold=True)
            boxes.fill(state, line + 1, last, state.sCount[line], "container")
            boxes.close(state, "details")
        else:
            kind = (found[1] or "").lower()
            kind = _KINDS.get(kind, kind)
            title = _ICON.sub("", found[2] or "") or boxes.title_of(kind)
            state.tokens += boxes.opening(kind, title, state.level, lines)
            boxes.fill(state, line + 1, last, state.sCount[line], "container")
            boxes.close(state, "div")
        state.line = last if _goes_on(state, last) else last + 1
    return True


def _goes_on(state: StateBlock, line: int) -> bool:
    """Whether the line that ends a fold begins the next one too."""
    return _FOLD.fullmatch(state.src, state.bMarks[line], state.eMarks[line]) is not None


def _columns(state: StateBlock, line: int, last: int) -> None:
    """Columns below each other, each below its title."""
    starts = [number for number in range(line, last) if _column(state, number)]
    for start, below in zip(starts, [*starts[1:], last], strict=True):
        found = _column(state, start)
        if found and found[1]:
            tags.paragraph(state, f"**{tags.escaped(found[1])}**", start)
        boxes.fill(state, start + 1, below, state.sCount[line], "container")


def _column(state: StateBlock, line: int) -> re.Match[str] | None:
    found = _COLUMN.fullmatch(
        state.src, state.bMarks[line] + state.tShift[line], state.eMarks[line]
    )
    return found if found and found[1] is not None else None


def _last(state: StateBlock, line: int, end: int, mark: re.Pattern[str]) -> int | None:
    """The line that ends what `line` begins."""
    last = next_line(state, line, mark)
    if last is None or last >= end or last - line > MOST_LINES:
        return None
    inside = range(line + 1, last + 1)
    leaves = any(state.sCount[n] < state.blkIndent and not state.isEmpty(n) for n in inside)
    return None if leaves else last


def _inline(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("[!", state.pos):
        return False
    found = _MADE.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    said = found[2] or ""
    text = _TEXT.search(said)
    name = text[1] if text else _ICON.sub("", _OPTION.sub("", said)).strip()
    if not (name or found[3]):
        return False
    if not silent:
        url = found[3] or ""
        name = name or (url if "://" in url else url.rpartition("/")[2])
        parse_inside(state, tags.link(name, found[3]) if found[3] else tags.escaped(name))
    state.pos = found.end()
    return True


def _rules(markdown: MarkdownIt) -> None:
    markdown.block.ruler.before("fence", "retype", _block, INTERRUPTING)
    markdown.inline.ruler.before("link", "retype_made", _inline)


DIALECT = Dialect(
    signs=signs(
        r"!!!(?=[ \t]*\n)",
        r"==[-!] +\S",
        r"\|\|\|(?=[ \t]*\n)",
        r"\[!(?:badge|button|ref|file|link|embed)\b",
    ),
    rules=_rules,
    examples=(
        (
            "!!!warning Own *title*\na\n\n- b\n!!!\nc",
            '<div class="note note-warning"><p class="note-title">Own <em>title</em></p><p>a</p>'
            "<ul><li>b</li></ul></div><p>c</p>",
        ),
        ("!!!\na\n!!!\n", '<div class="note"><p class="note-title">Note</p><p>a</p></div>'),
        (
            "==- A :icon-x:\na\n===\n",
            '<details class="note"><summary class="note-title">A</summary><p>a</p></details>',
        ),
        ("||| A\na\n||| B\nb\n|||\n", "<p><strong>A</strong></p><p>a</p><p><strong>B</strong></p><p>b</p>"),
        (
            '[!badge variant="info" text="New"] [!button Go](a.md) [!file](b/c.pdf)',
            '<p>New <a href="a.md">Go</a> <a href="b/c.pdf">c.pdf</a></p>',
        ),
        ("!!!\nnever ends", "<p>!!!\nnever ends</p>"),
        ("Title\n===\n\n=== a\n\nb\n===", "<h1>Title</h1><p>=== a</p><h1>b</h1>"),
    ),
)  # fmt: skip
