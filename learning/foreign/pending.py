"""A file of another program from its upload until the learner takes it, or leaves it."""

import json
from datetime import datetime, timedelta
from typing import IO, Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents import sanitise
from learning import highlights
from learning.foreign import anki
from learning.foreign import highlights as other_highlights
from learning.foreign.places import Found, Texts
from learning.foreign.side_text import clean, is_plain, plain_text
from learning.foreign.values import MOST, Card, Note, Read, Unreadable
from learning.models import (
    CARDS_LIMIT,
    FRONT_LIMIT,
    NOTE_LIMIT,
    QUOTE_LIMIT,
    Highlight,
    HighlightedText,
    WaitingImport,
)
from learning.models import Card as OwnCard
from learning.portable import clippings
from topics.models import Section

LONGEST = 20 << 20  # bytes of a file
LONGEST_TEXT = 10 << 20
Row = dict[str, Any]


def read(name: str, file: IO[bytes]) -> Read:
    """What a file holds, told by its name and its first bytes. Raises Unreadable."""
    start = file.read(4)
    file.seek(0)
    suffix = name.lower().rpartition(".")[2]
    if start[:2] == b"PK":
        found = anki.package(file)
    elif suffix in ("txt", "csv", "tsv"):
        found = _of_text(_text(file.read(LONGEST_TEXT + 1)), suffix)
    else:
        raise Unreadable(
            _("Choose an Anki deck (.apkg, .colpkg, .txt), My Clippings.txt, or Readwise's CSV.")
        )
    if len(found.cards) + len(found.notes) > MOST:
        raise Unreadable(
            _("There are more than {most} cards or notes in it. Split it.").format(most=f"{MOST:,}")
        )
    if not (found.cards or found.notes or found.left_out):
        raise Unreadable(_("There is nothing in it."))
    return found


def _text(data: bytes) -> str:
    if len(data) > LONGEST_TEXT:
        raise Unreadable(_("The file is too large."))
    try:
        return data.decode(json.detect_encoding(data[:4]))
    except UnicodeDecodeError as error:
        said = _(
            "The file is no text in UTF-8. Save it so (in Excel as “CSV UTF-8”) and try again."
        )
        raise Unreadable(said) from error


def _of_text(text: str, suffix: str) -> Read:
    first = text.lstrip("\ufeff").partition("\n")[0].lower()
    if other_highlights.LINE in text and not first.startswith("#"):
        return other_highlights.clippings(text)
    if suffix in ("csv", "tsv") and other_highlights.is_table(text):
        return other_highlights.table(text)
    return anki.text_export(text)


def keep(user: User, name: str, found: Read) -> WaitingImport:
    """Look for the places of what was read, and keep it until the learner says what to do."""
    texts = Texts()
    rows = {
        "cards": [_card_row(card, texts) for card in found.cards],
        "notes": [_note_row(note, texts) for note in found.notes],
        "left_out": found.left_out,
        "program": found.program,
    }
    values = {"name": name[-200:], "rows": rows, "created_at": timezone.now()}
    return WaitingImport.objects.update_or_create(user=user, defaults=values)[0]


def _card_row(card: Card, texts: Texts) -> Row:
    front = plain_text(card.front)[:FRONT_LIMIT]
    back = plain_text(card.back)[:NOTE_LIMIT]
    html = sanitise(card.back)
    place = texts.find(back) or texts.find(front)
    return {
        "front": front,
        "back": back,
        "html": "" if is_plain(html) or len(html) > NOTE_LIMIT else html,
        "topic": clean(card.deck)[:500],
        "place": place and {"section": place.section, "title": place.title, "url": place.address},
    }


def _note_row(note: Note, texts: Texts) -> Row:
    quote = clean(note.quote)[:QUOTE_LIMIT]
    place = texts.find(quote)
    return {
        "quote": quote,
        "note": clean(note.note)[:NOTE_LIMIT],
        "topic": clean(note.book)[:500],
        "section": clean(note.place)[:500],
        "created": note.made and note.made.isoformat(),
        "place": place and _place(place),
    }


def _place(found: Found) -> Row:
    quote = found.quote
    return {
        "section": found.section, "title": found.title, "url": found.address,
        "state": found.state, "start": quote.start, "end": quote.end, "exact": quote.exact,
        "prefix": quote.prefix, "suffix": quote.suffix,
    }  # fmt: skip


