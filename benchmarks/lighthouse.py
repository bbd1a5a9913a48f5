"""Lighthouse's scores of every kind of page, on a phone and on a desktop, in light and in dark.

    python -m benchmarks lighthouse FOLDER [FOLDER...] [--only NAME]...

Imports the folders into a database of its own and serves them as `make run` does. Needs Chromium,
and Node 18 or newer with npm, which fetches Lighthouse into a scratch folder. Prints a Markdown
table; what costs a page points is listed below it.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Browser, Playwright, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from benchmarks.serving import FIRST, ROOT, environment, first_documents, manage, start

PACKAGE = "lighthouse@12"  # 13 needs Node 22
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)
DARK = "--blink-settings=preferredColorScheme=0"
SETTING = """
import json
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from learning.models import Collection
from topics.models import Section, Topic

def cookie(user):
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value

reader = User.objects.create_user("reader")
curator = User.objects.create_superuser("curator")
collection = Collection.objects.create(user=reader, title="To read")
rich = Section.objects.live().filter(html__contains="<table").filter(html__contains="<pre")
article = rich.exclude(topic__kind="outline").select_related("page__topic").first()
kinds = Topic.objects.published().filter(kind__in=["outline", "roadmap", "path", "interview"])
found = {topic.kind: topic.get_absolute_url() for topic in kinds}
print(json.dumps({
    "cookies": {"reader": cookie(reader), "curator": cookie(curator), "": ""},
    "kinds": found, "article": article.page.get_absolute_url(), "section": article.pk,
    "topic": article.topic_id, "collection": collection.pk,
    "list": reverse("topics:list"), "admin": reverse("admin:topics_topic_changelist"),
}))
"""


def pages_of(found: dict) -> dict[str, tuple[str, str]]:
    """Every kind of page by its name: the address, and who opens it."""
    section, topic = found["section"], found["topic"]
    return {
        "home": ("/", ""),
        "all topics": (found["list"], ""),
        "article": (found["article"], ""),
        **{kind: (address, "") for kind, address in found["kinds"].items()},
        "glossary": ("/glossary/", ""),
        "search": ("/search/?q=function", ""),
        "nothing found": ("/search/?q=zzyzx", ""),
        "log-in": ("/accounts/login/", ""),
        "sign-up": ("/accounts/signup/", ""),
        "report": (f"/curating/sections/{section}/report/", ""),
        "home, logged in": ("/", "reader"),
        "article, logged in": (found["article"], "reader"),
        "bookmarks": ("/bookmarks/", "reader"),
        "notes": ("/learn/notes/", "reader"),
        "collections": ("/learn/collections/", "reader"),
        "collection": (f"/learn/collections/{found['collection']}/", "reader"),
        "account": ("/accounts/", "reader"),
        "own proposals": ("/curating/proposals/", "reader"),
        "curating": ("/curating/", "curator"),
        "changes": ("/curating/changes/", "curator"),
        "history": (f"/curating/topics/{topic}/history/", "curator"),
        "queue": ("/curating/queue/", "curator"),
        "removed": ("/curating/removed/", "curator"),
        "editor": (f"/curating/sections/{section}/edit/", "curator"),
        "new topic": ("/curating/topics/new/", "curator"),
        "admin": ("/admin/", "curator"),
        "admin, upload": ("/admin/importer/importrun/add/", "curator"),
        "admin, topics": (found["admin"], "curator"),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--only", action="append", help="one page by its name; as often as wanted")
    asked = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None or shutil.which("npm") is None:
        sys.exit("Chromium and npm are needed: apt-get install chromium npm")
    with tempfile.TemporaryDirectory(prefix="lighthouse") as scratch:
        os.chmod(scratch, 0o755)
        run(asked, Path(scratch), chromium)


def run(asked: argparse.Namespace, scratch: Path, chromium: str) -> None:
    env = environment(scratch)
    manage(env, "migrate", "-v0")
    for folder in asked.folders:
        manage(env, "import_content", str(first_documents(folder, FIRST, scratch)))
    manage(env, "collectstatic", "-v0", "--noinput")
    found = json.loads(manage(env, "shell", "-v0", "-c", SETTING))
    subprocess.run(
        ["npm", "install", "--silent", "--no-audit", "--no-fund", PACKAGE], cwd=scratch, check=True
    )
    process, site = start("kb.wsgi", ROOT, env)
    print("| page | device | theme | " + " | ".join(CATEGORIES) + " | LCP ms | TBT ms | CLS |")
    print("| --- " * (len(CATEGORIES) + 6) + "|")
    lost: list[str] = []
    try:
        for name, (path, who) in pages_of(found).items():
            if asked.only and name not in asked.only:
                continue
            for device in ("mobile", "desktop"):
                for theme in ("light", "dark"):
                    cookie = found["cookies"][who]
                    report = lighthouse(scratch, site + path, device, theme, cookie, chromium)
                    print_row(name, device, theme, report)
                    lost += [f"{name}, {device}, {theme}: {audit}" for audit in failed(report)]
    finally:
        process.terminate()
        process.wait(30)
    print("\n" + "\n".join(dict.fromkeys(lost)))


def lighthouse(
    scratch: Path, url: str, device: str, theme: str, session: str, chromium: str
) -> dict:
    for _ in range(3):  # Chromium loses its trace now and then
        with browser(scratch, chromium, theme, url, session) as port:
            command = [
                str(scratch / "node_modules/.bin/lighthouse"),
                url,
                "--quiet",
                "--output=json",
                f"--only-categories={','.join(CATEGORIES)}",
                f"--port={port}",
                *(["--preset=desktop"] if device == "desktop" else []),
            ]
            done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
        if done.returncode == 0:
            return json.loads(done.stdout)
    sys.exit(done.stderr)


@contextmanager
def browser(scratch: Path, chromium: str, theme: str, url: str, session: str) -> Iterator[int]:
    """A new Chromium that knows the session, for what scripts ask too; gives its port."""
    port = free_port()
    with tempfile.TemporaryDirectory(dir=scratch, ignore_cleanup_errors=True) as profile:
        place = [f"--user-data-dir={profile}", f"--remote-debugging-port={port}"]
        process = subprocess.Popen(
            [chromium, *FLAGS.split(), *([DARK] if theme == "dark" else []), *place, "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            with sync_playwright() as playwright:
                connected = connect(playwright, port)
                if session:
                    cookie = {"name": "sessionid", "value": session, "url": urljoin(url, "/")}
                    connected.contexts[0].add_cookies([cookie])
            yield port
        finally:
            process.terminate()
            process.wait(30)


def connect(playwright: Playwright, port: int) -> Browser:
    """The browser at the port, once it answers; for ten seconds at most."""
    for left in reversed(range(50)):
        try:
            return playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        except PlaywrightError:
            if not left:
                raise
            time.sleep(0.2)
    raise AssertionError


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def print_row(name: str, device: str, theme: str, report: dict) -> None:
    scores = [f"{(report['categories'][c]['score'] or 0) * 100:.0f}" for c in CATEGORIES]
    audits = report["audits"]
    values = [
        f"{audits['largest-contentful-paint'].get('numericValue', 0):,.0f}",
        f"{audits['total-blocking-time'].get('numericValue', 0):,.0f}",
        f"{audits['cumulative-layout-shift'].get('numericValue', 0):.3f}",
    ]
    print("| " + " | ".join([name, device, theme, *scores, *values]) + " |", flush=True)


def failed(report: dict) -> list[str]:
    """The audits with weight that a page did not pass."""
    weights = {
        ref["id"]: ref["weight"]
        for category in report["categories"].values()
        for ref in category["auditRefs"]
    }
    return [
        f"{key} ({audit['title']})"
        for key, audit in report["audits"].items()
        if weights.get(key) and audit["score"] is not None and audit["score"] < 0.9
    ]
