"""Pages under load, beside a view of a bare Django project that answers with a constant.

    python -m benchmarks serving FOLDER [FOLDER...] [--first N] [--seconds S] [--rounds R]

Imports the folders (of a folder with more than N documents its first N by path) into a database of
its own, serves them with gunicorn as `make run` does, and asks with `wrk`, which must be installed.
Both servers run in turns, so that what else the machine does hits both. Prints a Markdown table.
"""

import argparse
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import NO_LIMITS
from benchmarks.importing import memory_of

ROOT = Path(__file__).resolve().parent.parent
CONNECTIONS = (1, 16)
FIRST = 600  # documents of a folder
SUFFIXES = {".md", ".markdown", ".txt"}
BARE = """
import sys
from django.conf import settings
from django.http import HttpResponse
from django.urls import path
settings.configure(SECRET_KEY="x", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, MIDDLEWARE=[])
urlpatterns = [path("", lambda request: HttpResponse(b"ok"))]
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
"""
PERCENTILES = """
done = function(summary, latency, requests)
  io.write(string.format("RESULT %f %f %f %f %d\\n", summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000,
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout))
end
"""


@dataclass(frozen=True)
class Measured:
    """Requests per second and milliseconds, the median of the rounds."""

    rate: float
    p50: float
    p95: float
    p99: float = 0.0

    @classmethod
    def median(cls, found: Sequence["Measured"]) -> "Measured":
        names = ("rate", "p50", "p95", "p99")
        return cls(*(statistics.median(getattr(m, name) for m in found) for name in names))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--first", type=int, default=FIRST)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed: apt-get install wrk")
    with tempfile.TemporaryDirectory(prefix="serving") as scratch:
        os.chmod(scratch, 0o755)
        run(asked, Path(scratch))


def run(asked: argparse.Namespace, scratch: Path) -> None:
    env = environment(scratch)
    manage(env, "migrate", "-v0")
    for folder in asked.folders:
        manage(env, "import_content", str(first_documents(folder, asked.first, scratch)))
    manage(env, "collectstatic", "-v0", "--noinput")
    (scratch / "bare.py").write_text(BARE)
    site, bare = start("kb.wsgi", ROOT, env), start("bare", scratch, env)
    try:
        rows = measure(site[1], bare[1], pages(env), asked)
        memory = memory_of(site[0].pid)
    finally:
        for process, _ in (site, bare):
            process.terminate()
            process.wait(30)
    report(rows, memory, asked)


def environment(scratch: Path) -> dict[str, str]:
    """Of a site with a database of its own in `scratch`, and no limits on searching."""
    env = {
        **os.environ,
        "KB_DATA_DIR": str(scratch / "var"),
        **NO_LIMITS,
        "DJANGO_SETTINGS_MODULE": "kb.settings",
    }
    env.pop("DATABASE_URL", None)
    return env


def first_documents(folder: Path, first: int, scratch: Path) -> Path:
    """The folder itself, or a copy with its first documents by path."""
    files = sorted(p for p in folder.rglob("*") if p.suffix in SUFFIXES and p.is_file())
    if len(files) <= first:
        return folder
    copy = scratch / folder.name
    for file in files[:first]:
        target = copy / file.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)
    return copy


def manage(env: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    result = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    is_refusal = arguments[0] == "import_content" and result.returncode == 1
    if result.returncode and not is_refusal:
        sys.exit(result.stderr)
    return result.stdout


def pages(env: dict[str, str]) -> dict[str, str]:
    """What to ask for: home, the article with the most bytes, and searches."""
    longest = manage(
        env,
        "shell",
        "-v0",
        "-c",
        "from django.db.models import Sum, F; from django.db.models.functions import Length;"
        "from topics.models import Section;"
        "rows = Section.objects.live().exclude(topic__kind='outline').values('page')"
        ".annotate(size=Sum(Length('html'))).order_by('-size');"
        "print(Section.objects.select_related('topic').get(pk=rows[0]['page']).get_absolute_url())",
    )
    return {
        "home": "/",
        "article with the most bytes": longest.strip().splitlines()[-1],
        "search, a common word": "/search/?q=function",
        "search, two words": "/search/?q=event+loop",
    }


def start(
    application: str, folder: Path, env: dict[str, str]
) -> tuple[subprocess.Popen[bytes], str]:
    """A gunicorn with the product's settings; returns it and its address once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}"]
    if application != "kb.wsgi":
        # The bare project has no database: the same worker, threads and keep-alive without hooks.
        bare = "--config /dev/null --workers 2 --threads 2 --keep-alive 2 --preload"
        command += [*bare.split(), "--worker-class", "kb.gunicorn_worker.FairThreadWorker"]
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**env, "KB_WORKER": "0", "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(100):
        try:
            urllib.request.urlopen(address, timeout=5).read()
            return process, address
        except OSError:
            time.sleep(0.1)
    process.terminate()
    sys.exit(f"{application} did not start.")


def measure(
    site: str, bare: str, paths: dict[str, str], asked: argparse.Namespace
) -> dict[tuple[str, int], Measured]:
    targets = {"constant view": bare + "/"} | {name: site + path for name, path in paths.items()}
    rounds: dict[tuple[str, int], list[Measured]] = {}
    for url in targets.values():
        wrk(url, 1, 1)
    for _ in range(asked.rounds):
        for connections in CONNECTIONS:
            for name, url in targets.items():
                result = wrk(url, connections, asked.seconds)
                rounds.setdefault((name, connections), []).append(result)
    return {key: Measured.median(found) for key, found in rounds.items()}


def wrk(url: str, connections: int, seconds: int, script: str = "", cookie: str = "") -> Measured:
    """Load of one client; `script` is Lua that makes the requests."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(PERCENTILES + script)
        file.flush()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", file.name]
        command += ["-H", "Accept-Encoding: gzip"]
        command += ["-H", f"Cookie: {cookie}"] if cookie else []
        out = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    found = re.search(r"RESULT (\S+) (\S+) (\S+) (\S+) (\d+)", out)
    assert found, out
    if found[5] != "0":
        print(f"{found[5]} errors at {url}", file=sys.stderr)
    return Measured(*map(float, found.groups()[:4]))


def report(rows: dict[tuple[str, int], Measured], memory: int, asked: argparse.Namespace) -> None:
    print(f"Medians of {asked.rounds} rounds of {asked.seconds} s.")
    print(f"Master and 2 workers: {memory >> 20} MB PSS.\n")
    print("| page | connections | requests/s | of the constant view | p50 ms | p95 ms |")
    print("| --- | --- | --- | --- | --- | --- |")
    for (name, connections), m in rows.items():
        share = m.rate / rows["constant view", connections].rate
        print(
            f"| {name} | {connections} | {m.rate:,.0f} | {share:.2f} | {m.p50:.2f} | {m.p95:.2f} |"
        )
