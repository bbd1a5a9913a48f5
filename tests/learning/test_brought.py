"""What is wrong with a file is said in plain words, and nothing of such a file stays."""

import copy
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client
from django.utils.html import escape

from accounts import archive, data_file
from accounts.data_file import LEARNING
from accounts.own_data import Refused, Wrong
from learning.models import (
    Bookmark,
    Card,
    CollectedSection,
    Collection,
    Highlight,
    Kept,
    Plan,
    Reading,
    Review,
)
from learning.portable.register import LOOKS
from learning.portable.schema import check, nothing
from tests.learning.along import learning
from tests.learning.test_foreign_refused import damaged

pytestmark = pytest.mark.django_db

MODELS: tuple[type[Model], ...] = (
    Bookmark, Reading, Card, Highlight, Collection, CollectedSection, Kept, Plan, Review,
)  # fmt: skip
REMEDY = "If you changed the file, correct it there; if not, download it once more."
CHOOSE = "Choose what “Download all that is yours” gave you."
ONCE_MORE = "not all of it was saved. Download it once more."
# What only programmers read: names of Python's and JSON's, and what their messages begin with.
RAW = re.compile(
    r"Expecting|delimiter|Traceback|Error|Exception|None\b|dict\b|data[.\[]|\bTrue\b|\bFalse\b"
    r"|JSON|isoformat|codec|unhashable|object has|must not be|NaN|phase \d without"
)


