"""Markdown to tokens and tokens to HTML: markdown-it, the rules we add to it, and our rendering.

CommonMark and GFM are markdown-it's. Ours: names between angle brackets that are no element of HTML
stay text, admonitions, definition lists with several terms, and currency that is no formula.
"""

import re
from collections.abc import Collection, Iterator, MutableMapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.common.html_blocks import block_names
from markdown_it.common.utils import isLinkClose, isLinkOpen, unescapeAll
from markdown_it.renderer import RendererHTML
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock, html_block
from markdown_it.rules_core import StateCore, text_join
from markdown_it.rules_inline import StateInline, html_inline
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath.index import math_block_dollar
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_def
from mdit_py_plugins.gfm_autolink import gfm_autolink_plugin

from .code_blocks import code_html
from .values import Notice, Refused

DEEPEST = 100
MOST_TERMS = 3

_OTHER_TAGS = (
    "a abbr acronym audio b bdi bdo big blink br button canvas cite code data datalist del dfn em "
    "embed font hgroup i img input ins kbd label map mark marquee math meter noembed noscript "
    "object output picture plaintext pre progress q rb rp rt rtc ruby s samp script select slot "
    "small source span strike strong style sub sup svg template textarea time tt u var video wbr "
    "xmp path circle rect g use line polygon"
)
_HTML_TAGS = frozenset(block_names) | frozenset(_OTHER_TAGS.split())
# Elements that hide what follows them until they are closed.
_HIDING = (
    "script style title textarea xmp iframe noembed noframes noscript plaintext select form button "
    "svg math template object embed"
)
_HIDING_TAGS = frozenset(_HIDING.split())
_SHOWN_TAGS = _HTML_TAGS - _HIDING_TAGS
_TAG_NAME = re.compile(r"</?([A-Za-z][^\s/>]*)")
# What starts an HTML block that a blank line does not end, and what ends it.
_HTML_ENDS = (
    (re.compile(r"\s*<(?:script|pre|style|textarea)\b", re.I), "</"),
    (re.compile(r"\s*<!--"), "-->"),
    (re.compile(r"\s*<\?"), "?>"),
    (re.compile(r"\s*<!\[CDATA\["), "]]>"),
    (re.compile(r"\s*<![A-Za-z]"), ">"),
)

_ADMONITION = re.compile(r"!!! ?([A-Za-z][\w-]{0,30})(?: +\"([^\"]{0,200})\")?[ \t]*")
_ALERT = re.compile(r"\[!([A-Za-z]{1,20})\][ \t]*(?:\n|\Z)")
_NOTES = {
    "note": "note",
    "info": "note",
    "abstract": "note",
    "example": "note",
    "tip": "note note-tip",
    "hint": "note note-tip",
    "success": "note note-tip",
    "important": "note note-important",
    "question": "note note-important",
    "warning": "note note-warning",
    "attention": "note note-warning",
    "caution": "note note-caution",
    "danger": "note note-caution",
    "error": "note note-caution",
    "failure": "note note-caution",
    "bug": "note note-caution",
}
# GitHub's rule for where maths begins and ends, by which `$5 and $6` is none.
_MATHS = re.compile(
    r"(?<![\\$\w])(?:\$\$[^$`]{1,2000}\$\$|\$(?=\S)[^$`\n]{1,300}(?<=\S)\$)(?![\w$])"
)
# The characters at which a rule may match; markdown-it's own set has those that no rule here knows.
_MARKUP = re.compile(r"[\n!$&*<@\[\\\]_`~]|:(?=//)|(?<=mailto):|(?<=xmpp):|w(?=ww\.)")
_MAIL = re.compile(
    r"(?<![\w.+/:@-])[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}"
    r"(?<!-)(?![\w-])",
    re.ASCII,
)
_FORMULA = re.compile(r"[\\^_=+]")
_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//[^/?#]*", re.IGNORECASE)
_RESERVED = "%/:?#@!$&'()*+,;=~"  # what stays as it is in an address


@dataclass(slots=True)
class Blocks:
    """The blocks of a document as tokens, whose inline text is not parsed yet.

    A heading of the document itself, not of a quote or list, is a `heading_open` of level 0. So is
    a cut; its `markup` is "cut".
    """

    tokens: list[Token]
    env: MutableMapping[str, Any]
    notices: list[Notice] = field(default_factory=list)


def parse_blocks(lines: Sequence[str], cuts: Collection[int] = ()) -> Blocks:
    """Parse `lines`; every line whose 0-based index is in `cuts` ends all blocks and is a cut.

    Raises Refused for nesting deeper than DEEPEST.
    """
    tokens: list[Token] = []
    state = StateBlock("\n".join(lines) + "\n", _MARKDOWN, {}, tokens)
    start = 0
    for end in (*sorted(cuts), len(lines)):
        state.line, state.lineMax = start, end
        _MARKDOWN.block.tokenize(state, start, end)
        if end < len(lines):
            tokens += _heading(end)
        start = end + 1
    notices = [notice for token in tokens if (notice := _never_ends(token, len(lines)))]
    return Blocks(_with_alerts(tokens), state.env, notices)


