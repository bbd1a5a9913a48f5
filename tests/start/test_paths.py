"""A checkout whose path has signs that mean something to SQL, shells and addresses."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.start.processes import ROOT, environment, wait_for_stop, wait_until
from tests.start.sites import free_port, get

LEFT_OUT = {"content", "tests", "docs", "benchmarks", "node_modules", "staticfiles", "var"}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the code in such a folder, with a document of its own as content."""
    for place in (tmp_path, *tmp_path.parents[:2]):
        place.chmod(0o755)  # the embedded server runs as somebody else
    copy = tmp_path / "it's 100% ä;&" / "kb"
    copy.parent.mkdir()

    def left_out(folder: str, names: list[str]) -> set[str]:
        hidden = {name for name in names if name.startswith(".") or name == "__pycache__"}
        return hidden | (LEFT_OUT & set(names) if Path(folder) == ROOT else set())

    shutil.copytree(ROOT, copy, ignore=left_out)
    (copy / "content").mkdir()
    (copy / "content" / "pools.md").write_text("# Pools\n\n## Sizes\n\nA pool of sockets.\n")
    return copy


def test_a_checkout_in_a_folder_with_an_apostrophe_serves_and_takes_commands(
    checkout: Path, tmp_path: Path
) -> None:
    port = free_port()
    given = {**environment(PORT=str(port), WEB_CONCURRENCY="1"), "PYTHONPATH": ""}

    def manage(*command: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=checkout,
            env=given,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    log = (tmp_path / "log").open("w+")
    serving = subprocess.Popen(
        [sys.executable, "-m", "kb.serve"],
        cwd=checkout,
        env=given,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        wait_until(lambda: get(port, "/readyz") or serving.poll() is not None, seconds=120)
        assert serving.poll() is None, (tmp_path / "log").read_text()
        assert get(port, "/readyz") == (200, b'{"status": "ok"}')
        status, page = get(port, "/topics/pools/") or (0, b"")
        assert (status, b"A pool of sockets." in page) == (200, True)
        assert "Pools" in manage("search", "sockets")
        manage("backup", "kb.backup")
        assert "The backup is whole" in manage("verify", "kb.backup")
        assert "files unchanged" in manage("import_content", "content")
    finally:
        os.killpg(serving.pid, signal.SIGINT)
        serving.wait(timeout=60)
        log.close()
    assert (checkout / "staticfiles").is_dir()
    wait_for_stop(checkout / "var")
