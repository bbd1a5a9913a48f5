"""The script that installs what the site needs."""

import json
import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.start.processes import ROOT


@pytest.fixture
def install(tmp_path):
    """`scripts/install` in a folder of its own, with a program that stands for Python."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "install", tmp_path / "scripts")
    (tmp_path / "requirements.txt").write_text("")
    python = tmp_path / "python"

    def install(program: str | None) -> subprocess.CompletedProcess[str]:
        if program:
            python.write_text(f"#!/bin/sh\n{program}\n")
            python.chmod(0o755)
        environment = {"PATH": os.environ["PATH"], "PYTHON": str(python)}
        command = [str(tmp_path / "scripts" / "install"), "requirements.txt"]
        return subprocess.run(command, env=environment, capture_output=True, text=True)

    return install


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("[ $1 = -V ] && echo Python 3.10.2; exit 1", "error: Python 3.11 or newer is needed"),
        ("[ $1 = -c ]", "error: {python} cannot make .venv"),
        (None, "error: {python} is not there"),
    ],
)
def test_a_python_that_will_not_do_is_named(install, tmp_path, program, said):
    done = install(program)
    assert done.returncode == 1
    assert done.stderr.startswith(said.format(python=tmp_path / "python"))
    assert not (tmp_path / ".venv").exists()


def test_two_installations_at_once_wait_for_each_other(install, tmp_path):
    log = tmp_path / "log"
    log.write_text("")
    program = f"[ $1 = -c ] && exit; echo begin >>{log}; sleep 0.3; echo end >>{log}; exit 1"
    with ThreadPoolExecutor() as pool:
        done = list(pool.map(install, [program, program]))
    assert [one.returncode for one in done] == [1, 1]
    assert log.read_text().split() == ["begin", "end", "begin", "end"]


@pytest.mark.parametrize("lock", ["package-lock.json", "content/examples/package-lock.json"])
def test_each_package_of_a_lock_has_its_hash_and_no_address(lock):
    packages = json.loads((ROOT / lock).read_text(encoding="utf-8"))["packages"]
    del packages[""]  # the project itself
    assert [name for name, told in packages.items() if not told.get("integrity")] == []
    assert [name for name, told in packages.items() if "resolved" in told] == []
