"""Components between colons of Nuxt Content: `::tip{title="A"}` … `::`, with values between `---` and
parts that `#name` begins; in one, others have more colons."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from documents import boxes

from . import tags
from .dialect import INTERRUPTING, Dialect, signs
from .pairs import ending
from .tags import Tag

_OPENER = re.compile(
    r"(?:[ \t>]|[-*+][ \t])*(:{2,})((?:[a-z][\w-]*(?:\{[^\n]*\}|\[[^\n]*\])?)?[ \t]*)\Z"
)
_HEAD = re.compile(
    r"(:{2,})([a-z][\w-]{0,60})(?:\[([^\[\]\n]{0,200})\])?(?:\{([^\n]{0,500})\})?[ \t]*"
)
_VALUE = re.compile(r"([A-Za-z][\w-]{0,60}):[ \t]+[\"']?(.{0,500}?)[\"']?[ \t]*")
_PART = re.compile(r"#[a-z][\w-]{0,60}[ \t]*")
_ICON = re.compile(r":[a-z][\w-]{0,40}\{[^{}\n]{1,200}\}")


def _block(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith("::", start) or state.is_code_block(line):
        return False
    found = _HEAD.fullmatch(state.src, start, state.eMarks[line])
    if not found or (len(found[1]) > 2 and not state.env.get("in component")):
        return False
    lines = ending(state, line, end, _OPENER)
    if lines is None or lines[0] == lines[1]:
        return False
    if silent:
        return True
    tag = tags.read_arguments(Tag(found[2], found[0]), (found[4] or "").replace(" :", " "))
    if found[3]:
        tag.named.setdefault("title", found[3])
    if tag.name == "accordion" and not tag.get("title", "label"):
        tag.name = "accordions"  # it holds others
    first = _values(state, line + 1, lines[0], tag)
    around, state.env["in component"] = state.env.get("in component"), True
    tags.open_block(state, [line, lines[1]], tag, lambda: _fill(state, first, lines[0]))
    state.env["in component"] = around
    if tag.get("to", "href") and tags.KNOWN.get(tag.name) in ("box", "typed"):
        tags.paragraph(state, tags.link(tag.get("to", "href"), tag.get("to", "href")), line)
    state.line = lines[1]
    return True


def _values(state: StateBlock, line: int, last: int, tag: Tag) -> int:
    """Read the values between two lines of `---`; the line below them, or `line`."""
    if line >= last or _line(state, line).strip() != "---":
        return line
    for below in range(line + 1, last):
        text = _line(state, below)
        if text.strip() == "---":
            return below + 1
        if value := _VALUE.fullmatch(text.strip()):
            tag.named.setdefault(value[1].lower(), value[2])
    return line


def _fill(state: StateBlock, first: int, last: int) -> None:
    """What a component holds; the lines that name its parts are left out."""
    indents = [state.sCount[n] for n in range(first, last) if not state.isEmpty(n)]
    indent = max(state.blkIndent, min(indents, default=0))
    parts = [n for n in range(first, last) if _PART.fullmatch(_line(state, n).strip())]
    for start, below in zip([first - 1, *parts], [*parts, last], strict=True):
        boxes.fill(state, start + 1, below, indent, "container")


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] : state.eMarks[line]]


def _inline(state: StateInline, silent: bool) -> bool:
    """A component that holds nothing, of which only an icon is known."""
    if not state.src.startswith(":icon{", state.pos):
        return False
    found = _ICON.match(state.src, state.pos, state.posMax)
    if found:
        state.pos = found.end()
    return bool(found)


def _rules(markdown: MarkdownIt) -> None:
    markdown.block.ruler.before("fence", "mdc", _block, INTERRUPTING)
    markdown.inline.ruler.before("escape", "mdc_icon", _inline)


DIALECT = Dialect(
    signs=signs(r"(?<![:\w{])::[a-z][\w-]*(?:[\[{ ][^\n]*)?\n", r":icon\{"),
    rules=_rules,
    stops=r":(?=icon\{)",
    examples=(
        (
            '::alert{type="warning"}\nText *a*.\n::\n\nb :icon{name="x"}',
            '<div class="note note-warning"><p class="note-title">Warning</p><p>Text <em>a</em>.</p></div><p>b </p>',
        ),
        (
            "::card\n---\ntitle: A\nicon: i-x\n---\nb\n\n#footer\nc\n::\n",
            "<p><strong>A</strong></p><p>b</p><p>c</p>",
        ),
        (
            '::accordion\n:::accordion-item{label="Q"}\na\n:::\n::\n',
            '<details class="note"><summary class="note-title">Q</summary><p>a</p></details>',
        ),
        ("::never ends\na\n\nstd::x\n::", "<p>::never ends\na</p><p>std::x\n::</p>"),
    ),
)  # fmt: skip
