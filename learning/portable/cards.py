"""Cards with every answer, and how a learner wants to be asked, as rows."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from accounts.own_data import Row, Said, Taken, Wrong, item, quoted, too_many
from documents import sanitise
from learning.cards import FROM_TEXT, FROM_WORDS, as_learned
from learning.models import CARDS_LIMIT, FRONT_LIMIT, Card
from learning.portable import highlights
from learning.portable.answers import add_answers, answers_of, without_card
from learning.portable.identifiers import identifiers
from learning.portable.kept import text_of_row
from learning.portable.places import Place, sections_at, today
from learning.schedule import FIELDS, Memory
from topics.models import Definition, Question

PART = "cards"
PLACE = ("topic", "section", "address")
TAKEN = -1  # in place of a card's key: another row of the file has it
Origin = Card.Origin


def named(user: User) -> dict[int, str]:
    """The lasting names of a learner's cards by their keys."""
    made = Card.objects.of(user).order_by().values_list("pk", "created_at")
    return {pk: name.urn for pk, name in identifiers(PART, made).items()}


def in_order(user: User) -> list[tuple[Card, Place | None]]:
    """A learner's cards with where they are from, the first made first. Four queries."""
    own = Card.objects.of(user)
    places = today(own)
    told = ((card, places.get(card.section_id or 0)) for card in own.order_by("created_at", "pk"))
    return [
        (as_learned(card) if place and place.is_hidden else card, place) for card, place in told
    ]


def place_of(card: Card, place: Place | None) -> Row:
    """The topic, section and address of a card; those of a file that it came with, if any."""
    told = card.came_from or {}
    return place.row if place else {name: told.get(name, "") for name in PLACE}


def rows(user: User) -> list[Row]:
    """All of a learner's cards with every answer that she gave; those of deleted ones last."""
    names, marks = named(user), highlights.named(user)
    told = answers_of(user)
    found = []
    for card, place in in_order(user):
        mark = marks.get(card.origin_key or 0) if card.origin in FROM_WORDS else None
        mark = mark or (card.came_from or {}).get("highlight")  # one without a place here
        found.append(
            {
                "id": names[card.pk],
                **place_of(card, place),
                "made_from": card.origin,
                **({"brought_from": card.brought_from} if card.brought_from else {}),
                "highlight": mark,
                "front": card.front,
                "back": card.back,
                "html": card.html,
                "state": card.state,
                "was_front": card.was_front,
                "was_back": card.was_back,
                "created": card.created_at.isoformat(),
                "checked": card.checked_at.isoformat(),
                **Memory.of(card).as_json(),
                "answers": told.pop(card.pk, []),
            }
        )
    deleted = sorted(told.values(), key=lambda answers: answers[0]["at"])
    return found + [{"front": None, "answers": answers} for answers in deleted]


def said(user: User) -> Iterator[Said]:
    """The cards for people. What they say is quoted."""
    for number, (card, place) in enumerate(in_order(user)):
        text = item(f"{_('Card')}:", quoted(f"{card.front.strip()}\n\n{card.back.strip()}"))
        if place:
            yield place.says(2, text, number)
        else:
            group = place_of(card, None)["topic"] or _("Without a place")
            yield Said(group, "", text, order=("cards", number))


def take_in(user: User, rows: list[Row]) -> Taken:
    """Make the cards of rows, or add the answers that cards here lack."""
    cards = list({row["id"]: row for row in rows if row["front"] is not None}.values())
    by_name = {name: pk for pk, name in named(user).items()}
    new = [row for row in cards if row["id"] not in by_name]
    if len(by_name) + len(new) > CARDS_LIMIT:
        raise too_many(_("Cards"), CARDS_LIMIT)
    _find_places(user)
    made, same = _new(user, new)
    Card.objects.bulk_create([card for _row, card in made], batch_size=1000)
    keys = {row["id"]: card.pk for row, card in made} | same | by_name
    known = [row for row in cards if row["id"] in by_name or row["id"] in same]
    _learned_elsewhere(user, known, keys)
    add_answers(user, [(keys[row["id"]], row["answers"]) for row in cards])
    deleted = {text_of_row(row): row for row in rows if row["front"] is None}
    without_card(user, [row["answers"] for row in deleted.values()])
    return Taken(len(made), len(rows) - len(made))


def _find_places(user: User) -> None:
    """Put cards that came without a place where they are from, if that is here by now."""
    told = Card.objects.of(user).filter(came_from__isnull=False)
    lost = [card for card in told if card.came_from]  # not JSON's null
    marks = {name: pk for pk, name in highlights.named(user).items()} if lost else {}
    at = sections_at(card.came_from.get("address", "") for card in lost)
    for card in lost:
        highlight = card.came_from.get("highlight")
        card.section_id = card.section_id or at.get(card.came_from.get("address", ""))
        card.origin_key = card.origin_key or marks.get(highlight)
        if card.section_id and (card.origin_key or not highlight):
            card.came_from = None
    Card.objects.bulk_update(lost, ["section", "origin_key", "came_from"], batch_size=500)


