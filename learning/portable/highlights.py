"""Highlights as W3C Web Annotations (https://www.w3.org/TR/annotation-model/)."""

import json
from collections.abc import Iterator
from datetime import datetime

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from accounts.own_data import Row, Said, Taken, item, plain, quoted, too_many
from learning.anchoring import Quote, State, again, find
from learning.highlights import MOST, as_marked, quotes_of, set_quote, text_of
from learning.models import Highlight, HighlightedText
from learning.portable import kept
from learning.portable.identifiers import identifiers
from learning.portable.places import Place, sections_at, today
from topics.models import Section

PART = "highlights"
CONTEXT = "http://www.w3.org/ns/anno.jsonld"


def _shown(user: User) -> list[tuple[Place, str, Highlight]]:
    own = Highlight.objects.of(user)
    places = today(own)
    marks = list(own.order_by("created_at", "pk"))
    names = named(user)
    return [
        (place, names[mark.pk], as_marked(mark) if place.is_hidden else mark)
        for mark in marks
        if (place := places[mark.section_id])
    ]


def named(user: User) -> dict[int, str]:
    """The lasting names of a learner's highlights by their keys."""
    made = Highlight.objects.of(user).order_by().values_list("pk", "created_at")
    return {pk: name.urn for pk, name in identifiers(PART, made).items()}


def rows(user: User) -> list[Row]:
    """All highlights of a learner as annotations, the first made first."""
    found = [_annotation(*shown) for shown in _shown(user)] + kept.rows(user, PART)
    return sorted(found, key=lambda row: row["created"])


def _annotation(place: Place, name: str, row: Highlight) -> Row:
    selectors = [
        {
            "type": "TextQuoteSelector",
            "exact": row.exact,
            "prefix": row.prefix,
            "suffix": row.suffix,
        },
        {"type": "TextPositionSelector", "start": row.start, "end": row.end},
    ]
    body = {"type": "TextualBody", "purpose": "commenting", "value": row.note}
    return {
        "@context": CONTEXT,
        "id": name,
        "type": "Annotation",
        "motivation": "commenting" if row.note else "highlighting",
        "created": row.created_at.isoformat(),
        "modified": row.updated_at.isoformat(),
        "body": [body] if row.note else [],
        "target": {"source": place.address, "selector": selectors},
        "topic": place.topic,
        "section": place.title,
        "color": row.color,
        "state": row.state,
        "was": row.was,
        **({"brought_from": row.brought_from} if row.brought_from else {}),
    }


def as_annotations(user: User, site: str) -> bytes:
    """A collection of annotations for other programs, with whole addresses."""
    items = []
    for row in rows(user):
        source = site.rstrip("/") + row["target"]["source"]
        items.append({**row, "target": {**row["target"], "source": source}})
    page = {"type": "AnnotationPage", "startIndex": 0, "items": items}
    whole = {
        "@context": CONTEXT,
        "type": "AnnotationCollection",
        "label": _("My notes"),
        "total": len(items),
        "first": page,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def said(user: User) -> Iterator[Said]:
    """The same for people. Words and notes are quotations, one in the other."""
    for place, _name, mark in _shown(user):
        name, note = _("Highlighted words"), mark.note.strip()
        yield place.says(1, item(name, quoted(mark.exact), plain(mark.source), note), mark.start)


def _place(user: User, rows: list[Row]) -> tuple[Taken, list[Row]]:
    """Find the words of rows in the texts here."""
    known = set(named(user).values())
    new = list({row["id"]: row for row in rows if row["id"] not in known}.values())
    if len(known) + len(new) > MOST:
        raise too_many(_("Highlights"), MOST)
    at = sections_at(row["target"]["source"] for row in new)
    left = [row for row in new if row["target"]["source"] not in at]
    sections = Section.objects.published().filter(pk__in=set(at.values()))
    texts = {pk: text_of(html) for pk, html in sections.values_list("pk", "html").iterator()}
    there = [(row, at[row["target"]["source"]]) for row in new if row["target"]["source"] in at]
    made = [_made(user, row, pk, texts.get(pk)) for row, pk in there]
    moments = [mark.updated_at for mark in made]
    Highlight.objects.bulk_create(made, batch_size=1000)
    for mark, moment in zip(made, moments, strict=True):
        mark.updated_at = moment  # the database's own is the moment of the import
    Highlight.objects.bulk_update(made, ["updated_at"], batch_size=1000)
    HighlightedText.objects.bulk_create(
        (HighlightedText(section_id=pk, text=text) for pk, text in texts.items()),
        ignore_conflicts=True,
        batch_size=200,
    )
    return Taken(len(made), len(rows) - len(new)), left


def _made(user: User, row: Row, section: int, text: str | None) -> Highlight:
    """The highlight of a row where its words are today; `text` is None where nobody reads it."""
    words, place = row["target"]["selector"]
    quote = Quote(place["start"], place["end"], words["exact"], words["prefix"], words["suffix"])
    mark = Highlight(
        user=user, section_id=section, color=row["color"], state=row["state"], was=row["was"],
        start=quote.start, end=quote.end, exact=quote.exact, prefix=quote.prefix,
        suffix=quote.suffix, note=row["body"][0]["value"] if row["body"] else "",
        created_at=datetime.fromisoformat(row["created"]),
        updated_at=datetime.fromisoformat(row["modified"]), brought_from=row.get("brought_from"),
    )  # fmt: skip
    if text is None:
        mark.state = State.ORPHANED
    elif mark.state == State.ORPHANED:
        back = next(filter(None, (again(text, quote) for quote in quotes_of(mark))), None)
        if back:
            set_quote(mark, State.EXACT, back)
    elif text[quote.start : quote.end] != quote.exact:
        found = find(text, quote)
        if found:
            set_quote(mark, *found)
        else:
            mark.state = State.ORPHANED
    return mark


take_in = kept.taking(PART, _place)
