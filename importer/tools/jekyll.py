"""Jekyll: `_config.yml` names the site's address and what comes before its paths."""

from pathlib import Path

from importer.tools.tool import Facts, Tool, first_text, prefixes, yaml_of


def _facts(folder: Path) -> Facts:
    config = yaml_of(first_text(folder, "_config.yml", "_config.yaml"))
    base, url = config.get("baseurl", ""), config.get("url", "")
    base, url = (value if isinstance(value, str) else "" for value in (base, url))
    return Facts("", prefixes(url.rstrip("/") + "/" + base.strip("/") if url else base, base))


TOOL = Tool(signs=("_config.yml", "_config.yaml"), facts=_facts)
