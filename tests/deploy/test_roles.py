"""Two roles of the database: one owns the tables, and one serves and only changes rows."""

import subprocess
import sys

import pytest

from tests.deploy.conftest import SETTINGS, manage
from tests.deploy.machines import Server
from tests.deploy.test_database import NODE, status
from tests.start.processes import ROOT, environment, wait_until
from tests.start.sites import free_port, get

# What readers, learners and curators do, in the web role's name.
WORK = """
import re
import django; django.setup()
from django.conf import settings

settings.SEARCH_LOG = False
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from learning.models import Bookmark
from topics.models import Section

root = User.objects.create_superuser("root", "", "correct horse battery")
client = Client()
client.post("/accounts/login/", {"login": "root", "password": "correct horse battery"})
section = Section.objects.published().exclude(markdown="").filter(parent__isnull=False).first()
print(client.get(section.get_absolute_url(), follow=True).status_code)
print(client.get("/search/?q=retry").status_code)
mark = client.post(f"/bookmarks/sections/{section.pk}/add/", follow=True)
print(mark.status_code, Bookmark.objects.count())
from importer.edits import save_section
text = section.markdown + "\\n\\nquokka\\n"
save_section(section, title=section.title, markdown=text, user=root)
print(len(client.get("/api/v1/search?q=quokka").json()["results"]))
for sql in ("CREATE TABLE mine (n int)", "DROP TABLE topics_term", "TRUNCATE topics_term",
        "ALTER TABLE auth_user ADD COLUMN n int", "CREATE SCHEMA mine",
        "DELETE FROM django_migrations", "ALTER ROLE web SUPERUSER",
        "CREATE OR REPLACE FUNCTION kb_words(tsvector, text) RETURNS int LANGUAGE sql AS ''"):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
        print("did", sql)
    except django.db.Error as error:
        print(type(error.__cause__).__name__)
"""


@pytest.fixture(scope="module")
def roles():
    """A server whose database belongs to one role, and is served by another: both addresses."""
    server = Server.made()
    server.sql("CREATE ROLE owner LOGIN; CREATE ROLE web LOGIN", database="postgres")
    server.sql("CREATE DATABASE kb OWNER owner", database="postgres")
    yield server.url().replace("kb@", "owner@"), server.url().replace("kb@", "web@"), server
    server.remove()


def said(*arguments: str, **changes: str) -> str:
    """What a command that ends with 1 says in one line."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(**changes),
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 1, done.stdout
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def test_one_role_owns_and_another_serves(roles, folder, static) -> None:
    owner, web, server = roles
    place = {"KB_DATA_DIR": str(folder / "var")}
    manage("migrate", DATABASE_URL=owner, **place)
    assert "There is no role nobody" in said(
        "grant_web_role", "nobody", DATABASE_URL=owner, **place
    )
    assert "owns the tables" in said("grant_web_role", "owner", DATABASE_URL=owner, **place)
    done = manage("grant_web_role", "web", DATABASE_URL=owner, **place)
    assert done.startswith('The role web may serve from the database "kb"')
    assert "which does not own the tables" in said(
        "grant_web_role", "web", DATABASE_URL=web, **place
    )
    serves(web, folder, static)
    source = ["-c", WORK]
    in_tests = {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    work = subprocess.run(
        [sys.executable, *source],
        cwd=ROOT,
        env=environment(DATABASE_URL=web, ALLOWED_HOSTS="testserver", **in_tests, **place),
        capture_output=True,
        text=True,
    )
    assert work.returncode == 0, work.stderr
    refused = ["InsufficientPrivilege"] * 8
    assert work.stdout.splitlines() == ["200", "200", "200 1", "1", *refused]
    manage("import_content", "tests/samples", "--source", "more", DATABASE_URL=web, **place)
    assert "run this command, or manage.py migrate, as that one" in said(
        "rebuild_index", DATABASE_URL=web, **place
    )
    manage("rebuild_index", DATABASE_URL=owner, **place)
    manage("check_index", DATABASE_URL=web, **place)
    # What a later migration makes is the web role's to read and change, too.
    server.sql("SET ROLE owner; CREATE TABLE later (id int GENERATED ALWAYS AS IDENTITY, n int)")
    server.sql("SET ROLE web; INSERT INTO later (n) VALUES (1); UPDATE later SET n = 2")
    server.sql("SET ROLE owner; UPDATE topics_indexstate SET version = 0")
    assert "its owner runs manage.py rebuild_index" in serves(web, folder, static)
    manage("rebuild_index", DATABASE_URL=owner, **place)
    server.sql("SET ROLE owner; DELETE FROM django_migrations WHERE app = 'mfa'")
    log = serves(web, folder, static, is_refused=True)
    assert "run this command, or manage.py migrate, as that one" in log


def serves(url: str, folder, static, *, is_refused: bool = False) -> str:
    """Start a node with the address, ask it, end it: what it printed."""
    port = free_port()
    places = {"KB_STATIC_ROOT": str(static), "KB_DATA_DIR": str(folder / "var")}
    changes = {**SETTINGS, **places, "DATABASE_URL": url, "KB_PROXY": "none", "PORT": str(port)}
    node = subprocess.Popen(
        [sys.executable, "-c", NODE],
        cwd=ROOT,
        env=environment(**changes, WEB_CONCURRENCY="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        ready = (200, b'{"status": "ok"}')
        wait_until(lambda: node.poll() is not None or get(port, "/readyz") == ready, seconds=150)
        if node.poll() is None:
            assert status(port, "/search/?q=retry", {"Host": "kb.example.org"}) == 200
    finally:
        node.terminate()
        log = node.communicate(timeout=60)[0]
    assert node.returncode == (1 if is_refused else 0), log
    return log
