"""Jekyll: `_config.yml` names the site's address and what comes before its paths, and which of the
folders that begin with an underscore hold pages."""

from pathlib import Path

from importer.tools.tool import Facts, Tool, first_text, prefixes, texts_of, yaml_of


def _facts(folder: Path) -> Facts:
    config = yaml_of(first_text(folder, "_config.yml", "_config.yaml"))
    base, url = config.get("baseurl", ""), config.get("url", "")
    base, url = (value if isinstance(value, str) else "" for value in (base, url))
    address = url.rstrip("/") + "/" + base.strip("/") if url else base
    collections = config.get("collections")
    shown = [f"_{name}" for name in collections or () if isinstance(name, str)]
    shown += texts_of(config.get("include"))
    hidden = [*texts_of(config.get("exclude")), *(f"!**/{name.strip('/')}" for name in shown)]
    return Facts("", prefixes(address, base), (), hidden)


# Posts and drafts have pages, too; drafts are drafts.
_NO_PAGES = ("**/_*", "**/#*", "**/*~", "!**/_posts", "!**/_drafts")
TOOL = Tool(signs=("_config.yml", "_config.yaml"), facts=_facts, no_pages=_NO_PAGES)
