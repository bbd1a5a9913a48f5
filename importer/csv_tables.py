"""Tables of Notion's exports, which are CSV, as Markdown."""

import csv
import io
from collections.abc import Collection, Mapping
from urllib.parse import quote

from documents.slugs import table_name
from importer.names import fold

MOST_ROWS = 5000
MOST_COLUMNS = 60
LONGEST_CELL = 20_000


def is_table(name: str, names: Collection[str]) -> bool:
    """Whether a file is a table of an export. Of two, one holds all rows and columns."""
    table = table_name(name)
    if not table:
        return False
    return name.endswith("_all.csv") or f"{table}_all.csv" not in names


def table_of(data: bytes, links: Mapping[str, str]) -> str:
    """The table as Markdown. `links` has the path of each row's page by the folded name."""
    text = data.decode("utf-8-sig", errors="replace").replace("\x00", "")
    csv.field_size_limit(5_000_000)
    try:
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error:
        return f"```\n{text}\n```\n"
    rows = [row[:MOST_COLUMNS] for row in rows if any(row)]
    if not rows:
        return ""
    width = max(map(len, rows[: MOST_ROWS + 1]))
    lines = [_line(rows[0], width, {}), "|" + " --- |" * width]
    lines += [_line(row, width, links) for row in rows[1 : MOST_ROWS + 1]]
    if len(rows) > MOST_ROWS + 1:
        lines += ["", f"({len(rows) - 1 - MOST_ROWS:,} more rows are in the file.)"]
    return "\n".join(lines) + "\n"


def _line(row: list[str], width: int, links: Mapping[str, str]) -> str:
    cells = [_cell(text) for text in row] + [""] * (width - len(row))
    page = links.get(fold(row[0].strip())) if row else None
    if page:
        cells[0] = f"[{cells[0]}]({quote(page)})"
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    """A cell on one line, with what Markdown would read in it escaped."""
    text = text.strip()[:LONGEST_CELL]
    for sign in "\\|*_`<[]":
        text = text.replace(sign, f"\\{sign}")
    return "<br>".join(text.splitlines())
