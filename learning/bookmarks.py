"""Reading and writing a learner's bookmarks. Each function names the learner it acts for."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet, Sum, Value
from django.db.models.functions import Length
from django.utils.html import linebreaks
from django.utils.translation import gettext as _

from accounts import login_tokens
from accounts.last_read import NEEDED, as_last_read, last_texts
from learning.marks import Question, Row
from learning.models import BOOKMARKS_LIMIT, NOTES_LIMIT, Bookmark
from topics.models import Section, Topic
from topics.summaries import SectionHeading
from topics.visibility import published

Marks = dict[int, list[Bookmark]]

LIST_COLUMNS = (*NEEDED, "title_html", "breadcrumbs")


@dataclass(frozen=True, slots=True)
class Mark:
    """A bookmark with the note on it."""

    id: int
    note: str
    created_at: datetime

    @classmethod
    def of(cls, bookmark: Bookmark) -> "Mark":
        """From a row."""
        return cls(bookmark.pk, bookmark.note, bookmark.created_at)


@dataclass(frozen=True, slots=True)
class MarkedTopic:
    """A topic with bookmarks; `url` is empty where it cannot be read."""

    id: int
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the bookmark list: a section with its learner's marks on it.

    `removed_at` says when a section left the knowledge base; `last_html` is then its last text,
    sanitised at import. `is_published` says whether its page can be opened. `above` are the titles
    between the topic and the section.
    """

    section: SectionHeading
    topic: MarkedTopic
    above: tuple[str, ...]
    marks: tuple[Mark, ...]
    removed_at: datetime | None
    last_html: str
    is_published: bool


def login_url(section_id: int) -> str:
    """The log-in page that leads to a bookmark on the section."""
    return login_tokens.login_url("learning:wanted", section_id)


def marks_by_section(*, user: User | AnonymousUser, section_ids: Iterable[int]) -> Marks:
    """The learner's marks that are read at each of these sections today. One query."""
    if not user.is_authenticated:
        return {}
    marks: defaultdict[int, list[Bookmark]] = defaultdict(list)
    for mark in Bookmark.objects.of(user).showing(section_ids):
        marks[mark.shown_id].append(mark)
    return dict(marks)


def marked_sections(*, user: User, words: list[str]) -> QuerySet[Section]:
    """The sections that the learner marked, by topic and position. One query now, one when read.

    With `words`, only those with every word in one of the learner's notes or in the titles, as she
    last read them: one query more, and those of `as_last_read`.
    """
    noted = Q()
    titled = Q()
    for word in words:
        noted &= Q(note__icontains=word)
        titled &= Q(title__icontains=word) | Q(topic__title__icontains=word)
    has_words = ExpressionWrapper(noted, BooleanField()) if words else Value(True)
    marks = Bookmark.objects.of(user).with_shown().annotate(has_words=has_words)
    shown = list(marks.order_by().values_list("shown_id", "has_words"))
    sections = Section.objects.seen().filter(pk__in={pk for pk, _ in shown})
    if words:
        lost = sections.exclude(published()).select_related("topic").only(*NEEDED)
        found = {pk for pk, has_words in shown if has_words} | _titled(lost, words)
        sections = sections.filter((titled & published()) | Q(pk__in=found))
    return (
        sections.select_related("topic")
        .only(*LIST_COLUMNS)
        .order_by("topic__path", "topic_id", "position", "pk")
    )


def _titled(lost: Iterable[Section], words: list[str]) -> set[int]:
    """Of sections that can no longer be read those that had all of the words in a title."""
    lost = list(lost)
    as_last_read(lost)
    wanted = [word.lower() for word in words]
    titles = {row.pk: (row.title.lower(), row.topic.title.lower()) for row in lost}
    return {
        pk for pk, told in titles.items() if all(any(word in t for t in told) for word in wanted)
    }


def entries(*, user: User, sections: Iterable[Section]) -> list[Entry]:
    """The lines of the list for sections from `marked_sections`.

    One query for all their marks, and one for the last text of removed sections, if any; those of
    `as_last_read` where some cannot be read.
    """
    sections = list(sections)
    hidden = as_last_read(sections)
    marks = marks_by_section(user=user, section_ids=[section.pk for section in sections])
    removed = [section.pk for section in sections if section.gone_at]
    last_html = dict(Section.objects.filter(pk__in=removed).values_list("pk", "html"))
    last_html |= {pk: linebreaks(text, autoescape=True) for pk, text in last_texts(hidden).items()}
    return [
        Entry(
            section=SectionHeading.of(section),
            topic=_topic(section.topic),
            above=tuple(section.breadcrumbs[1:]),
            marks=tuple(Mark.of(mark) for mark in marks.get(section.pk, [])),
            removed_at=section.gone_at,
            last_html=last_html.get(section.pk, ""),
            is_published=section.is_published,
        )
        for section in sections
    ]


def _topic(topic: Topic) -> MarkedTopic:
    url = topic.get_absolute_url() if topic.is_published else ""
    return MarkedTopic(topic.pk, topic.title, url)


def first_of(rows: list[Row]) -> int:
    """The key of the learner's first mark at a section, for its button."""
    return min(row.number for row in rows)


BUTTON = Question(
    """SELECT here.shown_id, bookmark.id, ''
    FROM %(here)s AS here
    JOIN learning_bookmark bookmark ON bookmark.section_id = here.id
    WHERE bookmark.user_id = %(user)s""",
    first_of,
)


class TooMany(Exception):
    """The learner has as many bookmarks as anybody may; the message says what to do."""


def bookmark_add(*, user: User, section: Section) -> Bookmark:
    """The learner's mark that is read at the section today; a new one if there is none.

    Raises TooMany. Requests at the same moment may each add one more.
    """
    own = Bookmark.objects.of(user)
    if mark := own.showing([section.pk]).first():
        return cast(Bookmark, mark)
    if own.count() >= BOOKMARKS_LIMIT:
        raise TooMany(
            _("You have {limit} bookmarks, and nobody can have more. Remove some first.").format(
                limit=f"{BOOKMARKS_LIMIT:,}"
            )
        )
    return Bookmark.objects.get_or_create(user=user, section=section)[0]


def room_for_notes(mark: Bookmark) -> int:
    """How many characters the note on this mark may have, beside all other notes of its learner."""
    others = Bookmark.objects.filter(user_id=mark.user_id).exclude(pk=mark.pk)
    used = others.aggregate(used=Sum(Length("note")))["used"] or 0
    return max(0, NOTES_LIMIT - used)


def bookmarks_remove(*, user: User | AnonymousUser, marks: Iterable[Bookmark]) -> None:
    """Remove those of the marks that are the learner's own, with their notes."""
    Bookmark.objects.of(user).filter(pk__in=[mark.pk for mark in marks]).delete()
