"""Links without a text of their own show the title of what they lead to."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Protocol

from importer.link_html import TITLED, Shown
from topics.models import Section


class Resolved(Protocol):
    """What is needed of a link."""

    section_id: int
    href: str
    target_id: int | None


def give_titles(
    links: Iterable[Resolved],
    html: Iterable[tuple[int, str, str]],
    shown: Mapping[int, dict[str, Shown]],
) -> None:
    """Add to what links show the titles that they need. `html` has by section what it shows now and
    what was written. A query where there are such links."""
    holding = {pk for pk, _, written in html if TITLED in written}
    wanted = [link for link in links if holding and link.section_id in holding and link.target_id]
    if not wanted:
        return
    rows = Section.objects.filter(pk__in={link.target_id for link in wanted})
    columns = rows.values_list("pk", "anchor", "title", "topic__title")
    titles = {pk: title if anchor else name for pk, anchor, title, name in columns}
    for link in wanted:
        of_section, title = shown[link.section_id], titles.get(link.target_id or 0, "")
        of_section[link.href] = replace(of_section[link.href], title=title)
