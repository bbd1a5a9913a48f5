"""Cards with their answers as an Anki package.

Notes, decks and the note type have the same identifiers each time, so that Anki takes a later
package for news of the same cards: it changes their texts and leaves what was learned there.
https://docs.ankiweb.net/exporting.html; `genanki` writes the file, without answers, which are added
as Anki's own table of them has it (https://github.com/ankidroid/Anki-Android/wiki/Database-Structure).
"""

import hashlib
import io
import json
import re
import sqlite3
import zipfile
from collections import defaultdict
from contextlib import closing
from datetime import datetime
from functools import cache
from html import escape
from itertools import count
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from learning.models import Card
from learning.portable.answers import Answers, answers_of
from learning.portable.cards import in_order, named, place_of
from learning.schedule import Memory, interval

NOTE_TYPE = 1_704_067_219  # never another: Anki knows the note type by it
FIRST_DECK = 1_800_000_000
DAY = 86_400
EPOCH = 1_411_124_400  # in seconds: when the collection begins that genanki writes
NEW, LEARNING, REVIEW, RELEARNING = 0, 1, 2, 3  # of Anki's cards; its queues differ for the last
LEARNED_KIND, REVIEWED_KIND, RELEARNED_KIND = 0, 1, 2  # of its answers
SUSPENDED = -1
STYLE = (
    ".card { font: 20px/1.5 sans-serif; max-width: 40em; margin: auto; }"
    " pre { overflow-x: auto; } .from { font-size: 70%; opacity: .7; }"
)
_OWN_ADDRESS = re.compile(r'((?:href|src)=")/(?!/)')


def write(user: User, site: str, now: datetime | None = None) -> bytes:
    """The learner's cards by topic, with what is known of them. `site` is its address.

    Anki changes a note that it has if ours is of a later second than its own: `now`.
    """
    genanki = _genanki()
    names, log = named(user), answers_of(user)
    decks: dict[str, Any] = {}
    known: dict[str, tuple[Card, Answers]] = {}
    title = _deck_name(site)
    for card, place in in_order(user):
        told = place_of(card, place)
        file = place.file if place else f"/{told['topic']}"
        if file not in decks:
            name = "::".join(filter(None, (title, told["topic"].replace("::", ":"))))
            decks[file] = genanki.Deck(_number(file), name)
        guid = names[card.pk].removeprefix("urn:uuid:")
        note = genanki.note(fields=_fields(card, told, site), guid=guid)
        note.due = len(known)
        decks[file].add_note(note)
        known[guid] = (card, log.get(card.pk, []))
    package = genanki.package(list(decks.values()), known)
    return _written(package, now or timezone.now())


def _fields(card: Card, told: dict[str, str], site: str) -> list[str]:
    """Front, back, and where the card is from, as HTML with whole addresses."""
    back = card.html or _lines(card.back)
    back = _OWN_ADDRESS.sub(rf"\1{site.rstrip('/')}/", back)
    where = ": ".join(filter(None, (told["topic"], told["section"])))
    if told["address"].startswith("/"):
        where = f'<a href="{escape(site.rstrip("/") + told["address"])}">{escape(where)}</a>'
    else:
        where = escape(where)
    return [_lines(card.front), back, where]


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _deck_name(site: str) -> str:
    return site.partition("//")[2].partition("/")[0] or site


def _number(text: str) -> int:
    """A number that a text always has, where Anki's own decks have none."""
    return FIRST_DECK + int.from_bytes(hashlib.sha256(text.encode()).digest()[:6])


def _written(package: Any, now: datetime) -> bytes:
    """The file. What genanki writes itself leaves its database in the temporary folder."""
    moment = now.timestamp()
    base = sqlite3.connect(":memory:")
    with closing(base):
        package.write_to_db(base.cursor(), moment, count(int(moment * 1000)))
        base.commit()
        held = base.serialize()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        zipped.writestr("collection.anki2", held)
        zipped.writestr("media", "{}")
    return file.getvalue()


