"""What follows from a section's text: its links, definitions, questions, steps, search columns."""

from collections.abc import Sequence
from typing import Any

from documents import Document, ParsedSection
from documents import PathStep as FoundStep
from importer.links import split_href
from importer.tables import copy_rows
from topics.models import Definition, Link, PathStep, Question, Section, Topic

PARTS = (Link, Definition, Question, PathStep)
# The columns that follow from a section's Markdown and from the rest of its document.
RENDERED = [
    "written_html",
    "html",
    "text",
    "code",
    "words",
]


def steps_by_section(document: Document) -> dict[int, list[FoundStep]]:
    steps: dict[int, list[FoundStep]] = {}
    for step in document.steps:
        steps.setdefault(step.section, []).append(step)
    return steps


def delete_parts(section_ids: Sequence[int]) -> None:
    for model in PARTS:
        model.objects.filter(section__in=section_ids).delete()


def copy_parts(parts: Sequence[Any]) -> None:
    for model in PARTS:
        copy_rows([part for part in parts if isinstance(part, model)])


def parts_of(
    row: Section, topic: Topic, item: ParsedSection, steps: Sequence[FoundStep]
) -> list[Any]:
    """The links, definitions, questions and steps of a section, as unsaved rows."""
    parts: list[Any] = []
    for position, link in enumerate(item.links):
        kind, wanted, anchor = split_href(link.href, topic.tree_path)
        parts.append(
            Link(
                section=row,
                position=position,
                href=link.href,
                text=link.text[:500],
                kind=kind,
                wanted=wanted,
                wanted_anchor=anchor,
            )
        )
    for position, found in enumerate(item.definitions):
        parts.append(
            Definition(section=row, position=position, term=found.term[:300], text=found.text)
        )
    for position, asked in enumerate(item.questions):
        parts.append(Question(section=row, position=position, text=asked.text))
    for step in steps:
        parts.append(
            PathStep(
                section=row,
                position=step.position,
                text=step.text,
                names=step.names,
                hrefs=step.hrefs,
            )
        )
    return parts
