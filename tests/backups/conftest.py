"""A library in a folder of its own, with all that a backup has to bring back."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from kb.database import embedded
from tests.deploy.machines import Server
from tests.start.processes import ROOT, environment, wait_for_stop
from tests.upgrades import tables

SEED = """
import django; django.setup()
from pathlib import Path
from django.conf import settings
from django.contrib.auth.models import User
from importer.models import ImportRun
from learning.models import Bookmark
from search.log import note_search, write_waiting
from topics.models import Section
alice = User.objects.create_user("alice", "alice@example.org", "correct horse battery")
User.objects.create_superuser("root", "", "correct horse battery")
section = Section.objects.published().exclude(anchor="").order_by("pk").first()
Bookmark.objects.create(user=alice, section=section, note="Mind the gap: ä, 😀, ' and \\\\\\\\")
folder = settings.DATA_DIR / "uploads" / "0123" / "files"
folder.mkdir(parents=True)
(folder / "new.md").write_text("# New\\n\\nWaits.")
ImportRun.objects.create(source="up", folder=str(folder), dry_run=True, status="done")
"""
# Signs in, searches, reads and bookmarks on a library that was restored.
USE = """
import django; django.setup()
from django.test.utils import setup_test_environment; setup_test_environment()
from django.test import Client
from learning.models import Bookmark
from topics.models import Section
browser = Client(raise_request_exception=True)
said = browser.post("/accounts/login/", {"login": "alice", "password": "correct horse battery"})
assert said.status_code == 302, said.content
assert "Mind the gap" in browser.get("/bookmarks/").content.decode()
mark = Bookmark.objects.select_related("section__topic").get()
assert browser.get(mark.section.topic.get_absolute_url()).status_code == 200
found = Client().get("/api/v1/search", {"q": mark.section.title}).json()
assert found["results"], found
other = Section.objects.published().exclude(pk=mark.section_id).order_by("pk").last()
assert browser.post(f"/bookmarks/sections/{other.pk}/add/").status_code == 302
assert Bookmark.objects.count() == 2
print("used")
"""


@dataclass
class Place:
    """A folder for KB_DATA_DIR, and the server: its own embedded one, or one that is named."""

    folder: Path
    url: str = ""
    settings: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        named = {"DATABASE_URL": self.url} if self.url else {}
        where = {"KB_DATA_DIR": str(self.folder), "DJANGO_SETTINGS_MODULE": "tests.settings"}
        return environment(**{**where, **named, **self.settings})

    def run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=180,
        )

    def manage(self, *command: str) -> str:
        """What a command printed that must succeed."""
        done = self.run("manage.py", *command)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def refused(self, *command: str) -> str:
        """The one line of a command that must fail."""
        done = self.run("manage.py", *command)
        assert done.returncode == 1, (done.stdout, done.stderr)
        (line,) = done.stderr.strip().splitlines()
        return line

    def code(self, source: str) -> str:
        done = self.run("-c", source)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        if not self.url:
            embedded.ensure_running(self.folder)
            host = embedded.socket_folder(self.folder)
            opened = psycopg.connect(host=host, port=5432, user="kb", dbname="kb", autocommit=True)
        else:
            opened = psycopg.connect(self.url.replace("postgres://", "postgresql://"))
        with opened:
            cursor = opened.execute(sql)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table, the cache apart, with uploads named below this folder."""
        found = tables.every_row(self.query)
        del found["kb_cache"]
        here = str(self.folder)
        return {
            name: [(row.replace(here, "HERE"),) for (row,) in rows] for name, rows in found.items()
        }


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Place]]:
    """Makes empty places; their embedded servers are stopped at the end."""
    made: list[Place] = []

    def make(url: str = "", **settings: str) -> Place:
        made.append(Place(tmp_path_factory.mktemp("place", numbered=True), url, settings))
        made[-1].folder.chmod(0o755)
        return made[-1]

    yield make
    for place in made:
        if not place.url and (place.folder / "postgres").exists():
            embedded.leave()
            wait_for_stop(place.folder)


@pytest.fixture(scope="session")
def library(places: Callable[..., Place]) -> Place:
    place = places()
    place.manage("migrate", "--verbosity=0")
    place.manage("import_content", "tests/samples")
    place.code(SEED)
    place.query("SET ROLE kb; GRANT SELECT ON topics_section TO PUBLIC")
    return place


@pytest.fixture(scope="session")
def file(library: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of the library."""
    path = tmp_path_factory.mktemp("backups") / "kb.backup"
    library.manage("backup", str(path), "--with-secret")
    return path


@pytest.fixture(scope="session")
def named() -> Iterator[Server]:
    server = Server.made()
    yield server
    server.remove()
