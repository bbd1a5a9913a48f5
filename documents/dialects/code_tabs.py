"""Code blocks one below the other that say they are tabs: ```` ```ts tab ```` (Docusaurus),
```` ```ts tab="TypeScript" ```` (Fumadocs)."""

import re
from itertools import groupby

from markdown_it.token import Token

from documents import fence_info

from . import tabs
from .dialect import Dialect, Env, signs

_TAB = re.compile(
    r"[\w+#-]+[ \t](?:[^\n]*[ \t])?tab(?:=(?:\{\s*[\"']label[\"']\s*:\s*)?[\"']([^\"'\n]{1,100})[\"']|(?=[ \t]|\Z))"
)
_NAMES = {"js": "JavaScript", "ts": "TypeScript", "jsx": "JavaScript", "tsx": "TypeScript"}


def _blocks(tokens: list[Token], env: Env) -> list[Token]:
    result: list[Token] = []
    for (is_tab, level), run in groupby(tokens, key=lambda token: (_is_tab(token), token.level)):
        found = list(run)
        result += _grouped(found, level, env) if is_tab and len(found) > 1 else found
    return result


def _is_tab(token: Token) -> bool:
    return token.type == "fence" and _TAB.match(token.info.strip()) is not None


def _grouped(fences: list[Token], level: int, env: Env) -> list[Token]:
    """The blocks of code as tabs of one group."""
    first, last = fences[0].map or [0, 0], fences[-1].map or [0, 0]
    open_group, close_group = tabs.group_tokens(env, level, first[0], last[1])
    result = [open_group]
    for fence in fences:
        said = _TAB.match(fence.info.strip())
        language = fence_info.language_of(fence.info)
        name = (said and said[1]) or _NAMES.get(language, language)
        fence.level = level + 2
        line = (fence.map or [0])[0]
        result += [*tabs.opening(env, name, level + 1, line), fence, tabs.closing(level + 1)]
    env["tabs"].pop()
    return [*result, close_group]


DIALECT = Dialect(
    signs=signs(r"```[\w+#-]+ [^\n`]*\btab\b"),
    blocks=_blocks,
    examples=(
        (
            "```js tab\n1\n```\n\n```ts tab\n2\n```",
            '<div class="tabs"><details class="tab" name="tabs-0-7" open=""><summary class="tab-title">'
            'JavaScript</summary><pre class="code" tabindex="0" data-language="js"><code>'
            '<span class="mf">1</span>\n</code></pre></details><details class="tab" name="tabs-0-7">'
            '<summary class="tab-title">TypeScript</summary><pre class="code" tabindex="0" '
            'data-language="ts"><code><span class="mf">2</span>\n</code></pre></details></div>',
        ),
        (
            '```text tab="npm"\n1\n```\n\n```text tab="pnpm"\n2\n```',
            '<div class="tabs"><details class="tab" name="tabs-0-7" open=""><summary class="tab-title">'
            'npm</summary><pre class="code" tabindex="0" data-language="text"><code>1\n</code></pre>'
            '</details><details class="tab" name="tabs-0-7"><summary class="tab-title">pnpm</summary>'
            '<pre class="code" tabindex="0" data-language="text"><code>2\n</code></pre></details></div>',
        ),
        (
            "```text tab\n1\n```",
            '<pre class="code" tabindex="0" data-language="text"><code>1\n</code></pre>',
        ),
    ),
)