def packed(**files: str | bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in files.items():
            file.writestr(name.replace("__", "/"), text)
    return data.getvalue()


EMPTY: dict[str, Any] = {
    "format": "kb-learning", "version": 1, "bookmarks": [], "collections": [], "highlights": [],
    "progress": [], "cards": [], "plan": [], "clippings": [],
}  # fmt: skip
HEAD = '{"format": "kb-learning", "version": 1,\n'


def wrong(where: str) -> str:
    return f"learning.json is wrong{where} {REMEDY}"


HOSTILE: dict[str, tuple[bytes | Callable[[], bytes], str]] = {
    "no zip": (b"PK\x03\x04 and so on", "The zip is damaged. Download it once more."),
    "nothing": (b"", "The submitted file is empty."),
    "no UTF-8": (
        packed(**{"decké": "x"}).replace("é".encode(), b"\xff\xa9"),
        "The zip is damaged. Download it once more.",
    ),
    "no LZMA": (
        lambda: damaged(LEARNING, zipfile.ZIP_LZMA),
        "The zip is damaged. Download it once more.",
    ),
    "a picture": (b"\x89PNG\r\n", f"This is neither such a zip nor its learning.json. {CHOOSE}"),
    "a text": (b"Notes", f"This is neither such a zip nor its learning.json. {CHOOSE}"),
    "a page": (b"<!doctype html>", f"This is neither such a zip nor its learning.json. {CHOOSE}"),
    "a list": (b"[]", f"This is neither such a zip nor its learning.json. {CHOOSE}"),
    "cut at once": (b"{", f"learning.json ends in the middle, in line 1: {ONCE_MORE}"),
    "cut": (
        (HEAD + '"bookmarks": [\n{"topic": "Poo').encode(),
        f"learning.json ends in the middle, in line 3: {ONCE_MORE}",
    ),
    "cut behind a row": (
        (HEAD + '"bookmarks": [\n{"topic": "Pools"},\n').encode(),
        f"learning.json ends in the middle, in line 3: {ONCE_MORE}",
    ),
    "a sign too many": (
        (HEAD + '"bookmarks": [{"topic": "Pools",}]}').encode(),
        wrong(": line 2 cannot be read from character 33 on: “}]}”."),
    ),
    "no quotes": (
        (HEAD + "bookmarks: []}").encode(),
        wrong(": line 2 cannot be read from character 1 on: “bookmarks: []}”."),
    ),
    "two files": (
        b'{}\n{"a": 1}',
        wrong(': something follows its end, in line 2: “{"a": 1}”.'),
    ),
    "twice": (
        (HEAD + '"plan": [], "plan": []}').encode(),
        wrong(": “plan” appears twice in one entry."),
    ),
    "another format": (
        b'{"format": "x"}',
        f"This is no file of a knowledge base: it says nothing of its format. {CHOOSE}",
    ),
    "no version": (
        b'{"format": "kb-learning", "version": "one"}',
        f"This is no file of a knowledge base: it says nothing of its format. {CHOOSE}",
    ),
    "newer": (
        json.dumps(EMPTY | {"version": 2}).encode(),
        "The file is of a newer version of this program. Bring it to a site that has it.",
    ),
    "not a number": (
        b'{"format": "kb-learning", "version": NaN}',
        wrong(" in “version”: this is not a number that can be saved."),
    ),
    "endless": (
        json.dumps(EMPTY | {"plan": [{"retention": 1}]}).replace(": 1}", ": 1e999}").encode(),
        wrong(" in “plan”, entry 1, “retention”: this is not a number that can be saved."),
    ),
    "deep": (
        b'{"a":' * 100_000,
        wrong(": there are too many lists and objects in one another."),
    ),
    "half a sign": (
        json.dumps(EMPTY | {"cards": [{"front": "a\ud800"}]}).encode(),
        wrong(" in “cards”, entry 1 (a?), “front”: there is a character that cannot be saved."),
    ),
    "no sign": (
        json.dumps(EMPTY | {"cards": [{"front": "Why?", "back": "\0"}]}).encode(),
        wrong(" in “cards”, entry 1 (Why?), “back”: there is a character that cannot be saved."),
    ),
    "another encoding": (
        json.dumps(EMPTY | {"x": "ü"}, ensure_ascii=False, indent=0).encode("latin-1"),
        wrong(": line 11 has characters that are not UTF-8; save it as UTF-8."),
    ),
    "a number of a million digits": (
        b'{"format": ' + b"1" * 1_000_000 + b"}",
        wrong(" in “format”: this is not a number that can be saved."),
    ),
    "other zip": (packed(a="b"), f"There is no learning.json in the zip. {CHOOSE}"),
    "leads out": (
        packed(**{"learning.json": "{}", "..__..__etc__passwd": "x"}),
        "The zip has names that lead out of it. It is none of ours.",
    ),
    "leads to a root": (
        packed(**{"learning.json": "{}", "__etc__passwd": "x"}),
        "The zip has names that lead out of it. It is none of ours.",
    ),
    "bomb": (
        lambda: packed(**{"learning.json": b" " * 120_000_000}),  # it takes a second to pack
        "learning.json is larger than 100 MB, which is more than this site takes.",
    ),
    "too many": (
        lambda: packed(**{f"{n}": "" for n in range(5_001)}),
        f"There are too many files in the zip. {CHOOSE}",
    ),
    "part missing": (
        json.dumps({name: rows for name, rows in EMPTY.items() if name != "cards"}).encode(),
        wrong(": “cards” is missing."),
    ),
    "another part": (
        json.dumps(EMPTY | {"badges": []}).encode(),
        wrong(": “badges” is nothing that this site knows."),
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_file_of_ours_is_refused(learner: Client, name: str) -> None:
    made, said = HOSTILE[name]
    data = made() if callable(made) else made
    file = io.BytesIO(data)
    file.name = "my-data.zip"
    answered = learner.post("/accounts/data/", {"file": file})
    assert answered.status_code == 400
    page = answered.content.decode()
    assert f"<li>{escape(said)}</li>" in page
    assert ("<li>Nothing of it was taken.</li>" in page) == (name != "nothing")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_file_is_read_in_whatever_unicode_an_editor_saved_it(written, bob, encoding) -> None:
    archive.take_in(bob, io.BytesIO(written[1].encode(encoding)))
    assert learning(bob) == written[1]


def changed(
    rows: dict[str, Any], part: str, path: Sequence[str | int], value: Any
) -> dict[str, Any]:
    """The rows with another value at a place of a part."""
    told = rows | {part: copy.deepcopy(rows[part])}
    *way, last = (part, *path)
    inner: Any = told
    for step in way:
        inner = inner[step]
    inner[last] = value
    return told


def steps(path: str) -> tuple[str, list[str | int]]:
    """A place written as `cards.0.front`."""
    part, *way = path.split(".")
    return part, [int(step) if step.isdigit() else step for step in way]


CARD = "“cards”, entry 1 (Mine too?)"
MOMENT = "a moment such as 2026-11-02T09:00:00+00:00"
WRONG = [
    ("bookmarks", {}, "“bookmarks”: it must be a list, and is an object in braces"),
    ("bookmarks", [1], "“bookmarks”, entry 1: it must be an object in braces, and is 1"),
    ("bookmarks.0.note", None, "“bookmarks”, entry 1 (Lending), “note”: it must be a text, and is"
     " null"),
    ("bookmarks.0.note", "x" * 100_001, "“bookmarks”, entry 1 (Lending), “note”: it is longer than"
     " 100,000 characters"),
    ("bookmarks.0.created", "yesterday", f"“bookmarks”, entry 1 (Lending), “created”: it must be"
     f" {MOMENT}, and is “yesterday”"),
    ("bookmarks.0.created", "2026-13-45T25:61:00+00:00", "“bookmarks”, entry 1 (Lending),"
     f" “created”: it must be {MOMENT}, and is “2026-13-45T25:61:00+00:00”"),
    ("bookmarks.0.created", "9999-12-31T23:59:59+00:00", "“bookmarks”, entry 1 (Lending),"
     f" “created”: it must be {MOMENT}, and is “9999-12-31T23:59:59+00:00”"),
    ("bookmarks.0.user", 1, "“bookmarks”, entry 1 (Lending): “user” is nothing that this site"
     " knows"),
    ("collections.0.title", "", "“collections”, entry 1, “title”: it is empty"),
    ("collections.0.sections.0.note", 3, "“collections”, entry 1 (For Monday), “sections”, entry 1"
     " (Kinds), “note”: it must be a text, and is 3"),
    ("highlights.0.color", "url(x)", "“highlights”, entry 1 (Lending), “color”: it must be one of"
     " yellow, green, blue, red, and is “url(x)”"),
    ("highlights.0.type", "Note", "“highlights”, entry 1 (Lending), “type”: it must be Annotation,"
     " and is “Note”"),
    ("highlights.0.target.selector", [], "“highlights”, entry 1 (Lending), “target”, “selector”: it"
     " has fewer than 2 entries"),
    ("highlights.0.target.selector.1.start", -1, "“highlights”, entry 1 (Lending), “target”,"
     " “selector”, entry 2, “start”: it must be a whole number from 0 to 100000000, and is -1"),
    ("highlights.0.body", [{}, {}], "“highlights”, entry 1 (Lending), “body”: it has more than 1"
     " entry"),
    ("highlights.0.id", "7", "“highlights”, entry 1 (Lending), “id”: it must be an identifier such"
     " as urn:uuid:00000000-0000-0000-0000-000000000000, and is “7”"),
    ("progress.0.state", "done", "“progress”, entry 1 (Lending), “state”: it must be one of read,"
     " again, and is “done”"),
    ("cards.0.phase", 7, f"{CARD}, “phase”: it must be a whole number from 0 to 3,"
     " and is 7"),
    ("cards.0.phase", 0, f"{CARD}, “due”: a card that was never asked (phase 0) is"
     " due on no day"),
    ("cards.0.due", None, f"{CARD}, “due”: a card that was asked (phase 1 to 3)"
     " has it, and here it is null"),
    ("cards.0.due", 7, f"{CARD}, “due”: it must be {MOMENT}, or null, and is 7"),
    ("cards.0.is_suspended", "no", f"{CARD}, “is_suspended”: it must be true or"
     " false, and is “no”"),
    ("cards.0.answers.0.rating", 5, f"{CARD}, “answers”, entry 1, “rating”: it"
     " must be a whole number from 0 to 4, and is 5"),
    ("cards.0.answers.0.before", {"phase": 2}, f"{CARD}, “answers”, entry 1,"
     " “before”, “due”: a card that was asked (phase 1 to 3) has it, and here it is null"),
    ("cards.0.answers.0.before", [], f"{CARD}, “answers”, entry 1, “before”: it"
     " must be an object in braces, and is a list"),
    ("cards.0.front", 3, "“cards”, entry 1 (Waiting), “front”: it must be a text, and is 3"),
    ("cards.0", {"front": None, "answers": []}, "“cards”, entry 1, “answers”: it has fewer than 1"
     " entry"),
    ("cards.0", {"back": "No."}, "“cards”, entry 1: “id” is missing"),
    ("plan", [], "“plan”: it has fewer than 1 entry"),
    ("plan.0.time_zone", "localtime", "“plan”, entry 1, “time_zone”: this time zone is not"
     " known here"),
    ("plan.0.time_zone", "../../etc/passwd", "“plan”, entry 1, “time_zone”: this time zone is not"
     " known here"),
    ("plan.0.retention", 2, "“plan”, entry 1, “retention”: Ensure this value is less than or equal"
     " to 0.97"),
    ("plan.0.weights", [1.0], "“plan”, entry 1, “weights”: they are no weights of FSRS"),
    ("plan.0.easy_days", [9], "“plan”, entry 1, “easy_days”, entry 1: it must be a whole number"
     " from 0 to 6, and is 9"),
    ("plan.0.exam_on", "2026-02-31", "“plan”, entry 1, “exam_on”: it must be a day such as"
     " 2026-11-02, or null, and is “2026-02-31”"),
]  # fmt: skip


def nothing_stays(user: User) -> None:
    assert [model for model in MODELS if model.objects.filter(user=user).exists()] == []


@pytest.mark.parametrize(
    ("path", "value", "said"), WRONG, ids=[f"{p}={str(v)[:20]}" for p, v, _ in WRONG]
)
def test_wrong_rows_are_named_and_nothing_is_half_done(written, bob, path, value, said) -> None:
    told = changed(in_an_order(json.loads(written[1])), *steps(path), value)
    with pytest.raises(Refused) as refused:
        archive.take_in(bob, io.BytesIO(json.dumps(told).encode()))
    assert str(refused.value) == wrong(f" in {said}.")
    nothing_stays(bob)


def in_an_order(told: dict[str, Any]) -> dict[str, Any]:
    """The rows with some that tests name first."""
    told["bookmarks"].sort(key=lambda row: row["section"] != "Lending")
    told["progress"].sort(key=lambda row: row["section"] != "Lending")
    told["cards"].sort(key=lambda row: row["front"] != "Mine too?")
    return told


def leaves(value: Any, *path: str | int) -> Iterator[tuple[str | int, ...]]:
    """The places of everything in a file, inner ones too."""
    inner: Any = value.items() if isinstance(value, dict) else ()
    for step, child in enumerate(value) if isinstance(value, list) else inner:
        yield (*path, step)
        yield from leaves(child, *path, step)


NASTY: list[Any] = [
    None, True, 0, -1, 3.0, 0.5, 10**17, 10**30, "", "x", "\u202e", "2026-02-30T00:00:00Z",
    "2026-02-01T00:00:00+99:99", "1900-01-01T00:00:00Z", "x" * 3_000, [], [None], [[]], {},
    {"a": 1},
]  # fmt: skip


LOOKED_AT = EMPTY.keys() - {"format", "version"}


@pytest.mark.parametrize("nasty", NASTY, ids=lambda value: repr(value)[:20])
def test_whatever_stands_anywhere_is_taken_or_named(written, bob, nasty) -> None:
    """One thing wrong at a time: what is wrong is said, or it is taken, with all others such."""
    whole = json.loads(written[1])
    for name in ("bookmarks", "progress", "highlights"):
        whole[name] = whole[name][-1:]
    whole["cards"] = [whole["cards"][0], whole["cards"][-1]]
    taken = copy.deepcopy(whole)
    said = {}
    inner_first = reversed([path for path in leaves(whole) if path[0] in LOOKED_AT])
    for part, *way in inner_first:
        told = changed(whole, part, way, nasty)
        try:
            check(part, told[part], LOOKS.get(part, nothing))
        except Wrong as wrong:
            said[part, *way] = str(data_file.refusal(wrong.inside(part), told))
        else:
            taken = changed(taken, part, way, nasty)
    for (part, *_way), words in said.items():
        assert words.startswith(f"learning.json is wrong in “{part}”"), words
        assert words.endswith(REMEDY), words
        assert not RAW.search(words), words
    archive.take_in(bob, io.BytesIO(json.dumps(taken).encode()))
    before = learning(bob)
    archive.take_in(bob, io.BytesIO(before.encode()))
    assert learning(bob) == before


ODD = [
    ("cards.0.html", "<script>alert(1)</script><p onclick=x>Fine</p>"),
    ("cards.0.front", "<img src=x onerror=alert(1)>"),
    ("bookmarks.0.address", "javascript:alert(1)"), ("bookmarks.0.address", "https://[x"),
    ("bookmarks.0.address", "/topics/%00/"), ("bookmarks.0.address", "/topics/pools/lending/x/"),
    ("cards.0.answers.1.undoes", 0), ("cards.0.answers.0.rating", 0),
    ("cards.0.highlight", "urn:uuid:00000000-0000-0000-0000-000000000000"),
    ("highlights.0.target.selector.1.end", 10**8), ("highlights.0.target.selector.0.exact", "x"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value"), ODD)
def test_odd_rows_do_no_harm(written, bob, client: Client, path, value) -> None:
    told = changed(json.loads(written[1]), *steps(path), value)
    archive.take_in(bob, io.BytesIO(json.dumps(told).encode()))
    before = learning(bob)
    archive.take_in(bob, io.BytesIO(before.encode()))
    assert learning(bob) == before
    client.force_login(bob)
    for url in ("/learn/", "/learn/cards/", "/learn/notes/", "/bookmarks/", "/learn/review/"):
        response = client.get(url)
        assert response.status_code == 200
        assert "<script>alert" not in response.content.decode()
        assert "onerror=alert(1)>" not in response.content.decode()
