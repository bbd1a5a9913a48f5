"""A learner's cards: making them, and following their sources through every edit of the text.

Each function of a learner names her. `follow` is called by `publish`, in its transaction, behind
the step that follows highlights: what a card says is what its source says, and what she learned is
kept beside it where that has changed. A card is never reset, and never deleted by content work.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts import last_read
from importer.models import Revision
from importer.publish import Published
from learning import card_sources
from learning.card_sources import Source
from learning.marks import Question as Asked
from learning.marks import shown_sections
from learning.models import (
    CARDS_LIMIT,
    Card,
    Highlight,
    HighlightedText,
    Plan,
)
from learning.reviews import Day
from search.filters import Select
from topics.models import Definition, Question, Section
from topics.raw_sql import among, execute
from topics.section_parts import Reader
from topics.visibility import published_to_some

Origin, State = Card.Origin, Card.State
FROM_TEXT = (Origin.QUESTION, Origin.DEFINITION)
FROM_WORDS = (Origin.CLOZE, Origin.WORDS)
FOLLOWED = ["section", "front", "back", "html", "state", "was_front", "was_back"]


class Full(Exception):
    """There is room for no more cards."""


class NotThere(Exception):
    """What the card should be made of is not in the text."""


@transaction.atomic
def add(user: User, sources: Iterable[Source]) -> list[Card]:
    """Make the learner's cards of what she has none of; returns the new ones. Raises `Full`."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # one at a time
    own = Card.objects.of(user)
    known = set(own.filter(origin__in=FROM_TEXT).values_list("origin", "origin_key"))
    new = [source for source in sources if (source.origin, source.key) not in known]
    if own.count() + len(new) > CARDS_LIMIT:
        raise Full
    return Card.objects.bulk_create(
        Card(
            user=user,
            section_id=source.section,
            origin=source.origin,
            origin_key=source.key,
            front=source.front,
            back=source.back,
            html=source.html,
        )
        for source in new
    )


def add_own(user: User, section: Section, front: str, back: str) -> Card:
    """A card that the learner wrote beside a section. Raises `Full`."""
    (card,) = add(user, [Source(Origin.OWN, None, section.pk, front, back)])
    return card


def add_of_highlight(user: User, mark: Highlight, front: str = "") -> Card:
    """A card of the learner's highlight: a gap in its sentence, or the question `front`.

    One that she has already is given again. Raises `Full`, or `NotThere` for words that are gone.
    """
    text = HighlightedText.objects.filter(section=mark.section_id).values_list("text", flat=True)
    if mark.state == "orphaned" or not text or not mark.section.topic.is_released:
        raise NotThere
    source = card_sources.of_highlight(mark, text[0], front)
    same = Card.objects.of(user).filter(
        origin=source.origin, origin_key=mark.pk, front=source.front
    )
    known: Card | None = same.first()
    return known or add(user, [source])[0]


def rewrite(user: User, card: Card, front: str, back: str) -> None:
    """Give a card the learner's own words. One from the text follows it no longer."""
    words = {"front": front, "back": back, "html": "", "was_front": "", "was_back": ""}
    if card.origin != Origin.WORDS or back != card.back:
        words |= {"origin": Origin.OWN}
    own = Card.objects.of(user).filter(pk=card.pk)
    own.update(**words, state=State.FRESH, checked_at=timezone.now())


def accept(user: User, card: Card) -> None:
    """The learner has seen what the source says today; when she is asked again stays as it is."""
    own = Card.objects.of(user).filter(pk=card.pk).exclude(state=State.REMOVED)
    own.update(state=State.FRESH, was_front="", was_back="", checked_at=timezone.now())


@dataclass(frozen=True, slots=True)
class Sources:
    """What the sources of some cards say now, by their keys; drafts are not there."""

    texts: Mapping[int | None, Source]
    terms: Mapping[int | None, Source]
    highlights: Mapping[int | None, Highlight]
    highlighted: Mapping[int, str]

    @classmethod
    def of(cls, cards: Collection[Card]) -> "Sources":
        """A handful of queries."""

        def keys(*origins: str) -> set[int]:
            return {card.origin_key or 0 for card in cards if card.origin in origins}

        seen = Section.objects.filter(published_to_some())
        questions = Question.objects.filter(pk__in=keys(Origin.QUESTION), section__in=seen)
        terms = Definition.objects.filter(pk__in=keys(Origin.DEFINITION), section__in=seen)
        marks = Highlight.objects.in_bulk(keys(*FROM_WORDS))
        texts = HighlightedText.objects.filter(section__in=seen).filter(
            section__in={mark.section_id for mark in marks.values()}
        )
        return cls(
            {source.key: source for source in card_sources.of_questions(questions)},
            {source.key: source for source in card_sources.of_definitions(terms)},
            marks,
            dict(texts.values_list("section", "text")),
        )

    def of_card(self, card: Card) -> Source | None:
        """What a card says now; None if its source is gone."""
        if card.origin == Origin.QUESTION:
            return self.texts.get(card.origin_key)
        if card.origin == Origin.DEFINITION:
            return self.terms.get(card.origin_key)
        mark = self.highlights.get(card.origin_key)
        if mark is None or mark.state == "orphaned" or mark.section_id not in self.highlighted:
            return None
        front = card.front if card.origin == Origin.WORDS else ""
        return card_sources.of_highlight(mark, self.highlighted[mark.section_id], front)


