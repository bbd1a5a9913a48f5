"""Docsify: boxes `!> text` and `?> text`, what link titles and headings say to the tool (`:ignore`,
`:size=50x100`, `:id=name`, `{docsify-ignore}`), and tabs between comments."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from documents import boxes

from . import snippets, tabs
from .dialect import INTERRUPTING, Dialect, Env, signs
from .pairs import next_line

_BOX = {"!>": "important", "?>": "tip"}
_ID = re.compile(r"[ \t]+:id=([\w-]{1,100})[ \t]*\Z")
_IGNORED = re.compile(r"[ \t]*\{docsify-ignore(?:-all)?\}")
_SAID = re.compile(
    r"(?:\s*':?|\s*):(?:ignore|target|include|class|id|disabled|size|type|no-zoom)\b"
)
_SIZE = re.compile(r":size=(\d{1,4}%?)(?:x(\d{1,4}))?")
_START = re.compile(r"<!--[ \t]*tabs:[ \t]*start[ \t]*-->[ \t]*")
_END = re.compile(r"<!--[ \t]*tabs:[ \t]*end[ \t]*-->[ \t]*")
MOST_LINES = 2000
_INCLUDE = re.compile(
    r"\[[^\[\]\n]{0,200}\]\(<?([^\s()<>:]{1,300})>?[ \t]+[\"'](:include(?:[ \t][^\"'\n]{0,100})?)[\"'][ \t]*\)[ \t]*"
)
_FRAGMENT = re.compile(r":fragment=([\w-]{1,60})")
_LANGUAGE = re.compile(r":type=code(?:[ \t]+([\w+#-]{1,30}))?")
_TAB = re.compile(r"(?:#{1,6}[ \t]+)?\*\*(.{1,200}?)\*\*[ \t]*|#{1,6}[ \t]+(.{1,200}?)[ \t#]*")


def _box(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    start = state.bMarks[line] + state.tShift[line]
    kind = _BOX.get(state.src[start : start + 2])
    if not kind or state.src[start + 2 : start + 3] != " " or state.is_code_block(line):
        return False
    if silent:
        return True
    last = line + 1
    while last < end and not state.isEmpty(last) and state.sCount[last] >= state.blkIndent:
        last += 1
    source = state.getLines(line, last, state.blkIndent, False).strip()[2:].strip()
    state.tokens += boxes.opening(kind, boxes.title_of(kind), state.level, [line, last])
    state.level += 1
    state.push("paragraph_open", "p", 1).map = [line, last]
    token = state.push("inline", "", 0)
    token.content, token.map, token.children = source, [line, last], []
    state.push("paragraph_close", "p", -1)
    state.level -= 1
    boxes.close(state, "div")
    state.line = last
    return True


def _tabs(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """What is between the two comments, a tab for each heading or bold line."""
    if not _matches(state, line, _START) or state.is_code_block(line):
        return False
    last = next_line(state, line, _END)
    if last is None or last >= end or last - line > MOST_LINES:
        return False
    starts = [number for number in range(line + 1, last) if _matches(state, number, _TAB)]
    if not starts:
        return False
    if silent:
        return True
    group = tabs.open_group(state, line)
    group.map = [line, last + 1]
    boxes.fill(state, line + 1, starts[0], state.blkIndent, "container")
    for start, stop in zip(starts, [*starts[1:], last], strict=True):
        name = _matches(state, start, _TAB)
        tabs.open_tab(state, (name[1] or name[2]) if name else "", start)
        boxes.fill(state, start + 1, stop, state.blkIndent, "container")
        tabs.close_tab(state)
    tabs.close_group(state)
    state.line = last + 1
    return True


def _include(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """The text or code of another file: `[name](file ':include :type=code')`."""
    found = _matches(state, line, _INCLUDE) if state.src[state.bMarks[line]] == "[" else None
    if not found or state.is_code_block(line):
        return False
    if silent:
        return True
    options = found[2]
    part, language = _FRAGMENT.search(options), _LANGUAGE.search(options)
    between = (f"[{part[1]}]", f"[{part[1]}]") if part else ("", "")
    wanted = snippets.Wanted(":include", found[1])
    as_code = bool(language or part) or not found[1].endswith((".md", ".markdown"))
    if not snippets.take_in(state, line, line + 1, wanted, as_code=as_code, between=between):
        return False
    if language and language[1] and state.tokens[-1].type == "fence":
        state.tokens[-1].info = language[1]
    state.line = line + 1
    return True


def _matches(state: StateBlock, line: int, pattern: re.Pattern[str]) -> re.Match[str] | None:
    start = state.bMarks[line] + state.tShift[line]
    return pattern.fullmatch(state.src, start, state.eMarks[line])


def _blocks(tokens: list[Token], env: Env) -> list[Token]:
    """Ids of headings as most tools write them."""
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            text = tokens[index + 1]
            text.content = _IGNORED.sub("", text.content)
            if token.level:  # it starts no section, and its list would not be read
                name = _ID.search(text.content)
                token.meta["pin"] = name[1] if name else ""
            text.content = _ID.sub("" if token.level else r" {#\1}", text.content)
    return tokens


def _inlines(children: list[Token], env: Env) -> list[Token]:
    for child in children:
        title = child.attrs.get("title")
        if isinstance(title, str) and _SAID.match(title):
            del child.attrs["title"]
            if child.type == "image" and (size := _SIZE.search(title)):
                child.attrs["width"] = size[1]
                if size[2]:
                    child.attrs["height"] = size[2]
    return children


def _rules(markdown: MarkdownIt) -> None:
    markdown.block.ruler.before("fence", "docsify_box", _box, INTERRUPTING)
    markdown.block.ruler.before("fence", "docsify_include", _include)
    markdown.block.ruler.before("html_block", "docsify_tabs", _tabs, INTERRUPTING)


DIALECT = Dialect(
    signs=signs(
        r"!> ",
        r"\?> ",
        r":id=",
        r"\{docsify-",
        r":(?:ignore|target=|include|size=|no-zoom)",
        r"<!--[ \t]*tabs:[ \t]*start",
    ),
    rules=_rules,
    blocks=_blocks,
    inlines=_inlines,
    examples=(
        (
            "!> Mind **it**\nand more.\n\nBelow.",
            '<div class="note note-important"><p class="note-title">Important</p>'
            "<p>Mind <strong>it</strong>\nand more.</p></div><p>Below.</p>",
        ),
        ("?> a", '<div class="note note-tip"><p class="note-title">Tip</p><p>a</p></div>'),
        (
            "[a](b.md ':ignore') ![c](d.png ':size=50x100')",
            '<p><a href="b.md">a</a> <img src="d.png" alt="c" width="50" height="100"></p>',
        ),
        ("> ## a :id=b\n\n# c {docsify-ignore}", "<blockquote><h2>a</h2></blockquote><h1>c</h1>"),
        (
            "<!-- tabs:start -->\n#### **A**\na\n#### B\nb\n<!-- tabs:end -->\nc",
            '<div class="tabs"><details class="tab" name="tabs-0-62" open=""><summary class="tab-title">A</summary><p>a</p></details>'
            '<details class="tab" name="tabs-0-62"><summary class="tab-title">B</summary><p>b</p></details></div><p>c</p>',
        ),
        ("a !> b, a ?> b", "<p>a !&gt; b, a ?&gt; b</p>"),
    ),
)