def _new(user: User, rows: list[Row]) -> tuple[list[tuple[Row, Card]], dict[str, int]]:
    """Rows with their new cards, unsaved; and the keys of those that the learner made here."""
    at = sections_at(row["address"] for row in rows)
    marks = {name: pk for pk, name in highlights.named(user).items()}
    sources = _sources(rows, at)
    own = Card.objects.of(user).filter(origin__in=FROM_TEXT)
    mine = {(card.origin, card.origin_key): card.pk for card in own.only("origin", "origin_key")}
    made, same = [], {}
    for row in rows:
        section = at.get(row["address"])
        key = None
        if row["made_from"] in FROM_TEXT:
            found = sources.get((row["made_from"], section or 0, row["front"]), [])
            found.sort(key=lambda source: source[1] != row["back"])
            free = [pk for pk, _text in found if mine.get((row["made_from"], pk)) != TAKEN]
            key = free[0] if free else None
            if known := key and mine.get((row["made_from"], key)):
                same[row["id"]] = known
                mine[row["made_from"], key] = TAKEN
                continue
            mine[row["made_from"], key] = TAKEN
        elif row["made_from"] in FROM_WORDS:
            key = marks.get(row["highlight"])
        made.append((row, _card(user, row, section, key)))
    return made, same


def _sources(
    rows: Iterable[Row], at: Mapping[str, int]
) -> dict[tuple[str, int, str], list[tuple[int, str]]]:
    """The questions and definitions that cards are made from, by section and front: key, text."""
    keys = {at[row["address"]] for row in rows if row["address"] in at}
    found: dict[tuple[str, int, str], list[tuple[int, str]]] = defaultdict(list)
    questions = Question.objects.filter(section__in=keys).order_by("pk")
    for pk, section, text in questions.values_list("pk", "section", "text"):
        found[Origin.QUESTION, section, text[:FRONT_LIMIT]].append((pk, ""))
    terms = Definition.objects.filter(section__in=keys).order_by("pk")
    for pk, section, term, text in terms.values_list("pk", "section", "term", "text"):
        found[Origin.DEFINITION, section, term].append((pk, text))
    return found


def _card(user: User, row: Row, section: int | None, key: int | None) -> Card:
    told = {} if section else {name: row[name] for name in PLACE}
    if row["highlight"] and not key:
        told["highlight"] = row["highlight"]
    memory = Memory.from_json(row)
    return Card(
        user=user,
        section_id=section,
        came_from=told or None,
        brought_from=row.get("brought_from"),
        origin=row["made_from"],
        origin_key=key,
        front=row["front"],
        back=row["back"],
        html=sanitise(row["html"]),
        state=row["state"],
        was_front=row["was_front"],
        was_back=row["was_back"],
        created_at=datetime.fromisoformat(row["created"]),
        checked_at=datetime.fromisoformat(row["checked"]),
        **{name: getattr(memory, name) for name in FIELDS},
    )


def _learned_elsewhere(user: User, rows: list[Row], keys: Mapping[str, int]) -> None:
    """Where a card was answered later than here, what is known of its memory is the row's."""
    own = Card.objects.of(user).in_bulk({keys[row["id"]] for row in rows})
    changed = []
    for row in rows:
        card, memory = own.get(keys[row["id"]]), Memory.from_json(row)
        if card is None or memory.last_review is None:
            continue
        if card.last_review is None or card.last_review < memory.last_review:
            for name in FIELDS:
                setattr(card, name, getattr(memory, name))
            changed.append(card)
    Card.objects.bulk_update(changed, FIELDS, batch_size=500)


def look(row: Row) -> None:
    """Raises `Wrong` for a memory that cannot be."""
    if row["front"] is not None:
        _look_at_memory(row)
    for number, answer in enumerate(row["answers"]):
        try:
            _look_at_memory(answer["before"])
        except Wrong as wrong:
            raise wrong.inside("answers", number, "before") from wrong


def _look_at_memory(row: Row) -> None:
    memory = Memory.from_json(row)
    if memory.phase == Card.Phase.NEW:
        if memory.due is not None:
            raise Wrong(_("a card that was never asked (phase 0) is due on no day"), "due")
        return
    wanted = ["due", "last_review", "stability", "difficulty"]
    wanted += ["step"] if memory.phase != Card.Phase.REVIEW else []
    if missing := [name for name in wanted if getattr(memory, name) is None]:
        raise Wrong(
            _("a card that was asked (phase 1 to 3) has it, and here it is null"), missing[0]
        )
