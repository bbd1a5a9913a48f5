"""Astro's Starlight: a script names the site's address and lists the pages and folders of its
sidebar; documents are in `src/content/docs`, those in other languages in a folder each."""

import re
from pathlib import Path

from documents.languages import tag_of
from importer.tools.redirects import of_script_map
from importer.tools.tool import Facts, Tool, first_text, prefixes, quoted_in, value_in

_CONFIG = tuple(f"astro.config.{form}" for form in ("mjs", "ts", "js", "mts", "cjs"))
_DOCS = "src/content/docs"
_TRANSLATIONS = re.compile(r"\btranslations\s*:\s*\{[^{}]*\}")
_LABEL = re.compile(r"\b(?:label|badge|text|variant)\s*:\s*([\"'`])(?:(?!\1).)*\1")


def _facts(folder: Path) -> Facts:
    config = first_text(folder, *_CONFIG)
    base, site = value_in(config, "base"), value_in(config, "site")
    address = f"{site.rstrip('/')}/{base.strip('/')}" if "://" in site else base
    pages = [page.strip("/") or "index" for page in quoted_in(_sidebar(config))]
    order = pages + _in_languages(folder / _DOCS, pages)
    redirects = of_script_map(config, "redirects")
    return Facts(_DOCS, prefixes(address, base), order, (), redirects)


def _sidebar(config: str) -> str:
    """The part of the script that lists pages: their names, without what they are called."""
    _, _, rest = config.partition("sidebar:")
    return _LABEL.sub("", _TRANSLATIONS.sub("", rest))


def _in_languages(docs: Path, pages: list[str]) -> list[str]:
    """The same pages in the folders of other languages."""
    names = sorted(inner.name for inner in docs.iterdir() if inner.is_dir())
    return [f"{name}/{page}" for name in names if tag_of(name) for page in pages]


TOOL = Tool(
    signs=_CONFIG,
    facts=_facts,
    confirm=lambda folder: (folder / _DOCS).is_dir(),
    no_pages=("**/_*.md", "**/_*.mdx", "**/_*.markdown"),
)
