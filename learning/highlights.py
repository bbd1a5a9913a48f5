"""A learner's highlights: making them, and following their words through every edit of the text.

Each function of a learner names her. `follow` is called by `publish`, in its transaction: it knows
the text before, which `HighlightedText` holds, and the text after, which is in the section's row.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.html import strip_tags

from documents import Refused
from documents.plain_text import tree_of
from importer.publish import Published
from learning.anchoring import Edit, Quote, State, choose, find, locate, occurrences, plain
from learning.marks import Question, Row
from learning.models import Highlight, HighlightedText
from topics.models import Section

MOST = 20_000  # highlights of one learner
MOST_SEARCHED = 500  # sections of one change in which words that are gone are looked for
WRITTEN = ["section", "start", "end", "exact", "prefix", "suffix", "state", "was"]


class NotThere(Exception):
    """The words are not in the section's text."""


class Full(Exception):
    """There is room for no more highlights."""


def text_of(html: str) -> str:
    """The text of a section as readers see it, with single spaces."""
    try:
        return plain("".join(tree_of(html).itertext()))
    except Refused:
        return plain(strip_tags(html))


@transaction.atomic
def add(user: User, section: Section, quote: Quote, color: str) -> Highlight:
    """Highlight words of a section. Raises `NotThere`, or `Full`."""
    if Highlight.objects.of(user).count() >= MOST:
        raise Full
    text = text_of(section.html)
    found = locate(text, quote)
    if found is None:
        raise NotThere
    known, is_new = HighlightedText.objects.get_or_create(section=section, defaults={"text": text})
    if not is_new and known.text != text:
        raise NotThere  # the page is of a text that is just being replaced
    return Highlight.objects.create(
        user=user, section=section, color=color, start=found.start, end=found.end,
        exact=found.exact, prefix=found.prefix, suffix=found.suffix,
    )  # fmt: skip


@transaction.atomic
def attach(user: User, mark: Highlight, section: Section, words: str) -> None:
    """Give the learner's highlight, whose words are gone, other words of a section.

    Those that she marked are kept as `was`. Raises `NotThere`.
    """
    own = Highlight.objects.of(user).select_for_update().get(pk=mark.pk)
    text = text_of(section.html)
    found = locate(text, Quote(0, 0, plain(words)))
    if found is None or not found.exact:
        raise NotThere
    known, is_new = HighlightedText.objects.get_or_create(section=section, defaults={"text": text})
    if not is_new and known.text != text:
        raise NotThere
    set_quote(own, State.CHANGED, found, section.pk)
    own.save(update_fields=[*WRITTEN, "updated_at"])


def follow(published: Published) -> None:
    """Find the words of all highlights again: a step of `publish`. One query if there are none."""
    touched = published.changed | published.removed
    kept = dict(HighlightedText.objects.filter(section__in=touched).values_list("section", "text"))
    if not kept:
        return
    sections = Section.objects.defer("markdown", "written_html", "code").in_bulk(list(kept))
    texts = {pk: text_of(sections[pk].html) for pk in kept if pk in published.changed}
    lost = []
    changed = []
    by_section: dict[int, list[Highlight]] = defaultdict(list)
    for highlight in Highlight.objects.filter(section__in=kept).select_for_update():
        by_section[highlight.section_id].append(highlight)
    for pk, own in by_section.items():
        if pk not in texts:
            lost += [highlight for highlight in own if highlight.state != State.ORPHANED]
            continue
        if texts[pk] == kept[pk] and not any(h.state == State.ORPHANED for h in own):
            continue
        edit = Edit(kept[pk], texts[pk])
        for highlight in own:
            if _follow_one(highlight, edit):
                changed.append(highlight)
            elif highlight.state != State.ORPHANED:
                lost.append(highlight)
    if lost:
        _look_elsewhere(lost, sections, published, texts)
    Highlight.objects.bulk_update([*changed, *lost], WRITTEN, batch_size=500)
    rows = [HighlightedText(section_id=pk, text=text) for pk, text in texts.items()]
    HighlightedText.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["section"], update_fields=["text"]
    )


