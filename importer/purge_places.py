"""Where this room and those below it hold texts, and how each place is cleared; see `purge`."""

from collections.abc import Callable, Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from documents.slugs import slug
from importer.edits import EditRefused, rerender
from importer.link_names import names_of_file
from importer.models import Change, ImportRun, IncludedFile, Revision
from importer.publish import publish
from importer.purge import (
    GONE,
    LEAST,
    MADE,
    PLACES,
    SOURCES,
    Place,
    PurgeRefused,
    Wanted,
    columns,
    fitting,
    section_ids,
)
from importer.uploads import discard
from jobs.models import Job
from search.log import normalised
from search.models import SearchLog, Synonym
from search.words import surfaces
from topics.models import (
    Address,
    Asset,
    Definition,
    Link,
    PathStep,
    Question,
    Section,
    Topic,
    TopicAddress,
)
from topics.raw_sql import execute, statement


def _find_sections(wanted: Wanted) -> Iterator[str]:
    rows = Section.objects.filter(pk__in=section_ids(wanted)).select_related("topic")
    for section in rows.order_by("pk"):
        if wanted.sections and not _has_content(section):
            continue
        state = "removed" if section.gone_at else "live"
        yield f"section {section.pk} of {section.topic.path} ({state})"


def _has_content(section: Section) -> bool:
    return section.title != GONE or any(getattr(section, name) for name in (*SOURCES[2:], *MADE))


def _remove_from_sections(wanted: Wanted) -> None:
    if wanted.sections:
        _empty(wanted.sections)
        return
    by_topic: dict[Topic, list[Section]] = {}
    ids = section_ids(wanted)
    # In its own tree the text may be cut up by markup, so pages are made again from the source.
    for section in Section.objects.filter(pk__in=ids).select_related("topic"):
        before = section.markdown
        for name in (*SOURCES, "title_html", "breadcrumbs", "text", "code"):
            value = wanted.without(getattr(section, name))
            setattr(section, name, fitting(Section._meta.get_field(name), value))
        for name in ("written_html", "html"):
            made = wanted.without(getattr(section, name))
            is_cut_up = section.markdown != before and section.gone_at
            setattr(section, name, f"<pre>{escape(section.markdown)}</pre>" if is_cut_up else made)
        section.changed_at = timezone.now()
        section.save()
        if not section.gone_at:
            by_topic.setdefault(section.topic, []).append(section)
    for topic, sections in by_topic.items():
        try:
            ids += rerender(topic, [section.pk for section in sections])
        except EditRefused as error:
            raise PurgeRefused(f"{topic.path}: {error} Nothing was removed.") from error
    topics = {topic.pk for topic in by_topic}
    publish(sorted(set(ids)), topics)


def _empty(ids: frozenset[int]) -> None:
    """Rows and marks stay, and nothing of what was in them."""
    now = timezone.now()
    rows = Section.objects.filter(pk__in=ids)
    topics = set(rows.filter(anchor="", removed_at=None).values_list("topic", flat=True))
    Asset.objects.filter(pk__in=_only_shown_by(ids)).delete()
    Address.objects.filter(section__in=ids).delete()
    for section in rows:
        section.title, section.anchor = GONE, section.anchor and f"removed-{section.pk}"
        for name in (*SOURCES[1:], *MADE):
            null = Section._meta.get_field(name).null
            setattr(section, name, None if null else "")
        section.breadcrumbs, section.words, section.see_also = [], 0, []
        section.removed_at = section.removed_at or now
        section.changed_at = now
        section.edited_at = section.edited_by = None
        section.save()
    for topic in Topic.objects.filter(pk__in=topics):
        topic.title, topic.summary, topic.front_matter, topic.tags = GONE, "", {}, []
        topic.removed_at = now
        topic.save()
    publish(sorted(ids), topics)


# Addresses are made of titles, and say them in small letters.


def _with_slug(manager: Any, column: str, wanted: Wanted) -> models.QuerySet[Any]:
    sought = slug(wanted.text) if wanted.text else ""
    if len(sought) < LEAST:
        return manager.none()
    return manager.filter(**{f"{column}__contains": sought})


def _find_addresses(wanted: Wanted) -> Iterator[str]:
    for section in _with_slug(Section.objects, "anchor", wanted):
        yield f"address of section {section.pk}"
    earlier = _with_slug(Address.objects, "anchor", wanted)
    if wanted.sections:
        earlier = Address.objects.filter(section__in=wanted.sections)
    for address in earlier:
        yield f"earlier address of section {address.section_id}"


def _remove_addresses(wanted: Wanted) -> None:
    sections = _with_slug(Section.objects, "anchor", wanted)
    changed = list(sections.values_list("pk", flat=True))
    for section in sections:
        section.anchor = f"removed-{section.pk}"
        section.save(update_fields=["anchor"])
    _with_slug(Address.objects, "anchor", wanted).delete()
    Address.objects.filter(section__in=wanted.sections).delete()
    publish(changed)


def _find_names(wanted: Wanted) -> Iterator[str]:
    topics = _with_slug(Topic.objects, "path", wanted)
    if wanted.text:
        topics = topics | Topic.objects.filter(origin__contains=wanted.text)
    for topic in topics:
        yield f"{topic.source}:{topic.origin}: rename the file and import it again"
    for address in _with_slug(TopicAddress.objects, "path", wanted):
        yield f"earlier address {address.pk} of topic {address.topic_id}"


