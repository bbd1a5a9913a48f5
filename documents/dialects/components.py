"""Components of MDX, Vue and mdBook: `<Tip>` … `</Tip>`, `<Badge text="x" />`; and what else MDX adds
to Markdown: imports, exports, comments."""

import re
from html import escape

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from documents.raw_html import HTML_TAGS

from . import mdx_values, snippets, tag_rules, tags, trees
from .dialect import INTERRUPTING, Dialect, Env, parse_inside, reading_of, signs
from .mdx_expressions import is_mdx
from .tag_rules import Syntax
from .tags import Tag

BRACES = r"\{[^{}]*+\}"  # an expression
for _ in range(8):  # as deep as objects in a value lie
    BRACES = rf"\{{(?>[^{{}}]|{BRACES})*+\}}"
_TAG = re.compile(
    r"<(/?)([A-Za-z][A-Za-z0-9]*(?:[.:-][A-Za-z0-9]+)*)"
    rf"((?:\s+(?:{BRACES}|[A-Za-z_@:#v][\w:@.\[\]-]*(?:\s*=\s*"
    rf"(?:\"[^\"]*\"|'[^']*'|{BRACES}|[^\s\"'{{}}<>=`]+))?))*)\s*(/?)>"
)
_COMMENT = re.compile(r"\{/\*.{0,4000}?\*/\s*\}", re.DOTALL)
_IMPORT = re.compile(r"import\s+(?:[\w*{][^;\n]*\s+from\s+)?[\"'][^\"'\n]+[\"'];?[ \t]*")
_IMPORT_LINES = re.compile(
    r"import\s*\{[^}\n]*(?:\n[^}\n]+){0,30}\n?[^}\n]*\}\s*from\s*[\"'][^\"'\n]+[\"'];?"
)
# What a name in the text stands for: Markdown, a picture.
_FILE = re.compile(
    r"import\s+(?:([A-Za-z_]\w{0,80})\s*)?(?:,?\s*\{([^{}]*)\}\s*)?from\s+[\"']([^\"'\n]{1,300})[\"'];?[ \t]*"
)
_EXPORT = re.compile(
    r"export\s+(?:(?:const|let|default|function|async|class|var|type|interface)\s|\*|\{)"
)
_BADGE = re.compile(r"(?:badge|tag|chip|pill|label|status|version|icon)\Z", re.IGNORECASE)
# Components that are called as elements are, but for their capital.
_CAPITAL = frozenset(
    (
        "Aside",
        "Button",
        "Code",
        "Details",
        "Frame",
        "Image",
        "Link",
        "Param",
        "Section",
        "Steps",
        "Summary",
    )
)
MOST_LINES = 300  # of one statement
_FRAGMENT = re.compile(r"</?>[ \t]*")


def _read(source: str) -> Tag | None:
    found = _TAG.fullmatch(source)
    if not found or _is_html(found[2]):
        return None
    name = found[2].lower()
    last = name.rpartition(".")[2]  # `<Tabs.Tab>`
    tag = Tag(
        last if last in tags.KNOWN else name,
        source,
        closes=bool(found[1]),
        stands_alone=bool(found[4]),
    )
    return tags.read_arguments(tag, found[3].replace(":", "", 1) if " :" in found[3] else found[3])


def _is_html(name: str) -> bool:
    return name.lower() in HTML_TAGS and name not in _CAPITAL


SYNTAX = Syntax("component", ("<",), _TAG, _read, keeps_unknown=False, dedents=True)


