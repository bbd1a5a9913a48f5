"""VitePress and VuePress: the folder `.vitepress`, whose scripts list the pages of each sidebar."""

import re
from collections.abc import Iterator
from pathlib import Path

from importer.tools.redirects import of_rewrites, of_script_map
from importer.tools.tool import (
    Facts,
    Tool,
    listed_in,
    prefixes,
    text_of,
    value_in,
    without_comments,
)

_HOMES = (".vitepress", ".vuepress")
_CONFIG = (
    "config.*",
    "config/*.*",
    "locales/*.*",
    "theme/config.*",
    "theme.*",
    "navbar.*",
    "navbar/*.*",
    "sidebar.*",
    "sidebar/*.*",
)


def _facts(folder: Path) -> Facts:
    homes = [folder / name for name in _HOMES]
    files = [file for home in homes for name in _CONFIG for file in sorted(home.glob(name))]
    sources = [text_of(file) for file in files if file.suffix in (".js", ".ts", ".mjs", ".mts")]
    script = "\n".join(sources)
    docs = value_in(script, "srcDir").strip("./")
    listed: dict[str, str] = {}
    for path, title in _links(script, has_names=(folder / ".vuepress").is_dir()):
        listed[path] = listed.get(path) or title
    host, base = value_in(script, "hostname").rstrip("/"), value_in(script, "base")
    site = f"{host}/{base.strip('/')}" if "://" in host else base
    rewrites = of_rewrites(of_script_map(script, "rewrites"), folder / docs)
    hidden = listed_in(script, "srcExclude")
    titles = {path.lstrip("/"): title for path, title in listed.items() if title}
    return Facts(docs, prefixes(site, base), list(listed), hidden, rewrites, titles)


def _links(script: str, *, has_names: bool) -> Iterator[tuple[str, str]]:
    """The addresses in a script, in order, each with the text before it; those that begin with no
    slash below the folder that the `base` above them, or the key of their list, says. Those of
    the bar above all pages come last. In VuePress (`has_names`) lists hold names alone."""
    plain = without_comments(script)
    bars = [found[0] for found in _BAR.finditer(plain)]
    base = title = ""
    for found in _TEXT.finditer("\n".join([_BAR.sub("", plain), *bars])):
        key, text, is_key, is_alone = found[1], found[3], found[4], found[5]
        if key == "text":
            title = text
            continue
        if is_key or key == "base":
            base = text if text.startswith("/") else base
            continue
        if "://" in text or "${" in text:
            title = ""
            continue
        if text.startswith("/") or text.endswith(".md"):
            yield text, title if key == "link" else ""
        elif key == "link" or (has_names and base and is_alone and not key):
            yield base + text, title if key == "link" else ""
        title = ""


_BAR = re.compile(
    r"\bnav(?:bar)?\s*:\s*\[(?:[^\[\]]|\[(?:[^\[\]]|\[[^\[\]]{0,5000}\]){0,5000}\]){0,20000}\]"
)


_TEXT = re.compile(
    r"(?:\b(\w+)[\"']?\s*:\s*)?([\"'`])((?:(?!\2)[^\n\\]){0,300})\2(?:\s*(:)|(?=\s*([,\]])))?"
)


# A name in brackets stands for many pages, whose texts a script makes.
TOOL = Tool(signs=_HOMES, facts=_facts, no_pages=("/**/[[]*].md",))
