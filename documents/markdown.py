"""Markdown to tokens and tokens to HTML: markdown-it, the rules we add to it, and our rendering.

CommonMark and GFM are markdown-it's. Ours: names between angle brackets that are no element of HTML
stay text, definition lists with several terms, currency that is no formula, and the dialects.
"""

import re
from collections.abc import Callable, Collection, Iterator, MutableMapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import isLinkClose, isLinkOpen
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore, text_join
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_def
from mdit_py_plugins.gfm_autolink import gfm_autolink_plugin

from . import definition_lists, maths, raw_html
from .dialects import DIALECTS, Reading, names_in, site_values
from .links import encoded
from .renderer import Renderer
from .values import Notice, Refused

DEEPEST = 100
# What a text that is taken in knows of the document around.
SHARED = ("reading", "references", "parse", "taken in", "values", "value files")

# The characters at which a rule may match; markdown-it's own set has those that no rule here knows.
_MARKUP = r"[\n!$&*<@\[\\\]_`~]|:(?=//)|(?<=mailto):|(?<=xmpp):|w(?=ww\.)"
_SCHEME = re.compile(r"(?:\A|[ \t\r\n*_~(])(?:https?|mailto|xmpp)\Z")
_MAIL = re.compile(
    r"(?<![\w.+/:@-])[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}"
    r"(?<!-)(?![\w-])",
    re.ASCII,
)


# What one section says and others use: link references, abbreviations, footnotes; and what may end
# a tag that another section begins.
_REACHING = re.compile(r"\]:|\[\^|</|\{[%{]")


@dataclass(slots=True)
class Blocks:
    """The blocks of a document as tokens, whose inline text is not parsed yet.

    A heading of the document itself, not of a quote or list, is a `heading_open` of level 0. So is
    a cut; its `markup` is "cut".
    """

    tokens: list[Token]
    env: MutableMapping[str, Any]
    dialects: tuple[str, ...] = ()
    notices: list[Notice] = field(default_factory=list)

    @property
    def markdown(self) -> MarkdownIt:
        return _parser(self.dialects)


def parse_blocks(
    lines: Sequence[str],
    cuts: Collection[int] = (),
    reading: Reading | None = None,
    dialects: tuple[str, ...] | None = None,
) -> Blocks:
    """Parse `lines`; every line whose 0-based index is in `cuts` ends all blocks and is a cut.
    `dialects` are those whose signs are in the text, unless they are given.

    Raises Refused for nesting deeper than DEEPEST.
    """
    reading = reading or Reading()
    text = "\n".join(lines) + "\n"
    names = names_in(text, reading.tool) if dialects is None else dialects
    given = {
        key.partition(".")[2]: value
        for key, value in reading.front.items()
        if key.startswith("abbreviations.")
    }
    given |= site_values.abbreviations(reading)
    if given and "abbreviations" not in names:
        names = tuple(n for n, _ in DIALECTS.items() if n in {*names, "abbreviations"})
    for name in names:
        if change := DIALECTS[name].lines:
            lines = change(lines)
            text = "\n".join(lines) + "\n"
    markdown = _parser(names)
    tokens: list[Token] = []
    env: dict[str, Any] = {"reading": reading, "references": {}, "taken in": [0]}
    env |= {"values": {}, "value files": {}}
    if given:
        env["abbreviations"] = given
    env["parse"] = partial(_parse_included, env)
    state = StateBlock(text, markdown, env, tokens)
    start = 0
    for end in (*sorted(cuts), len(lines)):
        state.line, state.lineMax = start, end
        markdown.block.tokenize(state, start, end)
        if end < len(lines):
            tokens += _heading(end)
        start = end + 1
    notices = [notice for token in tokens if (notice := raw_html.never_ends(token, len(lines)))]
    return Blocks(_changed(tokens, env, names), env, names, notices)


def _parse_included(env: dict[str, Any], text: str, more: dict[str, Any]) -> list[Token]:
    """The blocks of a text that is taken in by the document of this `env`."""
    shared = {name: env[name] for name in SHARED}
    names = names_in(text, env["reading"].tool)
    tokens: list[Token] = []
    _parser(names).block.parse(text, _parser(names), shared | more, tokens)
    return _changed(tokens, shared | more, names)


def _changed(tokens: list[Token], env: dict[str, Any], names: tuple[str, ...]) -> list[Token]:
    """What the dialects make of all blocks together."""
    for name in names:
        if change := DIALECTS[name].blocks:
            tokens = change(tokens, env)
    return tokens


def reaches_others(text: str) -> bool:
    """Whether a section's text may change how other sections of its document are shown."""
    return _REACHING.search(text) is not None


