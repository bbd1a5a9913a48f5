"""Ways other than pages by which a private text could come to somebody who may not read it:
what is sent and answered, brought in, taken along, kept, counted, or followed through edits."""

import json
import re
import sqlite3
import tempfile
from io import BytesIO
from urllib.parse import unquote
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from curating.models import Draft, Proposal, TopicDraft
from importer.edits import save_section
from importer.written_topics import document_of, save_documents
from learning import cards, collections, highlights
from learning.anchoring import Quote
from learning.models import (
    Bookmark,
    Card,
    CollectedSection,
    Collection,
    Highlight,
    Kept,
    Reading,
)
from search.log import write_waiting
from search.models import SearchLog
from tests.factories import make_user
from tests.rights.asking import answer
from tests.rights.conftest import SECRETS, Private, in_browser, outsiders
from tests.rights.test_leaks import change
from topics.models import Section, Topic

pytestmark = pytest.mark.django_db
NOWHERE = 987_654_321
NUMBER = re.compile(r'(?<=item-)\d+|(?<=/)\d+(?=/)|(?<=value=")\d+(?=")')
OWN = (
    Bookmark,
    Card,
    CollectedSection,
    Highlight,
    Kept,
    Reading,
    Draft,
    TopicDraft,
    Proposal,
    Collection,
)


def secrets_in(text: str, said: str = "") -> list[str]:
    """Words of the private part, those apart that one said oneself."""
    return [word for word in SECRETS if word in text.lower() and word not in said.lower()]


def sent(section: int, topic: int) -> dict[str, dict[str, object]]:
    """What may be sent about a section or topic by its key, whoever guesses that."""
    edit = {"title": "X", "markdown": "Y", "base": "0", "why": ""}
    words = {"section": section, "exact": "a gateway that waits", "color": "yellow", "start": 0}
    return {
        f"/bookmarks/sections/{section}/add/": {},
        f"/bookmarks/sections/{section}/remove/": {},
        f"/learn/progress/{section}/": {"state": "read"},
        "/learn/progress/take-over/": {"marks": json.dumps([[section, "read", 0]])},
        f"/learn/collect/{section}/": {"title": "Mine"},
        "/learn/highlights/": {**words, "before": "", "behind": ""},
        f"/learn/cards/from/{section}/": {"what": "all"},
        f"/learn/test/{section}/": {"what": "all"},
        f"/learn/offline/note/{section}/": {"note": "x"},
        f"/curating/sections/{section}/edit/": {**edit, "_publish": "1"},
        f"/curating/sections/{section}/edit/?a": {**edit, "_send": "1"},
        f"/curating/sections/{section}/draft/": edit,
        f"/curating/sections/{section}/report/": {"kind": "wrong", "why": "It is."},
        f"/curating/sections/{section}/move/": {"to": "notes/api"},
        f"/curating/sections/{section}/move/?a": {"_remove": "1"},
        "/curating/preview/": {"section": section, "markdown": "x", "title": "y"},
        "/curating/preview/?a": {"topic": topic, "markdown": "# X\n\ny"},
        f"/curating/topics/{topic}/edit/": {"markdown": "x", "base": "", "_publish": "1"},
        f"/curating/topics/{topic}/edit/?a": {"markdown": "x", "_discard": "1"},
        f"/curating/topics/{topic}/typed/": {"markdown": "x", "base": "", "why": ""},
        f"/curating/topics/{topic}/description/": {"summary": "x"},
        f"/curating/topics/{topic}/rights/": {"_public": "1"},
        f"/curating/topics/{topic}/": {"_remove": "1"},
        "/curating/restore/": {"section": section, "why": "x"},
        "/curating/restore/?a": {"topic": topic, "why": "x"},
        "/curating/search/answer/": {"q": "gateway", "section": section, "_pin": "1"},
        f"/admin/topics/section/{section}/change/": {"title": "X", "markdown": "Y"},
        f"/admin/topics/section/{section}/delete/": {"post": "yes"},
        f"/admin/topics/topic/{topic}/change/": {"summary": "x"},
    }


