"""VitePress: the folder `.vitepress`, whose script lists the pages of each sidebar."""

from pathlib import Path

from importer.tools.tool import Facts, Tool, prefixes, quoted_in, text_of, value_in

_CONFIG = ("config.*", "config/*.*", "locales/*.*", "theme/config.*")


def _facts(folder: Path) -> Facts:
    home = folder / ".vitepress"
    files = [file for pattern in _CONFIG for file in sorted(home.glob(pattern))]
    sources = [text_of(file) for file in files if file.suffix in (".js", ".ts", ".mjs", ".mts")]
    script = "\n".join(sources)
    docs = value_in(script, "srcDir").strip("./")
    links = [text for text in quoted_in(script) if text.startswith("/") or text.endswith(".md")]
    return Facts(docs, prefixes(value_in(script, "base")), links)


TOOL = Tool(signs=(".vitepress", "docs/.vitepress"), facts=_facts)
