"""What mdBook's preprocessors add: names of rules above what they say, `r[items.const.intro]`, and
links to them from any chapter (mdbook-spec); `{{…}}` for what they would make."""

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from documents.fence_info import language_of

from . import snippets, tag_rules, tags
from .dialect import INTERRUPTING, Dialect, Env, leaves, parse_inside, reading_of, signs
from .tag_rules import Syntax
from .tags import Tag

_NAME = re.compile(r"r\[([A-Za-z][\w-]*(?:\.[\w-]+)+|[a-z][\w-]{2,})\][ \t]*")
_LABEL = re.compile(r"\[((?:macro@)?[A-Za-z][\w.:#!-]{1,120})\](?!\()")
_TO_RULE = re.compile(r"\]\[[a-z][\w-]*(?:\.[\w-]+)+\]")
_DOTTED = re.compile(r"[A-Za-z][\w-]*(?:\.[\w-]+)+")
_WORD = re.compile(r"[a-z][\w-]{2,}")
_PRODUCTION = re.compile(r"(?:grammar-)?([A-Z]\w{2,})")
_STANDARD = re.compile(r"(?:macro@)?((?:std|core|alloc)(?:::\w+)+|(?<=@)\w+)!?(?:#.*)?")
_STANDARD_URL = "https://doc.rust-lang.org/std/?search="
_GRAMMAR = re.compile(r"^(?:@root[ \t]+)?([A-Z]\w*)[ \t]*->", re.MULTILINE)
_ANCHOR = re.compile(r'<a id="r-([^"]*)"></a>\n')
_LINE = re.compile(r"\{\{[ \t]*(#?[a-z][\w-]{0,60})([ \t][^{}\n]{0,300})?\}\}[ \t]*")
# What is collected from all chapters: a list that is nowhere written.
_COLLECTED = re.compile(r"#?(?:[a-z-]+-)?(?:toc|summary|table|index|list|bibliography|quiz)")
_SILENT = frozenset(("#title",))  # the title of the window
_IN_TEXT = re.compile(r"\{\{[ \t]*(footnote|hi|ii|i):[ \t]*([^{}]{1,600}?)[ \t]*\}\}")
# Tabs of mdbook-tabs: `{{#tab name="A" }}` … `{{#endtab }}`.
_TAB = re.compile(r"\{\{#(end)?(tabs?)((?:[ \t][^{}\n]{0,300})?)\}\}")
_TEMPLATE = re.compile(
    r"\{\{[ \t]*#template[ \t]+([^\s{}]{1,300})((?:[ \t][^{}\n]{0,500})?)\}\}[ \t]*"
)
_HIDDEN = re.compile(r"[ \t]*#(?:[ \t].*)?")
_COUNTED = "mdBook's collected part left out"


