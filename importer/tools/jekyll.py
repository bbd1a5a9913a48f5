"""Jekyll: `_config.yml` names the site's address and what comes before its paths, and which of the
folders that begin with an underscore hold pages."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from importer.names import page_name
from importer.tools.page_addresses import by_pattern, leading_on, pages_in
from importer.tools.tool import (
    Facts,
    Tool,
    any_yaml,
    first_text,
    prefixes,
    text_of,
    texts_of,
    yaml_of,
)

_LEADS_ON = ("jekyll-redirect-from", "github-pages")  # plugins that know `redirect_to`
MOST_LEVELS = 10
# Where themes have their navigation, and what they call the address of a page in it.
_LISTS = ("nav*.y*ml", "*navigation*.y*ml", "*sidebar*.y*ml", "*toc*.y*ml", "sidebars/*.y*ml")
_LINKS = ("url", "link", "href", "path", "page", "permalink")
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
    return Facts("", prefixes(address, base), list(_listed(folder)), hidden, known)


def _listed(folder: Path) -> Iterator[str]:
    """The pages that lists of a theme's navigation name, in their order, those with an address of
    their own by their paths."""
    found = (file for name in _LISTS for file in sorted(folder.glob(f"_data/{name}")))
    files = list(dict.fromkeys(found))
    pages = list(pages_in(folder)) if files else []
    known = {
        page_name(given): path
        for path, front in pages
        if isinstance(given := front.get("permalink"), str)
    }
    for file in files:
        for address in _addresses_in(any_yaml(text_of(file))):
            yield known.get(page_name(address), address)


def _addresses_in(value: Any, depth: int = 0) -> Iterator[str]:
    """The addresses in lists and maps that lie in one another."""
    if depth > MOST_LEVELS:
        return
    if isinstance(value, dict):
        yield from (text for key in _LINKS if isinstance(text := value.get(key), str) and text)
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in inner:
        yield from _addresses_in(item, depth + 1)


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