class Full(Exception):
    """There is room for no more cards or highlights."""


@transaction.atomic
def take(user: User, waiting: WaitingImport) -> tuple[int, int, int]:
    """Make cards, highlights and notes without a place of what waits: all of it or nothing.

    Returns how many of each are new. What the learner has already is not doubled. Raises `Full`,
    or `accounts.own_data.Refused`.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # one at a time
    now = timezone.now()
    cards = _take_cards(user, waiting, now)
    placed = [row for row in waiting.rows["notes"] if row["place"]]
    lights, lost = _take_highlights(user, waiting, placed, now)
    names = ("quote", "note", "topic", "section", "created")
    loose = [row for row in waiting.rows["notes"] if not row["place"]] + lost
    loose = [{name: row[name] for name in names} for row in loose]
    kept = clippings.take_in(user, loose).kept
    waiting.delete()
    return cards, lights, kept


def _take_cards(user: User, waiting: WaitingImport, now: datetime) -> int:
    rows = waiting.rows["cards"]
    program = waiting.rows.get("program", "")
    own = OwnCard.objects.of(user)
    known = set(own.values_list("front", "back"))
    seen = set(_readable(row["place"]["section"] for row in rows if row["place"]))
    made: list[OwnCard] = []
    for row in rows:
        if (row["front"], row["back"]) in known or not (row["front"] and row["back"]):
            continue
        known.add((row["front"], row["back"]))
        section = row["place"]["section"] if row["place"] else None
        section = section if section in seen else None
        nowhere = {"topic": row["topic"], "section": "", "address": ""}
        moment = now + timedelta(microseconds=len(made))  # no two cards are of one moment
        made.append(
            OwnCard(
                user=user,
                section_id=section,
                came_from=None if section else nowhere,
                brought_from={"program": program, "deck": row["topic"], "file": waiting.name},
                origin=OwnCard.Origin.OWN,
                front=row["front"],
                back=row["back"],
                html=row["html"],
                created_at=moment,
                checked_at=now,
            )
        )
    if own.count() + len(made) > CARDS_LIMIT:
        raise Full
    OwnCard.objects.bulk_create(made, batch_size=500)
    return len(made)


def _readable(keys: Any) -> list[int]:
    return list(Section.objects.published().filter(pk__in=set(keys)).values_list("pk", flat=True))


def _take_highlights(
    user: User, waiting: WaitingImport, rows: list[Row], now: datetime
) -> tuple[int, list[Row]]:
    """Returns how many are new, and the rows whose words are gone since they were shown."""
    own = Highlight.objects.of(user)
    known = set(own.values_list("section", "exact", "note"))
    sections = Section.objects.published().filter(pk__in={row["place"]["section"] for row in rows})
    texts = {pk: highlights.text_of(html) for pk, html in sections.values_list("pk", "html")}
    made: list[Highlight] = []
    lost: list[Row] = []
    for row in rows:
        place = row["place"]
        text = texts.get(place["section"], "")
        if text[place["start"] : place["end"]] != place["exact"]:
            lost.append(row)
            continue
        if (place["section"], place["exact"], row["note"]) in known:
            continue
        known.add((place["section"], place["exact"], row["note"]))
        told = datetime.fromisoformat(row["created"]) if row["created"] else now
        made.append(
            Highlight(
                user=user,
                section_id=place["section"],
                start=place["start"],
                end=place["end"],
                exact=place["exact"],
                prefix=place["prefix"],
                suffix=place["suffix"],
                state=place["state"],
                was=row["quote"] if place["state"] == "changed" else "",
                note=row["note"],
                brought_from={
                    "program": waiting.rows.get("program", ""),
                    "book": row["topic"],
                    "place": row["section"],
                    "file": waiting.name,
                },
                created_at=min(now, told) + timedelta(microseconds=len(made)),
            )
        )
    if own.count() + len(made) > highlights.MOST:
        raise Full
    Highlight.objects.bulk_create(made, batch_size=500)
    HighlightedText.objects.bulk_create(
        (HighlightedText(section_id=pk, text=texts[pk]) for pk in {m.section_id for m in made}),
        ignore_conflicts=True,
    )
    return len(made), lost