def parse_inline(blocks: Blocks) -> None:
    """Parse the text of all blocks, so that the tokens can be rendered."""
    for token in blocks.tokens:
        if token.type == "inline":
            if _MARKUP.search(token.content):
                children: list[Token] = []
                _MARKDOWN.inline.parse(token.content, _MARKDOWN, blocks.env, children)
                token.children = children
            else:
                token.children = [Token("text", "", 0, content=token.content)]
    text_join(StateCore("", _MARKDOWN, blocks.env, blocks.tokens))
    for index, token in enumerate(blocks.tokens):
        if token.type == "inline" and token.children and "@" in token.content:
            token.children = list(_with_mail_links(token.children))
        elif token.type == "list_item_open" and "checked" in token.meta:
            _put_box(token, blocks.tokens[index + 2])


def render(tokens: Sequence[Token]) -> str:
    """The HTML of tokens whose inline text is parsed, before sanitising."""
    html: str = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return html


def is_head(token: Token) -> bool:
    """Whether a section starts at this token."""
    return token.type == "heading_open" and token.level == 0


def _heading(line: int) -> list[Token]:
    opening = Token("heading_open", "h6", 1, map=[line, line + 1], markup="cut", block=True)
    text = Token("inline", "", 0, map=[line, line + 1], level=1, children=[], block=True)
    return [opening, text, Token("heading_close", "h6", -1, block=True)]


def _never_ends(token: Token, end: int) -> Notice | None:
    """What to say of a fence or HTML block that runs to the last line for want of an end."""
    if token.type not in ("fence", "html_block") or token.map is None or token.map[1] < end:
        return None
    if token.type == "fence":
        open_ended = token.content.count("\n") == token.map[1] - token.map[0] - 1
        message = "a code fence never ends"
    else:
        close = next((close for start, close in _HTML_ENDS if start.match(token.content)), "")
        open_ended = close not in token.content
        message = "an HTML block or comment never ends"
    return Notice(token.map[0] + 1, message) if open_ended else None


def _with_alerts(tokens: list[Token]) -> list[Token]:
    """Quotes that open with `[!TIP]` become boxes."""
    if not any(token.type == "blockquote_open" for token in tokens):
        return tokens
    result: list[Token] = []
    kinds: list[str] = []  # of the quotes around; "" of one that is no alert
    skip = 0
    for index, token in enumerate(tokens):
        if skip:
            skip -= 1
            continue
        if token.type == "blockquote_open":
            text = tokens[index + 2] if tokens[index + 1].type == "paragraph_open" else None
            found = _ALERT.match(text.content) if text else None
            kind = found[1].lower() if found else ""
            kinds.append(kind if kind in _NOTES else "")
            if text and found and kinds[-1]:
                text.content = text.content[found.end() :].lstrip()
                result += _note(kind, kind.capitalize(), token.level, token.map)
                skip = 0 if text.content else 3
                continue
        elif token.type == "blockquote_close" and kinds.pop():
            token.tag = "div"
        result.append(token)
    return result


def _note(kind: str, title: str, level: int, lines: list[int] | None) -> list[Token]:
    """The tokens that open a box, with its title."""
    attributes: dict[str, str | int | float] = {"class": _NOTES.get(kind, "note")}
    box = Token("note_open", "div", 1, attributes, lines, level, block=True)
    if not title:
        return [box]
    return [
        box,
        Token("paragraph_open", "p", 1, {"class": "note-title"}, level=level + 1, block=True),
        Token("inline", "", 0, level=level + 2, children=[], content=title, block=True),
        Token("paragraph_close", "p", -1, level=level + 1, block=True),
    ]


def _with_mail_links(children: list[Token]) -> Iterator[Token]:
    """Bare mail addresses become links once all else is known, as in cmark-gfm: the `_` of a name
    may have looked like emphasis before."""
    links = 0
    for child in children:
        if child.tag == "a":
            links += child.nesting
        elif child.type == "html_inline":
            links += isLinkOpen(child.content) - isLinkClose(child.content)
        if child.type != "text" or links > 0 or "@" not in child.content:
            yield child
            continue
        start = 0
        for found in _MAIL.finditer(child.content):
            yield Token("text", "", 0, content=child.content[start : found.start()])
            yield Token("link_open", "a", 1, {"href": f"mailto:{found[0]}"})
            yield Token("text", "", 0, content=found[0])
            yield Token("link_close", "a", -1)
            start = found.end()
        yield Token("text", "", 0, content=child.content[start:])


