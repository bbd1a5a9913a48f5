"""A backup made by earlier code comes back as that code had it, and the way on and back is said."""

import lzma
import re
import subprocess

import psycopg
import pytest

from kb.backup import restore
from kb.backup.archive import opened
from kb.database.server_account import program
from tests.start.processes import ROOT
from tests.upgrades import databases, tables

EARLIER = "ad7c31d"
PENDING = "SELECT app || '.' || name FROM django_migrations ORDER BY 1"


def empty(named, name):
    named.sql(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0", "postgres")
    return named.url(name)


@pytest.fixture(scope="module")
def earlier(named, places):
    """A library as earlier code left it."""
    place = places(empty(named, "earlier"))
    subprocess.run(
        [program("psql"), place.url, "-Xq", "--output=/dev/null", "--set=ON_ERROR_STOP=1"],
        input=lzma.decompress((databases.HERE / f"{EARLIER}.sql.xz").read_bytes()),
        check=True,
    )
    return place


@pytest.fixture(scope="module")
def copy(earlier, tmp_path_factory):
    path = tmp_path_factory.mktemp("earlier") / "kb.backup"
    earlier.manage("backup", str(path))
    return path


@pytest.fixture(scope="module")
def again(named, places, copy):
    place = places(empty(named, "earlier_again"))
    place.said = place.manage("restore", str(copy))
    return place


def test_the_schema_stays_as_it_was_saved(earlier, again):
    assert again.query(PENDING) == earlier.query(PENDING)
    assert tables.schema(again.query) == tables.schema(earlier.query)
    before, after = earlier.rows(), again.rows()
    assert before == after


def test_both_ways_are_said(again):
    said = " ".join(again.said.split())
    assert re.search(
        r"this code has \d+ more migrations. To go on with this code: manage.py mi", said
    )
    # Nobody ran the code that fits: the present one made the backup without migrating before.
    assert "check out the code that ran when it was saved (0.2.0), make install, and start" in said


def test_a_backup_names_the_commit_of_the_code_that_fits(file, copy):
    head = subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=ROOT, text=True).strip()
    with opened(file) as backup:
        assert backup.manifest.commit == head
    with opened(copy) as backup:
        assert backup.manifest.commit == ""


@pytest.mark.django_db
def test_going_back_names_that_commit(file, monkeypatch):
    monkeypatch.setattr(restore, "pending", lambda _: ["topics.0999_later"])
    with opened(file) as backup:
        said = restore.next_step(backup.manifest)
        assert f"check out {backup.manifest.commit}, make install, and start the site." in said


def test_commands_say_in_one_line_that_migrations_are_pending(again):
    said = again.refused("search", "queues")
    assert said.startswith('error: The database is not prepared: the database "earlier_again" at ')
    assert "migrations. Run manage.py migrate" in said
    again.manage("migrate", "--verbosity=0")
    again.manage("rebuild_index")
    assert again.manage("search", "queues")


def test_code_that_is_older_than_its_database_says_so_in_one_line(named, places, library, file):
    place = places(empty(named, "newer"))
    place.manage("restore", str(file))
    with psycopg.connect(place.url.replace("postgres://", "postgresql://")) as later:
        later.execute("INSERT INTO django_migrations VALUES (9000, 'topics', '0999_later', now())")
        later.execute("ALTER TABLE topics_topic RENAME COLUMN path TO way")
    said = place.refused("import_content", "tests/samples")
    assert said.startswith('error: The database is newer than this code: the database "newer" at ')
    assert "has the migration topics.0999_later. Check out the code that made it" in said


def test_after_a_restore_by_the_code_that_saved_it_the_site_can_start(places, file):
    said = places().manage("restore", str(file))
    assert said.endswith("This code and the database fit together: start the site.\n")
