"""How far a learner is: which sections she has read, and which she wants to read again.

Each function names the learner it acts for.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from learning.marks import Question, Row, shown_sections
from learning.models import Reading, read_here_sql
from search.filters import Select
from topics.addresses import section_url
from topics.models import Section
from topics.raw_sql import statement
from topics.section_parts import Reader
from topics.summaries import minutes
from topics.visibility import published, published_to_trees_sql

READ, AGAIN = Reading.State.READ.value, Reading.State.AGAIN.value
UNREAD = "unread"
FEW_WORDS = 5  # on average: such sections are counted, as reading them takes no time
LONGEST_TAKEN_OVER = 5_000  # sections marked in a browser before there was an account


@dataclass(frozen=True, slots=True)
class Sum:
    """How much of some sections is read."""

    count: int
    read: int
    words_left: int
    is_counted: bool  # they have hardly any words

    @classmethod
    def of(cls, words: Mapping[int, int], found: Mapping[int, str]) -> "Sum":
        """From the words of the sections, and the states of those that have one."""
        read = [key for key in words if found.get(key) == READ]
        total = sum(words.values())
        left = total - sum(words[key] for key in read)
        return cls(len(words), len(read), left, total < FEW_WORDS * len(words))

    @property
    def is_read(self) -> bool:
        """Whether all sections are read."""
        return self.read == self.count

    @property
    def minutes_left(self) -> int:
        """Reading time of what is not read yet."""
        return minutes(self.words_left)


class OfTopic(NamedTuple):
    """How much of a topic is not read, and how many of its sections are marked."""

    words_left: int
    marked: int

    @property
    def minutes_left(self) -> int:
        """0 when all of it is read."""
        return minutes(self.words_left) if self.words_left > 0 else 0


@dataclass(frozen=True, slots=True)
class Next:
    """The next unread section of a topic that the learner was reading."""

    topic: str
    title: str
    url: str
    minutes_left: int


def state_of(rows: list[Row]) -> str:
    """The state of a section: its own before those of sections that were merged into it."""
    own = [row.text for row in rows if row.number]
    return own[0] if own else min(row.text for row in rows)


STATE = Question(
    """SELECT here.shown_id, (here.id = here.shown_id)::int, reading.state
    FROM %(here)s AS here
    JOIN learning_reading reading ON reading.section_id = here.id
    WHERE reading.user_id = %(user)s""",
    state_of,
)
OF_TOPICS = Question(
    statement("learning/read_of_topics").format(
        here=read_here_sql(
            "ARRAY(SELECT section.id FROM topics_section section WHERE section.removed_at IS NULL"
            " AND section.topic_id = ANY (ARRAY(SELECT id FROM asked)))"
        ),
    ),
    lambda rows: OfTopic(rows[0].number, int(rows[0].text)),
)
LATEST = Question(
    statement("learning/latest").format(published=published_to_trees_sql("topic", "next")),
    lambda rows: [_next(row.text) for row in sorted(rows, reverse=True)],
)


def _next(text: str) -> Next:
    row = json.loads(text)
    url = section_url(row["path"], row["anchor"])
    return Next(row["topic"], row["title"], url, minutes(row["words"]))


def mark(user: User, sections: Collection[int], state: str, at: datetime | None = None) -> None:
    """Give sections a state; UNREAD takes it away. Three statements at most.

    What sections that were merged into them had gives way to it. A mark that comes later than it
    was made says `at`: what was marked since then stays.
    """
    moment = at or timezone.now()
    with_merged = Reading.objects.of(user).showing(sections)
    if at:
        since = with_merged.filter(marked_at__gt=at).order_by()
        later = set(since.values_list("shown_id", flat=True))
        sections = [pk for pk in sections if pk not in later]
        with_merged = with_merged.filter(marked_at__lte=at)
    if state == UNREAD:
        with_merged.delete()
        return
    with_merged.exclude(section__in=sections).delete()
    rows = [Reading(user=user, section_id=pk, state=state, marked_at=moment) for pk in sections]
    Reading.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["user", "section"],
        update_fields=["state", "marked_at"],
    )


def sections_of(section: Section, scope: str) -> list[int]:
    """The section alone, all of its `page`, or all of its `topic`, where readers see them."""
    rows = Section.objects.published()
    match scope:
        case "page":
            rows = rows.filter(page=section.page_id)
        case "topic":
            rows = rows.filter(topic=section.topic_id)
        case _:
            return [section.pk]
    return list(rows.order_by("position").values_list("pk", flat=True))


def take_over(user: User, marks: Iterable[tuple[int, str, float]]) -> int:
    """Add what was marked in a browser without an account; the later mark of a section stays.

    A mark is a section, a state, and when it was made (seconds since 1970). Those of sections that
    do not exist, or not for her, are left out. Returns how many there were. A handful of queries.
    """
    wanted = {pk: (state, _moment(at)) for pk, state, at in marks}
    known = set(Section.objects.seen().filter(pk__in=wanted).values_list("pk", flat=True))
    mine = dict(
        Reading.objects.of(user).filter(section__in=known).values_list("section", "marked_at")
    )
    rows = [
        Reading(user=user, section_id=pk, state=state, marked_at=at)
        for pk, (state, at) in wanted.items()
        if pk in known and not (pk in mine and mine[pk] >= at)
    ]
    Reading.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["user", "section"],
        update_fields=["state", "marked_at"],
    )
    return len(known)


def _moment(seconds: float) -> datetime:
    """The time, never in the future: a browser's clock may be wrong."""
    now = timezone.now()
    return min(now, datetime.fromtimestamp(max(0.0, min(seconds, now.timestamp())), UTC))


def read(reader: Reader) -> Select:
    """Selects the sections that the reader has read: `is:read` in a search."""
    return shown_sections(reader, (Reading, "state = %s", [READ]))


def changed(user: User, most: int) -> list[Reading]:
    """What has changed here since the learner read it, the latest first. One query.

    What she read elsewhere before this site had it has not changed by coming here.
    """
    rows = Reading.objects.of(user).filter(published("section__"))
    since = Greatest(F("marked_at"), F("section__created_at"))
    rows = rows.filter(section__changed_at__gt=since).select_related("section__topic")
    return list(rows.order_by("-section__changed_at", "pk")[:most])


CHANGED = Question(
    """SELECT here.shown_id, 0, ''
    FROM %(here)s AS here
    JOIN learning_reading reading ON reading.section_id = here.id
    JOIN topics_section section ON section.id = here.id
    WHERE reading.user_id = %(user)s
      AND section.changed_at > greatest(reading.marked_at, section.created_at)
      AND here.id = here.shown_id""",
    lambda _rows: True,
)
