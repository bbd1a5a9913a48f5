"""Who a page is for, and pages for everybody kept in memory for a version of the content.

A page for everybody is the same for all readers without an account: it sets no cookie and holds
no token. Others are private and never kept, by us or by anyone between us and the reader.
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any

import brotli  # type: ignore[import-untyped]
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language

from topics.models import content_version

View = Callable[..., HttpResponse]

MEGABYTE = 1 << 20
OVERHEAD = 1.5  # of a kept page: its compressed forms beside its text
MESSAGES_COOKIE = "messages"
ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=5),
    "gzip": lambda body: gzip.compress(body, compresslevel=6, mtime=0),
}


def is_for_everybody(request: HttpRequest) -> bool:
    """Whether the answer may be the one that all readers without an account get."""
    personal = (settings.SESSION_COOKIE_NAME, MESSAGES_COOKIE)
    return request.method in ("GET", "HEAD") and not any(c in request.COOKIES for c in personal)


def etag_of(body: bytes) -> str:
    """Weak, since the same page may be sent compressed."""
    return f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


class Kept:
    """A page in memory, with its compressed forms once they were asked for."""

    def __init__(self, version: int, body: bytes, content_type: str, note: Any = None) -> None:
        self.version = version
        self.note = note  # what the view wants to remember of it
        self.content_type = content_type
        self.etag = etag_of(body)
        self.size = len(body) * OVERHEAD
        self._forms = {"": body}

    def answer(self, request: HttpRequest) -> HttpResponse:
        encoding = _encoding(request)
        if encoding not in self._forms:
            self._forms[encoding] = ENCODERS[encoding](self._forms[""])
        response = HttpResponse(self._forms[encoding], content_type=self.content_type)
        if encoding:
            response["Content-Encoding"] = encoding
        response["ETag"] = self.etag
        patch_vary_headers(response, ["Accept-Encoding"])
        return response


class Memory:
    """The pages used last, up to KB_PAGE_MEMORY_MB megabytes in each process."""

    def __init__(self, share: float = 1.0) -> None:
        self.share = share
        self._pages: OrderedDict[tuple[str, ...], Kept] = OrderedDict()
        self._size = 0.0
        self._lock = Lock()

    def get(self, key: tuple[str, ...], version: int) -> Kept | None:
        with self._lock:
            kept = self._pages.get(key)
            if kept is None or kept.version != version:
                return None
            self._pages.move_to_end(key)
            return kept

    def keep(self, key: tuple[str, ...], page: Kept) -> None:
        with self._lock:
            if before := self._pages.pop(key, None):
                self._size -= before.size
            self._pages[key] = page
            self._size += page.size
            limit = settings.KB_PAGE_MEMORY_MB * MEGABYTE * self.share
            while self._size > limit and self._pages:
                self._size -= self._pages.popitem(last=False)[1].size

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()
            self._size = 0.0


memory = Memory()
searches = Memory(share=0.25)  # apart, so that no flood of queries drives out what is read


def may_be_kept(request: HttpRequest) -> bool:
    return bool(settings.KB_PAGE_MEMORY_MB) and not settings.DEBUG and is_for_everybody(request)


def key_of(request: HttpRequest) -> tuple[str, ...]:
    """All that a page for everybody may depend on, its query apart."""
    return (request.scheme or "", request.get_host(), request.path, get_language() or "")


def kept_in_memory(view: View) -> View:
    """Answer readers without an account from memory while the content's version stays: one query.

    The version is read before the page is made: a change in between only makes it once more.
    Addresses with a query are made each time, so that nobody can fill the memory with them.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.META.get("QUERY_STRING") or not may_be_kept(request):
            return view(request, *args, **kwargs)
        key = key_of(request)
        version = content_version()
        kept = memory.get(key, version)
        if kept is None:
            response = view(request, *args, **kwargs)
            if response.status_code != 200 or response.cookies:
                return response
            kept = Kept(version, response.content, response["Content-Type"])
            memory.keep(key, kept)
        return kept.answer(request)

    return answer


def tell_caches(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Say who may keep the answer; 304 where the reader has it already."""
    patch_vary_headers(response, ["Cookie"])
    if "Cache-Control" in response:
        return response
    if not is_for_everybody(request) or response.cookies:
        response["Cache-Control"] = "private, no-store"
        return response
    response["Cache-Control"] = "no-cache"
    if response.status_code == 200 and not response.streaming:
        if "ETag" not in response:
            response["ETag"] = etag_of(response.content)
        unchanged = get_conditional_response(request, etag=response["ETag"], response=response)
        return unchanged if isinstance(unchanged, HttpResponse) else response
    return response


def _encoding(request: HttpRequest) -> str:
    """The best form that the reader takes; none where it is not named or refused by `q=0`."""
    accepted = {}
    for part in request.headers.get("Accept-Encoding", "").lower().split(","):
        name, _, quality = part.partition(";")
        accepted[name.strip()] = quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00")
    return next((name for name in ENCODERS if accepted.get(name)), "")