@cache
def _genanki() -> Any:
    """The package with our note type; loaded by who takes cards along alone."""
    import genanki

    model = genanki.Model(
        NOTE_TYPE,
        "Question and answer",
        fields=[{"name": "Front"}, {"name": "Back"}, {"name": "From"}],
        templates=[
            {
                "name": "Card",
                "qfmt": "{{Front}}",
                "afmt": '{{FrontSide}}<hr id="answer">{{Back}}<p class="from">{{From}}</p>',
            }
        ],
        css=STYLE,
    )

    class Note(genanki.Note):
        """A note whose HTML was sanitised here: genanki's own look at it is a warning each."""

        def _check_invalid_html_tags_in_fields(self) -> None:
            return

    class Package(genanki.Package):
        """A package with answers, and with what they made of the cards."""

        def __init__(self, decks: list[Any], known: dict[str, tuple[Card, Answers]]) -> None:
            super().__init__(decks)
            self.known = known

        def write_to_db(self, cursor: Any, timestamp: float, id_gen: Any) -> None:
            super().write_to_db(cursor, timestamp, id_gen)
            _add_learned(cursor, self.known)

    class Tools:
        Deck = genanki.Deck
        package = Package

        @staticmethod
        def note(**values: Any) -> Any:
            return Note(model=model, **values)

    return Tools


def _add_learned(cursor: Any, known: dict[str, tuple[Card, Answers]]) -> None:
    """Set what is known of each card, and add its answers."""
    # Without it Anki takes the answers of new cards for those of its first scheduler: 3 for 4.
    (text,) = cursor.execute("SELECT conf FROM col").fetchone()
    conf = json.loads(text) | {"schedVer": 2}
    cursor.execute("UPDATE col SET conf = ?", [json.dumps(conf)])
    cursor.execute("SELECT cards.id, notes.guid FROM cards JOIN notes ON notes.id = cards.nid")
    cards = {guid: pk for pk, guid in cursor.fetchall()}
    rows: dict[int, tuple[Any, ...]] = {}
    for guid, (card, answers) in known.items():
        cursor.execute(
            "UPDATE cards SET type = ?, queue = ?, due = coalesce(?, due), ivl = ?, factor = ?,"
            " reps = ?, lapses = ?, left = ?, data = ? WHERE id = ?",
            [*_state(card), cards[guid]],
        )
        for at, row in _log(answers):
            free = next(moment for moment in count(at) if moment not in rows)
            rows[free] = (free, cards[guid], -1, *row)
    cursor.executemany("INSERT INTO revlog VALUES (?,?,?,?,?,?,?,?,?)", rows.values())


def _state(card: Card) -> tuple[Any, ...]:
    """Type, queue, due, interval, ease, reps, lapses, steps left, and FSRS's memory."""
    queue = {NEW: 0, LEARNING: 1, REVIEW: 2, RELEARNING: 1}[card.phase]
    due = None
    if card.due:
        seconds = int(card.due.timestamp())
        due = (seconds - EPOCH) // DAY if card.phase == REVIEW else seconds
    days = max(1, round(interval(Memory.of(card)).total_seconds() / DAY)) if card.due else 0
    data = {}
    if card.stability and card.difficulty:
        data = {"s": round(card.stability, 4), "d": round(card.difficulty, 3)}
    return (
        card.phase, SUSPENDED if card.is_suspended else queue, due,
        days if card.phase in (REVIEW, RELEARNING) else 0, 2500 if card.phase else 0,
        card.reps, card.lapses, 1001 if queue == 1 else 0, json.dumps(data) if data else "",
    )  # fmt: skip


def _log(answers: Answers) -> list[tuple[int, tuple[Any, ...]]]:
    """The answers that count: the moment in milliseconds, and what Anki keeps of each."""
    undone = {row["undoes"] for row in answers if not row["rating"]}
    told = []
    last: dict[str, Any] = defaultdict(lambda: None)
    for place, row in enumerate(answers):
        if not row["rating"] or place in undone:
            continue
        at = datetime.fromisoformat(row["at"])
        before = last["at"]
        days = max(0, (at - before).days) if before else 0
        last["at"] = at
        kind = {REVIEW: REVIEWED_KIND, RELEARNING: RELEARNED_KIND}.get(row["phase"], LEARNED_KIND)
        values = (row["rating"], days, days, 2500, min(row["took_ms"] or 0, 60_000), kind)
        told.append((int(at.timestamp() * 1000), values))
    return told