def told(response: HttpResponse, *keys: object) -> tuple[int, str, str]:
    """Status, address and text of an answer, without keys, tokens and what is another each time."""
    text, location = map(unquote, (response.content.decode(), response.get("Location", "")))
    for key in keys:
        one = re.escape(str(key))
        word = re.compile(
            rf'(?<=/){one}(?=[/.])|(?<=value="){one}(?=")|(?<=q=){one}(?=")|(?<=“){one}(?=”)'
        )
        text, location = word.sub("KEY", text), word.sub("KEY", location)
    text = re.sub(r'(csrfmiddlewaretoken" value=|nonce-|data-took=)"?[^">]*', "", text)
    text = re.sub(r"\d+(\.\d+)? ?ms|[\w-]{40,}", "", text)
    signed = r"KEY[.:][^&\"'/]+"
    return response.status_code, re.sub(signed, "", location), re.sub(signed, "", text)


def test_what_is_sent_about_a_private_section_is_answered_as_for_one_that_never_was(
    private: Private, settings
) -> None:
    settings.SEARCH_LOG, settings.SEARCH_LOG_THREAD = True, False
    section = private.section()
    here = (section.pk, section.topic_id)
    keys = (*here, NOWHERE)  # a public row may have one of them as well
    before = {model: model.objects.count() for model in OWN}
    for who, client in outsiders().items():
        there, nowhere = sent(*here), sent(NOWHERE, NOWHERE)
        for (path, form), (like, same) in zip(there.items(), nowhere.items(), strict=True):
            found = told(client.post(path, form), *keys)
            expected = told(client.post(like, same), *keys)
            assert found[:2] == expected[:2], (who, path)
            differs = change(expected[1:], found[1:])
            assert not differs, (who, path, differs)
            assert secrets_in(found[2]) == [], (who, path)
    section.refresh_from_db()
    assert (section.title, section.removed_at) == ("Xylomancy", None)
    assert {model: model.objects.count() for model in OWN if model is not Collection} == {
        model: count for model, count in before.items() if model is not Collection
    }


def test_an_opened_result_that_is_private_is_not_noted(private: Private, settings) -> None:
    settings.SEARCH_LOG, settings.SEARCH_LOG_THREAD = True, False
    SearchLog.objects.all().delete()
    key = private.section().pk
    for client in outsiders().values():
        client.get("/search/?q=gateway")
        write_waiting()
        said = {"q": "gateway", "section": key}
        own = {"Sec-Fetch-Site": "same-origin"}
        assert client.post("/search/opened", said, headers=own).status_code == 204
        write_waiting()
    assert not SearchLog.objects.exclude(opened=None).exists()


# Brought in and taken along

CLIPPING = """\ufeffA book (An author)
- Your Highlight on page 12 | Location 170-171 | Added on Sunday, March 1, 2026 8:02:11 AM

{words}
==========
"""
PRIVATE_WORDS = "Xylomancy and xylomancy: a gateway that waits."


def bring_in(client: Client, words: str) -> str:
    """A Kindle's clippings with these words, looked at and taken; the pages that say so."""
    file = SimpleUploadedFile("My Clippings.txt", CLIPPING.format(words=words).encode())
    looked = client.post("/learn/bring/", {"file": file}, follow=True).content.decode()
    taken = client.post("/learn/bring/", {"what": "take"}, follow=True).content.decode()
    return looked + taken


def test_words_that_are_brought_in_do_not_find_a_private_text(
    private: Private, insider: Client
) -> None:
    for who, client in outsiders().items():
        if who == "anonymous":
            continue
        page = bring_in(client, PRIVATE_WORDS)
        assert "0 highlights, 1 notes" in page, who
        assert "inner/plan" not in page, who
    assert not Highlight.objects.exists() and Kept.objects.count() == 5
    assert "1 highlights, 0 notes" in bring_in(insider, PRIVATE_WORDS)


def test_what_is_taken_along_after_the_right_was_lost_holds_nothing_of_it(private: Private) -> None:
    user = make_user("former")
    user.groups.add(private.group)
    section = private.section()
    mine = collections.create(user, "Mine")
    collections.add(user, mine, section)
    cards.add_own(user, section, "What is xylomancy?", "A quokka")
    text = highlights.text_of(section.html)
    at = text.index("xylomancy")
    mark = highlights.add(user, section, Quote.of(text, at, at + len("xylomancy")), "yellow")
    cards.add_of_highlight(user, mark)
    client = in_browser(user)

    def taken() -> str:
        zipped = ZipFile(BytesIO(b"".join(client.get("/accounts/my-data.zip"))))  # type: ignore[arg-type]
        texts = []
        for name in zipped.namelist():
            data = zipped.read(name)
            texts.append(rows_of(data) if name.endswith(".apkg") else data.decode(errors="replace"))
        return " ".join(texts)

    assert "xylomancy" in taken().lower()
    user.groups.clear()
    assert secrets_in(taken()) == []


