"""The embedded server, used and abandoned by real processes."""

import os
import shutil
import signal
import stat
from pathlib import Path

import psycopg
import pytest

from kb.database import embedded, watcher
from tests.start.processes import USER, User, server_pid, wait_for_stop, wait_until, watcher_pid

KEEP = ("CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (7)")
READ = "SELECT n FROM kept"


def test_the_server_stops_after_its_last_user_and_keeps_the_data(state):
    first, second = User(state, *KEEP), None
    first.results()
    pid = server_pid(state)
    second = User(state, READ)
    assert second.results() == ["7"]
    assert server_pid(state) == pid
    first.leave()
    assert server_pid(state) == pid
    second.leave()
    wait_for_stop(state)
    again = User(state, READ)
    assert again.results() == ["7"]
    again.leave()


def test_the_server_stops_after_users_that_were_killed(state):
    users = [User(state), User(state)]
    for user in users:
        user.results()
    for user in users:
        user.kill()
    wait_for_stop(state)
    assert server_pid(state) is None


def test_processes_that_start_at_once_share_one_server(state):
    users = [User(state, "SELECT system_identifier FROM pg_control_system()") for _ in range(4)]
    assert len({user.results()[0] for user in users}) == 1
    log = (state / "postgres" / "server.log").read_text()
    assert log.count("starting PostgreSQL") == 1
    for user in users:
        user.leave()


def test_all_is_there_after_everything_was_killed(state):
    user = User(state, *KEEP)
    user.results()
    pid = server_pid(state)
    os.kill(watcher_pid(state), signal.SIGKILL)
    os.kill(pid, signal.SIGKILL)
    user.kill()
    again = User(state, READ)
    assert again.results() == ["7"]
    assert server_pid(state) != pid
    again.leave()


def test_the_next_user_replaces_a_killed_watcher(state):
    first = User(state)
    first.results()
    killed = watcher_pid(state)
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: not Path(f"/proc/{killed}/cmdline").exists())
    second = User(state)
    second.results()
    assert watcher_pid(state) != killed
    second.leave()
    first.leave()


def test_a_process_id_that_a_stranger_has_by_now_is_not_the_server(state):
    user = User(state, *KEEP)
    user.results()
    os.kill(watcher_pid(state), signal.SIGKILL)
    os.kill(server_pid(state), signal.SIGKILL)
    user.kill()
    for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
        file = state / "postgres" / name
        _, rest = file.read_text().split("\n", 1)
        file.write_text(f"{os.getpid()}\n{rest}")
    again = User(state, READ)
    assert again.results() == ["7"]
    again.leave()


def test_an_interrupted_first_start_is_begun_anew(state):
    (state / "postgres.new" / "base").mkdir(parents=True)
    user = User(state, "SELECT 1")
    assert user.results() == ["1"]
    assert not (state / "postgres.new").exists()
    user.leave()


def test_a_deleted_folder_is_a_full_reset(state):
    user = User(state, *KEEP)
    user.results()
    shutil.rmtree(state)
    user.leave()
    again = User(state, "SELECT count(*) FROM pg_tables WHERE tablename = 'kept'")
    assert again.results() == ["0"]
    again.leave()


def test_only_its_owner_reaches_the_data_and_the_socket(state):
    user = User(state, "SHOW listen_addresses")
    assert user.results() == [""]
    data = state / "postgres"
    socket = data / ".s.PGSQL.5432"
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert stat.S_IMODE(socket.stat().st_mode) == 0o700
    assert (data.stat().st_uid == os.geteuid()) == (os.geteuid() != 0)
    user.leave()


def test_the_server_keeps_its_shared_memory_out_of_other_folders(state):
    user = User(state, "SHOW dynamic_shared_memory_type", "SHOW shared_memory_type")
    assert user.results() == ["mmap", "mmap"]  # the first in `postgres`, the second in no folder
    user.leave()


