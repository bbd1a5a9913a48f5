"""Tables of other files, `{{ read_csv('a.csv') }}` (MkDocs' plugin table-reader)."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from . import directives, tags
from .dialect import INTERRUPTING, Dialect, reading_of, signs

_READ = re.compile(
    r"\{\{[ \t]*(?:pd_)?read_(\w{1,20})\([ \t]*[\"']([^\"'\n]{1,300})[\"'][^{}\n]{0,200}\)[^{}\n]{0,60}\}\}[ \t]*"
)


def _block(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith("{{", start) or state.is_code_block(line):
        return False
    found = _READ.fullmatch(state.src, start, state.eMarks[line])
    reading = reading_of(state.env)
    if not found or reading.include is None or reading.tool != "mkdocs":
        return False
    if silent:
        return True
    name = found[2].removeprefix("./")
    reading.included.append(name)
    other = reading.include(reading.path, name)
    if other is not None and found[1] in ("csv", "table"):
        reading.taken.append(other[0])
        rows = other[1].replace("\t", ",") if found[1] == "table" else other[1]
        directives.put_values(state, line, rows)
    else:
        tags.paragraph(state, tags.link(name.rpartition("/")[2], name), line)
    state.line = line + 1
    return True


def _rules(markdown: MarkdownIt) -> None:
    markdown.block.ruler.before("fence", "table_reader", _block, INTERRUPTING)


DIALECT = Dialect(
    signs=signs(r"\{\{ *(?:pd_)?read_"),
    rules=_rules,
    tools=frozenset({"mkdocs"}),
    examples=(("{{ read_csv('a.csv') }}", "<p>{{ read_csv('a.csv') }}</p>"),),  # no site, no file
)