def _block(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    start = state.bMarks[line] + state.tShift[line]
    if state.src[start : start + 1] != "<" or state.is_code_block(line):
        return False
    if "</>" in state.src and _FRAGMENT.fullmatch(state.src, start, state.eMarks[line]):
        state.line = line if silent else line + 1
        return True
    name = _name(state.src, start)
    if not name or _is_html(name):
        return False
    lines = tag_rules.lines_of(SYNTAX, state)
    if line in lines.tags and not _is_component(lines, line):
        return False
    part = state.env.get("imports", {}).get(name, "")
    if part.endswith((".md", ".mdx")) and _take_in(state, line, lines, part, silent=silent):
        return True
    return tag_rules.block(SYNTAX, state, line, end, silent)


def _take_in(
    state: StateBlock, line: int, lines: tag_rules.Lines, written: str, *, silent: bool
) -> bool:
    """The text of an imported file in place of `<Name />`, where that can be had."""
    tag, below = lines.tags.get(line, (None, line))
    if tag is None or not tag.stands_alone or silent:
        return tag is not None and tag.stands_alone
    for path in snippets.imported_paths(written):
        wanted = snippets.Wanted("imported text", path)
        if snippets.take_in(state, line, below, wanted, props=tag.named):
            state.line = below
            return True
    return False


def _name(src: str, start: int) -> str:
    found = re.compile(r"</?([A-Za-z][\w.:-]*)").match(src, start)
    return found[1] if found else ""


def _is_component(lines: tag_rules.Lines, line: int) -> bool:
    """Not a word between angle brackets, `<name>`, that is on a line of its own."""
    tag, _ = lines.tags[line]
    return bool(
        tag.stands_alone or tag.named or line in lines.closing or line in lines.closers
    ) or (tag.closes and tag.source[2:3].isupper())


def _inline(state: StateInline, silent: bool) -> bool:
    """Components in running text lose their tags. `<T>` and `<name>` stay: a tag counts only if it
    has a value, closes itself, or is closed."""
    if state.src[state.pos] == "{":
        return _comment(state, silent)
    if state.src[state.pos] != "<":
        return False
    hit = SYNTAX.find(state.src, state.pos, min(state.posMax, state.pos + 2000))
    if hit is None:
        return False
    tag, end = hit
    written = _name(tag.source, 0)
    known = state.env.setdefault("open components", {})
    if tag.closes:
        if not known.get((id(state.md), state.src, written)):
            return False
    elif not tag.stands_alone:
        closing = state.src.find(f"</{written}>", end)
        if closing < 0 and not tag.named:
            return False
        known[id(state.md), state.src, written] = True
        if closing >= 0 and _BADGE.search(written) and state.env.get("in heading"):
            end = closing + len(written) + 3
        elif closing >= 0 and _put_around(state, tag, state.src[end:closing], silent=silent):
            state.pos = closing + len(written) + 3
            return True
    tags.name_imported(tag, state.env)
    source = _part_in_line(state, tag, written)
    if source is None and not tag.closes and not state.env.get("in heading"):
        source = tags.inline_source(tag)
    if not silent and source:
        parse_inside(state, source)
    elif not silent and source is None and tag.stands_alone and not state.env.get("in heading"):
        tag_rules.count(state.env, SYNTAX, tag)
    state.pos = end
    return True


def _part_in_line(state: StateInline, tag: Tag, written: str) -> str | None:
    """The text of an imported file that a component in running text stands for."""
    part = state.env.get("imports", {}).get(written, "") if tag.stands_alone else ""
    if not part.endswith((".md", ".mdx")):
        return None
    return snippets.part_in_line(state.env, part, tag.named)


def _put_around(state: StateInline, tag: Tag, inside: str, *, silent: bool) -> bool:
    """The text in a tag that makes it a link or explains it; whether the tag does."""
    text, url = " ".join(inside.split()), tags.url_around(tag)
    tip = tag.get("tip") if tag.name == "tooltip" else ""
    if not silent and tip:
        state.push("html_inline", "", 0).content = f'<abbr title="{escape(tip)}">'
        parse_inside(state, text)
        state.push("html_inline", "", 0).content = "</abbr>"
    elif not silent and url:
        parse_inside(state, f"[{text}]({tags.destination(url)})" if text else "")
    return bool(tip or url)


def _fragment(state: StateInline, silent: bool) -> bool:
    """The tag of a component without a name, `<>` or `</>`, where the text has both."""
    if not state.src.startswith(("<>", "</>"), state.pos) or not is_mdx(state.env):
        return False
    if "<>" not in state.src or "</>" not in state.src:
        return False
    state.pos = state.src.index(">", state.pos) + 1
    return True


def _comment(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("{/*", state.pos):
        return False
    found = _COMMENT.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    state.pos = found.end()
    return True


def _module(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """Imports and exports, which MDX leaves out, and comments on lines of their own."""
    start = state.bMarks[line] + state.tShift[line]
    if state.is_code_block(line):
        return False
    if state.src.startswith("{", start) and (found := _COMMENT.match(state.src, start)):
        if not found or state.src[found.end() : state.src.find("\n", found.end())].strip():
            return False
        below = line + found[0].count("\n") + 1
    elif state.tShift[line] or (state.level and state.parentType != "container"):
        return False
    elif state.src.startswith("import", start):
        found = _IMPORT_LINES.match(state.src, start)
        found = found or _IMPORT.fullmatch(state.src, start, state.eMarks[line])
        if not found:
            return False
        below = line + found[0].count("\n") + 1
        if file := _FILE.fullmatch(found[0]):
            if file[1]:
                state.env.setdefault("imports", {})[file[1]] = file[3]
            mdx_values.note_imports(state.env, file[2] or "", file[3])
    elif _EXPORT.match(state.src, start) and reading_of(state.env).path.endswith(".mdx"):
        below = _below_export(state, line, end)
        mdx_values.note_exports(state.env, state.src[start : state.eMarks[below - 1]])
    else:
        return False
    if below > end:
        return False
    state.line = line if silent else below
    return True


def _below_export(state: StateBlock, line: int, end: int) -> int:
    """The line below a statement: the first empty one where all its brackets are closed, or without
    such a one the first empty one."""
    depth, first = 0, 0
    for below in range(line, min(end, line + MOST_LINES)):
        text = state.src[state.bMarks[below] : state.eMarks[below]]
        if not text.strip():
            if depth <= 0:
                return below
            first = first or below
        depth += sum(map(text.count, "({[")) - sum(map(text.count, ")}]"))
    return (first or end) if depth > 0 else min(end, line + MOST_LINES)


def _blocks(tokens: list[Token], env: Env) -> list[Token]:
    """Trees of files are lists."""
    return trees.in_lists(tokens) if any("tree" in token.meta for token in tokens) else tokens


def _rules(markdown: MarkdownIt) -> None:
    markdown.block.ruler.before("html_block", "component", _block, INTERRUPTING)
    markdown.block.ruler.before("html_block", "mdx_module", _module)
    markdown.inline.ruler.before("html_inline", "component", _inline)
    markdown.inline.ruler.before("html_inline", "fragment", _fragment)


DIALECT = Dialect(
    signs=signs(
        r"</[A-Z>]",
        r"<>",
        r"<[A-Z][\w.]*(?:\s[^<>]*)?/>",
        r"<[A-Z][\w.]*\s+[\w:@-]+=",
        r"</?[a-z]+-[a-z-]+[\s/>]",
        r"</?[a-z]+\s[^<>]*/>",
        r"</(?:note|tip|warning|tabs|procedure|step|deflist|def|tldr|card|steps|callout)>",
        r"\{/\*",
        r"import(?<![^\n]import)\s[^;\n]*[\"'{]",
        r"export(?<![^\n]export) (?:const|let|var|default|function|async|class) ",
    ),
    rules=_rules,
    stops=r"\{",
    blocks=_blocks,
    examples=(
        (
            '<FileTree>\n  <FileTree.Folder name="a" defaultOpen>\n    <FileTree.File name="b.md" />\n'
            '  </FileTree.Folder>\n  <FileTree.File name="c" />\n</FileTree>',
            "<ul><li>a<ul><li>b.md</li></ul></li><li>c</li></ul>",
        ),
        (
            '<Listing number="4-7" caption="The `first` one">\n\n```c\n```\n\n</Listing>',
            '<pre class="code" tabindex="0" data-language="c"><code></code></pre>',
        ),
        (
            "<Tip>\nText **b**.\n</Tip>",
            '<div class="note note-tip"><p class="note-title">Tip</p><p>Text <strong>b</strong>.</p>'
            "</div>",
        ),
        (
            '<Aside type="caution" title="Mind">\nText.\n</Aside>',
            '<div class="note note-caution"><p class="note-title">Mind</p><p>Text.</p></div>',
        ),
        (
            '<Tabs>\n<TabItem value="a" label="A">\n\na\n\n</TabItem>\n<TabItem\n  value="b"\n  default>'
            "\n\nb\n\n</TabItem>\n</Tabs>",
            '<div class="tabs"><details class="tab" name="tabs-0-107" open=""><summary class="tab-title">A</summary><p>a</p></details>'
            '<details class="tab" name="tabs-0-107"><summary class="tab-title">b</summary><p>b</p></details></div>',
        ),
        (
            "import Tabs from '@theme/Tabs';\nimport {\n  A,\n} from \"b\"\n\nText.",
            "<p>Text.</p>",
        ),
        ("Text {/* hidden */} more.\n\n{/* a\n\nb */}", "<p>Text  more.</p>"),
        ('## opt <Badge type="tip" text="^3.4" />', "<h2>opt </h2>"),
        ("## opt <Badge>beta</Badge>", "<h2>opt </h2>"),
        ("## The <Term>pool</Term>", "<h2>The pool</h2>"),
        (
            'A <Term id="b">pool</Term> of <T> and <name>',
            "<p>A pool of &lt;T&gt; and &lt;name&gt;</p>",
        ),
        ("<name>\n\nText.", "<p>&lt;name&gt;</p><p>Text.</p>"),
        (
            '<YouTube id="abc" />',
            '<p><a href="https://www.youtube.com/watch?v=abc">Youtube</a></p>',
        ),
        (
            "Map<String, List<T>> and a<b>c</b>",
            "<p>Map&lt;String, List&lt;T&gt;&gt; and a<b>c</b></p>",
        ),
    ),
)
