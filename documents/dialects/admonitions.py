"""Boxes, folds and tabs by indentation: `!!! note "Title"`, `??? note`, `=== "Tab"` (MkDocs)."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from documents import boxes

from . import tabs
from .dialect import INTERRUPTING, Dialect, signs

_BOX = re.compile(
    r"(!!!|\?\?\?\+?) ?([A-Za-z][\w-]{0,30}(?: +[A-Za-z][\w-]{0,30}){0,3})?"
    r"(?: *\"((?:[^\"\\]|\\.){0,200})\")?[ \t]*"
)
_TAB = re.compile(r"===[!+]{0,2} +(?:\"((?:[^\"\\]|\\.){1,200})\"|'([^']{1,200})')[ \t]*")
_PLACES = {"inline", "end", "annotate", "on-glb"}


def _box(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """A box or fold above its indented blocks. The plugin's rule ends at two blank lines, even
    within a code fence, and takes any sentence after three exclamation marks."""
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith(("!!!", "???"), start) or state.is_code_block(line):
        return False
    found = _BOX.fullmatch(state.src, start, state.eMarks[line])
    if not found or not (found[2] or found[3]):
        return False
    words = (found[2] or "note").lower().split()
    kinds = [word for word in words if word not in _PLACES] or ["note"]
    if silent:
        return _is_above(state, line, end)
    indent = state.sCount[line] + 4
    last = boxes.indented_end(state, line + 1, end, indent)
    if last == line + 1 and found[3] is None and (len(kinds) > 1 or found[1] != "!!!"):
        return False  # a sentence
    kind = kinds[0]
    title = boxes.title_of(kind) if found[3] is None else found[3].replace('\\"', '"')
    fold = None if found[1] == "!!!" else not found[1].endswith("+")
    state.tokens += boxes.opening(kind, title, state.level, [line, last], fold=fold)
    boxes.fill(state, line + 1, last, indent, "admonition")
    boxes.close(state, "div" if fold is None else "details")
    state.line = last
    return True


def _tab(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """Tabs that follow each other are one group."""
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith("===", start) or state.is_code_block(line):
        return False
    found = _TAB.fullmatch(state.src, start, state.eMarks[line])
    if not found:
        return False
    if silent:
        return _is_above(state, line, end)
    indent, first = state.sCount[line] + 4, line
    group = tabs.open_group(state, line)
    while found:
        last = boxes.indented_end(state, line + 1, end, indent)
        title = found[1].replace('\\"', '"') if found[1] else found[2]
        tabs.open_tab(state, title, line)
        boxes.fill(state, line + 1, last, indent, "tab")
        tabs.close_tab(state)
        line = state.skipEmptyLines(last)
        found = None
        if line < end and state.sCount[line] == indent - 4:
            start = state.bMarks[line] + state.tShift[line]
            found = _TAB.fullmatch(state.src, start, state.eMarks[line])
    tabs.close_group(state)
    group.map = [first, last]
    state.line = last
    return True


def _is_above(state: StateBlock, line: int, end: int) -> bool:
    """Whether indented text is right below, so that a paragraph ends here."""
    below = line + 1
    return (
        below < end and not state.isEmpty(below) and state.sCount[below] >= state.sCount[line] + 4
    )


def _rules(markdown: MarkdownIt) -> None:
    markdown.block.ruler.before("fence", "admonition", _box, INTERRUPTING)
    markdown.block.ruler.before("fence", "tabs", _tab, INTERRUPTING)


DIALECT = Dialect(
    signs=signs(r"!!!", r"\?\?\?", r"===[!+]{0,2} +[\"']"),
    rules=_rules,
    examples=(
        (
            "!!! tip\n    Inside **it**.",
            '<div class="note note-tip"><p class="note-title">Tip</p>'
            "<p>Inside <strong>it</strong>.</p></div>",
        ),
        (
            '!!! danger inline end "Mind `it`"\n    Text.\n\nBelow.',
            '<div class="note note-caution"><p class="note-title">Mind <code>it</code></p>'
            "<p>Text.</p></div><p>Below.</p>",
        ),
        ('!!! note ""\n    Text.', '<div class="note"><p>Text.</p></div>'),
        (
            '??? "Only a title"\n    Text.',
            '<details class="note"><summary class="note-title">Only a title</summary>'
            "<p>Text.</p></details>",
        ),
        (
            '???+ warning "Open"\n    - a\n\n    b',
            '<details class="note note-warning" open=""><summary class="note-title">Open'
            "</summary><ul><li>a</li></ul><p>b</p></details>",
        ),
        (
            '=== "C"\n    ```c\n    int a;\n    ```\n\n=== "Other"\n    b',
            '<div class="tabs"><details class="tab" name="tabs-0-55" open=""><summary class="tab-title">C</summary>'
            '<pre class="code" tabindex="0" data-language="c"><code>'
            '<span class="kt">int </span><span class="n">a</span><span class="p">;</span>\n'
            '</code></pre></details><details class="tab" name="tabs-0-55"><summary class="tab-title">Other</summary><p>b</p></details>'
            "</div>",
        ),
        ("Really?! !!! ???", "<p>Really?! !!! ???</p>"),
        ("!!! This is a sentence.", "<p>!!! This is a sentence.</p>"),
    ),
)
