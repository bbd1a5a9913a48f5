"""mdBook: `book.toml`, and `SUMMARY.md` with the chapters in their order."""

from glob import escape
from itertools import islice
from pathlib import Path
from urllib.parse import quote

from importer.tools.gitbook import chapters
from importer.tools.redirects import of_map
from importer.tools.tool import Facts, Tool, first_text, prefixes, text_of, toml_of

MOST_FILES = 5_000


def _facts(folder: Path) -> Facts:
    config = toml_of(text_of(folder / "book.toml"))
    book, output = config.get("book", {}), config.get("output", {})
    docs = book.get("src", "src") if isinstance(book, dict) else "src"
    html = output.get("html", {}) if isinstance(output, dict) else {}
    site = html.get("site-url", "") if isinstance(html, dict) else ""
    docs = docs.strip("./") if isinstance(docs, str) else "src"
    summary = first_text(folder / docs, "SUMMARY.md", "summary.md")
    listed = chapters(summary)
    hidden = _unlisted(folder / docs, summary) if listed else []
    redirects = of_map(html.get("redirect")) if isinstance(html, dict) else {}
    known = prefixes(site) if isinstance(site, str) else ()
    return Facts(docs, known, list(listed), hidden, redirects, listed)


def _unlisted(docs: Path, summary: str) -> list[str]:
    """The documents that are no chapters: mdBook makes no page of them."""
    files = islice(sorted([*docs.rglob("*.md"), *docs.rglob("*.txt")]), MOST_FILES)
    return [
        escape(file.relative_to(docs).as_posix())
        for file in files
        if file.name not in summary
        and quote(file.name) not in summary
        and file.name.lower() != "summary.md"
    ]


TOOL = Tool(signs=("book.toml",), facts=_facts)
