"""DocFX and Learn: tabs by headings, `# [C#](#tab/cs)` … `---`, and what is between square
brackets: `[!div class="x"]`, `[!VIDEO address]`, `[!code-cs[](file)]`."""

import re
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from documents import boxes

from . import media, snippets, tabs, tags
from .dialect import INTERRUPTING, Dialect, Env, leaves, reading_of, signs
from .pairs import CODE

_TAB = re.compile(
    r"(#{1,6})[ \t]+\[((?:[^\[\]\\\n]|\\.){1,200})\]\(#tab(?:s)?/[^\s()]{1,200}\)[ \t#]*"
)
_HEADING = re.compile(r"(#{1,6})(?:[ \t]|$)")
_RULE = re.compile(r"(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}")
_DIV = re.compile(r"\[!div\b[^\[\]\n]{0,200}\][ \t]*(?:\n|\Z)", re.IGNORECASE)
_FILM = re.compile(r"\[!VIDEO[ \t]+<?(https?://[^\s<>\[\]]{1,500})>?[ \t]*\]", re.IGNORECASE)
_FILE = re.compile(
    r"\[!(?:include|code)(?:-[\w+#-]{0,30})?[ \t]*\[([^\[\]\n]{0,200})\][ \t]*"
    r"\(<?([^()<>\s]{1,300})>?(?:[ \t]+\"[^\"\n]{0,200}\")?\)[ \t]*\]",
    re.IGNORECASE,
)
_INCLUDE = re.compile(
    r"\[!include[ \t]*\[[^\[\]\n]{0,200}\][ \t]*\([^()\n]{1,400}\)\]", re.IGNORECASE
)
_NAMED = re.compile(
    r":::no-loc[ \t]+text=\"([^\"\n]{1,200})\"[^:\n]{0,100}:::|\[!UICONTROL[ \t]+([^\[\]\n]{1,200})\]"
)
_CODE_SPAN = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
_ALONE = re.compile(r"\[!video[ \t][^\[\]\n]{1,500}\]\s*", re.IGNORECASE)


