"""What is kept of a source: the tool that its files are written for, and where its own site is."""

from importer.file_discovery import Root
from importer.link_names import NO_SITE, Site
from importer.models import Source
from importer.tools import TOOLS, Project, find_project


def project_of(root: Root, dialect: str) -> Project:
    """The project that a root belongs to; its tool is kept with the source.

    A `dialect` that is given holds for later imports of the source too.
    """
    source, _ = Source.objects.get_or_create(name=root.source)
    dialect = dialect or source.dialect
    project = find_project(root.path, list(TOOLS.items()), dialect)
    site = {"prefixes": list(project.site.prefixes), "docs": project.site.docs}
    kept = (dialect, project.tool, site)
    if (source.dialect, source.tool, source.site) != kept:
        source.dialect, source.tool, source.site = kept
        source.save()
    return project


def site_of(source: str) -> Site:
    """Where the own site of the source with this name is. One query."""
    row = Source.objects.filter(name=source).first()
    if row is None:
        return NO_SITE
    return Site(row.tool, tuple(row.site.get("prefixes", ())), row.site.get("docs", ""))