def _rule(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith("r[", start) or state.is_code_block(line):
        return False
    found = _NAME.fullmatch(state.src, start, state.eMarks[line])
    if not found:
        return False
    if not silent:
        token = state.push("html_block", "", 0)
        token.content, token.map = f'<a id="r-{found[1]}"></a>\n', [line, line + 1]
        state.line = line + 1
    return True


def _read_tab(source: str) -> Tag | None:
    found = _TAB.fullmatch(source)
    tag = Tag(found[2], source, closes=bool(found[1])) if found else None
    return tags.read_arguments(tag, found[3]) if tag and found else None


_TABS = Syntax("mdBook tag", ("{{#",), _TAB, _read_tab)


def _tab(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    return _is_mdbook(state.env) and tag_rules.block(_TABS, state, line, end, silent)


def _template(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """The text of another file, with values for the names in it."""
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith("{{", start) or not _is_mdbook(state.env):
        return False
    found = _TEMPLATE.fullmatch(state.src, start, state.eMarks[line])
    if not found or silent or state.is_code_block(line):
        return False
    given = tags.read_arguments(Tag("template", ""), found[2]).named
    wanted = snippets.Wanted("mdBook template", found[1])
    if not snippets.take_in(state, line, line + 1, wanted, given=given):
        return False
    state.line = line + 1
    return True


def _collected(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """A line that a preprocessor would fill: it is left out and counted."""
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith("{{", start) or not _is_mdbook(state.env):
        return False
    found = _LINE.fullmatch(state.src, start, state.eMarks[line])
    if not found or state.is_code_block(line):
        return False
    name = found[1]
    if name not in _SILENT and not _COLLECTED.fullmatch(name):
        return False
    if not silent:
        if name not in _SILENT:
            reading_of(state.env).unread[f"{_COUNTED}: {name}"] += 1
        state.line = line + 1
    return True


def _in_text(state: StateInline, silent: bool) -> bool:
    """Words for the index (mdbook-indexing), and notes within a sentence (mdbook-footnote)."""
    if state.src[state.pos] != "{" or not _is_mdbook(state.env):
        return False
    found = _IN_TEXT.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent and found[1] != "hi":
        text = found[2]
        parse_inside(state, f" ({text})" if found[1] == "footnote" else text)
    state.pos = found.end()
    return True


def _blocks(tokens: list[Token], env: Env) -> list[Token]:
    """Names of rules as links: `[text][items.const]`. In a chapter that has rules, or links to some,
    also `[items.const]`, and names of the grammar and of the standard library."""
    if not _is_mdbook(env):
        return tokens
    for token in tokens:
        if token.type == "fence" and "#" in token.content and language_of(token.info) == "rust":
            token.content = _without_hidden(token.content)
    has_rules = any(
        _ANCHOR.fullmatch(token.content)
        if token.type == "html_block"
        else token.type == "inline" and _TO_RULE.search(token.content)
        for token in tokens
    )
    for token in leaves(tokens):
        text = token.content
        for found in _LABEL.finditer(text) if "[" in text else ():
            is_full = text[found.start() - 1 : found.start()] == "]"
            if target := _target(found[1], is_full=is_full, has_rules=has_rules):
                link = {"title": "", "href": target}
                env["references"].setdefault(normalizeReference(found[1]), link)
    return list(_with_productions(tokens)) if has_rules else tokens


def _without_hidden(code: str) -> str:
    """Rust without the lines that are only there so that it compiles: `# use std::fs;`."""
    lines = (line for line in code.split("\n") if not _HIDDEN.fullmatch(line))
    return "\n".join(re.sub(r"^([ \t]*)##", r"\1#", line) for line in lines)


def _target(label: str, *, is_full: bool, has_rules: bool) -> str:
    """Where the label of a reference that the chapter does not define leads to, or ""."""
    if _DOTTED.fullmatch(label):
        return f"#r-{label}" if is_full or has_rules else ""
    if not (is_full and has_rules):
        return ""
    if _WORD.fullmatch(label) and not label.startswith("grammar-"):
        return f"#r-{label}"
    if production := _PRODUCTION.fullmatch(label):
        return f"#grammar-{production[1]}"
    found = _STANDARD.fullmatch(label)
    return _STANDARD_URL + found[1] if found else ""


def _with_productions(tokens: list[Token]) -> Iterator[Token]:
    """The names of productions, which links lead to, before the grammar that holds them."""
    for token in tokens:
        if token.type == "fence" and token.info.startswith("grammar"):
            names = dict.fromkeys(_GRAMMAR.findall(token.content))
            content = "".join(f'<a id="grammar-{name}"></a>' for name in names)
            yield Token("html_block", "", 0, map=token.map, level=token.level, content=content)
        yield token


def _is_mdbook(env: Env) -> bool:
    return reading_of(env).tool == "mdbook"


def _rules(markdown: MarkdownIt) -> None:
    markdown.block.ruler.before("fence", "rule_name", _rule, INTERRUPTING)
    markdown.block.ruler.before("fence", "mdbook_tab", _tab, INTERRUPTING)
    markdown.block.ruler.before("fence", "mdbook_template", _template)
    markdown.block.ruler.before("fence", "mdbook_collected", _collected, INTERRUPTING)
    markdown.inline.ruler.before("escape", "mdbook_in_text", _in_text)


DIALECT = Dialect(
    signs=signs(
        r"r\[[a-z][\w.-]*\]\n", r"\]\[[A-Za-z][\w-]*\.[\w.-]+\]", r"\{\{ *[#a-z]", r"```rust"
    ),
    rules=_rules,
    stops=r"\{",
    blocks=_blocks,
    tools=frozenset({"mdbook"}),
    examples=(
        ("r[items.const]\nA constant.", "<a></a>\n<p>A constant.</p>"),  # the section's name
        ("A text\nr[items.const]\nof two.", "<p>A text</p><a></a>\n<p>of two.</p>"),
        (
            "Of r[items.const] and r[0]\n\nr[i] = 1",
            "<p>Of r[items.const] and r[0]</p><p>r[i] = 1</p>",
        ),
        # Only where mdBook is known to be the tool: see the tests of what tools write.
        ("Of [x][a.b] and [a.b].", "<p>Of [x][a.b] and [a.b].</p>"),
    ),
)
