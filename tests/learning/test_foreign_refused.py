"""Files of other programs that cannot be read are refused with a reason; nothing is kept."""

import sqlite3

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
