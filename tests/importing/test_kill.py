"""An import that is killed leaves the old state: all of the old or all of the new."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from importer.models import ImportRun
from importer.run import import_paths
from topics.models import Section, Topic

# Where the child stops itself: after this many files have been written.
POINTS = [1, 10, 39]
CHILD = """
import os, signal, sys
import django
django.setup()
from django.db import connection
from importer.run import import_paths
point = int(sys.argv[2])

def progress(done, total):
    if done == point:
        os.kill(os.getpid(), signal.SIGKILL)

import_paths([sys.argv[1]], progress=progress)
"""


def write(folder: Path, word: str) -> None:
    for number in range(40):
        text = f"# Topic {number}\n\nIt says {word}.\n\n## Part\n\nMore of {word}.\n"
        (folder / f"{number:02}_topic-{number}.md").write_text(text)


def url_of_the_test_database() -> str:
    connection.ensure_connection()
    info = connection.connection.info
    host = info.host.replace("/", "%2F")
    password = f":{info.password}" if info.password else ""
    if info.host.startswith("/"):
        return f"postgres://{info.user}{password}@/{info.dbname}?host={host}&port={info.port}"
    return f"postgres://{info.user}{password}@{host}:{info.port}/{info.dbname}"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("point", POINTS)
def test_a_killed_import_leaves_the_old_state_and_the_next_one_succeeds(point, folder):
    write(folder, "old")
    import_paths([str(folder)])
    before = list(Section.objects.order_by("pk").values())
    write(folder, "new")
    child = subprocess.run(
        [sys.executable, "-c", CHILD, str(folder), str(point)],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "kb.settings",
            "DATABASE_URL": url_of_the_test_database(),
        },
        cwd=settings.BASE_DIR,
        timeout=60,
        capture_output=True,
        text=True,
    )
    assert child.returncode == -signal.SIGKILL, child.stderr
    assert list(Section.objects.order_by("pk").values()) == before
    import_paths([str(folder)], dry_run=True)
    killed = ImportRun.objects.order_by("pk")[1]
    assert (killed.status, killed.finished_at is None) == ("failed", False)
    assert "The run was killed" in killed.notes[0]["message"]
    report = import_paths([str(folder)])
    assert report.counts["topics changed"] == 40
    assert Topic.objects.live().count() == 40
    assert all("new" in text for text in Section.objects.values_list("text", flat=True))
