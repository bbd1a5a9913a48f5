"""What is told of changes: of a section, of a topic, of a run; and who wrote each paragraph."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from importer.models import Change, Revision
from topics.models import Section, Topic
from topics.visibility import seen

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
        """How many words came and went; those that moved did neither."""
        if self.before == self.after:
            return 0, 0
        old, new = (Counter(re.findall(r"\w+", text)) for text in (self.before, self.after))
        return (new - old).total(), (old - new).total()

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
    """All changes that the curator may see, the latest first."""
    return seen_changes().select_related("by", "run").order_by("-pk")


def changes_of(topic: Topic) -> "QuerySet[Change, Any]":
    """The changes of a topic and of its sections, and those that made them, the latest first."""
    here = Q(topic=topic) | Q(section__topic=topic)
    keys = Revision.objects.filter(here).values("change")
    made = Section.objects.filter(topic=topic).values("created_at")
    rows = seen_changes().filter(Q(pk__in=keys) | Q(at__in=made))
    return rows.select_related("by", "run").order_by("-pk")


def seen_changes() -> "QuerySet[Change, Any]":
    """The changes that touched nothing but what the curator may see, nor made anything else.

    One query that asks whether anything is hidden from her.
    """
    hidden = list(Topic.objects.filter(~seen()).values_list("pk", flat=True))
    if not hidden:
        return Change.objects.all()
    rows = Change.objects.all()
    for where in ("topic", "section__topic"):  # each by its index, from what is hidden on
        revisions = Revision.objects.filter(**{f"{where}__in": hidden})
        rows = rows.exclude(pk__in=revisions.values("change"))
    made = Section.objects.filter(topic__in=hidden).values("created_at")
    topics = Topic.objects.filter(pk__in=hidden).values("created_at")
    return rows.exclude(at__in=made).exclude(at__in=topics)


@dataclass(frozen=True)
class Touched:
    """The topics that a change touched: the first of them, and how many there are; the first
    titles of sections that it added to topics that were there, and how many sections it changed."""

    first: list[Topic]
    count: int
    added: list[str]
    sections: int

    @property
    def others(self) -> int:
        """How many are not named."""
        return self.count - len(self.first)


NAMED = 3  # topics of a change in a list


def topics_by_change(changes: Sequence[Change]) -> dict[int, Touched]:
    """The topics that each of these changes changed and made, each by path. Four queries."""
    rows = Revision.objects.filter(change__in=changes).order_by("change", "topic__path")
    counted = rows.values_list("change", "topic").annotate(sections=Count("section"))
    found: dict[int, dict[int, None]] = {change.pk: {} for change in changes}
    changed: dict[int, int] = dict.fromkeys(found, 0)
    for change, topic, sections in counted:
        found[change][topic] = None
        changed[change] += sections
    by_moment = {change.at: change.pk for change in changes}
    made = Topic.objects.filter(created_at__in=by_moment).order_by("path")
    for at, topic in made.values_list("created_at", "pk"):
        found[by_moment[at]][topic] = None
    added: dict[int, list[str]] = {change.pk: [] for change in changes}
    new = Section.objects.filter(created_at__in=by_moment)
    new = new.exclude(topic__created_at=F("created_at")).order_by("topic__path", "position")
    for at, topic, title in new.values_list("created_at", "topic", "title"):
        found[by_moment[at]][topic] = None
        added[by_moment[at]] += [title][: NAMED - len(added[by_moment[at]])]
    topics = Topic.objects.in_bulk({key for keys in found.values() for key in list(keys)[:NAMED]})
    return {
        change: Touched(
            [topics[key] for key in list(keys)[:NAMED]], len(keys), added[change], changed[change]
        )
        for change, keys in found.items()
        if keys
    }


def touched_by(change: Change) -> list[Topic]:
    """The topics that a change changed, and those where its sections were and are. One query."""
    revisions = change.revisions.all()
    were, are = revisions.values("topic"), revisions.values("section__topic")
    made = Section.objects.filter(created_at=change.at).values("topic")
    return list(Topic.objects.filter(Q(pk__in=were) | Q(pk__in=are) | Q(pk__in=made)))


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
    latest = rows.select_related("change__by", "change__run").order_by("-change_id")
    found = list(latest[:MOST_REVISIONS])[::-1]
    texts = [str(row.markdown) for row in found] + [section.markdown]
    current: list[Paragraph] = [Paragraph(text, None) for text in cut(texts[0])]
    known: dict[str, Paragraph] = {}
    for row, text in zip(found, texts[1:], strict=True):
        known |= {paragraph.text: paragraph for paragraph in current}
        current = _carried(current, cut(text), row.change, known)
    return current


def _carried(
    old: Sequence[Paragraph], new: Sequence[str], change: Change, known: Mapping[str, Paragraph]
) -> list[Paragraph]:
    """What a change made of the paragraphs. One that was undone comes back as its author's: it is
    `known` from before."""
    is_undoing = change.kind == Change.Kind.ROLLBACK
    before = [paragraph.text for paragraph in old]
    result: list[Paragraph] = []
    for tag, i, j, k, m in SequenceMatcher(None, before, new, autojunk=False).get_opcodes():
        if tag == "equal":
            result += old[i:j]
        else:
            came = [Paragraph(text, change) for text in new[k:m]]
            result += [known.get(one.text, one) for one in came] if is_undoing else came
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
