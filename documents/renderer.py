"""Tokens to HTML, where what we show differs from markdown-it's. Nothing is between blocks."""

from collections.abc import Sequence
from html import escape
from typing import Any

from markdown_it.common.utils import unescapeAll
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from .code_blocks import code_html
from .fence_info import language_of
from .formulas import mathml
from .raw_html import harmless


class Renderer(RendererHTML):
    """A method for each type of token; all others are their tag and attributes."""

    def renderToken(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        token = tokens[idx]
        if token.hidden:
            return ""
        if token.nesting < 0:
            return f"</{token.tag}>"
        return f"<{token.tag}{self.renderAttrs(token)}>" if token.attrs else f"<{token.tag}>"

    def text(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return escape(tokens[idx].content, quote=False)

    value = text
    emoji = text

    def code_inline(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f"<code>{escape(tokens[idx].content, quote=False)}</code>"

    def hardbreak(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "<br>"

    def fence(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        token = tokens[idx]
        info = unescapeAll(token.info).strip()
        if language_of(info) == "math" and (html := mathml(token.content, is_block=True)):
            return f'<div class="formula" tabindex="0">{html}</div>'
        is_titled = bool(token.meta.get("titled"))
        return code_html(token.content, info, titled=is_titled, apart=env.get("code"))

    def code_block(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return code_html(tokens[idx].content, apart=env.get("code"))

    def html_inline(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        content = tokens[idx].content
        # As the sanitiser writes it, so that it need not look twice.
        return "<br>" if content in ("<br/>", "<br />") else content

    def html_block(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return harmless(tokens[idx].content)

    def math_block(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        token = tokens[idx]
        if html := token.meta.get("html"):
            return f'<div class="formula" tabindex="0">{html}</div>'
        return f"<p>$${escape(token.content, quote=False)}$$</p>"

    def formula(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return str(tokens[idx].meta["html"])

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