def follow(published: Published) -> None:
    """Give all cards what their sources say now: a step of `publish`. One query without cards."""
    touched = among(published.changed | published.removed)
    below = Section.objects.filter(parent=OuterRef("section"), pk__in=touched)
    cards = list(
        Card.objects.filter(Q(section__in=touched) | Exists(below))
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    if not cards:
        return
    # A highlight that its learner has removed leaves its cards as they are.
    marks = set(
        Highlight.objects.filter(
            pk__in={card.origin_key for card in cards if card.origin in FROM_WORDS}
        ).values_list("pk", flat=True)
    )
    followed = [card for card in cards if card.origin in FROM_TEXT or card.origin_key in marks]
    sources = Sources.of(followed)
    changed = [card for card in followed if _follow_one(card, sources.of_card(card))]
    own = [card for card in cards if card.origin == Origin.OWN]
    changed += _follow_own(own, published)
    Card.objects.bulk_update(changed, FOLLOWED, batch_size=500)


def _follow_one(card: Card, source: Source | None) -> bool:
    """Write down what the source says; whether anything of the card is other than before."""
    before = {name: getattr(card, name) for name in FOLLOWED}
    if source is None:
        card.state = State.REMOVED
        return card.state != before["state"]
    is_same = (source.front, source.back) == (card.front, card.back)
    if not is_same and not (card.was_front or card.was_back):
        card.was_front, card.was_back = card.front, card.back
    card.front, card.back, card.html = source.front, source.back, source.html
    card.section_id = source.section
    if (card.was_front, card.was_back) == (card.front, card.back):
        card.was_front = card.was_back = ""
    card.state = State.CHANGED if card.was_front or card.was_back else State.FRESH
    return any(getattr(card, name) != value for name, value in before.items())


def _follow_own(own: Collection[Card], published: Published) -> list[Card]:
    """Flag the cards beside sections whose text is not the one she saw, or that are gone."""
    keys = {card.section_id or 0 for card in own}
    rows = Section.objects.filter(published_to_some(), pk__in=keys)
    now = dict(rows.values_list("pk", "markdown"))
    merged = set(
        Section.objects.filter(pk__in=keys, merged_into__isnull=False).values_list("pk", flat=True)
    )
    seen = _texts_seen([c for c in own if c.section_id in now and c.state != State.FRESH])
    changed = []
    for card in own:
        pk = card.section_id or 0
        state = card.state
        if pk in now:
            was = seen.get(card.pk, published.before.get(pk, now[pk]))
            state = State.FRESH if _words(was) == _words(now[pk]) else State.CHANGED
        else:
            state = State.CHANGED if pk in merged else State.REMOVED
        if state != card.state:
            card.state = state
            changed.append(card)
    return changed


def _texts_seen(own: Collection[Card]) -> dict[int, str]:
    """What the sections beside cards said when they were checked, by card, where an edit since
    keeps it. One query at most."""
    if not own:
        return {}
    rows = Revision.objects.filter(
        section__in={card.section_id for card in own},
        markdown__isnull=False,
        change__at__gt=min(card.checked_at for card in own),
    )
    later: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    for pk, at, text in rows.order_by("change_id").values_list("section", "change__at", "markdown"):
        later[pk or 0].append((at, str(text)))
    found = {
        card.pk: next(
            (text for at, text in later[card.section_id or 0] if at > card.checked_at), None
        )
        for card in own
    }
    return {pk: text for pk, text in found.items() if text is not None}


def _words(markdown: str) -> list[str]:
    return markdown.split()


def listed(user: User) -> QuerySet[Card]:
    """The learner's cards with the section that is read today where they are from."""
    return Card.objects.of(user).with_shown().select_related("section__topic")


def as_last_read(own: Iterable[Card]) -> list[Card]:
    """Cards, with their sections and topics, as their learner last could read where they are from.

    They are never to be saved. No query where she may read all of it: see `last_read`.
    """
    cards = list(own)
    hidden = last_read.as_last_read(card.section for card in cards if card.section)
    return [as_learned(card) if card.section_id in hidden else card for card in cards]


def as_learned(card: Card) -> Card:
    """A card with what was learned alone, for where what it says since cannot be read."""
    own = copy(card)
    if own.was_front or own.was_back:
        own.front, own.back, own.html = own.was_front, own.was_back, ""
        own.was_front = own.was_back = ""
    own.state = State.REMOVED
    return own


def place(card: Card, section: Section) -> str:
    """The address of what a card is from: see `card_sources.place_of`."""
    is_found = card.origin in (*FROM_WORDS, Origin.DEFINITION)
    return card_sources.place_of(section, card.back if is_found else "")


AT_SECTIONS = Asked(
    """SELECT here.shown_id, card.id, ''
    FROM %(here)s AS here
    JOIN learning_card card ON card.section_id = here.id
    WHERE card.user_id = %(user)s""",
    len,
)


def due(user: Reader) -> Select:
    """Selects the sections of cards that are due today: `is:due` in a search."""
    if not user.is_authenticated:
        return shown_sections(user)
    # Of her plan the time zone alone: all of it takes as long as the search's own statement.
    rows = execute("SELECT time_zone FROM learning_plan WHERE user_id = %s", [user.pk])
    end = Day.of(timezone.now(), Plan(time_zone=rows[0][0] if rows else "")).end
    is_due = "section_id IS NOT NULL AND NOT is_suspended AND due < %s"
    return shown_sections(user, (Card, is_due, [end]))
