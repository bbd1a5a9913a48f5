"""Readers with and without an account at once, over a large library.

    python -m benchmarks mixed CHECKOUT=DATA [CHECKOUT=DATA...] [--seconds S] [--rounds R]

Each CHECKOUT is a working copy of the project, its DATA the KB_DATA_DIR of a site that it has
migrated and filled; to compare two of them they hold the same documents. They are served with
gunicorn in turns, so that what else the machine does hits all. `wrk` must be installed. Prints a
Markdown table: single pages, and a mixed load of 64 connections of which 60 % ask for pages that
nobody asked for yet, 25 % search for new words and 15 % are logged in.
"""

import argparse
import json
import os
import random
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import NO_LIMITS
from benchmarks.serving import Measured, start, wrk

LIBRARY = """
import json
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import F
from django.urls import reverse
from topics.models import Section
user, _ = User.objects.get_or_create(username="benchmark")
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.save()
pages = Section.objects.filter(removed_at=None, page_id=F("pk"), topic__removed_at=None)
found = [s.get_absolute_url() for s in pages.select_related("topic").order_by("pk")]
titles = list(pages.order_by("pk").values_list("title", flat=True))
told = {"pages": found, "titles": titles, "list": reverse("topics:list")}
print(json.dumps({"session": session.session_key, **told}))
"""
MIX = """
local pages, searches, cookie = {pages}, {searches}, {cookie}
local i, j, n = 0, 0, 0
request = function()
  n = n + 1
  local kind = n % 20
  if kind < 12 then
    i = i + 1
    return wrk.format("GET", pages[(i - 1) % #pages + 1])
  elseif kind < 17 then
    j = j + 1
    return wrk.format("GET", searches[(j - 1) % #searches + 1])
  end
  return wrk.format("GET", pages[i % 50 + 1], {{["Cookie"] = cookie}})
end
"""

COLUMNS = ("requests/s", "p50 ms", "p95 ms", "p99 ms")


@dataclass(frozen=True)
class Site:
    name: str
    checkout: Path
    env: dict[str, str]
    list: str
    pages: list[str]
    searches: list[str]
    cookie: str


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("sites", nargs="+", metavar="CHECKOUT=DATA")
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    sites = [prepare(*argument.split("=", 1)) for argument in asked.sites]
    rounds: dict[tuple[str, str], list[Measured]] = {}
    for number in range(asked.rounds):
        for site in sites:
            for load, result in measure(site, number, asked).items():
                rounds.setdefault((load, site.name), []).append(result)
    print(f"| load | checkout | {' | '.join(COLUMNS)} |")
    print("| --- | --- | --- | --- | --- | --- |")
    for (load, name), found in sorted(rounds.items()):
        m = Measured.median(found)
        print(f"| {load} | {name} | {m.rate:,.0f} | {m.p50:.1f} | {m.p95:.1f} | {m.p99:.1f} |")


def prepare(checkout: str, data: str) -> Site:
    env = {**os.environ, **NO_LIMITS, "KB_DATA_DIR": data}
    command = [sys.executable, "manage.py"]
    for arguments in (["migrate", "-v0"], ["collectstatic", "-v0", "--noinput"]):
        subprocess.run([*command, *arguments], cwd=checkout, env=env, check=True)
    told = subprocess.run(
        [*command, "shell", "-v0", "-c", LIBRARY], cwd=checkout, env=env, check=True,
        capture_output=True, text=True,
    )  # fmt: skip
    library: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    order = random.Random(7)
    order.shuffle(library["pages"])
    words = sorted({w.lower() for title in library["titles"] for w in title.split() if w.isalpha()})
    searches = [f"/search/?q={order.choice(words)}+{order.choice(words)}" for _ in range(20_000)]
    cookie = f"sessionid={library['session']}"
    return Site(
        Path(checkout).name,
        Path(checkout),
        env,
        library["list"],
        library["pages"],
        searches,
        cookie,
    )


def measure(site: Site, number: int, asked: argparse.Namespace) -> dict[str, Measured]:
    """One round: pages that no earlier round asked for, and a fresh server."""
    part = len(site.pages) // (asked.rounds + 1)
    pages = site.pages[number * part : (number + 1) * part]
    searches = site.searches[number :: asked.rounds]
    process, address = start("kb.wsgi", site.checkout, site.env)
    try:
        kept = address + site.pages[-1]
        first = requests(site.pages[-part:])
        found = {
            "kept page, 16 connections": wrk(kept, 16, asked.seconds),
            "the same, logged in": wrk(kept, 16, asked.seconds, cookie=site.cookie),
            "home, logged in, 1 connection": wrk(address, 1, asked.seconds, cookie=site.cookie),
            "list, logged in, 1 connection": wrk(
                address + site.list, 1, asked.seconds, cookie=site.cookie
            ),
            "page asked for the first time, 1 connection": wrk(address, 1, asked.seconds, first),
        }
        mix = MIX.format(pages=lua(pages), searches=lua(searches), cookie=f'"{site.cookie}"')
        found["mixed, 64 connections"] = wrk(address, 64, 2 * asked.seconds, mix)
        return found
    finally:
        process.terminate()
        process.wait(60)


def requests(paths: list[str]) -> str:
    return f"""
local paths, i = {lua(paths)}, 0
request = function() i = i + 1; return wrk.format("GET", paths[(i - 1) % #paths + 1]) end
"""


def lua(paths: list[str]) -> str:
    return "{" + ",".join(f'"{path}"' for path in paths) + "}"
