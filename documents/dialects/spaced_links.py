"""Links to files with blanks in their names, as note-taking tools and wikis export them:
`[text](My file.md)`, `![](img one.png)`. Others write `<My file.md>` or `My%20file.md`."""

import re

from markdown_it.token import Token

from .dialect import Dialect, Env, leaves, signs

_SUFFIX = r"\.(?:mdx?|markdown|qmd|png|jpe?g|gif|svg|webp|avif|pdf|docx?|xlsx?|pptx?|csv|zip|mp4)"
_LINK = re.compile(
    rf"(`+)(?!`).*?(?<!`)\1(?!`)|\]\([ \t]*((?:[^()<>\"\n]|\([^()<>\"\n]*\)){{1,300}}?{_SUFFIX}(?:#[^()<>\"\n]{{0,200}})?)\)",
    re.DOTALL | re.IGNORECASE,
)


def _blocks(tokens: list[Token], env: Env) -> list[Token]:
    for token in leaves(tokens):
        if "](" in token.content and " " in token.content:
            token.content = _LINK.sub(_enclosed, token.content)
    return tokens


def _enclosed(found: re.Match[str]) -> str:
    path = found[2]
    return f"](<{path.strip()}>)" if path and " " in path.strip() else found[0]


DIALECT = Dialect(
    signs=signs(
        r"\]\([^()<>\"\n ]{1,200} [^()<>\"\n]{0,200}\.[A-Za-z]{2,8}[)#]",
        r"\]\([^()<>\"\n ]{1,200} [^<>\"\n]{0,200}\.[a-z]{2,8}\)",
    ),
    blocks=_blocks,
    examples=(
        (
            "[a](b c.md) ![](img one (1).png) [d](e f.md#g h)",
            '<p><a href="b%20c.md">a</a> <img src="img%20one%20(1).png" alt=""> '
            '<a href="e%20f.md#g%20h">d</a></p>',
        ),
        (
            '`[a](b c.md)` [d](e.md) or (f g.md) and [h](i.md "j k.md")',
            '<p><code>[a](b c.md)</code> <a href="e.md">d</a> or (f g.md) and '
            '<a href="i.md" title="j k.md">h</a></p>',
        ),
    ),
)
