"""The site with an address that takes a second, one that waits to be let go, and one that reads."""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from kb import job_worker
from kb.wsgi import application as site

job_worker.TOO_SHORT = 0.0  # a worker that ends is replaced, however short it ran


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/read":
        size = len(environ["wsgi.input"].read())
        start_response("200 OK", [("Content-Length", str(len(str(size))))])
        return [str(size).encode()]
    if environ["PATH_INFO"] == "/held":
        _wait_in(Path(unquote(environ["QUERY_STRING"])))
    elif environ["PATH_INFO"] == "/slow":
        time.sleep(1)
    else:
        return site(environ, start_response)
    start_response("200 OK", [("Content-Length", "4")])
    return [b"done"]


def _wait_in(folder: Path) -> None:
    """Leave a file of one's own in the folder, and wait until the one named "go" is there."""
    (folder / f"held {time.monotonic_ns()}").touch()
    while not (folder / "go").exists():
        time.sleep(0.02)
