"""VitePress and VuePress: the folder `.vitepress`, whose scripts list the pages of each sidebar."""

from pathlib import Path

from importer.tools.redirects import of_rewrites, of_script_map
from importer.tools.tool import (
    Facts,
    Tool,
    listed_in,
    prefixes,
    quoted_in,
    text_of,
    value_in,
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
    links = [text for text in quoted_in(script) if text.startswith("/") or text.endswith(".md")]
    host, base = value_in(script, "hostname").rstrip("/"), value_in(script, "base")
    site = f"{host}/{base.strip('/')}" if "://" in host else base
    rewrites = of_rewrites(of_script_map(script, "rewrites"), folder / docs)
    hidden = listed_in(script, "srcExclude")
    return Facts(docs, prefixes(site, base), links, hidden, rewrites)


# A name in brackets stands for many pages, whose texts a script makes.
TOOL = Tool(signs=_HOMES, facts=_facts, no_pages=("/**/[[]*].md",))
