"""GitBook and HonKit: `SUMMARY.md` lists the chapters in their order."""

import re
from pathlib import Path
from urllib.parse import unquote

from importer.tools.no_pages import of_ignore_file
from importer.tools.redirects import of_map
from importer.tools.tool import Facts, Tool, first_text, text_of, yaml_of

_CHAPTER = re.compile(
    r"^[ \t]*(?:[-*+][ \t]+|\d+\.[ \t]+|#+[ \t]*)?\[[^\]\n]*\]\(<?([^)<>\n]+?)>?\)", re.M
)


def chapters(summary: str) -> list[str]:
    """The files that a summary lists."""
    paths = (unquote(path).split("#")[0].strip() for path in _CHAPTER.findall(summary))
    return [path.removeprefix("./") for path in paths if path and "://" not in path]


def _facts(folder: Path) -> Facts:
    config = yaml_of(text_of(folder / ".gitbook.yaml"))
    root = config.get("root", "")
    docs = root.strip("./") if isinstance(root, str) else ""
    order = chapters(first_text(folder / docs, "SUMMARY.md", "summary.md"))
    maps = of_map(config.get("redirects"), "/")
    redirects = {f"/{old.lstrip('/')}": new for old, new in maps.items()}
    hidden = of_ignore_file(text_of(folder / docs / ".bookignore"))
    return Facts(docs, (), order, hidden, redirects)


TOOL = Tool(
    signs=("SUMMARY.md", ".gitbook.yaml", "book.json"),
    facts=_facts,
    no_pages=("_book", "_layouts"),
)
