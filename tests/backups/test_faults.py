"""What can go wrong with a backup: one line each, that says what to do, and nothing half done."""

import errno
import os
import signal
import subprocess
import sys
import tarfile

import pytest
from django.db import connection
from psycopg.conninfo import conninfo_to_dict

from kb.backup import BackupError, archive, kept, make, tools
from kb.backup.archive import opened, written
from kb.backup.restore import restore, verify
from tests.start.processes import ROOT, wait_until


def test_a_file_that_is_there_is_left_alone(library, file):
    before = file.read_bytes()
    assert "is there already" in library.refused("backup", str(file))
    assert file.read_bytes() == before


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with (
        pytest.raises(BackupError, match=r"Cannot write into .* \(No such file or directory\)"),
        written(tmp_path / "nowhere" / "kb.backup"),
    ):
        pass


def cuts(size):
    """Where a file of this size may be cut off: at each kind of place."""
    ends = [1, 2, 64, 90, 91, 92, 500, 512, 1_000, 1_024, 3_000, 5_000, 10_240, 20_000, 30_000]
    starts = [1, 8, 100, 511, 512, 513, 1_000, 1_024, 1_536, 5_000]
    return [*starts, size // 3, size // 2, *(size - end for end in ends)]


def test_a_file_that_is_cut_off_anywhere_is_said_to_be(file, tmp_path):
    cut, whole = tmp_path / "cut.backup", file.read_bytes()
    said = set()
    for size in cuts(len(whole)):
        cut.write_bytes(whole[:size])
        for use in (verify, restore):
            with pytest.raises(BackupError) as refused:
                use(cut)
            said.add(str(refused.value))
    assert said == {
        f"{cut} is cut off or damaged: what says that it is whole is missing. Copy it again, or "
        "take another backup."
    }


def test_a_file_that_was_added_to_is_refused(file, tmp_path):
    longer = tmp_path / "longer.backup"
    for more in (b"\0", b"\n", b"\0" * 10_240):
        longer.write_bytes(file.read_bytes() + more)
        with pytest.raises(BackupError, match="is cut off or damaged"):
            verify(longer)


def test_a_bit_that_fell_over_anywhere_is_found(file, tmp_path):
    damaged, whole = tmp_path / "damaged.backup", file.read_bytes()
    step = len(whole) // 150
    places = [
        *range(3, len(whole), step),
        *range(1, 1_100, 90),
        *range(len(whole) - 12_000, len(whole), 500),
    ]
    for place in [*places, len(whole) - 1]:
        content = bytearray(whole)
        content[place] ^= 1
        damaged.write_bytes(content)
        with pytest.raises(BackupError, match="damaged|is no backup"):
            verify(damaged)


def test_the_part_in_which_a_bit_fell_over_is_named(file, tmp_path):
    damaged = tmp_path / "damaged.backup"
    content = bytearray(file.read_bytes())
    content[content.index(b"PGDMP") + 5_000] ^= 1
    damaged.write_bytes(content)
    with pytest.raises(BackupError, match=r"is damaged: database.dump.00000 is not as it was"):
        verify(damaged)


def without_a_seal(file, target):
    """The backup as the format before had it."""
    content = file.read_bytes()[: -archive.SEAL_SIZE]
    target.write_bytes(content.replace(b'{"format": 2}', b'{"format": 1}', 1))
    return target


def test_a_backup_without_a_seal_is_read_and_its_cut_end_is_noticed(file, tmp_path):
    older = without_a_seal(file, tmp_path / "older.backup")
    assert verify(older).tables == verify(file).tables
    whole = older.read_bytes()
    for end in (1, 100, 1_000, 3_000, 9_000):
        older.write_bytes(whole[:-end])
        with pytest.raises(BackupError, match="is cut off or damaged"):
            verify(older)


@pytest.mark.parametrize("content", [b"", b"hello", b"PGDMP\1\2", b"\0" * 20_000])
def test_another_file_is_refused(tmp_path, content):
    wrong = tmp_path / "wrong"
    wrong.write_bytes(content)
    with pytest.raises(BackupError, match="is no backup of this site"):
        verify(wrong)


def test_another_archive_is_refused_and_a_missing_file_is_named(tmp_path):
    wrong = tmp_path / "wrong.tar"
    with tarfile.open(wrong, "w") as tar:
        tar.add(ROOT / "manage.py", "manage.py")
    with pytest.raises(BackupError, match="is no backup of this site"):
        verify(wrong)
    with pytest.raises(BackupError, match="No such file"):
        verify(tmp_path / "nowhere")


def changed(file, target, **values):
    """The same backup with another manifest."""
    with opened(file) as backup, written(target) as writer:
        for name in backup.manifest.parts:
            writer.add(name, backup.read(name))
        for name, value in values.items():
            setattr(backup.manifest, name, value)
        writer.finish(backup.manifest)
    return target


def test_a_backup_of_a_newer_version_is_refused(library, file, tmp_path, monkeypatch):
    with opened(file) as backup:
        known = backup.manifest.migrations
    newer = changed(
        file, tmp_path / "newer", migrations=[*known, "topics.0999_later"], site="9.0.0"
    )
    with pytest.raises(BackupError, match=r"newer version of this site \(9.0.0, .*0999_later"):
        restore(newer)
    monkeypatch.setattr(archive, "FORMAT", 3)
    later = changed_format(tmp_path / "later")
    monkeypatch.undo()
    with pytest.raises(BackupError, match="newer version of this site"):
        verify(later)


def changed_format(path):
    with written(path) as writer:
        writer.add("x", b"")
    return path


def test_counts_that_differ_undo_the_whole_restore(file, places, tmp_path):
    with opened(file) as backup:
        tables = backup.manifest.tables
    wrong = changed(file, tmp_path / "wrong", tables={**tables, "public.topics_topic": 4711})
    place = places()
    said = place.refused("restore", str(wrong))
    assert "as it was: public.topics_topic has not its 4711 rows" in said
    assert place.query("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]
    assert not (place.folder / "uploads").exists()


def test_roles_that_the_server_lacks_are_named(file, places, tmp_path):
    wanting = changed(file, tmp_path / "wanting", roles=["reporting"])
    assert "CREATE ROLE reporting" in places().refused("restore", str(wanting))


def test_an_older_server_is_refused(file, places, tmp_path):
    newer = changed(file, tmp_path / "newer", server=99)
    assert "restore it into 99 or newer" in places().refused("restore", str(newer))


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["uploads", "dump"])
def test_a_full_disk_is_said_and_leaves_nothing(tmp_path, monkeypatch, place):
    def fail(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(archive.Writer, "add" if place == "uploads" else "add_dump", fail)
    with pytest.raises(BackupError, match=r"The disk that holds .* is full: free some space"):
        make.back_up(tmp_path / "kb.backup")
    assert list(tmp_path.iterdir()) == []


def test_a_real_full_disk(library, tmp_path):
    """Root mounts one; others have the simulated one above alone."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "none", disk], capture_output=True, check=False
    )
    if mounted.returncode and os.geteuid():
        pytest.skip("only root may mount a disk")
    assert mounted.returncode == 0, mounted.stderr
    try:
        said = library.refused("backup", str(disk / "kb.backup"))
        assert "is full: free some space and try again" in said
        assert list(disk.iterdir()) == []
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_killed_backup_leaves_no_file_of_that_name_and_the_next_one_goes_on(library, tmp_path):
    target = tmp_path / "kb.backup"
    source = (
        "import django; django.setup(); from kb.backup import make; from pathlib import Path\n"
        "import sys, time\n"
        "def slow(*_):\n    yield b'x' * 1000\n    print('now', flush=True)\n    time.sleep(60)\n"
        f"make.dump = slow\nmake.back_up(Path({str(target)!r}))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", source],
        cwd=ROOT,
        env=library.environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "now\n"
    assert "is under way" in library.refused("backup", str(target))
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert [path.name for path in tmp_path.iterdir()] == ["kb.backup.unfinished"]
    library.manage("backup", str(target))
    assert [path.name for path in tmp_path.iterdir()] == ["kb.backup"]


def test_a_killed_restore_leaves_the_database_as_it_was(file, places):
    place = places()
    source = (
        "import django; django.setup(); from kb.backup import restore; from pathlib import Path\n"
        "import os, signal\n"
        "restore.ending = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"restore.restore(Path({str(file)!r}))"
    )
    assert place.run("-c", source).returncode == -signal.SIGKILL
    tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    wait_until(lambda: place.query("SELECT count(*) FROM pg_locks WHERE NOT granted") == [(0,)])
    assert place.query(tables) == [(0,)]
    place.manage("restore", str(file))
    assert place.query("SELECT count(*) FROM learning_bookmark") == [(1,)]


@pytest.mark.django_db
def test_a_pooler_is_refused(tmp_path, monkeypatch):
    connection.ensure_connection()
    monkeypatch.setattr(connection, "is_pooled", True)
    with pytest.raises(BackupError, match="name the server itself in DATABASE_URL"):
        tools.server_of(connection)


def test_a_program_that_is_missing_or_too_old_is_named():
    with pytest.raises(BackupError, match="install postgresql-client-99"):
        tools.find("pg_dump", least=99)


def test_without_a_key_there_is_none_to_take(library, tmp_path):
    key = library.folder / "secret_key"
    beside = key.with_name("aside")
    key.rename(beside)
    library.settings["SECRET_KEY"] = "for the time of a test"
    try:
        said = library.refused("backup", str(tmp_path / "kb.backup"), "--with-secret")
        assert "leave --with-secret out" in said
    finally:
        del library.settings["SECRET_KEY"]
        beside.rename(key)


def test_of_nightly_backups_the_last_ones_stay(library, tmp_path):
    folder = tmp_path / "nightly"
    folder.mkdir()
    for day in range(1, 5):
        (folder / f"kb-2020010{day}T000000Z.backup").write_text("older")
    (folder / "mine.backup").write_text("not ours")
    library.settings |= {"KB_BACKUP_DIR": str(folder), "KB_BACKUP_KEEP": "3"}
    try:
        library.code(
            "import django; django.setup(); from jobs.tasks import TASKS\n"
            "TASKS['kb.back_up'].call()"
        )
    finally:
        del library.settings["KB_BACKUP_DIR"], library.settings["KB_BACKUP_KEEP"]
    names = sorted(path.name for path in folder.iterdir())
    assert names[:2] == ["kb-20200103T000000Z.backup", "kb-20200104T000000Z.backup"]
    assert len(names) == 4
    assert names[-1] == "mine.backup"
    library.manage("verify", str(folder / names[2]))


def test_nightly_backups_are_off_by_default():
    from jobs.tasks import TASKS

    assert "kb.back_up" not in TASKS
    assert kept.folder() is None


@pytest.mark.django_db
def test_programs_are_told_only_what_the_settings_name():
    """An older program refuses the newest options of the library that psycopg brings."""
    named = {*connection.get_connection_params(), "dbname", "user", "host", "port"}
    assert {*conninfo_to_dict(tools.server_of(connection).conninfo)} <= named


def test_a_site_that_is_in_use_is_replaced_only_if_that_is_asked_for(file, places):
    place = places()
    place.manage("migrate", "--verbosity=0")
    reader = (
        "import django; django.setup(); from django.db import connection; import sys\n"
        "connection.ensure_connection(); print('there', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", reader],
        cwd=ROOT,
        env=place.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "there\n"
        said = place.refused("restore", str(file), "--replace=kb")
        assert said == (
            'CommandError: The database "kb" is in use; connections: 1 of kb from this machine. '
            "Stop the site and the worker, or give --even-if-in-use."
        )
        assert place.query("SELECT count(*) FROM topics_section") == [(0,)]
        place.manage("restore", str(file), "--replace=kb", "--even-if-in-use")
        process.stdin.close()
    assert place.query("SELECT count(*) > 0 FROM topics_section") == [(True,)]


def test_an_empty_database_is_no_library(named, places, tmp_path):
    named.sql("CREATE DATABASE empty ENCODING 'UTF8' TEMPLATE template0", "postgres")
    place = places(named.url("empty"))
    target = tmp_path / "kb.backup"
    said = place.refused("backup", str(target))
    assert said == (
        f'CommandError: There is no library in the database "empty" at 127.0.0.1:{named.port}: '
        "give this command the site's settings (KB_ENV_FILE names their file: docs/operating.md)."
    )
    assert list(tmp_path.iterdir()) == []


def test_a_backup_of_nothing_is_not_said_to_be_whole(file, tmp_path):
    empty = changed(file, tmp_path / "empty", tables={})
    for use in (verify, restore):
        with pytest.raises(BackupError, match="holds no table: it was made of an empty database"):
            use(empty)


def test_files_do_not_go_beside_the_code_by_mistake(file, named, places):
    named.sql("CREATE DATABASE nowhere ENCODING 'UTF8' TEMPLATE template0", "postgres")
    place = places(named.url("nowhere"))
    place.settings["KB_DATA_DIR"] = ""
    said = place.refused("restore", str(file))
    assert "KB_DATA_DIR is not set, so the backup's files would go to" in said
    assert place.query("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]


def test_a_name_that_is_taken_is_said_before_anything_is_begun(library, file):
    done = library.run("manage.py", "backup", str(file))
    assert (done.returncode, done.stdout) == (1, "")
    other = file.with_name("other.backup")
    said = library.manage("backup", str(other)).splitlines()[0]
    assert said == f"Backing up the embedded database in {library.folder} …"
    other.unlink()
