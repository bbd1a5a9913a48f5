"""Elements of HTML whose attributes hold expressions, as MDX has them: `<img src={require('./a.png')}
/>`, `<div style={{margin: 4}}>`. What an expression plainly says stays, the rest is left out."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from documents.raw_html import HTML_TAGS

from .components import BRACES
from .dialect import Dialect, Env, signs
from .mdx_expressions import is_mdx

_VALUE = rf"(?:\"[^\"]*\"|'[^']*'|{BRACES}|[^\s\"'{{}}<>=`]+)"
_ATTRIBUTE = re.compile(rf"([A-Za-z_@:][\w:@.-]*)(?:\s*=\s*({_VALUE}))?|{BRACES}")
_TAG = re.compile(
    rf"<([a-z][a-z0-9]*)((?:\s+(?:[A-Za-z_@:][\w:@.-]*(?:\s*=\s*{_VALUE})?|{BRACES}))*+)\s*(/?)>"
)
_TEXT = re.compile(r"\"([^\"\\]*)\"|'([^'\\]*)'|`([^`\\$]*)`")
_CALL = re.compile(
    r"(?:require|useBaseUrl|withBase|asset)\(\s*[\"'`]([^\"'`\n]{1,500})[\"'`]\s*\)(?:\.default|\.src)?"
)
_NAMES = {"classname": "class", "htmlfor": "for", "srcset": "srcset", "colspan": "colspan"}
LONGEST = 4_000


def _plain(found: re.Match[str], env: Env) -> str:
    """A tag as HTML has it."""
    if "{" not in found[2] or found[1] not in HTML_TAGS:
        return found[0]
    written = [found[1]]
    for attribute in _ATTRIBUTE.finditer(found[2]):
        name, value = attribute[1], attribute[2]
        if name is None:  # `{...props}`
            continue
        name = _NAMES.get(name.lower(), name)
        if value is None or value[0] != "{":
            written.append(name if value is None else f"{name}={value}")
        elif (said := _said(value[1:-1].strip(), env)) is not None:
            written.append(f'{name}="{said.replace(chr(34), "&quot;")}"')
    return f"<{' '.join(written)}{' /' if found[3] else ''}>"


def _said(source: str, env: Env) -> str | None:
    """The text that an expression stands for; None where nothing says so."""
    if text := _TEXT.fullmatch(source):
        return text[1] or text[2] or text[3] or ""
    if call := _CALL.fullmatch(source):
        return call[1]
    if re.fullmatch(r"\d{1,6}", source):
        return source
    imported: str | None = env.get("imports", {}).get(source.removesuffix(".src"))
    return imported


def _inline(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "<" or not is_mdx(state.env):
        return False
    found = _TAG.match(state.src, state.pos, min(state.posMax, state.pos + LONGEST))
    if not found or "{" not in found[2] or found[1] not in HTML_TAGS:
        return False
    if not silent:
        state.push("html_inline", "", 0).content = _plain(found, state.env)
    state.pos = found.end()
    return True


def _blocks(tokens: list[Token], env: Env) -> list[Token]:
    if is_mdx(env):
        for token in tokens:
            if token.type == "html_block" and "{" in token.content:
                token.content = _TAG.sub(lambda found: _plain(found, env), token.content)
    return tokens


def _rules(markdown: MarkdownIt) -> None:
    markdown.inline.ruler.before("html_inline", "jsx_attributes", _inline)


DIALECT = Dialect(
    signs=signs(r"=\{", r"\{\.\.\."),
    rules=_rules,
    blocks=_blocks,
    examples=(
        # Only in MDX, which these are not: see the tests of what tools write.
        ("Of <b title={x}>a</b>", '<p>Of <b title="{x}">a</b></p>'),
        ("Of <b title={'x y'}>a</b>", "<p>Of &lt;b title={'x y'}&gt;a</p>"),
    ),
)
