"""Options of cells that are run (Quarto, Jupytext): `#| label: x` at the top of a block whose language
stands in braces. They are no code; a caption or a file's name is the block's title."""

import re

from markdown_it.token import Token

from .dialect import Dialect, Env, signs

_OPTION = re.compile(r"[ \t]*(?:#|//|--|%%?)\|[ \t]*(?:([\w.-]+)[ \t]*:[ \t]*(.*)|.*)")
_TITLES = ("filename", "lst-cap", "fig-cap", "tbl-cap")


def _blocks(tokens: list[Token], env: Env) -> list[Token]:
    for token in tokens:
        if token.type != "fence" or not (
            token.info.lstrip().startswith("{") or token.content.startswith("%%| ")
        ):
            continue
        lines = token.content.split("\n")
        options: dict[str, str] = {}
        while lines and (found := _OPTION.fullmatch(lines[0])):
            options[found[1] or ""] = (found[2] or "").strip().strip("\"'")
            del lines[0]
        if not options:
            continue
        token.content = "\n".join(lines)
        title = next((options[key] for key in _TITLES if options.get(key)), "").replace('"', "'")
        if title and "title=" not in token.info:
            token.info = f'{token.info} title="{title}"'
    return tokens


DIALECT = Dialect(
    signs=signs(r"\n#\|", r"\n//\|", r"\n--\|", r"\n%%?\|"),
    blocks=_blocks,
    examples=(
        (
            '```{python}\n#| label: fig-a\n#| fig-cap: "A *plot*"\nplot()\n```',
            '<pre class="code" tabindex="0" data-language="python" data-title="A *plot*"><code><span class="n">plot</span><span class="p">()</span>\n</code></pre>',
        ),
        (
            "```{ojs}\n//| echo: false\n//|   - more\na\n```",
            '<pre class="code" tabindex="0" data-language="ojs"><code>a\n</code></pre>',
        ),
        (
            "```r\n#| not a cell\n```",
            '<pre class="code" tabindex="0" data-language="r"><code><span class="c1">#| not a cell</span>\n</code></pre>',
        ),
    ),
)