def test_an_older_folder_gets_the_settings_of_today(state):
    user = User(state)
    user.results()
    user.leave()
    wait_for_stop(state)
    with (state / "postgres" / "postgresql.conf").open("a") as file:
        file.write("shared_buffers = '1MB'\n")
    user = User(state, "SELECT setting::int * 8192 FROM pg_settings WHERE name = 'shared_buffers'")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert 16 * 2**20 <= int(user.results()[0]) <= min(256 * 2**20, memory // 8)
    user.leave()


def test_a_full_disk_is_named(tmp_path):
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\necho 'FATAL: No space left on device' >&2\necho more\nexit 1\n")
    program.chmod(0o755)
    tmp_path.chmod(0o755)
    instead = f"embedded.program = lambda name: Path({str(program)!r})\nstate ="
    error = User(tmp_path / "var", source=USER.replace("state =", instead, 1)).error()
    assert error == (
        f"The disk that holds {tmp_path / 'var'} is full: free some space and start again. "
        "What was saved before is kept."
    )


def test_the_site_is_no_superuser_of_its_server(state):
    user = User(state, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    assert user.results() == ["False"]
    user.leave()


def test_a_folder_too_deep_for_a_socket_works(tmp_path):
    deep = tmp_path / ("d" * 60) / ("e" * 60) / "it's var"
    user = User(deep, "SELECT 1")
    assert user.results() == ["1"]
    user.leave()
    wait_for_stop(deep)


@pytest.mark.parametrize("name", ["it's var", "back\\slash", "a=b c", "%s", "a;b&c"])
def test_a_path_with_signs_that_mean_something_elsewhere_works(tmp_path, name):
    user = User(tmp_path / name, "SELECT 1")
    assert user.results() == ["1"]
    user.leave()
    wait_for_stop(tmp_path / name)


@pytest.mark.parametrize("name", ['a"b', "$HOME", "`id`"])
def test_a_path_that_postgresql_s_own_starter_misreads_is_named(tmp_path, name):
    error = User(tmp_path / name).error()
    assert error.startswith(
        f"PostgreSQL cannot be started in {tmp_path / name} because its path has "
    )
    assert error.endswith("name another folder in KB_DATA_DIR.")
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize(
    ("files", "limit"),
    [
        ({}, None),
        ({"memory.max": "max\n"}, None),
        ({"memory.max": "67108864\n"}, 64),
        ({"memory/memory.limit_in_bytes": "134217728\n"}, 128),
        ({"memory/memory.limit_in_bytes": "9223372036854771712\n"}, None),
        ({"memory.max": "nonsense"}, None),
    ],
)
def test_the_memory_of_a_container_is_known_by_both_versions(tmp_path, monkeypatch, files, limit):
    from kb.database import embedded

    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(embedded, "CONTROL_GROUPS", tmp_path)
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert embedded.memory() == (limit * 2**20 if limit else machine)


def test_data_of_another_major_version_is_named(state):
    user = User(state)
    user.results()
    user.leave()
    wait_for_stop(state)
    (state / "postgres" / "PG_VERSION").write_text("15\n")
    assert "was made by PostgreSQL 15" in User(state).error()


def test_a_state_folder_that_cannot_be_used_is_named(tmp_path):
    (tmp_path / "var").write_text("a file")
    error = User(tmp_path / "var").error()
    assert str(tmp_path / "var") in error
    assert "KB_DATA_DIR" in error
    assert "Traceback" not in error


def test_a_forked_child_does_not_keep_the_server_alive(state):
    from kb.database import embedded

    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        # A parent that connected, forked and died; its child lives on without connecting.
        embedded.ensure_running(state)
        if os.fork() == 0:
            os.close(writer)
            os.read(reader, 1)
        os._exit(0)
    os.waitpid(child, 0)
    assert server_pid(state) is not None
    wait_for_stop(state)
    os.close(writer)
    os.close(reader)


def test_the_server_s_log_tells_nothing_that_somebody_wrote(state):
    statements = (
        "CREATE TABLE notes (note text PRIMARY KEY CHECK (length(note) < 20))",
        "INSERT INTO notes VALUES ('my secret one')",
    )
    user = User(state, *statements)
    user.results()
    where = {"host": embedded.socket_folder(state), "port": embedded.PORT, "dbname": "kb"}
    failing = (
        "INSERT INTO notes VALUES (%s)",  # there already
        "INSERT INTO notes VALUES (%s || 'much too long')",
        "SELECT count(*) FROM notes WHERE note = %s AND 1 / (SELECT 0) = 1",
    )
    for cursor in (psycopg.Cursor, psycopg.ClientCursor):
        for statement in failing:
            with (
                psycopg.connect(**where, user="kb", cursor_factory=cursor) as connection,
                pytest.raises(psycopg.Error),
            ):
                connection.execute(statement, ["my secret one"])
    log = (state / "postgres" / "server.log").read_text()
    assert log.count("ERROR:") == 2 * len(failing)
    assert "secret" not in log
    user.leave()


def test_the_server_s_log_does_not_grow_for_ever(state):
    user = User(state)
    user.results()
    log = state / "postgres" / "server.log"
    with log.open("a") as file:
        file.writelines(f"line {number} {'x' * 90}\n" for number in range(110_000))
    wait_until(lambda: log.stat().st_size < 1000)
    kept = log.with_name("server.log.1")
    assert kept.stat().st_size <= watcher.KEPT_OF_LOG
    first, *_, last = kept.read_text().splitlines()
    assert first.startswith("line ") and last.startswith("line 109999 ")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert kept.stat().st_uid == log.stat().st_uid
    os.kill(server_pid(state), signal.SIGHUP)  # which the server says in its log
    wait_until(lambda: "SIGHUP" in log.read_text())
    user.leave()
