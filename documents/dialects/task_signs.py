"""Tasks that are neither open nor done: `- [>] moved`, `- [/] half`, `- [-] cancelled` (Obsidian),
`- [~] not needed` (GitLab)."""

from markdown_it.token import Token

from .dialect import Dialect, Env, reading_of, signs

# What a sign says, and the box that says so.
SIGNS = {
    "/": ("half done", "\u25a3"),
    ">": ("moved", "\u25b7"),
    "<": ("planned", "\u25c1"),
    "~": ("not needed", "\u2612"),
    "-": ("cancelled", "\u2612"),
    "!": ("important", "\u2757"),
    "?": ("question", "\u2753"),
    "*": ("star", "\u2605"),
    '"': ("quote", "\u275d"),
}


def _blocks(tokens: list[Token], env: Env) -> list[Token]:
    known = "" if reading_of(env).tool == "obsidian" else "~"
    for index, token in enumerate(tokens[:-2]):
        text = tokens[index + 2]
        if token.type != "list_item_open" or text.type != "inline":
            continue
        sign = text.content[1:2]
        is_sign = sign == known if known else sign.strip("xX[]\\`")
        if text.content[:1] == "[" and text.content[2:4] == "] " and is_sign:
            text.content = text.content[4:]
            token.meta |= {"checked": sign != "/", "sign": SIGNS.get(sign, (sign, "\u2611"))}
    return tokens


DIALECT = Dialect(
    signs=signs(r"\] (?<=[-*+.)] \[[^\]\s]\] )"),
    blocks=_blocks,
    tools=frozenset({"obsidian", "gollum", "gitlab"}),
    examples=(("- [>] a\n- [1]", "<ul><li>[&gt;] a</li><li>[1]</li></ul>"),),  # no known tool
)
