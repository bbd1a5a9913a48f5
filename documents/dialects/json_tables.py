"""Tables that are written as JSON: ```` ```json:table ```` (GitLab)."""

import csv
import json
import re
from io import StringIO
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from documents import boxes

from . import directives, tags
from .dialect import INTERRUPTING, Dialect, signs

_OPENER = re.compile(r"(`{3,})json:table[ \t]*")
LONGEST = 200_000


def _table(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith("```json:table", start) or state.is_code_block(line):
        return False
    found = _OPENER.fullmatch(state.src, start, state.eMarks[line])
    if not found:
        return False
    last, below = boxes.fence_end(state, line, end, found[1])
    rows, caption = _rows(state.getLines(line + 1, last, state.sCount[line], False)[:LONGEST])
    if not rows:
        return False
    if not silent:
        text = StringIO()
        csv.writer(text).writerows(rows)
        directives.put_values(state, line, text.getvalue())
        if caption:
            tags.paragraph(state, tags.escaped(caption), line, below)
        state.line = below
    return True


def _rows(text: str) -> tuple[list[list[str]], str]:
    """The head and the rows of a table, and what stands below it; nothing where it is none."""
    try:
        said = json.loads(text)
        items = [item for item in said["items"] if isinstance(item, dict)]
        fields = said.get("fields") or list(items[0])
        keys = [field["key"] if isinstance(field, dict) else field for field in fields]
        names = [field.get("label", key) if isinstance(field, dict) else key
                 for field, key in zip(fields, keys, strict=True)]  # fmt: skip
    except (ValueError, RecursionError, TypeError, KeyError, IndexError, AttributeError):
        return [], ""
    shown = str if said.get("markdown") else tags.escaped
    head = [shown(_cell(name)) for name in names]
    rows = [[shown(_cell(item.get(str(key), ""))) for key in keys] for item in items]
    return [head, *rows], str(said.get("caption") or "")


def _cell(value: Any) -> str:
    return " ".join(str(value).split())


def _rules(markdown: MarkdownIt) -> None:
    markdown.block.ruler.before("fence", "json_table", _table, INTERRUPTING)


DIALECT = Dialect(
    signs=signs(r"```json:table"),
    rules=_rules,
    examples=(
        (
            '```json:table\n{"fields": [{"key": "a", "label": "A"}, "b"],\n"items": [{"a": 1}], "caption": "C"}\n```',
            '<div class="table" tabindex="0"><table><thead><tr><th>A</th><th>b</th></tr></thead>'
            "<tbody><tr><td>1</td><td></td></tr></tbody></table></div><p>C</p>",
        ),
        (
            '```json:table\n{"items": [{"a": "*b* | c"}]}\n```',
            '<div class="table" tabindex="0"><table><thead><tr><th>a</th></tr></thead>'
            "<tbody><tr><td>*b* | c</td></tr></tbody></table></div>",
        ),
        (
            "```json:table\n\n```",
            '<pre class="code" tabindex="0" data-language="json"><code>\n</code></pre>',
        ),
    ),
)
