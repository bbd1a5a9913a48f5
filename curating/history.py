"""What is told of changes: of a section, of a topic, of a run; and who wrote each paragraph."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.db.models import Count, Q, QuerySet

from importer.models import Change, Revision
from topics.models import Section, Topic

PAGE = 50
MOST_REVISIONS = 300  # that are read to find who wrote a paragraph


@dataclass(frozen=True)
class Version:
    """A section before and after one change."""

    change: Change
    before_title: str
    before: str
    after_title: str
    after: str
    was_removed: bool
    is_removed: bool
    path: str

    @property
    def words(self) -> tuple[int, int]:
        """How many words came and went."""
        old, new = re.findall(r"\w+", self.before), re.findall(r"\w+", self.after)
        if old == new:
            return 0, 0
        matcher = SequenceMatcher(None, old, new, autojunk=True)
        same = sum(block.size for block in matcher.get_matching_blocks())
        return len(new) - same, len(old) - same

    @property
    def has_text(self) -> bool:
        """Whether title or text are others."""
        return (self.before_title, self.before) != (self.after_title, self.after)


def versions_of(section: Section, before: int = 0, limit: int = PAGE) -> list[Version]:
    """The changes of a section, the latest first; `before` is a change's key. Three queries."""
    rows = Revision.objects.filter(section=section).select_related("change__by", "change__run")
    page = rows.filter(change__lt=before) if before else rows
    found = list(page.select_related("topic").order_by("-change_id")[:limit])
    if not found:
        return []
    title, text, removed = section.title, section.markdown, section.removed_at is not None
    if before:
        later = rows.filter(change__gte=before).order_by("change_id")
        if first := later.first():
            title, removed = first.title, bool(first.state["removed_at"])
        if first := later.filter(markdown__isnull=False).first():
            text = str(first.markdown)
    versions = []
    for row in found:
        was = text if row.markdown is None else row.markdown
        was_removed = bool(row.state["removed_at"])
        versions.append(
            Version(row.change, row.title, was, title, text, was_removed, removed, row.topic.path)
        )
        title, text, removed = row.title, was, was_removed
    return versions


def version_of(section: Section, change: Change) -> Version | None:
    """A section before and after a change; None if the change left it alone."""
    found = versions_of(section, before=change.pk + 1, limit=1)
    return found[0] if found and found[0].change == change else None


def changes() -> "QuerySet[Change, Any]":
    """All changes, the latest first, each with how many sections it changed."""
    counted = Change.objects.select_related("by", "run", "undoes")
    return counted.annotate(
        sections=Count("revisions__section", distinct=True),
    ).order_by("-pk")


def changes_of(topic: Topic) -> "QuerySet[Change, Any]":
    """The changes of a topic and of its sections, the latest first."""
    here = Q(topic=topic) | Q(section__topic=topic)
    keys = Revision.objects.filter(here).values("change")
    return Change.objects.filter(pk__in=keys).select_related("by", "run").order_by("-pk")


def made_by(change: Change) -> "QuerySet[Section, Any]":
    """The sections that a change made."""
    return Section.objects.filter(created_at=change.at).select_related("topic")


# Who wrote each paragraph


@dataclass(frozen=True)
class Paragraph:
    """A paragraph as it is now, and the change that it came with; None if it was there first."""

    text: str
    change: Change | None


def paragraphs_of(section: Section) -> list[Paragraph]:
    """The section's paragraphs with where each came from. A few queries.

    What came more than MOST_REVISIONS changes ago counts as having been there first.
    """
    rows = Revision.objects.filter(section=section, markdown__isnull=False)
    found = list(rows.select_related("change__by", "change__run").order_by("-change_id"))
    found = found[:MOST_REVISIONS][::-1]
    texts = [str(row.markdown) for row in found] + [section.markdown]
    current: list[Paragraph] = [Paragraph(text, None) for text in cut(texts[0])]
    for row, text in zip(found, texts[1:], strict=True):
        current = _carried(current, cut(text), row.change)
    return current


def _carried(old: Sequence[Paragraph], new: Sequence[str], change: Change) -> list[Paragraph]:
    before = [paragraph.text for paragraph in old]
    result: list[Paragraph] = []
    for tag, i, j, k, m in SequenceMatcher(None, before, new, autojunk=False).get_opcodes():
        if tag == "equal":
            result += old[i:j]
        else:
            result += [Paragraph(text, change) for text in new[k:m]]
    return result


def cut(markdown: str) -> list[str]:
    """The paragraphs of a Markdown text; a fenced block is one, whatever is in it."""
    paragraphs: list[list[str]] = [[]]
    fence = ""
    for line in markdown.splitlines():
        mark = re.match(r"\s*(```+|~~~+)", line)
        if fence:
            fence = "" if mark and mark[1].startswith(fence) else fence
        elif mark:
            fence = mark[1]
        if not line.strip() and not fence:
            paragraphs.append([])
        else:
            paragraphs[-1].append(line)
    return ["\n".join(lines) for lines in paragraphs if lines]