def rows_of(package: bytes) -> str:
    """All that the database of an Anki package holds."""
    zipped = ZipFile(BytesIO(package))
    [name] = [name for name in zipped.namelist() if name.startswith("collection.anki2")]
    with tempfile.NamedTemporaryFile(suffix=".db") as file:
        file.write(zipped.read(name))
        file.flush()
        base = sqlite3.connect(file.name)
        texts = [
            str(row) for table in ("notes", "col") for row in base.execute(f"SELECT * FROM {table}")
        ]
        base.close()
    return " ".join(texts)


# Collections by link


def test_a_copy_of_a_shared_collection_is_as_if_it_had_never_held_a_private_section(
    private: Private,
) -> None:
    owner = make_user("owner")
    owner.groups.add(private.group)
    public = Section.objects.get(topic__path="notes/api", anchor="retries")
    shared = []
    for title, sections in (("With", [public, private.section()]), ("With", [public])):
        mine = collections.create(owner, title)
        for one in sections:
            collections.add(owner, mine, one)
        collections.share(owner, mine, is_shared=True)
        shared.append(Collection.objects.get(pk=mine.pk))
    for who, client in outsiders().items():
        pages = []
        for one in shared:
            path = f"/learn/shared/{one.token}/"
            page = told(client.get(path), one.token)
            copied = client.post(f"{path}copy/", follow=True)
            key = copied.redirect_chain[-1][0].strip("/").rpartition("/")[2]
            pages.append((page, told(copied, *([int(key)] if key.isdigit() else []))))
            Collection.objects.exclude(user=owner).delete()
        differs = change(pages[1][0][1:], pages[0][0][1:])
        assert not differs, (who, differs)
        if who != "anonymous":
            with_it, without = (NUMBER.sub("", page[1][2]) for page in pages)
            differs = change((0, without), (0, with_it))
            assert not differs, (who, differs)


# Followed through edits


@pytest.mark.parametrize("is_member", [False, True], ids=["outsider", "member"])
def test_highlighted_words_do_not_follow_into_what_their_learner_may_not_read(
    private: Private, is_member: bool
) -> None:
    public = Section.objects.get(topic__path="notes/api", anchor="retries")
    words = "A retry waits longer each time."
    user = make_user("marker")
    if is_member:
        user.groups.add(private.group)
    mark = highlights.add(user, public, Quote(0, 0, words), "yellow")
    cards.add_of_highlight(user, mark)
    save_section(public, markdown="Nothing of it is left.", title="Retries", user=None)
    mark.refresh_from_db()
    assert (mark.state, mark.section_id) == ("orphaned", public.pk)
    client = in_browser(user)
    before = {path: answer(client, path) for path in ("/learn/notes/", "/learn/cards/")}
    inner = private.section()
    markdown = f"{inner.markdown}\n\nThe quokka says: {words} So it is in the vault.\n"
    save_section(inner, markdown=markdown, title="Xylomancy", user=None)
    mark.refresh_from_db()
    if is_member:
        return
    assert (mark.state, mark.section_id, mark.exact) == ("orphaned", public.pk, words)
    assert {path: answer(client, path) for path in before} == before


def test_words_that_move_into_a_private_text_take_only_its_readers_marks_along(
    private: Private,
) -> None:
    inner = Topic.objects.get(path="notes/inner/plan")
    public = Section.objects.get(topic__path="notes/api", anchor="retries")
    words = "A retry waits longer each time."
    marks = {}
    for name in ("member", "stranger"):
        user = make_user(name)
        if name == "member":
            user.groups.add(private.group)
        marks[name] = highlights.add(user, public, Quote(0, 0, words), "yellow")
    text = document_of(public.topic)
    moved = text.replace(f"{words}\n", "")
    there = document_of(inner).replace("a gateway that waits.", f"a gateway that waits.\n\n{words}")
    save_documents({public.topic_id: moved, inner.pk: there}, user=None)
    for mark in marks.values():
        mark.refresh_from_db()
    assert (marks["member"].section.topic, marks["member"].state) == (inner, "moved")
    assert (marks["stranger"].section_id, marks["stranger"].state) == (public.pk, "orphaned")
    assert marks["stranger"].exact == words