def parse_inline(blocks: Blocks) -> None:
    """Parse the text of all blocks, so that the tokens can be rendered."""
    markdown = blocks.markdown
    markup = markdown.inline.terminator_re
    above = ""
    for token in blocks.tokens:
        if token.type == "inline":
            blocks.env["in heading"] = above == "heading_open"
            if markup.search(token.content):
                children: list[Token] = []
                markdown.inline.parse(token.content, markdown, blocks.env, children)
                token.children = children
            else:
                token.children = [Token("text", "", 0, content=token.content)]
        above = token.type
    text_join(StateCore("", markdown, blocks.env, blocks.tokens))
    changes = [change for name in blocks.dialects if (change := DIALECTS[name].inlines)]
    for index, token in enumerate(blocks.tokens):
        if token.type == "inline" and token.children:
            for change in changes:
                token.children = change(token.children, blocks.env)
            if "@" in token.content:
                token.children = list(_with_mail_links(token.children))
        elif token.type == "list_item_open" and "checked" in token.meta:
            _put_box(token, blocks.tokens[index + 2])


def render(tokens: Sequence[Token], code: list[str] | None = None) -> str:
    """The HTML of tokens whose inline text is parsed, before sanitising. What code blocks show goes
    into `code`, if that is given, with `code_blocks.place_of` in its place."""
    markdown = _parser(())
    env = {} if code is None else {"code": code}
    html: str = markdown.renderer.render(tokens, markdown.options, env)
    return html


def is_head(token: Token) -> bool:
    """Whether a section starts at this token."""
    return token.type == "heading_open" and token.level == 0


def _heading(line: int) -> list[Token]:
    opening = Token("heading_open", "h6", 1, map=[line, line + 1], markup="cut", block=True)
    text = Token("inline", "", 0, map=[line, line + 1], level=1, children=[], block=True)
    return [opening, text, Token("heading_close", "h6", -1, block=True)]


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
    name, box = item.meta.get("sign", (name, box))
    mark = f'<span class="task-mark" role="img" aria-label="{escape(name)}">{box}</span> '
    if text.children:
        text.children.insert(0, Token("html_inline", "", 0, content=mark))
    else:
        item.meta["mark"] = mark


def _depth(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """A rule that never matches, asked first for every block."""
    if state.level >= DEEPEST:
        raise Refused(f"nested more than {DEEPEST} levels deep", line + 1)
    return False


def _protocol(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    """The plugin's rule for bare addresses, asked only where a scheme is before the colon: it
    searches all the text that waits."""

    def address(state: StateInline, silent: bool) -> bool:
        return _SCHEME.search(state.src, max(state.pos - 7, 0), state.pos) is not None and rule(
            state, silent
        )

    return address


class _Markdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        """Schemes are the sanitiser's business, so that a link it refuses still shows its text."""
        return True

    def normalizeLink(self, url: str) -> str:
        """What no address may hold is percent-encoded, as CommonMark does."""
        return encoded(url)

    def normalizeLinkText(self, link: str) -> str:
        """An address between angle brackets is shown as it was written."""
        return link


@lru_cache(maxsize=128)
def _parser(dialects: tuple[str, ...]) -> MarkdownIt:
    """A parser with the rules of these dialects."""
    options = {"html": True, "maxNesting": DEEPEST + 1, "tasklists": True}
    markdown = _Markdown("commonmark", options, renderer_cls=Renderer)
    markdown.enable(["table", "strikethrough"])
    markdown.use(gfm_autolink_plugin).use(footnote_plugin, inline=False, move_to_end=False)
    markdown.add_render_rule("footnote_ref", Renderer.footnote_ref)
    markdown.disable("gfm_autolink_email")
    rules = dict(
        zip(
            markdown.inline.ruler.get_active_rules(),
            markdown.inline.ruler.getRules(""),
            strict=True,
        )
    )
    markdown.inline.ruler.at("gfm_autolink_protocol", _protocol(rules["gfm_autolink_protocol"]))
    block, inline = markdown.block.ruler, markdown.inline.ruler
    interrupting: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote"]}
    block.before("table", "depth", _depth)
    # The plugin's own notes end paragraphs only, not quotes that a lazy line might go on with.
    block.at("footnote_def", footnote_def, interrupting)
    block.before("fence", "math_block", maths.block)
    block.before("paragraph", "deflist", definition_lists.terms, interrupting)
    block.before("html_block", "definition", definition_lists.without_term)
    block.at("html_block", raw_html.block, interrupting)
    inline.before("escape", "math_inline", maths.inline)
    inline.at("html_inline", raw_html.inline)
    stops = [_MARKUP]
    for name in dialects:
        dialect = DIALECTS[name]
        if dialect.rules:
            dialect.rules(markdown)
        if dialect.stops:
            stops.append(dialect.stops)
    markdown.inline.terminator_re = re.compile("|".join(stops))
    return markdown
