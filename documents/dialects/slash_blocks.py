"""Blocks between slashes: `/// note | Title` … `///` (MkDocs)."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from documents import boxes

from . import tabs
from .dialect import INTERRUPTING, Dialect, reading_of, signs
from .pairs import ending

_OPENER = re.compile(r"(?:[ \t>]|[-*+][ \t]|\d{1,9}[.)][ \t])*(/{3,})((?![^\n]*///\s*$)[^\n]*)")
_INFO = re.compile(r"/{3,}[ \t]*([A-Za-z][\w-]*)[ \t]*(?:\|[ \t]*([^\n]*))?")
_OPTION = re.compile(r"([a-z_]+):[ \t]*(\S[^\n]*)")
_ID = re.compile(r"\bid[\"']?\s*:\s*[\"']?((?!kb:)[A-Za-z_][\w:.-]{0,100})")
_PLAIN = frozenset(("html", "define", "caption", "figure-caption", "table-caption"))


def _block(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    found = _opener(state, line)
    if not found or state.is_code_block(line):
        return False
    last = _end(state, line, end)
    if last is None:
        if not silent:
            reading_of(state.env).unread["/// block without its end"] += 1
        return False
    if silent:
        return True
    name, title = found[1].lower(), (found[2] or "").strip()
    if name == "tab":
        state.line = _tabs(state, line, last, end)
        return True
    first, options = _options(state, line, last)
    kind = options.get("type", "note") if name in ("admonition", "details") else name
    if named := _ID.search(options.get("attrs", "")):
        token = state.push("html_block", "", 0)
        token.content, token.map = f'<a id="{named[1]}"></a>\n', [line, line + 1]
    if name in _PLAIN:
        boxes.fill(state, first, last, state.sCount[line], "block")
    else:
        fold = options.get("open", "").lower() != "true" if name == "details" else None
        title = title or boxes.title_of(kind if name == "admonition" else name)
        state.tokens += boxes.opening(kind, title, state.level, [line, last + 1], fold=fold)
        boxes.fill(state, first, last, state.sCount[line], "block")
        boxes.close(state, "div" if fold is None else "details")
    state.line = last + 1
    return True


def _end(state: StateBlock, line: int, end: int) -> int | None:
    """The line that closes a block; None for one that is never closed."""
    lines = ending(state, line, end, _OPENER)
    return lines[0] if lines and lines[0] < lines[1] else None


def _opener(state: StateBlock, line: int) -> re.Match[str] | None:
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith("///", start):
        return None
    return _INFO.fullmatch(state.src, start, state.eMarks[line])


def _options(state: StateBlock, line: int, last: int) -> tuple[int, dict[str, str]]:
    """The first line below the block's options, which are indented, and these."""
    options: dict[str, str] = {}
    first = line + 1
    while first < last and state.sCount[first] >= state.sCount[line] + 4:
        start = state.bMarks[first] + state.tShift[first]
        found = _OPTION.fullmatch(state.src, start, state.eMarks[first])
        if not found:
            break
        options[found[1]] = found[2].strip()
        first += 1
    return first, options


def _tabs(state: StateBlock, line: int, last: int, end: int) -> int:
    """Tabs that follow each other are one group; the line below it."""
    group = tabs.open_group(state, line)
    start = line
    following: int | None = last
    while following is not None:
        last = following
        found = _opener(state, line)
        tabs.open_tab(state, (found[2] or "Tab").strip() if found else "Tab", line)
        first, _ = _options(state, line, last)
        boxes.fill(state, first, last, state.sCount[line], "block")
        tabs.close_tab(state)
        line = state.skipEmptyLines(last + 1)
        following = None
        if line < end and (found := _opener(state, line)) and found[1].lower() == "tab":
            following = _end(state, line, end)
    tabs.close_group(state)
    group.map = [start, last + 1]
    return last + 1


def _rules(markdown: MarkdownIt) -> None:
    markdown.block.ruler.before("fence", "slash_block", _block, INTERRUPTING)


DIALECT = Dialect(
    signs=signs(r"///[ \t]*[A-Za-z]"),
    rules=_rules,
    examples=(
        (
            "/// note | FastAPI style\n\nText.\n\n///",
            '<div class="note"><p class="note-title">FastAPI style</p><p>Text.</p></div>',
        ),
        (
            "/// warning\nText.\n///\nBelow.",
            '<div class="note note-warning"><p class="note-title">Warning</p><p>Text.</p></div>'
            "<p>Below.</p>",
        ),
        (
            "/// details | More\n    type: tip\n\nText.\n///",
            '<details class="note note-tip"><summary class="note-title">More</summary>'
            "<p>Text.</p></details>",
        ),
        (
            "/// details | More\n    open: True\nText.\n///",
            '<details class="note" open=""><summary class="note-title">More</summary>'
            "<p>Text.</p></details>",
        ),
        (
            "/// admonition | T\n    type: danger\nText.\n///",
            '<div class="note note-caution"><p class="note-title">T</p><p>Text.</p></div>',
        ),
        (
            "/// tab | A\na\n///\n\n/// tab | B\nb\n///",
            '<div class="tabs"><details class="tab" name="tabs-0-37" open=""><summary class="tab-title">A</summary><p>a</p></details>'
            '<details class="tab" name="tabs-0-37"><summary class="tab-title">B</summary><p>b</p></details></div>',
        ),
        (
            "//// note\n/// tip\nText.\n///\n////",
            '<div class="note"><p class="note-title">Note</p><div class="note note-tip">'
            '<p class="note-title">Tip</p><p>Text.</p></div></div>',
        ),
        ("/// html | div.x\nText.\n///", "<p>Text.</p>"),
        ("/// A comment of Rust\ncode", "<p>/// A comment of Rust\ncode</p>"),
        ("/// note\nNo end.", "<p>/// note\nNo end.</p>"),
        ("file:///etc/hosts", "<p>file:///etc/hosts</p>"),
    ),
)
