"""Reading and writing a learner's bookmarks. Each function names the learner it acts for."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet, Value

from accounts import tokens
from learning.models import Bookmark
from topics.models import Section

Marks = dict[int, list[Bookmark]]

LIST_COLUMNS = (
    "title",
    "number",
    "anchor",
    "breadcrumbs",
    "removed_at",
    "topic__title",
    "topic__path",
    "topic__status",
    "topic__removed_at",
)


@dataclass(frozen=True)
class Entry:
    """One line of the bookmark list: a section with its learner's marks on it.

    `removed_at` says when a section left the knowledge base; `last_html` is then its last text,
    sanitised at import. `is_readable` says whether its page can be opened.
    """

    section: Section
    marks: list[Bookmark]
    removed_at: datetime | None
    last_html: str
    is_readable: bool


def login_url(section_id: int) -> str:
    """The log-in page that leads to a bookmark on the section."""
    return tokens.login_url("learning:wanted", section_id)


def current_section(section_id: int) -> Section | None:
    """The section a reader sees at this key today, merges followed; None where there is none."""
    sections = Section.objects.select_related("topic")
    section = sections.filter(pk=section_id).first()
    seen: set[int] = set()
    while section and section.merged_into_id and section.pk not in seen:
        seen.add(section.pk)
        section = sections.filter(pk=section.merged_into_id).first()
    return section if section and _is_readable(section) else None


def marks_by_section(*, user: User | AnonymousUser, section_ids: Iterable[int]) -> Marks:
    """The learner's marks that are read at each of the sections: one query."""
    if not user.is_authenticated:
        return {}
    marks: defaultdict[int, list[Bookmark]] = defaultdict(list)
    for mark in Bookmark.objects.of(user).showing(section_ids):
        marks[mark.shown_id].append(mark)
    return dict(marks)


def marked_sections(*, user: User, words: list[str]) -> QuerySet[Section]:
    """The sections the learner marked, by topic and place: one query now, one when read.

    With `words`: where one of the learner's notes holds every word, or the titles do.
    """
    noted = Q()
    titled = Q()
    for word in words:
        noted &= Q(note__icontains=word)
        titled &= Q(title__icontains=word) | Q(topic__title__icontains=word)
    has_words = ExpressionWrapper(noted, BooleanField()) if words else Value(True)
    marks = Bookmark.objects.of(user).with_shown().annotate(has_words=has_words)
    shown = list(marks.order_by().values_list("shown_id", "has_words"))
    sections = Section.objects.filter(pk__in={pk for pk, _ in shown})
    if words:
        sections = sections.filter(titled | Q(pk__in={pk for pk, has_words in shown if has_words}))
    return (
        sections.select_related("topic")
        .only(*LIST_COLUMNS)
        .order_by("topic__path", "topic_id", "position", "pk")
    )


def entries(*, user: User, sections: Iterable[Section]) -> list[Entry]:
    """The lines of the list for sections from `marked_sections`.

    One query for all their marks, and one for the last text of removed sections, if any.
    """
    sections = list(sections)
    marks = marks_by_section(user=user, section_ids=[section.pk for section in sections])
    removed = [section.pk for section in sections if _removed_at(section)]
    last_html = dict(Section.objects.filter(pk__in=removed).values_list("pk", "html"))
    return [
        Entry(
            section=section,
            marks=marks.get(section.pk, []),
            removed_at=_removed_at(section),
            last_html=last_html.get(section.pk, ""),
            is_readable=_is_readable(section),
        )
        for section in sections
    ]


def bookmark_add(*, user: User, section: Section) -> Bookmark:
    """The learner's mark that is read at the section, made if there is none."""
    mark = Bookmark.objects.of(user).showing([section.pk]).first()
    return mark or Bookmark.objects.get_or_create(user=user, section=section)[0]


def bookmarks_remove(*, user: User | AnonymousUser, marks: Iterable[Bookmark]) -> None:
    """Remove the marks with their notes, where they are the learner's own."""
    Bookmark.objects.of(user).filter(pk__in=[mark.pk for mark in marks]).delete()


def _removed_at(section: Section) -> datetime | None:
    return section.removed_at or section.topic.removed_at


def _is_readable(section: Section) -> bool:
    return _removed_at(section) is None and section.topic.status == "published"
