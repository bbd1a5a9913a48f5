"""A section as it would be shown after an edit. Nothing is written, and no lock is taken."""

from django.utils.html import escape
from django.utils.translation import gettext as _

from documents import ParsedSection
from documents.markdown import reaches_others
from importer.edits import EditRefused, parse_rows, parsed, refuse_unsettled, sections_of
from importer.link_names import Site
from importer.link_resolution import html_with
from importer.section_contents import parts_of
from importer.sources import site_of
from topics.models import Link, Section


def preview(section: Section, markdown: str, title: str) -> ParsedSection:
    """The section as it would be after an edit. Raises EditRefused; writes nothing."""
    return _preview(section, markdown, title, site_of(section.topic.source))


def rendered(section: Section, markdown: str, title: str, lost: list[str] | None = None) -> str:
    """The HTML that readers would see after an edit, links and pictures resolved; links that lead
    nowhere are added to `lost`.

    Writes nothing and waits for nobody. Raises EditRefused if the text cannot be rendered.
    """
    site = site_of(section.topic.source)
    item = _preview(section, markdown.replace("\r\n", "\n"), title, site)
    missed: list[str] = []
    html = shown(section, item, site, missed)
    if lost is not None and missed:
        rows = Section.objects.filter(topic=section.topic_id, removed_at=None)  # a draft's, too
        here = {f"#{anchor}" for anchor in rows.values_list("anchor", flat=True)}
        lost += [href for href in missed if href not in here]
    return html


def shown(section: Section, item: ParsedSection, site: Site, lost: list[str] | None = None) -> str:
    """What readers would see of a section with this text; it and its topic may be unsaved."""
    parts = parts_of(section, section.topic, item, (), site)
    links = [part for part in parts if isinstance(part, Link)]
    html = html_with(section, item.html, links)
    if lost is not None:
        nowhere = (Link.Kind.BROKEN, Link.Kind.PLANNED)
        lost += [link.href for link in links if link.kind in nowhere]
    return html


def _preview(section: Section, markdown: str, title: str, site: Site) -> ParsedSection:
    """Of the other sections only those are read whose text may change how this one is shown."""
    refuse_unsettled(markdown)  # its ======= would be read as a heading
    topic, rows = section.topic, sections_of(section.topic)
    place = next((n for n, row in enumerate(rows) if row.pk == section.pk), None)
    if place is None:
        raise EditRefused(
            _(
                "This section was removed in the meantime. Copy your text and find the section "
                "that replaced it."
            )
        )
    row = rows[place]
    if title != row.title:
        row.heading, row.title_html = "", escape(title)
    row.markdown, row.title = markdown, title
    whole = [other.markdown for other in rows]
    for other in rows[1:]:  # a root's text may decide what the title is
        if other is not row and not reaches_others(other.markdown):
            other.markdown = ""
    document = parse_rows(topic, rows, site)
    if len(document.sections) != len(rows):  # the whole says why, or has none too many
        for other, text in zip(rows, whole, strict=True):
            other.markdown = text
        document = parsed(topic, rows, site)
    return document.sections[place]
