"""Jekyll: `_config.yml` names the site's address and what comes before its paths, and which of the
folders that begin with an underscore hold pages."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from importer.tools.page_addresses import by_pattern, leading_on, pages_in
from importer.tools.tool import Facts, Tool, first_text, prefixes, text_of, texts_of, yaml_of

_LEADS_ON = ("jekyll-redirect-from", "github-pages")  # plugins that know `redirect_to`
_POSTS = {
    "date": "/:categories/:year/:month/:day/:title",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "none": "/:categories/:title",
}


def _facts(folder: Path) -> Facts:
    config = yaml_of(first_text(folder, "_config.yml", "_config.yaml"))
    base, url = config.get("baseurl", ""), config.get("url", "")
    base, url = (value if isinstance(value, str) else "" for value in (base, url))
    address = url.rstrip("/") + "/" + base.strip("/") if url else base
    shown = dict(_shown_of(config.get("collections")))
    hidden = texts_of(config.get("exclude"))
    hidden += [f"!**/{name.strip('/')}" for name in [*shown, *texts_of(config.get("include"))]]
    hidden += [f"**/{name}/**/_*" for name in shown]
    known = {**_addresses(folder, config, shown)}
    plugins = [*texts_of(config.get("plugins")), *texts_of(config.get("gems"))]
    told = " ".join(plugins) + text_of(folder / "Gemfile")
    if any(name in told for name in _LEADS_ON):
        stubs = leading_on(folder, "redirect_to")
        hidden += list(stubs)
        known |= stubs
    return Facts("", prefixes(address, base), (), hidden, known)


def _shown_of(collections: Any) -> Iterator[tuple[str, str]]:
    """The folders of those collections that have pages, each with the pattern of its addresses."""
    if not isinstance(collections, dict):
        return
    for name, said in collections.items():
        options = said if isinstance(said, dict) else {}
        if options.get("output") == "true":
            pattern = options.get("permalink", "")
            yield f"_{name}", pattern if isinstance(pattern, str) else ""


def _addresses(folder: Path, config: dict[str, Any], shown: dict[str, str]) -> dict[str, str]:
    """The addresses of pages that a pattern gives, each leading to its file."""
    posts = config.get("permalink", "")
    posts = _POSTS.get(posts, posts) if isinstance(posts, str) else ""
    patterns = {"_posts": posts} | shown
    found = {}
    for name, pattern in patterns.items():
        if pattern := pattern.replace(":collection", name[1:]):
            for path, front in pages_in(folder / name):
                if address := by_pattern(pattern, path, front):
                    found[address] = f"/{name}/{path}"
    return found


# Posts and drafts have pages, too; drafts are drafts.
_NO_PAGES = (
    "**/_*", "**/#*", "**/*~", "!**/_posts", "!**/_drafts",
    *(f"vendor/{name}" for name in ("bundle", "cache", "gems", "ruby")),
)  # fmt: skip
TOOL = Tool(signs=("_config.yml", "_config.yaml"), facts=_facts, no_pages=_NO_PAGES)
