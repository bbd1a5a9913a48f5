"""A section that is moved to another topic, with all below it: what leads to it follows, and its
own links and pictures still lead where they did."""

import posixpath
import re
from collections.abc import Sequence
from itertools import takewhile

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from importer.edits import EditRefused, lock_topics, markdown_of, sections_of, without_imports
from importer.link_edits import destination, replaced
from importer.models import Change
from importer.written_topics import save_documents
from topics.models import Link, Section, Topic
from topics.visibility import PUBLIC

HIGHEST = 2  # the level of headings right below a title
# What references and footnotes mean: `[name]: address`, `[^1]: text` with the lines indented below.
_DEFINITION = re.compile(
    r"^ {0,3}\[([^\[\]\n]{1,200})\]:[ \t]*\S[^\n]*(?:\n(?: {2,}|\t)[^\n]+)*", re.MULTILINE
)
_NAME = re.compile(r"\[([^\[\]\n]{1,200})\]")
_ABSOLUTE = re.compile(r"/|[a-z][a-z0-9+.-]*:", re.IGNORECASE)


@transaction.atomic
def move_section(
    section: Section, target: Topic, *, user: User | None, why: str = ""
) -> Change | None:
    """Move a section with all below it to the end of another topic; its address leads there.

    Raises EditRefused for a root section, and as `save_documents` does.
    """
    with without_imports():
        lock_topics([section.topic_id, target.pk])
        there = Section.objects.select_related("topic").get(pk=section.pk)
        return _moved(there, Topic.objects.get(pk=target.pk), user, why)


def _moved(section: Section, target: Topic, user: User | None, why: str) -> Change | None:
    topic = section.topic
    if not section.anchor or section.removed_at or target.pk == topic.pk:
        raise EditRefused(_("This section cannot be moved there."))
    rows, there = sections_of(topic), sections_of(target)
    start = next(place for place, row in enumerate(rows) if row.pk == section.pk)
    below = takewhile(lambda row: row.level > section.level, rows[start + 1 :])
    moved = [rows[start], *below]
    left = [row for row in rows if row not in moved]
    _take_definitions(moved, left)
    _take_definitions(left, moved)
    texts = {topic.pk: markdown_of(topic, left, {})}
    for row in moved:
        row.level += HIGHEST - section.level
    moved[0].parent_id = there[0].pk
    _lead_on(moved, topic, target)
    texts[target.pk] = markdown_of(target, [*there, *moved], {})
    keys = [row.pk for row in moved]
    return save_documents(texts, user=user, why=why, kind=Change.Kind.MOVE, moved=keys)


def _take_definitions(taking: Sequence[Section], others: Sequence[Section]) -> None:
    """Give to sections the definitions of what they refer to that are in others alone."""
    known = _definitions(others)
    missing = {name: text for name, text in known.items() if name not in _definitions(taking)}
    for row in taking if missing else ():
        used = {name.casefold() for name in _NAME.findall(row.markdown)}
        found = [missing.pop(name) for name in list(missing) if name in used]
        if found:
            row.markdown = "\n\n".join([row.markdown.rstrip("\n"), *found])


def _definitions(rows: Sequence[Section]) -> dict[str, str]:
    """Definitions by their names; the first of a name counts."""
    found = [match for row in rows for match in _DEFINITION.finditer(row.markdown)]
    return {match[1].casefold(): match[0] for match in reversed(found)}


def _lead_on(moved: Sequence[Section], topic: Topic, target: Topic) -> None:
    """Have the texts lead where they did, from the other topic."""
    by_key = {row.pk: row for row in moved}
    links = Link.objects.filter(section__in=by_key).select_related("target__topic")
    for link in links.order_by("pk"):
        if not _ABSOLUTE.match(link.href) and (href := _from_there(link, topic, target, by_key)):
            for row in moved:
                if row.pk == link.section_id or f"]: {link.href}" in row.markdown:
                    row.markdown, _count = replaced(row.markdown, link.href, href)


def _from_there(link: Link, topic: Topic, target: Topic, moved: dict[int, Section]) -> str:
    """How the target's text leads where the link does; "" where it does by the same words, or
    leads nowhere."""
    start = posixpath.dirname(topic.tree_path)
    is_beside = start == posixpath.dirname(target.tree_path)
    if link.target is None:
        root, _colon, path = link.wanted.partition(":")
        if not link.file_id or is_beside or root != target.tree_path.partition(":")[0]:
            return ""
        folder = posixpath.dirname(target.tree_path.partition(":")[2]) or "."
        return posixpath.relpath(path, folder).replace(" ", "%20")
    if link.target.pk in moved:
        return "" if link.href.startswith("#") else f"#{link.target.anchor}"
    if link.target.topic.tree not in (PUBLIC, target.tree):
        return ""  # what is private is not named elsewhere
    if is_beside and not link.href.startswith("#"):
        return ""
    return destination(target, link.target)