def _only_shown_by(ids: Iterable[int]) -> list[int]:
    """The pictures and files that no other section shows or links to."""
    links = Link.objects.filter(kind__in=[Link.Kind.IMAGE, Link.Kind.FILE])
    here = _wanted_by(links.filter(section__in=ids))
    reached = Q(wanted__in=here) | Q(names__overlap=list(here))
    elsewhere = _wanted_by(links.filter(reached).exclude(section__in=ids))
    alone = []
    for pk, path, copy_of in Asset.objects.values_list("pk", "path", "copy_of"):
        names = {copy_of or path, *names_of_file(copy_of or path)}
        if names & here and not names & elsewhere:
            alone.append(pk)
    return alone


def _wanted_by(links: models.QuerySet[Link]) -> set[str]:
    """All that links want, by any name."""
    rows = links.values_list("wanted", "names")
    return {name for wanted, names in rows for name in (wanted, *names) if name}


def _revisions() -> Place:
    """What sections and topics were before a change, with the addresses that say it."""
    texts = columns(Revision, "title", "markdown", "state", section="section_id")
    addresses = columns(Revision, "state")

    def in_addresses(wanted: Wanted) -> list[Wanted]:
        sought = slug(wanted.text) if wanted.text else ""
        return [Wanted(sought)] if len(sought) >= LEAST else []

    def find(wanted: Wanted) -> Iterator[str]:
        yield from texts.find(wanted)
        for form in in_addresses(wanted):
            yield from addresses.find(form)

    def remove(wanted: Wanted) -> None:
        for place, forms in ((texts, [wanted]), (addresses, in_addresses(wanted))):
            for form in forms:
                if place.remove:
                    place.remove(form)

    return Place(find, remove)


# Images, uploads, the search's own


def _assets(wanted: Wanted) -> models.QuerySet[Asset]:
    if wanted.sections:
        return Asset.objects.filter(pk__in=_only_shown_by(wanted.sections))
    tests = " OR ".join("position(%s IN data) > 0" for _ in wanted.forms)
    values = [form.encode() for form in wanted.forms]
    rows = execute(f"SELECT id FROM topics_asset WHERE {tests}", values)
    return Asset.objects.filter(Q(pk__in=[pk for (pk,) in rows]) | Q(path__contains=wanted.text))


def _upload_folders(wanted: Wanted) -> list[Path]:
    if not wanted.text:
        return []
    sought = wanted.text.encode()
    folders = sorted((Path(settings.DATA_DIR) / "uploads").glob("*/files"))
    return [
        folder
        for folder in folders
        if any(path.is_file() and sought in path.read_bytes() for path in folder.rglob("*"))
    ]


def _discard_uploads(wanted: Wanted) -> None:
    for folder in _upload_folders(wanted):
        discard(folder)


def _searches(wanted: Wanted) -> models.QuerySet[SearchLog]:
    sought = normalised(wanted.text)
    if not sought:
        return SearchLog.objects.none()
    return SearchLog.objects.filter(Q(query__contains=sought) | Q(corrected__contains=sought))


def _words(wanted: Wanted) -> list[str]:
    """Words of the text that corrections and suggestions know and no published section has."""
    rows = execute(statement("importer/words_left"), [list(set(surfaces(wanted.text)))])
    return [word for (word,) in rows]


def _remove_words(wanted: Wanted) -> None:
    execute(statement("importer/delete_unused_terms"))
    execute(statement("importer/delete_unused_words"))
    execute("DELETE FROM topics_word WHERE word = ANY(%s)", [_words(wanted)])


def _lines(model: type[models.Model], rows: Callable[[Wanted], Any]) -> Place:
    """A place whose rows go as a whole."""
    label = model._meta.label_lower
    return Place(
        lambda wanted: (f"{label} {row.pk}" for row in rows(wanted)),
        lambda wanted: rows(wanted).delete(),
    )


def register() -> None:
    """The places of this room and of those below it, in the order in which they are cleared."""
    for name, place in {
        "pictures": _lines(Asset, _assets),
        "topics": columns(
            Topic, "title", "summary", "tags", "prerequisites", "front_matter", "title_anchor"
        ),
        "addresses": Place(_find_addresses, _remove_addresses),
        "names of files": Place(_find_names, None),
        "included files": columns(IncludedFile, "path", "text"),  # before what takes them in
        "sections": Place(_find_sections, _remove_from_sections),
        "definitions": columns(Definition, "term", "text", section="section_id"),
        "questions": columns(Question, "text", section="section_id"),
        "links": columns(
            Link, "href", "text", "wanted", "wanted_anchor", "names", section="section_id"
        ),
        "steps of paths": columns(PathStep, "text", "names", "hrefs", section="section_id"),
        "revisions": _revisions(),
        "reasons of changes": columns(Change, "why"),
        "notes of imports": columns(ImportRun, "notes", "lines"),
        "uploads": Place(
            lambda wanted: (f"{folder.parent}" for folder in _upload_folders(wanted)),
            _discard_uploads,
        ),
        "jobs": columns(Job, "arguments", "result", "error"),
        "the search log": _lines(SearchLog, _searches),
        "synonyms": columns(Synonym, "words", "expansions", "note"),
        "words of the index": Place(
            lambda wanted: (f"word {word}" for word in _words(wanted)), _remove_words
        ),
    }.items():
        PLACES.register(name, place)
