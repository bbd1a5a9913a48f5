"""Trees of names, as components write them: each name is an item of a list, with others below it."""

from collections.abc import Callable

from markdown_it.rules_block import StateBlock
from markdown_it.token import Token


def begin(state: StateBlock) -> None:
    """Names from here on are of another tree than those before."""
    state.env["trees"] = state.env.get("trees", 1) + 1


def put(
    state: StateBlock, lines: list[int], name: str, fill: Callable[[], None] = lambda: None
) -> None:
    """A name as Markdown, with what `fill` puts below it; `in_lists` puts the list around it."""
    tree = state.env.get("trees", 1)
    item = state.push("list_item_open", "li", 1)
    item.map, item.meta["tree"] = lines, tree
    opening = state.push("paragraph_open", "p", 1)
    opening.hidden, opening.map = True, lines
    token = state.push("inline", "", 0)
    token.content, token.map, token.children = name, lines, []
    state.push("paragraph_close", "p", -1).hidden = True
    fill()
    state.push("list_item_close", "li", -1).meta["tree"] = tree


def in_lists(tokens: list[Token]) -> list[Token]:
    """The same tokens with a list around the names that follow each other in one tree."""
    found: list[Token] = []
    for token in tokens:
        tree = token.meta.pop("tree", 0) if token.tag == "li" else 0
        if tree and token.nesting > 0:
            if found and found[-1].type == "bullet_list_close" and found[-1].meta == {"tree": tree}:
                found.pop()  # the list goes on
            else:
                found.append(Token("bullet_list_open", "ul", 1, map=token.map, level=token.level))
        found.append(token)
        if tree and token.nesting < 0:
            meta = {"tree": tree}
            found.append(Token("bullet_list_close", "ul", -1, level=token.level, meta=meta))
    return found
