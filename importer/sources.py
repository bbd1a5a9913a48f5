"""What is kept of a source: the tool that its files are written for, and where its own site is."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from importer.file_discovery import Root
from importer.link_names import NO_SITE, Site
from importer.models import Source
from importer.tools import TOOLS, Project, at_position, find_project
from importer.tools.no_pages import below
from importer.tools.redirects import usable
from importer.tools.tool import text_of

# In an export, in the source's folder: what the tool's own files said, which are no part of it.
SETTINGS = ".source.json"
MOST_PREFIXES = 50
LONGEST = 500  # characters of one


def project_of(root: Root, dialect: str) -> Project:
    """The project that a root belongs to; its tool is kept with the source.

    A `dialect` that is given holds for later imports of the source too. An export's settings hold
    where no tool's own file says more.
    """
    source = Source.objects.filter(name=root.source).first() or Source(name=root.source)
    kept = _read(root.path / SETTINGS)
    given = dialect
    dialect = given or source.dialect or kept.get("dialect", "")
    project = find_project(root.path, list(TOOLS.items()), dialect)
    if (
        kept
        and given in ("", kept["tool"])
        and (project.tool != kept["tool"] or not project.site.prefixes)
    ):
        order = list(project.order) if project.tool == kept["tool"] else []
        site_there = _site(kept["tool"], kept)
        project = Project(
            kept["tool"], site_there, kept["order"] + order, kept["no_pages"],
            project.redirects or kept["redirects"], project.titles or kept["titles"],
        )  # fmt: skip
    site: dict[str, Any] = {"prefixes": list(project.site.prefixes), "docs": project.site.docs}
    if project.no_pages:
        site["no_pages"] = list(project.no_pages)
    if project.redirects:
        site["redirects"] = dict(project.redirects)
    if project.titles:
        site["titles"] = dict(project.titles)
    found = (dialect, project.tool, site)
    if source.pk is None or (source.dialect, source.tool, source.site) != found:
        source.dialect, source.tool, source.site = found
        source.save()
    return project


def site_of(source: str) -> Site:
    """Where the own site of the source with this name is. One query."""
    row = Source.objects.filter(name=source).first()
    return NO_SITE if row is None else _site(row.tool, row.site)


def is_page(source: Source, path: str) -> bool:
    """Whether a document of a source becomes a page of its own, as its last import knew it."""
    return Project(no_pages=source.site.get("no_pages", ())).is_page(path)


def title_of(source: Source, origin: str) -> str:
    """What the source's navigation calls a document that says nothing itself, or ""."""
    return Project(titles=source.site.get("titles", {})).title_of(origin)


def write_settings(folder: Path, places: Mapping[str, Mapping[str, float]]) -> int:
    """Write what is kept of each source into its folder below `folder`, where there is one; how
    many files that are. `places` has by source and origin the position of each folder that no
    index tells. Raises OSError."""
    count = 0
    for source in Source.objects.order_by("name"):
        place = folder / source.name
        values = {"tool": source.tool, "dialect": source.dialect, **source.site}
        values["order"] = [
            at_position(origin, position)
            for origin, position in sorted(places.get(source.name, {}).items())
        ]
        said = {key: value for key, value in values.items() if value}
        if said and place.is_dir():
            text = json.dumps(said, ensure_ascii=False, indent=2, sort_keys=True)
            (place / SETTINGS).write_text(f"{text}\n", encoding="utf-8")
            count += 1
    return count


def _site(tool: str, kept: dict[str, Any]) -> Site:
    return Site(tool, tuple(kept.get("prefixes", ())), kept.get("docs", ""))


def _read(file: Path) -> dict[str, Any]:
    """The settings in a file that anybody may have written; {} where it says none."""
    try:
        values = json.loads(text_of(file) or "{}")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(values, dict) or not values:
        return {}
    tools = {name: values.get(name) for name in ("tool", "dialect")}
    found: dict[str, Any] = {
        name: tool if isinstance(tool, str) and tool in TOOLS else ""
        for name, tool in tools.items()
    }
    found["prefixes"] = [
        prefix
        for prefix in _texts(values.get("prefixes"))[:MOST_PREFIXES]
        if prefix.startswith(("/", "http"))
    ]
    found["order"] = _texts(values.get("order"))
    found["no_pages"] = below("", _texts(values.get("no_pages")))
    redirects = values.get("redirects")
    found["redirects"] = usable(redirects.items()) if isinstance(redirects, dict) else {}
    titles = values.get("titles")
    pairs = titles.items() if isinstance(titles, dict) else ()
    found["titles"] = {
        path: title for path, title in pairs if isinstance(title, str) and len(title) <= LONGEST
    }
    docs = values.get("docs")
    path = next(iter(_texts([docs])), "").strip("/")
    found["docs"] = f"{path}/" if path and ".." not in path.split("/") else ""
    return found


def _texts(values: Any) -> list[str]:
    """The texts of a list that are not too long."""
    given = values if isinstance(values, list) else []
    return [value for value in given if isinstance(value, str) and len(value) <= LONGEST]
