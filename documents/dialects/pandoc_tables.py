"""Tables that are drawn: of `+---+` and `|`, and of columns below groups of dashes (Pandoc, Zettlr).
One whose cells span others is shown as it was drawn. And lines of verse, `| line`."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from .dialect import INTERRUPTING, Dialect, signs

_RULE = re.compile(r"\+(?::?[-=]+:?\+)+[ \t]*")
_COLUMNS = re.compile(r"[ \t]*-{2,}(?:[ \t]+-{2,})+[ \t]*")
_GROUP = re.compile(r"-+")
_VERSE = re.compile(r"\|(?:[ \t][^|\n]*)?")
_OF_BLOCKS = re.compile(r"\A(?:[-*+]|\d{1,4}[.)])[ \t]+\S|\n[ \t]*\n")
_BORDER = re.compile(r"[ \t]*-{10,}[ \t]*")
MOST_HEAD = 6  # lines of the head of a table whose rows have several lines
MOST_LINES = 2000


def _grid(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith("+", start) or state.is_code_block(line):
        return False
    if not _RULE.fullmatch(state.src, start, state.eMarks[line]):
        return False
    if line < state.env.get("no grid before", 0):
        return False
    last = line
    while last < min(end, line + MOST_LINES) and _line(state, last)[:1] in ("+", "|"):
        last += 1
    lines = [_line(state, number).rstrip() for number in range(line, last)]
    if len(lines) < 3 or not _RULE.fullmatch(lines[-1]):
        state.env["no grid before"] = last
        return False
    if silent:
        return True
    rows = _grid_rows(lines)
    if rows is None:
        token = state.push("fence", "code", 0)
        token.info, token.content, token.map = "text", "\n".join(lines) + "\n", [line, last]
    else:
        _put(state, rows, [line, last])
    state.line = last
    return True


def _grid_rows(lines: list[str]) -> list[tuple[bool, list[str]]] | None:
    """The rows, each with whether it is of the head; None where cells span others."""
    places = [place for place, sign in enumerate(lines[0]) if sign == "+"]
    rows: list[tuple[bool, list[str]]] = []
    cells: list[list[str]] = [[] for _ in places[1:]]
    for line in lines[1:]:
        if _RULE.fullmatch(line):
            if [place for place, sign in enumerate(line) if sign == "+"] != places:
                return None
            is_head = "=" in line and not rows
            rows.append((is_head, ["\n".join(cell).strip() for cell in cells]))
            cells = [[] for _ in places[1:]]
            continue
        if len(line) <= places[-1] or any(line[place] != "|" for place in places):
            return None
        for cell, start, stop in zip(cells, places, places[1:], strict=False):
            cell.append(line[start + 1 : stop].strip())
    return rows


def _columns(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """A line with names, one with a group of dashes for each, and rows down to a blank line."""
    below = line + 1
    if below >= end or state.is_code_block(line):
        return False
    dashes = state.src[state.bMarks[below] : state.eMarks[below]]
    if not _COLUMNS.fullmatch(dashes):
        return False
    groups = [found.span() for found in _GROUP.finditer(dashes)]
    last = below + 1
    while last < min(end, line + MOST_LINES) and not state.isEmpty(last):
        last += 1
    texts = [state.src[state.bMarks[n] : state.eMarks[n]] for n in (line, *range(below + 1, last))]
    if "\t" in "".join(texts) or len(texts) < 2:
        return False
    if silent:
        return True
    stops = [start for start, _ in groups[1:]] + [None]
    rows = [
        [text[0 if not n else groups[n][0] : stop].strip() for n, stop in enumerate(stops)]
        for text in texts
        if not _COLUMNS.fullmatch(text)
    ]
    _put(state, [(not number, row) for number, row in enumerate(rows)], [line, last])
    state.line = last
    return True


def _long_rows(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """Rows of several lines each, with a blank line between them and dashes around them all."""
    if silent or state.is_code_block(line) or not _BORDER.fullmatch(_line(state, line)):
        return False
    dashes = next(
        (n for n in range(line + 1, min(line + MOST_HEAD, end)) if _is_columns(state, n)), None
    )
    if dashes is None or any(state.isEmpty(n) for n in range(line + 1, dashes)):
        return False
    stop = min(end, line + MOST_LINES)
    last = next((n for n in range(dashes + 1, stop) if _BORDER.fullmatch(_line(state, n))), None)
    if last is None:
        return False
    groups = [found.start() for found in _GROUP.finditer(_whole(state, dashes))]
    rows = [(True, _cells_of(state, groups, line + 1, dashes))] if dashes > line + 1 else []
    first = dashes + 1
    for number in range(dashes + 1, last + 1):
        if number == last or state.isEmpty(number):
            if number > first:
                rows.append((False, _cells_of(state, groups, first, number)))
            first = number + 1
    _put(state, rows, [line, last + 1])
    state.line = last + 1
    return True


def _is_columns(state: StateBlock, line: int) -> bool:
    return _COLUMNS.fullmatch(_whole(state, line)) is not None


def _cells_of(state: StateBlock, groups: list[int], first: int, last: int) -> list[str]:
    """What stands in each column of these lines."""
    stops = [*groups[1:], None]
    texts = [_whole(state, number) for number in range(first, last)]
    return [
        "\n".join(text[start if n else 0 : stop].strip() for text in texts).strip()
        for n, (start, stop) in enumerate(zip(groups, stops, strict=True))
    ]


def _whole(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] : state.eMarks[line]]


def _put(state: StateBlock, rows: list[tuple[bool, list[str]]], lines: list[int]) -> None:
    """The tokens of a table."""
    state.push("table_open", "table", 1).map = lines
    part = ""
    for is_head, row in rows:
        wanted = "thead" if is_head else "tbody"
        if part != wanted:
            if part:
                state.push(f"{part}_close", part, -1)
            state.push(f"{wanted}_open", wanted, 1)
            part = wanted
        tag = "th" if is_head else "td"
        state.push("tr_open", "tr", 1)
        for cell in row:
            state.push(f"{tag}_open", tag, 1)
            if _OF_BLOCKS.search(cell):
                _put_blocks(state, cell, lines)
            else:
                token = state.push("inline", "", 0)
                token.content, token.children, token.map = cell, [], lines
            state.push(f"{tag}_close", tag, -1)
        state.push("tr_close", "tr", -1)
    if part:
        state.push(f"{part}_close", part, -1)
    state.push("table_close", "table", -1)


def _put_blocks(state: StateBlock, cell: str, lines: list[int]) -> None:
    """What a cell holds beside a line of text: lists, paragraphs."""
    for token in state.env["parse"](cell, {"depth": state.env.get("depth", 0) + 1}):
        token.map = list(lines) if token.map else None
        token.level += state.level + 1
        state.tokens.append(token)


def _verse(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """Lines that stay lines, with what they are indented by."""
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith("| ", start) or silent or state.is_code_block(line):
        return False
    last = line
    while last < end and _VERSE.fullmatch(_line(state, last).rstrip()):
        last += 1
    if last < line + 2 or (last < end and not state.isEmpty(last)):
        return False
    state.push("paragraph_open", "p", 1).map = [line, last]
    token = state.push("inline", "", 0)
    token.content = "\\\n".join(_verse_of(_line(state, number)) for number in range(line, last))
    token.map, token.children = [line, last], []
    state.push("paragraph_close", "p", -1)
    state.line = last
    return True


def _verse_of(line: str) -> str:
    text = line[2:].rstrip()
    indent = len(text) - len(text.lstrip())
    return "\u00a0" * indent + text.lstrip()


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _rules(markdown: MarkdownIt) -> None:
    markdown.block.ruler.before("table", "grid_table", _grid, INTERRUPTING)
    markdown.block.ruler.before("table", "column_table", _columns)
    markdown.block.ruler.before("hr", "long_rows", _long_rows)
    markdown.block.ruler.before("table", "verse", _verse)


DIALECT = Dialect(
    signs=signs(r"\+--", r"\+==", r"\n[ \t]*--+ +--", r"\n\| [^|\n]*\n\|"),
    rules=_rules,
    examples=(
        (
            "+---+-----+\n| A | B   |\n+===+=====+\n| a | *b* |\n|   | c   |\n+---+-----+\nBelow.",
            '<div class="table" tabindex="0"><table><thead><tr><th>A</th><th>B</th></tr></thead>'
            "<tbody><tr><td>a</td><td><em>b</em>\nc</td></tr></tbody></table></div><p>Below.</p>",
        ),
        (
            "+---+---+\n| A     |\n+---+---+\n",
            '<pre class="code" tabindex="0" data-language="text"><code>+---+---+\n| A     |\n+---+---+\n</code></pre>',
        ),
        (
            "a\n\n  Right  Left\n-------  -----\n     12  a b\n",
            '<p>a</p><div class="table" tabindex="0"><table><thead><tr><th>Right</th><th>Left</th></tr></thead>'
            "<tbody><tr><td>12</td><td>a b</td></tr></tbody></table></div>",
        ),
        ("a\n\n| one\n|   two *b*\n", "<p>a</p><p>one<br>&nbsp;&nbsp;two <em>b</em></p>"),
        ("a\n\n--- ---\n", "<p>a</p><hr>"),
        ("+-- a\n| b\n", "<p>+-- a\n| b</p>"),
    ),
)
