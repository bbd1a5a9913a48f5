"""Docusaurus' fences ```` ```mdx-code-block ````, which keep MDX from other tools: what is in
them is read as if it stood alone. A tag that one begins another may end."""

from collections.abc import Sequence

from .dialect import Dialect, signs
from .pairs import CODE

_INFO = "mdx-code-block"


def _lines(lines: Sequence[str]) -> list[str]:
    """The lines with blank ones in place of such fences."""
    kept: list[str] = []
    code = mdx = ""
    for line in lines:
        fence = CODE.match(line)
        if fence and mdx and fence[1].startswith(mdx) and not fence[2].strip():
            mdx = ""
            kept.append("")
            continue
        if fence and not code and not mdx and fence[2].strip() == _INFO:
            mdx = fence[1]
            kept.append("")
            continue
        if fence and not code:
            code = fence[1]
        elif fence and fence[1].startswith(code) and not fence[2].strip():
            code = ""
        kept.append(line)
    return kept


DIALECT = Dialect(
    signs=signs(_INFO),
    lines=_lines,
    examples=(
        (
            "```mdx-code-block\n<Tip>\n```\n\nText.\n\n```mdx-code-block\n</Tip>\n```",
            '<div class="note note-tip"><p class="note-title">Tip</p><p>Text.</p></div>',
        ),
        (
            "````\n```mdx-code-block\n```\n````",
            '<pre class="code" tabindex="0"><code>```mdx-code-block\n```\n</code></pre>',
        ),
    ),
)
