"""Groups of tabs. All are shown, one below the other, each with its name above it, so that a page
needs no script, prints whole and is searched whole."""

from markdown_it.rules_block import StateBlock
from markdown_it.token import Token


def open_group(state: StateBlock, line: int) -> Token:
    """Open a group of tabs; the token that does so."""
    return _open(state, "tabs", line)


def open_tab(state: StateBlock, title: str, line: int) -> None:
    """Open one tab of the group."""
    _open(state, "tab", line)
    state.tokens += title_tokens(title, state.level, line)


def close_tab(state: StateBlock) -> None:
    """Close the tab that was opened last."""
    state.level -= 1
    state.tokens.append(Token("note_close", "div", -1, level=state.level, block=True))


close_group = close_tab


def title_tokens(title: str, level: int, line: int) -> list[Token]:
    """A tab's name."""
    lines = [line, line + 1]
    return [
        Token("paragraph_open", "p", 1, {"class": "tab-title"}, lines, level, block=True),
        Token("inline", "", 0, level=level + 1, children=[], content=title, map=lines, block=True),
        Token("paragraph_close", "p", -1, level=level, block=True),
    ]


def _open(state: StateBlock, name: str, line: int) -> Token:
    token = Token("note_open", "div", 1, {"class": name}, [line, line + 1], state.level, block=True)
    state.tokens.append(token)
    state.level += 1
    return token
