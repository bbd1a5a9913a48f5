"""Who a page is for, and pages kept in memory until the content changes.

A page for everybody is the same for all readers without an account: it sets no cookie and holds
no token. Others are private and never kept, by us or by anyone between us and the reader.
`topics.models.content_changed` is the one way to invalidate what is kept.
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from functools import partial, wraps
from sys import getsizeof
from threading import Lock
from time import monotonic, perf_counter
from typing import Any, Generic, NamedTuple, TypeVar
from urllib.parse import urlencode

import brotli  # type: ignore[import-untyped]
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language

from topics.drafts import Draft, drafting
from topics.models import content_version
from topics.rate_limits import client_address, is_over, spend, too_many_requests

View = Callable[..., HttpResponse]
Value = TypeVar("Value")
Key = tuple[str, ...]

MEGABYTE = 1 << 20
OVERHEAD = 1.5  # of a kept page: its compressed forms beside its text
ENTRY = 500  # bytes of a kept value beside its own and its key's
BELIEVED = 60  # seconds without a database in which a kept page is still shown
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
    """A page in memory, with the compressed forms that were sent so far."""

    def __init__(self, body: bytes, content_type: str) -> None:
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


class Memory(Generic[Value]):
    """What was used last and belongs to one version of the content.

    Holds `share` of KB_PAGE_MEMORY_MB megabytes in each process.
    """

    def __init__(self, share: float = 1.0) -> None:
        self._share = share
        self._lock = Lock()
        self.clear()

    def clear(self) -> None:
        self._version = 0
        self._size = 0.0
        self._entries: OrderedDict[Key, tuple[Value, float]] = OrderedDict()

    def get(self, version: int, key: Key) -> Value | None:
        """The value kept at the key, if it is of this version of the content."""
        with self._lock:
            if version != self._version or key not in self._entries:
                return None
            self._entries.move_to_end(key)
            return self._entries[key][0]

    def keep(self, version: int, key: Key, value: Value, size: float) -> None:
        """Keep a value of so many bytes, and forget what is of another version or too much."""
        size += ENTRY + sum(map(getsizeof, key))
        with self._lock:
            if version != self._version:
                self.clear()
                self._version = version
            self._size += size - self._entries.pop(key, (None, 0.0))[1]
            self._entries[key] = (value, size)
            limit = settings.KB_PAGE_MEMORY_MB * MEGABYTE * self._share
            while self._size > limit and self._entries:
                self._size -= self._entries.popitem(last=False)[1][1]

    def __contains__(self, key: Key) -> bool:
        return key in self._entries

    def __len__(self) -> int:
        return len(self._entries)


memory: Memory[Kept | Draft] = Memory()
asked_for: Memory[Kept | Draft] = Memory(share=0.25)  # pages with a query


def keeps_pages() -> bool:
    return bool(settings.KB_PAGE_MEMORY_MB) and not settings.DEBUG


class Known(NamedTuple):
    """A version of the content, when it was, and why it is not known to be the present one."""

    version: int
    at: float
    error: Exception | None = None

    def tell(self, response: HttpResponse) -> HttpResponse:
        """Says in the answer that it may be out of date, as RFC 9211 writes it."""
        if self.error:
            age = round(monotonic() - self.at)
            response["Cache-Status"] = f"kb; hit; ttl=-{age}; detail=database-away"
        return response


_known = Known(0, float("-inf"))


def known_version() -> Known:
    """The version of the content, for a while the one before if the database does not answer."""
    global _known
    try:
        _known = Known(content_version(), monotonic())
    except (OperationalError, InterfaceError) as error:
        if monotonic() - _known.at > BELIEVED:
            raise
        return _known._replace(error=error)
    return _known


def may_be_kept(request: HttpRequest) -> bool:
    return keeps_pages() and is_for_everybody(request)


def may_be_drafted(request: HttpRequest) -> bool:
    """Whether a draft can be the reader's page: for those who are logged in."""
    return request.method in ("GET", "HEAD") and request.user.is_authenticated


def key_of(request: HttpRequest) -> Key:
    """All that a page kept for everybody, or for all with an account, may depend on.

    Its query apart.
    """
    readers = "all" if is_for_everybody(request) else "accounts"
    language = get_language() or ""
    return (readers, request.scheme or "", request.get_host(), request.path, language)


def kept_in_memory(*known: str) -> Callable[[View], View]:
    """Answer from memory until the content changes: one query, for readers without an account.

    For those with one a draft is kept, and filled for each of them.

    The view sees only the parameters that are `known`, so that an address with others is the page
    without them. Pages with some are kept apart, where they drive no other page out, and the time
    that they take one client in a minute is limited, as is that of pages for one person.

    The version is read before the page is made: a change in between only makes it once more. While
    the database does not answer, what is kept is shown for a minute, and says so.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            query = keep_only(request, known)
            made = partial(_made, request, query, view, *args, **kwargs)
            if not (may_be_kept(request) or may_be_drafted(request)):
                return made()
            if not keeps_pages():
                page = _page(request, made)
                return page if isinstance(page, HttpResponse) else page.answer(request)
            key = (*key_of(request), *([query] if query else []))
            kept_here = asked_for if query else memory
            known_now = known_version()
            kept = kept_here.get(known_now.version, key)
            if kept:
                return known_now.tell(kept.answer(request))
            if known_now.error:
                raise known_now.error
            page = _page(request, made)
            if isinstance(page, HttpResponse):
                return page
            kept_here.keep(known_now.version, key, page, page.size)
            return page.answer(request)

        return answer

    return decorate


def _page(request: HttpRequest, made: Callable[[], HttpResponse]) -> Kept | Draft | HttpResponse:
    """The page to keep, or an answer that is none, such as an error."""
    if is_for_everybody(request):
        response = made()
        if response.status_code != 200 or response.cookies:
            return response
        return Kept(response.content, response["Content-Type"])
    with drafting(request) as draft:
        response = made()
    draft.finish(response)
    if response.status_code != 200:
        response.content = draft.answer(request).content
        return response
    return draft


def keep_only(request: HttpRequest, known: Iterable[str]) -> str:
    """Take all parameters but these away from the request; returns its query as it is then.

    Others may be anybody's, and links of the page would carry them on.
    """
    values = {name: request.GET.get(name, "").strip() for name in known}
    query = urlencode({name: value for name, value in values.items() if value})
    request.META["QUERY_STRING"] = query
    request.GET = QueryDict(query)
    return query


def _made(request: HttpRequest, query: str, view: View, *args: Any, **kwargs: Any) -> HttpResponse:
    """The page from the view, within a reader's time for pages that nobody else may ask for."""
    limit = settings.KB_PAGE_BUDGET_MS if query or not is_for_everybody(request) else 0
    if not limit:
        return view(request, *args, **kwargs)
    # A cookie that looks like a session is anybody's to send; those who have one may share a proxy.
    learner = request.user.pk if settings.SESSION_COOKIE_NAME in request.COOKIES else None
    reader = f"user {learner}" if learner else client_address(request)
    if wait := is_over("page-time", reader, limit):
        return too_many_requests(request, wait)
    started = perf_counter()
    response = view(request, *args, **kwargs)
    spend("page-time", reader, round((perf_counter() - started) * 1000), limit // 10)
    return response


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
