"""GitBook and HonKit: `SUMMARY.md` lists the chapters in their order."""

import re
from pathlib import Path
from urllib.parse import unquote

from importer.tools.no_pages import of_ignore_file
from importer.tools.redirects import of_map
from importer.tools.tool import Facts, Tool, first_text, text_of, yaml_of

_CHAPTER = re.compile(
    r"^[ \t]*(?:[-*+][ \t]+|\d+\.[ \t]+|#+[ \t]*)?\[([^\]\n]*)\]\(<?([^)<>\n]+?)>?\)", re.M
)


def chapters(summary: str) -> dict[str, str]:
    """The files that a summary lists, with what it calls each."""
    found: dict[str, str] = {}
    for title, path in _CHAPTER.findall(summary):
        place = unquote(path).split("#")[0].strip().removeprefix("./")
        if place and "://" not in place:
            found.setdefault(place, re.sub(r"[*`\\]", "", title).strip())
    return found


def _facts(folder: Path) -> Facts:
    config = yaml_of(text_of(folder / ".gitbook.yaml"))
    root = config.get("root", "")
    docs = root.strip("./") if isinstance(root, str) else ""
    names = config.get("structure")
    summary = names.get("summary") if isinstance(names, dict) else None
    own = [summary.removeprefix("./")] if isinstance(summary, str) and ".." not in summary else []
    own = [name for name in own if name and not name.startswith("/")]
    listed = chapters(first_text(folder / docs, *own, "SUMMARY.md", "summary.md"))
    maps = of_map(config.get("redirects"), "/")
    redirects = {f"/{old.lstrip('/')}": new for old, new in maps.items()}
    hidden = of_ignore_file(text_of(folder / docs / ".bookignore")) + own
    return Facts(docs, (), list(listed), hidden, redirects, listed)


TOOL = Tool(
    signs=("SUMMARY.md", ".gitbook.yaml", "book.json"),
    facts=_facts,
    no_pages=("_book", "_layouts"),
)
