"""A learner's highlights: making them, and following their words through every edit of the text.

Each function of a learner names her. `follow` is called by `publish`, in its transaction: it knows
the text before, which `HighlightedText` holds, and the text after, which is in the section's row.
"""

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.html import strip_tags

from documents import Refused
from documents.plain_text import tree_of
from importer.publish import Published
from learning.anchoring import Edit, Quote, State, again, find, locate, plain
from learning.marks import Question, Row
from learning.models import Highlight, HighlightedText, source_of
from topics.models import Section
from topics.raw_sql import among
from topics.rights import trees_of
from topics.visibility import PUBLIC, PUBLISHED

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
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # the same words are marked once
    if Highlight.objects.of(user).count() >= MOST:
        raise Full
    text = text_of(section.html)
    found = locate(text, quote)
    if found is None:
        raise NotThere
    known, is_new = HighlightedText.objects.get_or_create(section=section, defaults={"text": text})
    if not is_new and known.text != text:
        raise NotThere  # the page is of a text that is just being replaced
    return _keep(user, section, found, color, State.EXACT)


@transaction.atomic
def add_late(user: User, section: Section, quote: Quote, color: str) -> Highlight:
    """Highlight words that a browser kept until now; they may be gone by now. Raises `Full`."""
    try:
        return add(user, section, quote, color)
    except NotThere:
        text = text_of(section.html)
        HighlightedText.objects.get_or_create(section=section, defaults={"text": text})
        end = quote.start + len(quote.exact)
        return _keep(user, section, replace(quote, end=end), color, State.ORPHANED)


def _keep(user: User, section: Section, quote: Quote, color: str, state: State) -> Highlight:
    """The highlight of these words: the one that she has at this very place, or a new one."""
    at = {"section": section, "start": quote.start, "end": quote.end, "exact": quote.exact}
    is_lost = Q(state=State.ORPHANED)
    known = Highlight.objects.of(user).filter(
        is_lost if state == State.ORPHANED else ~is_lost, **at
    )
    mark = known.first() or Highlight(
        user=user, prefix=quote.prefix, suffix=quote.suffix, state=state, **at
    )
    mark.color = color
    mark.save()
    return mark


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
    orphans = Highlight.objects.filter(state=State.ORPHANED)
    has_orphans = Exists(orphans.filter(section=OuterRef("section")))
    told = HighlightedText.objects.filter(Q(section__in=among(touched)) | has_orphans)
    texts_before = dict(told.values_list("section", "text"))
    if not texts_before:
        return
    kept = {pk: text for pk, text in texts_before.items() if pk in touched}
    sections = Section.objects.defer("markdown", "written_html", "code").in_bulk(texts_before)
    texts = {pk: text_of(sections[pk].html) for pk in kept if pk in published.changed}
    lost, gone, changed = [], [], []
    by_section: dict[int, list[Highlight]] = defaultdict(list)
    marks = Highlight.objects.filter(Q(section__in=kept) | Q(state=State.ORPHANED))
    for highlight in marks.order_by("pk").select_for_update():
        by_section[highlight.section_id].append(highlight)
    for pk, own in by_section.items():
        edit = None
        if pk in texts and (texts[pk] != kept[pk] or any(h.state == State.ORPHANED for h in own)):
            edit = Edit(kept[pk], texts[pk])
        for highlight in own:
            is_orphan = highlight.state == State.ORPHANED
            if edit and _follow_one(highlight, edit):
                changed.append(highlight)
            elif is_orphan:
                gone.append(highlight)
            elif edit or pk not in texts:
                lost.append(highlight)
    if lost or gone:
        elsewhere = _Elsewhere(sections, published)
        for highlight in lost:
            if not elsewhere.find(highlight, texts):
                highlight.state = State.ORPHANED
        changed += [highlight for highlight in gone if elsewhere.find_again(highlight, texts)]
    Highlight.objects.bulk_update([*changed, *lost], WRITTEN, batch_size=500)
    rows = [HighlightedText(section_id=pk, text=text) for pk, text in texts.items()]
    HighlightedText.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["section"], update_fields=["text"]
    )


def _follow_one(highlight: Highlight, edit: Edit) -> bool:
    """Set what became of a highlight in its own section; False if its words are not in it."""
    is_orphan = highlight.state == State.ORPHANED
    back = None
    for quote in quotes_of(highlight):
        if back is None and (is_orphan or quote.exact not in edit.old):
            back = again(edit.new, quote)
    found = (State.EXACT, back) if back else None if is_orphan else edit.follow(quote_of(highlight))
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


