"""What a section's text holds: links, definitions, questions, path steps."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

from documents import Document, ParsedSection
from documents import PathStep as FoundStep
from importer.bulk_rows import copy_rows, new_row, update_rows
from importer.identity.questions import Part, match_parts
from importer.link_names import Site, split_href
from topics.models import Definition, Link, PathStep, Question, Section, Topic

Keyed = Definition | Question
Row = Link | PathStep | Keyed
REMADE = (Link, PathStep)
KEPT: tuple[type[Keyed], ...] = (Definition, Question)
Titles = Mapping[int, str]
P = TypeVar("P", Link, Definition, Question, PathStep)
# The columns that follow from a section's Markdown and from the rest of its document.
RENDERED = ["written_html", "html", "text", "code", "words"]


def fill(row: Section, item: ParsedSection) -> None:
    """Set the columns of RENDERED; `publish` resolves the links in `html`."""
    row.html = row.written_html = item.html
    row.text, row.code, row.words = item.text, item.code, item.words


def steps_by_section(document: Document) -> dict[int, list[FoundStep]]:
    """A document's path steps by the index of their section."""
    steps: dict[int, list[FoundStep]] = {}
    for step in document.steps:
        steps.setdefault(step.section, []).append(step)
    return steps


def replace_parts(
    parts: Sequence[Row], changed: Collection[int], removed: Collection[int], titles: Titles
) -> list[Row]:
    """Replace the parts of changed sections; returns the new rows still to be inserted.

    A question or definition that is recognisably an old one keeps its row, which is updated here.
    What is gone from a changed section is deleted; a removed section keeps what did not move to
    another one. `titles` are the sections' titles as they were. A few queries.
    """
    left: list[Row] = [part for part in parts if isinstance(part, REMADE)]
    for model in REMADE:
        model.objects.filter(section__in=changed).delete()
    for kept in KEPT:
        new: list[Keyed] = [part for part in parts if isinstance(part, kept)]
        left += _keep_keys(kept, new, changed, removed, titles)
    return left


def _keep_keys(
    model: type[Keyed],
    new: list[Keyed],
    changed: Collection[int],
    removed: Collection[int],
    titles: Titles,
) -> list[Keyed]:
    """Update the old rows that `new` continues, delete those that are gone; the rest of `new`."""
    old: list[Any] = list(model.objects.filter(section__in=[*changed, *removed]))
    pairs = match_parts(
        [_seen(row, row.pk, titles.get(row.section_id, "")) for row in old],
        [_seen(row, place, row.section.title) for place, row in enumerate(new)],
    )
    for place, key in pairs.items():
        new[place].pk = key
    columns = [field.name for field in model._meta.concrete_fields]
    update_rows([new[place] for place in pairs], columns)
    here = set(changed)
    gone = {row.pk for row in old if row.section_id in here}.difference(pairs.values())
    if gone:
        model.objects.filter(pk__in=gone).delete()
    return [row for place, row in enumerate(new) if place not in pairs]


def move_parts(old: Section, new: Section, title: str) -> None:
    """Give `old` the parts of `new`, which is the same section elsewhere and will be deleted.

    `title` is what `old` was called before. An edited section keeps its own questions and
    definitions, until it is rendered in its new place.
    """
    for model in REMADE:
        model.objects.filter(section=old).delete()
        model.objects.filter(section=new).update(section=old)
    for kept in KEPT:
        moved: list[Any] = list(kept.objects.filter(section=new))
        kept.objects.filter(section=new).delete()
        if old.edited_at is None:
            for row in moved:
                row.pk, row.section = None, old
            copy_rows(_keep_keys(kept, moved, [old.pk], [], {old.pk: title}))


def _seen(row: Keyed, key: int, title: str) -> Part:
    if isinstance(row, Definition):
        return Part(key, row.section_id, row.term, row.text)
    return Part(key, row.section_id, row.text, is_heading=row.text == title)


def copy_parts(parts: Sequence[Row]) -> None:
    """Insert unsaved parts of any kind."""
    for model in (*REMADE, *KEPT):
        copy_rows([part for part in parts if isinstance(part, model)])


def parts_of(
    row: Section, topic: Topic, item: ParsedSection, steps: Sequence[FoundStep], site: Site
) -> list[Row]:
    """The links, definitions, questions and steps of a section, as unsaved rows."""
    parts: list[Row] = []
    for position, link in enumerate(item.links):
        wanted = split_href(link.href, topic.tree_path, site)
        parts.append(
            _part(
                Link,
                row,
                position=position,
                href=link.href,
                text=link.text[:500],
                kind=wanted.kind,
                wanted=wanted.path,
                wanted_anchor=wanted.anchor,
                names=wanted.names,
            )
        )
    parts += [
        _part(Definition, row, position=position, term=found.term[:300], text=found.text)
        for position, found in enumerate(item.definitions)
    ]
    parts += [
        _part(Question, row, position=position, text=question.text)
        for position, question in enumerate(item.questions)
    ]
    parts += [
        _part(PathStep, row, position=s.position, text=s.text, names=s.names, hrefs=s.hrefs)
        for s in steps
    ]
    return parts


def _part(model: type[P], section: Section, **values: Any) -> P:
    part = new_row(model, section_id=section.pk, **values)
    part._state.fields_cache["section"] = section
    return part