def _follow_one(highlight: Highlight, edit: Edit) -> bool:
    """Set what became of a highlight in its own section; False if its words are not in it."""
    quote = quote_of(highlight)
    if highlight.state == State.ORPHANED:
        start = choose(edit.new, list(occurrences(edit.new, quote.exact)), quote)
        if start is None:
            return False
        set_quote(highlight, State.EXACT, Quote.of(edit.new, start, start + len(quote.exact)))
        return True
    found = edit.follow(quote)
    if found is None:
        return False
    set_quote(highlight, *found)
    return True


def set_quote(highlight: Highlight, state: State, quote: Quote, section: int = 0) -> None:
    """Write down where the words are now, and keep those that she marked."""
    if state == State.CHANGED:
        highlight.was = highlight.was or highlight.exact
    if highlight.was == quote.exact:
        highlight.was = ""
    is_moved = State.MOVED in (state, highlight.state)
    highlight.state = State.CHANGED if highlight.was else State.MOVED if is_moved else State.EXACT
    highlight.start, highlight.end, highlight.exact = quote.start, quote.end, quote.exact
    highlight.prefix, highlight.suffix = quote.prefix, quote.suffix
    if section:
        highlight.section_id = section


def _look_elsewhere(
    lost: Iterable[Highlight],
    sections: Mapping[int, Section],
    published: Published,
    texts: dict[int, str],
) -> None:
    """Look for words that are gone where the same change wrote others; else they are orphans.

    `texts` gets those of the sections that they went to.
    """
    rows = Section.objects.filter(pk__in=published.changed).order_by("pk")
    told = list(rows.values_list("pk", "topic_id", "html")[: MOST_SEARCHED + 1])
    found = {pk: (topic, text_of(html)) for pk, topic, html in told[:MOST_SEARCHED]}
    before = {pk: _letters(markdown) for pk, markdown in published.before.items()}
    for highlight in lost:
        home = sections[highlight.section_id]
        quote = quote_of(highlight)
        words = _letters(quote.exact)

        def nearness(pk: int, home: Section = home) -> tuple[bool, bool, int]:
            topic = found[pk][0]
            return pk != home.merged_into_id, topic != home.topic_id, abs(pk - home.pk)

        near = [pk for pk in sorted(found, key=nearness) if pk != home.pk]
        # Words that a section had before are its own, however much they look like these.
        open_ = [pk for pk in near if words not in before.get(pk, "")]
        hits = [(pk, hit) for pk in open_ if (hit := find(found[pk][1], quote))]
        hits.sort(key=lambda pair: pair[1][0] != State.MOVED)  # word for word first
        if hits:
            pk, (state, now) = hits[0]
            set_quote(highlight, state, now, pk)
            texts[pk] = found[pk][1]
        else:
            highlight.state = State.ORPHANED


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text)


def quote_of(highlight: Highlight) -> Quote:
    """The words of a highlight, where they were last."""
    return Quote(
        highlight.start, highlight.end, highlight.exact, highlight.prefix, highlight.suffix
    )


def _shown(rows: list[Row]) -> list[dict[str, Any]]:
    """What pages need to draw and list the highlights of a section, in the order of its text."""
    marks = [{"id": row.number, **json.loads(row.text)} for row in rows]
    return sorted(marks, key=lambda mark: (mark["start"], mark["id"]))


AT_SECTIONS = Question(
    """SELECT here.shown_id, mark.id, json_build_object(
        'section', mark.section_id, 'start', mark.start, 'exact', mark.exact,
        'prefix', mark.prefix, 'suffix', mark.suffix, 'state', mark.state, 'was', mark.was,
        'color', mark.color, 'note', mark.note
    )::text
    FROM %(here)s AS here
    JOIN learning_highlight mark ON mark.section_id = here.id
    WHERE mark.user_id = %(user)s""",
    _shown,
)


def shown(highlight: Highlight) -> dict[str, Any]:
    """One highlight as pages list it."""
    names = ("section_id", "start", "exact", "prefix", "suffix", "state", "was", "color", "note")
    values = {name.removesuffix("_id"): getattr(highlight, name) for name in names}
    return {"id": highlight.pk, **values}
