"""A database that fails in the middle of a run leaves the old state."""

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from importer.models import ImportRun
from importer.run import import_paths
from topics.models import Topic


def test_a_database_that_fails_is_told_in_one_line(folder, db, monkeypatch):
    (folder / "a.md").write_text("# A\n")

    def fail(*_args, **_options):
        raise OperationalError("terminating connection\nSSL off")

    monkeypatch.setattr("importer.publish.Resolution", fail)
    with pytest.raises(CommandError) as raised:
        call_command("import_content", str(folder))
    assert str(raised.value) == "The database failed, nothing was changed: terminating connection"
    assert not Topic.objects.exists()
    assert ImportRun.objects.get().status == "failed"


@pytest.mark.django_db(transaction=True)
def test_a_server_that_ends_in_the_middle_of_a_run_leaves_the_old_state(folder, monkeypatch):
    (folder / "a.md").write_text("# Old\n")
    import_paths([str(folder)])
    (folder / "a.md").write_text("# New\n")

    def end(*_args):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with monkeypatch.context() as patched:
        patched.setattr("importer.publish.Resolution", end)
        with pytest.raises(CommandError, match="The database failed, nothing was changed: "):
            call_command("import_content", str(folder))
    assert Topic.objects.get().title == "Old"
    statuses = ImportRun.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == ["done", "failed"]
    import_paths([str(folder)])
    assert Topic.objects.get().title == "New"
