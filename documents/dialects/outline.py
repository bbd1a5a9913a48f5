"""What Outline writes into its exports: people that a text mentions, `@[Ann](mention://…)`, and a
backslash alone for an empty paragraph."""

from markdown_it.token import Token

from .dialect import Dialect, Env, signs


def _blocks(tokens: list[Token], env: Env) -> list[Token]:
    """Leave out empty paragraphs."""
    result: list[Token] = []
    skip = 0
    for token, text in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type == "paragraph_open" and text is not None and text.content.strip() == "\\":
            skip = 3
        if skip:
            skip -= 1
        else:
            result.append(token)
    return result


def _inlines(children: list[Token], env: Env) -> list[Token]:
    """Names without the addresses that only Outline knows."""
    result: list[Token] = []
    is_mention = False
    for child in children:
        if child.type == "link_open" and str(child.attrs.get("href", "")).startswith("mention:"):
            is_mention = True
        elif is_mention and child.type == "link_close":
            is_mention = False
        else:
            result.append(child)
    return result


DIALECT = Dialect(
    signs=signs(r"\]\(mention:", r"\n\\\n"),
    blocks=_blocks,
    inlines=_inlines,
    examples=(
        (
            "@[Ann Lee](mention://1/user/2) and [b](c.md)",
            '<p>@Ann Lee and <a href="c.md">b</a></p>',
        ),
        ("a\n\n\\\n\nb\\\nc", "<p>a</p><p>b<br>c</p>"),
    ),
)
