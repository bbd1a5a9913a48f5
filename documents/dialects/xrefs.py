"""References of DocFX by the id of a page or of what its code defines: `<xref:id>`, `[text](xref:id)`,
`@id`. The importer knows the pages; what leads to none of them is shown as a name."""

import re
from urllib.parse import parse_qs, quote, unquote

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from .dialect import Dialect, Env, reading_of, signs

_SHORT = re.compile(
    r"@(?:\"([^\"\s\n]{1,200})\"|'([^'\s\n]{1,200})'|([A-Za-z](?:[\w.`#-]{0,198}\w)?))"
)
_TAG = re.compile(r"<xref\s[^<>\n]{0,300}?href=\"([^\"\n]{1,200})\"[^<>\n]{0,200}>(?:\s*</xref>)?")
_TEXTS = ("text", "alt")


def _short(state: StateInline, silent: bool) -> bool:
    """`@id`, where DocFX is known to be the tool: others mean people."""
    if state.src[state.pos] != "@" or reading_of(state.env).tool != "docfx":
        return False
    before = state.src[state.pos - 1] if state.pos else " "
    found = _SHORT.match(state.src, state.pos, state.posMax)
    if not found or before.isalnum() or before in "._%+-`/@":
        return False
    if not silent:
        _push(state, found[1] or found[2] or found[3], Token("text", "", 0, content=found[0]))
    state.pos = found.end()
    return True


def _tag(state: StateInline, silent: bool) -> bool:
    """`<xref href="id?text=name"></xref>`."""
    found = _TAG.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        _push(state, found[1], _shown(found[1]))
    state.pos = found.end()
    return True


def _push(state: StateInline, name: str, shown: Token) -> None:
    if state.linkLevel:
        state.tokens.append(shown)
        return
    place = quote(unquote(name.partition("?")[0]), safe="()*#,~:@")
    state.push("link_open", "a", 1).attrs = {"href": f"xref:{place}"}
    state.tokens.append(shown)
    state.push("link_close", "a", -1)


def _shown(reference: str) -> Token:
    """What a reference without a text is called: as it says, else by its id."""
    name, _, query = reference.partition("?")
    said = parse_qs(query, max_num_fields=20) if query else {}
    text = next((said[key][0] for key in _TEXTS if key in said), "")
    if text:
        return Token("text", "", 0, content=text)
    return Token("code_inline", "code", 0, content=unquote(name).rstrip("*"))


def _inlines(children: list[Token], env: Env) -> list[Token]:
    result: list[Token] = []
    reference = ""
    for child in children:
        if child.type == "link_open":
            href = str(child.attrs.get("href", ""))
            reference = href.removeprefix("xref:") if href.startswith("xref:") else ""
            if reference:
                child.attrs["href"] = f"xref:{reference.partition('?')[0]}"
        elif child.type == "link_close":
            if reference and result[-1].type == "link_open":
                result.append(_shown(reference))
            reference = ""
        elif reference and child.type == "text" and child.content.startswith("xref:"):
            result.append(_shown(reference))
            continue
        result.append(child)
    return result


def _rules(markdown: MarkdownIt) -> None:
    markdown.inline.ruler.before("autolink", "xref_tag", _tag)
    markdown.inline.ruler.before("escape", "xref_short", _short)


DIALECT = Dialect(
    signs=signs(r"xref:", r"<xref ", r"@[A-Za-z\"']"),
    rules=_rules,
    inlines=_inlines,
    stops=r"@",
    tools=frozenset({"docfx"}),
    examples=(
        (
            "A <xref:System.List%601?x=y> and [b](xref:System.Int32)",
            '<p>A <a href="xref:System.List%601"><code>System.List`1</code></a> and '
            '<a href="xref:System.Int32">b</a></p>',
        ),
        (
            '<xref:a.b?text=The+b> <xref href="a.b" data-x="y"></xref> [](xref:a.c#d)',
            '<p><a href="xref:a.b">The b</a> <a href="xref:a.b"><code>a.b</code></a> '
            '<a href="xref:a.c#d"><code>a.c#d</code></a></p>',
        ),
        # `@id` only where DocFX is known to be the tool: see the tests of links.
        ("See @ann and `@c` xref:", "<p>See @ann and <code>@c</code> xref:</p>"),
    ),
)
