"""The site with a slow address more, and one that reads what is sent to it."""

import time
from collections.abc import Iterable
from typing import Any

from kb.wsgi import application as site


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/read":
        size = len(environ["wsgi.input"].read())
        start_response("200 OK", [("Content-Length", str(len(str(size))))])
        return [str(size).encode()]
    if environ["PATH_INFO"] != "/slow":
        return site(environ, start_response)
    time.sleep(1)
    start_response("200 OK", [("Content-Length", "4")])
    return [b"done"]
