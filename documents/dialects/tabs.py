"""Groups of tabs: folds that share a name, of which one is open at a time. They need no script, and
are printed and searched whole."""

import re
from collections.abc import Sequence
from typing import Literal

from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from documents import fence_info

from .dialect import Env

_SAYS = re.compile(r"[{}=\[\]]")


def open_group(state: StateBlock, line: int, names: Sequence[str] = ()) -> Token:
    """Open a group of tabs; the token that does so. `names` are of tabs that say none."""
    token = _token("div", 1, state.level, line, {"class": "tabs"})
    state.env.setdefault("tabs", []).append([f"tabs-{line}-{len(state.src)}", 0, names])
    state.tokens.append(token)
    state.level += 1
    return token


def open_tab(state: StateBlock, title: str, line: int) -> None:
    """Open one tab of the group."""
    state.tokens += opening(state.env, title, state.level, line)
    state.level += 1


def close_tab(state: StateBlock) -> None:
    """Close the tab that was opened last."""
    state.level -= 1
    state.tokens.append(closing(state.level))


def close_group(state: StateBlock) -> None:
    """Close the group."""
    state.env["tabs"].pop()
    state.level -= 1
    state.tokens.append(_token("div", -1, state.level))


def group_tokens(env: Env, level: int, first: int, below: int) -> tuple[Token, Token]:
    """The tokens that open and close a group of tabs on these lines."""
    env.setdefault("tabs", []).append([f"tabs-{first}-{below}", 0, ()])
    around = _token("div", 1, level, first, {"class": "tabs"})
    around.map = [first, below]
    return around, _token("div", -1, level)


def opening(env: Env, title: str, level: int, line: int) -> list[Token]:
    """The tokens that open a tab of the group: the first is open."""
    group = (env.get("tabs") or [["", 0, ()]])[-1]  # a tab may be alone
    attributes: dict[str, str | int | float] = {"class": "tab"}
    if group[0]:
        attributes["name"] = group[0]
    if not group[1]:
        attributes["open"] = ""
    title = title or (group[2][group[1]] if group[1] < len(group[2]) else "Tab")
    group[1] += 1
    lines = [line, line + 1]
    name = Token("inline", "", 0, level=level + 2, children=[], content=title, map=lines)
    name.block = True
    return [
        _token("details", 1, level, line, attributes),
        Token("paragraph_open", "summary", 1, {"class": "tab-title"}, lines, level + 1, block=True),
        name,
        Token("paragraph_close", "summary", -1, level=level + 1, block=True),
    ]


def closing(level: int) -> Token:
    """The token that closes a tab."""
    return _token("details", -1, level)


def around_code(state: StateBlock, tokens: list[Token]) -> list[Token]:
    """The group's blocks with each code block as a tab."""
    result: list[Token] = []
    level = state.level
    for token in tokens:
        if token.type != "fence" or token.level != level + 1:
            result.append(token)
            continue
        lines = token.map or [0, 0]
        token.meta["titled"] = True
        result += [*opening(state.env, _name(token.info), level, lines[0]), token, closing(level)]
    return result


def _name(info: str) -> str:
    """What a code block is called: by its title, by what is behind its language, or by that."""
    language = fence_info.language_of(info)
    title = fence_info.title_of(info)
    if not title and (rest := info.strip().partition(" ")[2].strip()) and not _SAYS.search(rest):
        title = rest
    return title or language or "text"


def _token(
    tag: str,
    nesting: Literal[-1, 0, 1],
    level: int,
    line: int | None = None,
    attributes: dict[str, str | int | float] | None = None,
) -> Token:
    lines = None if line is None else [line, line + 1]
    kind = "note_open" if nesting > 0 else "note_close"
    return Token(kind, tag, nesting, attributes or {}, lines, level, block=True)
