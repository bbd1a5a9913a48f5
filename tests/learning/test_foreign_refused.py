"""Files of other programs that cannot be read are refused with a reason; nothing is kept."""

import io
import random
import sqlite3
import zipfile

import pytest
from django.test import Client

from learning.models import WaitingImport
from tests.learning.test_foreign import packed, upload

pytestmark = pytest.mark.django_db


def view(sql: str) -> bytes:
    base = sqlite3.connect(":memory:")
    base.execute("CREATE TABLE col (decks text)")
    base.execute("CREATE TABLE cards (nid, did)")
    base.executescript(sql)
    data = base.serialize()
    base.close()
    return packed("collection.anki2", data)


ENDLESS = (
    "CREATE VIEW notes AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n)"
    " SELECT id, 'a' AS flds FROM n"
)


NOTES = (
    "CREATE TABLE notes (id, flds); INSERT INTO notes VALUES (1, 'Why?' || char(31) || 'So.');"
    "INSERT INTO cards VALUES (1, 5); INSERT INTO col VALUES ({});"
)
ODD_DECKS = {
    "[]": "", "12": "", '{"5": "Pools"}': "", '{"5": {}}': "", '{"5": {"name": "Pools"}}': "Pools",
}  # fmt: skip


def damaged(name: str, packing: int) -> bytes:
    """A zip with a member that cannot be unpacked."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packing) as archive:
        archive.writestr(name, random.Random(1).randbytes(5000))
    return file.getvalue()[:60] + b"\xff" * 20 + file.getvalue()[80:]


def misnamed() -> bytes:
    """A zip with a name that says it is UTF-8, and is not."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("decké", b"x")
    return b"\xff".join(file.getvalue().rsplit("é".encode()[:1], 1))


def bomb() -> bytes:
    return packed("collection.anki21b", bytes(210_000_000), is_packed=True)


HOSTILE = {
    "a.exe": (b"MZ", "Choose an Anki deck"),
    "empty.txt": (b" \n", "nothing in it"),
    "latin.txt": (b"\xe4\xf6\xfc\n", "no text in UTF-8"),
    "zip.apkg": (packed("a", b"b"), "no collection in it"),
    "no-zip.apkg": (b"PK\x03\x04 nothing", "damaged"),
    "no-database.apkg": (packed("collection.anki2", b"x" * 4096), "damaged"),
    "short.apkg": (packed("collection.anki2", b""), "damaged"),
    "no-zstd.apkg": (packed("collection.anki21b", b"x"), "damaged"),
    "lzma.apkg": (damaged("collection.anki2", zipfile.ZIP_LZMA), "damaged"),
    "bzip2.apkg": (damaged("collection.anki2", zipfile.ZIP_BZIP2), "damaged"),
    "misnamed.apkg": (misnamed, "damaged"),
    "null.apkg": (view(NOTES.format("NULL")), "damaged"),
    "deep.apkg": (view(NOTES.format(f"'{'[' * 60_000}'")), "damaged"),
    "bytes.apkg": (view(NOTES.format("x'ff00'")), "damaged"),
    "odd-key.apkg": (view(NOTES.format("""'{"x": {}}'""")), "damaged"),
    "endless.apkg": (view(ENDLESS), "no collection in it"),
    "no-tables.apkg": (view("SELECT 1"), "no collection in it"),
    "bomb.apkg": (bomb, "too large"),
    "many.txt": ("Why?\tSo.\n" * 2_001, "more than 2,000"),
    "quote.csv": ('"' + "x" * 200_000, "table"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_cannot_be_read_is_refused(learner: Client, name: str) -> None:
    made, said = HOSTILE[name]
    response = upload(learner, name, made() if callable(made) else made)
    assert response.status_code == 400
    assert said in response.content.decode()
    assert not WaitingImport.objects.exists()


@pytest.mark.parametrize(("decks", "name"), ODD_DECKS.items())
def test_cards_come_without_what_cannot_be_read_of_their_decks(learner, decks, name) -> None:
    assert upload(learner, "odd.apkg", view(NOTES.format(f"'{decks}'"))).status_code == 302
    (card,) = WaitingImport.objects.get().rows["cards"]
    assert (card["front"], card["back"], card["topic"]) == ("Why?", "So.", name)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "Highlight;Book Title;Note\r\nsome words;A book;mine\r\n"),
        ("a.csv", "\ufeffHighlight\tBook Title\tNote\nsome words\tA book\tmine\n"),
        ("a.tsv", "Highlight\tBook Title\tNote\nsome words\tA book\tmine\n"),
        ("A.CSV", 'HIGHLIGHT,"Book Title",Note\n"some words","A book",mine\n'),
    ],
)
def test_highlights_come_in_whatever_way_a_table_was_saved(learner, name, text) -> None:
    for encoding in ("utf-8", "utf-16", "utf-32", "utf-16-le", "utf-16-be"):
        assert upload(learner, name, text.encode(encoding)).status_code == 302
        (note,) = WaitingImport.objects.get().rows["notes"]
        assert (note["quote"], note["topic"], note["note"]) == ("some words", "A book", "mine")


@pytest.mark.parametrize("sign", ['"', "\r", "\0"])
def test_a_separator_that_separates_nothing_is_guessed(learner, sign) -> None:
    assert upload(learner, "a.txt", f"#separator:{sign}\nWhy?\tSo.\n").status_code == 302
    (card,) = WaitingImport.objects.get().rows["cards"]
    assert (card["front"], card["back"]) == ("Why?", "So.")