def _tabs(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """Headings that are links to tabs are tabs, up to a rule or another heading of their rank."""
    found = _tab_at(state, line)
    if not found or state.is_code_block(line):
        return False
    if silent:
        return True
    starts, last, below = _extent(state, line, end, len(found[1]))
    group = tabs.open_group(state, line)
    for start, stop in zip(starts, [*starts[1:], last], strict=True):
        name = _tab_at(state, start)
        tabs.open_tab(state, name[2] if name else "", start)
        boxes.fill(state, start + 1, stop, state.sCount[line], "container")
        tabs.close_tab(state)
    tabs.close_group(state)
    group.map = [line, below]
    state.line = below
    return True


def _tab_at(state: StateBlock, line: int) -> re.Match[str] | None:
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith("#", start):
        return None
    return _TAB.fullmatch(state.src, start, state.eMarks[line])


def _extent(state: StateBlock, line: int, end: int, rank: int) -> tuple[list[int], int, int]:
    """The lines with tabs of this rank, the line where the last one ends, and the one below.
    Without a rule the last tab ends at the next heading, so that a forgotten one swallows none."""
    starts, code, heading_below = [line], "", 0
    for below in range(line + 1, end):
        text = state.src[state.bMarks[below] + state.tShift[below] : state.eMarks[below]]
        if state.sCount[below] < state.blkIndent and text.strip():
            end = below
            break
        if fence := CODE.match(text):
            if not code:
                code = fence[1]
            elif fence[1].startswith(code) and not fence[2].strip():
                code = ""
        elif code:
            continue
        elif (tab := _tab_at(state, below)) and len(tab[1]) == rank:
            starts.append(below)
            heading_below = 0
        elif tab is None and (heading := _HEADING.match(text)):
            heading_below = heading_below or below
            if len(heading[1]) <= rank:
                break
        elif text and _RULE.fullmatch(text):
            return starts, below, below + 1
    last = heading_below or end
    return starts, last, last


def _blocks(tokens: list[Token], env: Env) -> list[Token]:
    result: list[Token] = []
    around: list[bool] = []  # of each quote around, whether it only sets something apart
    for index, token in enumerate(tokens):
        if token.type == "blockquote_open":
            text = tokens[index + 2] if tokens[index + 1].type == "paragraph_open" else None
            only = False
            if text is not None and (found := _DIV.match(text.content)):
                only, text.content = True, text.content[found.end() :]
            elif text is not None and _ALONE.fullmatch(text.content):
                only = True
            around.append(only)
            if only:
                continue
        elif token.type == "blockquote_close" and around.pop():
            continue
        result.append(token)
    for token in leaves(result):
        if "[!" in token.content or ":::no-loc" in token.content:
            token.content = _outside_code(token.content, env)
    return _without_empty(result)


def _without_empty(tokens: list[Token]) -> list[Token]:
    """Leave out paragraphs of which nothing is left."""
    result: list[Token] = []
    for token in tokens:
        if token.type == "paragraph_close" and len(result) > 1:
            text = result[-1]
            if text.type == "inline" and not text.content and result[-2].type == "paragraph_open":
                del result[-2:]
                continue
        result.append(token)
    return result


def _outside_code(text: str, env: Env) -> str:
    """Links in place of what names a film or a file, but for what code speaks of."""
    parts: list[str] = []
    start = 0
    for code in _CODE_SPAN.finditer(text):
        parts += [_links(text[start : code.start()], env), code[0]]
        start = code.end()
    return "".join([*parts, _links(text[start:], env)])


def _links(text: str, env: Env) -> str:
    def in_line(found: re.Match[str]) -> str:
        return snippets.text_in_line(env, found[0]) or found[0]

    if reading_of(env).include is not None:
        text = _INCLUDE.sub(in_line, text)
    text = _NAMED.sub(lambda found: found[1] or f"**{found[2]}**", text)
    text = _FILM.sub(lambda found: tags.link(*media.film(found[1])), text)
    return _FILE.sub(lambda found: tags.link(found[1] or _file_name(found[2]), found[2]), text)


def _file_name(path: str) -> str:
    return unquote(re.split(r"[?#]", path, maxsplit=1)[0].rpartition("/")[2]) or path


def _rules(markdown: MarkdownIt) -> None:
    markdown.block.ruler.before("heading", "heading_tabs", _tabs, INTERRUPTING)


DIALECT = Dialect(
    signs=signs(
        r"\]\(#tabs?/", r"\[!(?:div|DIV|VIDEO|video|Video|code|CODE|INC|inc|Inc|UIC)", r":::no-loc"
    ),
    rules=_rules,
    blocks=_blocks,
    examples=(
        (
            "# [C#](#tab/cs)\n\na\n\n# [Go](#tab/go)\n\nb\n\n---\n\nAfter.",
            '<div class="tabs"><details class="tab" name="tabs-0-52" open=""><summary class="tab-title">C#</summary><p>a</p></details>'
            '<details class="tab" name="tabs-0-52"><summary class="tab-title">Go</summary><p>b</p></details></div>'
            "<p>After.</p>",
        ),
        (
            "#### [A](#tab/a/x)\n```\n---\n```\n### Next",
            '<div class="tabs"><details class="tab" name="tabs-0-40" open=""><summary class="tab-title">A</summary>'
            '<pre class="code" tabindex="0"><code>---\n</code></pre></details></div><h3>Next</h3>',
        ),
        (
            "# [A](#tab/a)\na\n\n## b",
            '<div class="tabs"><details class="tab" name="tabs-0-22" open=""><summary class="tab-title">A</summary><p>a</p></details></div>'
            "<h2>b</h2>",
        ),
        (
            '> [!div class="nextstepaction"]\n> [Next](b.md)',
            '<p><a href="b.md">Next</a></p>',
        ),
        ('> [!div class="checklist"]\n> * a\n> * b', "<ul><li>a</li><li>b</li></ul>"),
        (
            "> [!VIDEO https://www.youtube.com/embed/abc]",
            '<p><a href="https://www.youtube.com/watch?v=abc">www.youtube.com</a></p>',
        ),
        ("See [!code-cs[Main](a/b.cs?name=x)].", '<p>See <a href="a/b.cs?name=x">Main</a>.</p>'),
        ("[!code-json[](a/b.json#L1-L3)]", '<p><a href="a/b.json#L1-L3">b.json</a></p>'),
        ("`[!VIDEO https://a.example]`", "<p><code>[!VIDEO https://a.example]</code></p>"),
        ("# [A](#tables)", '<h1><a href="#tables">A</a></h1>'),
    ),
)