def _put_box(item: Token, text: Token) -> None:
    """A task gets a box that is text, not a form's, before its first words."""
    done = item.meta["checked"]
    item.attrs["class"] = "task task-done" if done else "task"
    name, box = ("done", "\u2611") if done else ("to do", "\u2610")
    mark = f'<span class="task-mark" role="img" aria-label="{name}">{box}</span> '
    if text.children:
        text.children.insert(0, Token("html_inline", "", 0, content=mark))
    else:
        item.meta["mark"] = mark


def _depth(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """A rule that never matches, asked first for every block."""
    if state.level >= DEEPEST:
        raise Refused(f"nested more than {DEEPEST} levels deep", line + 1)
    return False


def _html_block(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    start = state.bMarks[line] + state.tShift[line]
    name = _TAG_NAME.match(state.src, start, state.eMarks[line])
    if name and name[1].lower() not in _HTML_TAGS:
        return False
    return html_block(state, line, end, silent)


def _html_inline(state: StateInline, silent: bool) -> bool:
    """Raw HTML of elements that exist and hide nothing. All else stays what the author wrote:
    `<T>`, `<int>`, and a `<script>` that a sentence speaks of."""
    if state.src[state.pos] != "<":
        return False
    name = _TAG_NAME.match(state.src, state.pos)
    if name and name[1].lower() not in _SHOWN_TAGS:
        return False
    return html_inline(state, silent)


def _admonition(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """`!!! kind "Title"` above indented blocks. The plugin's rule ends at two blank lines, even
    within a code fence, and takes any sentence after three exclamation marks."""
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith("!!!", start) or state.is_code_block(line) or silent:
        return False
    found = _ADMONITION.fullmatch(state.src, start, state.eMarks[line])
    if not found:
        return False
    indent = state.sCount[line] + 4
    last = below = line + 1
    while below < end and (state.isEmpty(below) or state.sCount[below] >= indent):
        below += 1
        if not state.isEmpty(below - 1):
            last = below
    kind = found[1].lower()
    title = found[1].capitalize() if found[2] is None else found[2]
    state.tokens += _note(kind, title, state.level, [line, last])
    outer = state.blkIndent, state.lineMax, state.parentType
    state.blkIndent, state.lineMax, state.parentType = indent, last, "admonition"
    state.level += 1
    state.md.block.tokenize(state, line + 1, last)
    state.blkIndent, state.lineMax, state.parentType = outer
    state.push("note_close", "div", -1)
    state.line = last
    return True


def _math_block(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """A formula between `$$` on lines of its own. The plugin's rule would look for its end beyond
    the list item or quote in which it stands, and takes money for a formula."""
    if not state.src.startswith("$$", state.bMarks[line] + state.tShift[line]):
        return False
    last = line + 1
    while last < end and not state.isEmpty(last) and state.sCount[last] >= state.blkIndent:
        last += 1
    if not _dollar_block(state, line, last, silent):
        return False
    if silent or _FORMULA.search(state.tokens[-1].content):
        return True
    state.tokens.pop()
    return False


def _math_inline(state: StateInline, silent: bool) -> bool:
    """Maths, shown as the source that was written: what looks like emphasis in it is none."""
    if state.src[state.pos] != "$":
        return False
    found = _MATHS.match(state.src, state.pos, state.posMax)
    if not found or "**" in found[0] or not _FORMULA.search(found[0]):
        return False
    if not silent:
        state.push("text", "", 0).content = found[0]
    state.pos = found.end()
    return True


def _terms(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """A definition list, whose first definition may stand below up to MOST_TERMS lines of terms."""
    if silent or state.is_code_block(line):
        return bool(_definition_list(state, line, end, silent))
    last = line
    while last - line < MOST_TERMS and last + 1 < end and not state.isEmpty(last + 1):
        if state.src[state.bMarks[last + 1] + state.tShift[last + 1]] in ":~":
            break
        last += 1
    if last == line or last - line >= MOST_TERMS or last + 1 >= end or state.isEmpty(last + 1):
        return bool(_definition_list(state, line, end, silent))
    starts = state.md.block.ruler.getRules("paragraph")
    outer, state.parentType = state.parentType, "paragraph"
    interrupted = any(
        rule(state, term, end, True) for term in range(line + 1, last + 1) for rule in starts
    )
    state.parentType = outer
    first = len(state.tokens)
    if interrupted or not _definition_list(state, last, end, silent):
        return False
    terms = [_term(state, term, state.tokens[first + 1].level) for term in range(line, last)]
    state.tokens[first].map = [line, state.line]
    state.tokens[first + 1 : first + 1] = [token for term in terms for token in term]
    return True


def _term(state: StateBlock, line: int, level: int) -> list[Token]:
    text = state.getLines(line, line + 1, state.blkIndent, False).strip()
    lines = [line, line + 1]
    return [
        Token("dt_open", "dt", 1, map=lines, level=level, block=True),
        Token("inline", "", 0, map=lines, level=level + 1, children=[], content=text, block=True),
        Token("dt_close", "dt", -1, level=level, block=True),
    ]


class _Renderer(RendererHTML):
    """Where what we show differs from markdown-it's HTML. Nothing stands between blocks."""

    def renderToken(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        token = tokens[idx]
        if token.hidden:
            return ""
        if token.nesting < 0:
            return f"</{token.tag}>"
        return f"<{token.tag}{self.renderAttrs(token)}>" if token.attrs else f"<{token.tag}>"

    def text(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return escape(tokens[idx].content, quote=False)

    def code_inline(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f"<code>{escape(tokens[idx].content, quote=False)}</code>"

    def hardbreak(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "<br>"

    def fence(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        token = tokens[idx]
        return code_html(token.content, unescapeAll(token.info).strip())

    def code_block(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return code_html(tokens[idx].content)

    def html_block(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """Raw HTML that hides nothing below it: an open comment is closed, the tag of an element
        that would swallow what follows becomes text."""
        html = tokens[idx].content
        if html.rfind("<!--") > html.rfind("-->"):
            html += "-->\n"
        lower = html.lower()
        for name in _HIDING_TAGS:
            if lower.count(f"<{name}") > lower.count(f"</{name}"):
                html = re.sub(f"<(?={name})", "&lt;", html, flags=re.IGNORECASE)
        return html

    def math_block(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f"<p>$${escape(tokens[idx].content, quote=False)}$$</p>"

    def s_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "<del>"

    def s_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "</del>"

    def table_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return '<div class="table" tabindex="0"><table>'

    def table_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "</table></div>"

    def th_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        token = tokens[idx]
        align = str(token.attrs.get("style", "")).removeprefix("text-align:")
        return f'<{token.tag} class="align-{align}">' if align else f"<{token.tag}>"

    td_open = th_open

    def bullet_list_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        tokens[idx].attrs.pop("class", None)
        return self.renderToken(tokens, idx, options, env)

    ordered_list_open = bullet_list_open

    def list_item_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return self.renderToken(tokens, idx, options, env) + tokens[idx].meta.get("mark", "")

    def footnote_ref(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """The number of a note below the section; only the first mark of a note has an id."""
        place, first = tokens[idx].meta["place"], tokens[idx].meta["first"]
        name = f' id="fnref--{place}"' if first else ""
        number = place.rpartition("-")[2]
        return f'<sup class="footnote"><a href="#fn--{place}"{name}>{number}</a></sup>'


class _Markdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        """Schemes are the sanitiser's business, so that a link it refuses still shows its text."""
        return True

    def normalizeLink(self, url: str) -> str:
        """What no address may hold is percent-encoded, as CommonMark does; IPv6 keeps its `[]`."""
        host = _HOST.match(url)
        end = host.end() if host else 0
        return quote(url[:end], safe=f"{_RESERVED}[]") + quote(url[end:], safe=_RESERVED)

    def normalizeLinkText(self, link: str) -> str:
        """An address between angle brackets is shown as it was written."""
        return link


def _plugin_rule(plugin: Any, name: str) -> Any:
    """A plugin's block rule itself, to be called from a rule of ours."""
    markdown = MarkdownIt("zero").use(plugin).enable(name)
    markdown.block.ruler.enableOnly([name])
    return markdown.block.ruler.getRules("")[0]


def _set_up() -> MarkdownIt:
    options = {"html": True, "maxNesting": DEEPEST + 1, "tasklists": True}
    markdown = _Markdown("commonmark", options, renderer_cls=_Renderer)
    markdown.enable(["table", "strikethrough"])
    markdown.use(gfm_autolink_plugin).use(footnote_plugin, inline=False, move_to_end=False)
    markdown.add_render_rule("footnote_ref", _Renderer.footnote_ref)
    markdown.disable("gfm_autolink_email")
    block, inline = markdown.block.ruler, markdown.inline.ruler
    interrupting: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote"]}
    block.before("table", "depth", _depth)
    # The plugin's own notes end paragraphs only, not quotes that a lazy line might go on with.
    block.at("footnote_def", footnote_def, interrupting)
    block.before("fence", "admonition", _admonition)
    block.before("fence", "math_block", _math_block)
    block.before("paragraph", "deflist", _terms, interrupting)
    block.at("html_block", _html_block, interrupting)
    inline.before("escape", "math_inline", _math_inline)
    inline.at("html_inline", _html_inline)
    markdown.inline.terminator_re = _MARKUP
    return markdown


_definition_list = _plugin_rule(deflist_plugin, "deflist")
_dollar_block = math_block_dollar(allow_labels=False, allow_blank_lines=False)
_MARKDOWN = _set_up()