class _Elsewhere:
    """The other sections that a change wrote, where words that are gone may be.

    A change of more than MOST_SEARCHED of them is searched in part. `texts`, where they are asked
    for, gets those of the sections that words went to. No mark goes where its learner may not read:
    it would be gone from her lists, and hold words of a text that she does not see.
    """

    def __init__(self, sections: Mapping[int, Section], published: Published) -> None:
        rows = Section.objects.filter(pk__in=published.changed).order_by("pk")
        columns = ("pk", "topic_id", "topic__tree", "topic__status", "html")
        told = list(rows.values_list(*columns)[:MOST_SEARCHED])
        self.found = {pk: (topic, text_of(html)) for pk, topic, *_, html in told}
        self.private = {pk: tree for pk, _topic, tree, *_ in told if tree != PUBLIC}
        self.drafts = {topic for _pk, topic, _tree, status, _html in told if status != PUBLISHED}
        self.readers: dict[int, tuple[int, ...]] = {}
        self.before = {pk: _letters(markdown) for pk, markdown in published.before.items()}
        self.sections = sections

    def find(self, highlight: Highlight, texts: dict[int, str]) -> bool:
        """Put a highlight where its words went by this change, edited perhaps; whether they did."""
        if highlight.was and self.find_again(highlight, texts):
            return True
        quote = quote_of(highlight)
        places = self._open(highlight, quote.exact)
        hits = [(pk, hit) for pk in places if (hit := find(self._text(pk), quote))]
        hits.sort(key=lambda pair: pair[1][0] != State.MOVED)  # word for word first
        if hits:
            pk, (state, now) = hits[0]
            self._put(highlight, pk, state, now, texts)
        return bool(hits)

    def find_again(self, highlight: Highlight, texts: dict[int, str]) -> bool:
        """Put an orphan where its very words came back; whether they did.

        In another topic what is beside them must have come along.
        """
        home = self.sections[highlight.section_id].topic_id
        for quote in quotes_of(highlight):
            for pk in self._open(highlight, quote.exact):
                now = again(self._text(pk), quote, is_alone=self.found[pk][0] == home)
                if now:
                    self._put(highlight, pk, State.MOVED, now, texts)
                    return True
        return False

    def _open(self, highlight: Highlight, exact: str) -> list[int]:
        """The sections, the nearest first, that did not have the words before.

        Words that a section had are its own, however much they look like these.
        """
        home = self.sections[highlight.section_id]
        words = _letters(exact)

        def nearness(pk: int) -> tuple[bool, bool, int]:
            topic = self.found[pk][0]
            return pk != home.merged_into_id, topic != home.topic_id, abs(pk - home.pk)

        new = (pk for pk in self.found if pk != home.pk and words not in self.before.get(pk, ""))
        closed = self.drafts - {home.topic_id}
        read = (pk for pk in new if self.found[pk][0] not in closed)
        return sorted((pk for pk in read if self._may_read(highlight, pk)), key=nearness)

    def _may_read(self, highlight: Highlight, pk: int) -> bool:
        """Two queries for each learner, where there is a private section among them."""
        if pk not in self.private:
            return True
        if highlight.user_id not in self.readers:
            self.readers[highlight.user_id] = trees_of(highlight.user)
        return self.private[pk] in self.readers[highlight.user_id]

    def _text(self, pk: int) -> str:
        return self.found[pk][1]

    def _put(
        self, highlight: Highlight, pk: int, state: State, now: Quote, texts: dict[int, str]
    ) -> None:
        set_quote(highlight, state, now, pk)
        texts[pk] = self._text(pk)


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text)


def quote_of(highlight: Highlight) -> Quote:
    """The words of a highlight, where they were last."""
    return Quote(
        highlight.start, highlight.end, highlight.exact, highlight.prefix, highlight.suffix
    )


def as_marked(highlight: Highlight) -> Highlight:
    """A highlight with the words alone that its learner marked, for where she cannot read what
    stands there now. It is never to be saved."""
    own = copy(highlight)
    own.exact, own.was, own.prefix, own.suffix = own.was or own.exact, "", "", ""
    own.end = own.start + len(own.exact)
    own.state = State.ORPHANED if own.state == State.ORPHANED else State.EXACT
    return own


def quotes_of(highlight: Highlight) -> list[Quote]:
    """The words that she marked, and those that stood there last, if they were others."""
    last = quote_of(highlight)
    return [replace(last, exact=words) for words in (highlight.was, last.exact) if words]


def _shown(rows: list[Row]) -> list[dict[str, Any]]:
    """What pages need to draw and list the highlights of a section, in the order of its text."""
    marks = [{"id": row.number, **json.loads(row.text)} for row in rows]
    for mark in marks:
        mark["source"] = source_of(mark.pop("brought"))
    return sorted(marks, key=lambda mark: (mark["start"], mark["id"]))


AT_SECTIONS = Question(
    """SELECT here.shown_id, mark.id, json_build_object(
        'section', mark.section_id, 'start', mark.start, 'exact', mark.exact,
        'prefix', mark.prefix, 'suffix', mark.suffix, 'state', mark.state, 'was', mark.was,
        'color', mark.color, 'note', mark.note, 'brought', mark.brought_from
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
    return {"id": highlight.pk, **values, "source": highlight.source}
