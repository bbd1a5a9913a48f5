"""Short names of emoji, `:tada:`, as GitHub knows them; names of icon fonts are left out."""

import re
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from documents.attributes import read

from .dialect import Dialect, signs

_NAME = re.compile(r":([a-zA-Z0-9_+-]{1,60}):")
_ICON = re.compile(
    r"(?:material|octicons|fontawesome|simple|lucide|mdi|fa|bi|tabler)-[a-z0-9-]{2,60}"
)
_LIST = re.compile(r"\{[^{}\n]{1,200}\}")


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    # A table of its own megabytes: only documents with short names need it.
    from emoji import EMOJI_DATA

    names: dict[str, str] = {}
    for sign, data in EMOJI_DATA.items():
        for name in (data["en"], *data.get("alias", ())):
            if data["status"] <= 2 or name.strip(":") not in names:
                names[name.strip(":")] = sign
    return names


def _emoji(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != ":":
        return False
    found = _NAME.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    end = found.end()
    if _ICON.fullmatch(found[1]):
        attributes = _LIST.match(state.src, end, state.posMax)
        if attributes and read(attributes[0].replace("{", "{: ", 1)):
            end = attributes.end()
        state.pos = end
        return True
    before, after = state.src[state.pos - 1 : state.pos], state.src[end : end + 1]
    sign = None if before.isalnum() or after.isalnum() else _names().get(found[1])
    if sign is None:
        return False
    if not silent:
        token = state.push("emoji", "", 0)
        token.content, token.markup = sign, found[0]
    state.pos = end
    return True


def _rules(markdown: MarkdownIt) -> None:
    markdown.inline.ruler.before("escape", "emoji", _emoji)


DIALECT = Dialect(
    signs=signs(r":(?<![\w:]:)[a-zA-Z0-9_+-]{2,60}:(?![\w:])"),
    rules=_rules,
    stops=r":(?=[a-zA-Z0-9_+-]{1,60}:)",
    examples=(
        (":white_check_mark: done, :warning: careful", "<p>✅ done, ⚠️ careful</p>"),
        ("at 10:30:45 and a:b:c and a:tada:b", "<p>at 10:30:45 and a:b:c and a:tada:b</p>"),
        (":+1: :de: :no_such_name:", "<p>👍 🇩🇪 :no_such_name:</p>"),
        (":material-clock-fast:{ .lg .middle } __Title__", "<p> <strong>Title</strong></p>"),
        ("`:tada:`", "<p><code>:tada:</code></p>"),
    ),
)
