"""A backup is taken, brought back into another folder and server, compared, and used."""

import stat

import pytest

from tests.backups.conftest import USE


def test_a_backup_is_one_file_for_its_owner_alone_and_whole(library, file):
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["kb.backup"]
    said = library.manage("verify", str(file))
    assert said.splitlines()[1].startswith("The backup is whole")
    assert "1 files of uploads, the secret key" in said


@pytest.mark.parametrize("way", ["embedded", "named"])
def test_it_comes_back_row_by_row_and_is_used(library, file, places, named, way):
    if way == "named":
        named.sql("CREATE DATABASE again ENCODING 'UTF8' TEMPLATE template0", "postgres")
    place = places(named.url("again") if way == "named" else "")
    said = place.manage("restore", str(file), "--with-secret")
    assert "Every table has the rows of the backup." in said
    before, after = library.rows(), place.rows()
    assert list(before) == list(after)
    assert len(before) > 25
    for table, rows in before.items():
        assert rows == after[table], table
    upload = place.folder / "uploads" / "0123" / "files" / "new.md"
    assert upload.read_text() == "# New\n\nWaits."
    assert place.query("SELECT folder FROM topics_importrun WHERE source = 'up'") == [
        (str(upload.parent),)
    ]
    key = (place.folder / "secret_key").read_text()
    assert key == (library.folder / "secret_key").read_text()
    assert "agrees" in place.manage("check_index")
    assert place.manage("makemigrations", "--check") == "No changes detected\n"
    assert place.code(USE) == "used\n"


def test_a_database_that_holds_something_is_replaced_only_by_name(library, file, places):
    place = places()
    place.manage("migrate", "--verbosity=0")
    place.query("CREATE TABLE extra (id int); INSERT INTO topics_contentversion VALUES (1, 7000)")
    (place.folder / "uploads" / "old").mkdir(parents=True)
    place.code(
        "import django; django.setup(); from django.conf import settings as s; str(s.SECRET_KEY)"
    )
    own_key = (place.folder / "secret_key").read_text()
    assert "is not empty" in place.refused("restore", str(file))
    assert "names another database than kb" in place.refused("restore", str(file), "--replace=x")
    assert place.query("SELECT count(*) FROM topics_section") == [(0,)]
    place.manage("restore", str(file), "--replace=kb")
    before, after = library.rows(), place.rows()
    # A page that was kept under the number of before must not be taken for a new one.
    assert before.pop("topics_contentversion") != after.pop("topics_contentversion")
    assert place.query("SELECT version FROM topics_contentversion") == [(7001,)]
    assert before == after
    assert [path.name for path in (place.folder / "uploads").iterdir()] == ["0123"]
    assert (place.folder / "secret_key").read_text() == own_key
