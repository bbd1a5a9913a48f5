"""mdBook: `book.toml`, and `SUMMARY.md` with the chapters in their order."""

from pathlib import Path

from importer.tools.gitbook import chapters
from importer.tools.redirects import of_map
from importer.tools.tool import Facts, Tool, first_text, prefixes, text_of, toml_of


def _facts(folder: Path) -> Facts:
    config = toml_of(text_of(folder / "book.toml"))
    book, output = config.get("book", {}), config.get("output", {})
    docs = book.get("src", "src") if isinstance(book, dict) else "src"
    html = output.get("html", {}) if isinstance(output, dict) else {}
    site = html.get("site-url", "") if isinstance(html, dict) else ""
    docs = docs.strip("./") if isinstance(docs, str) else "src"
    order = chapters(first_text(folder / docs, "SUMMARY.md", "summary.md"))
    redirects = of_map(html.get("redirect")) if isinstance(html, dict) else {}
    return Facts(docs, prefixes(site) if isinstance(site, str) else (), order, (), redirects)


TOOL = Tool(signs=("book.toml",), facts=_facts)
