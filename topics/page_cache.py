"""Who a page is for, and pages kept in memory until the content changes.

A page for everybody is the same for all readers without an account: it sets no cookie and holds
no token. Others are private and never kept, by us or by anyone between us and the reader.
`topics.models.content_changed` is the one way to invalidate what is kept; it may name the topics
whose pages alone a change can alter.
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from functools import partial, wraps
from sys import getsizeof
from threading import Lock
from time import monotonic
from typing import Any, Generic, NamedTuple, TypeVar
from urllib.parse import urlencode

import brotli  # type: ignore[import-untyped]
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language

from topics.drafts import Draft, drafting
from topics.models import content_version, topics_changed
from topics.page_time import page_for_everybody, within_time
from topics.rate_limits import client_address
from topics.visibility import trees

View = Callable[..., HttpResponse]
Value = TypeVar("Value")
Key = tuple[str, ...]

MEGABYTE = 1 << 20
OVERHEAD = 1.5  # of a kept page: its compressed forms beside its text
ENTRY = 500  # bytes of a kept value beside its own and its key's
BELIEVED = 60  # seconds without a database in which a kept page is still shown
MESSAGES_COOKIE = "messages"
NO_SESSION = "kb.no_session"
VERSION = "kb.content_version"  # in a request's META
ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    # A page of 37 KB takes 0.4 and 0.3 ms; a level more takes a third more for 0.5 and 0.2 KB less.
    "br": lambda body: brotli.compress(body, quality=4),
    "gzip": lambda body: gzip.compress(body, compresslevel=4, mtime=0),
}


def is_for_everybody(request: HttpRequest) -> bool:
    """Whether the answer may be the one that all readers without an account get."""
    if request.method not in ("GET", "HEAD") or MESSAGES_COOKIE in request.COOKIES:
        return False
    return settings.SESSION_COOKIE_NAME not in request.COOKIES or _is_of_no_session(request)


def _is_of_no_session(request: HttpRequest) -> bool:
    """Whether the session that a cookie names is none, made up or over. One query a request.

    Such a cookie is anybody's to send, and must not make pages dear.
    """
    known = request.META.get(NO_SESSION)
    if known is None:
        try:
            session = request.session
            session.get("")  # which reads it, and forgets the key of one that is not there
            known = session.is_empty()
        except (AttributeError, OperationalError, InterfaceError):
            known = False
        request.META[NO_SESSION] = known
    return bool(known)


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
        """The page in the best encoding that the reader takes; each is made once."""
        encoding = _encoding(request)
        if encoding not in self._forms:
            self._forms[encoding] = ENCODERS[encoding](self._forms[""])
        response = HttpResponse(self._forms[encoding], content_type=self.content_type)
        if encoding:
            response["Content-Encoding"] = encoding
        response["ETag"] = self.etag
        patch_vary_headers(response, ["Accept-Encoding"])
        return response


class TopicPage(HttpResponse):
    """A page that shows only what a topic holds, and what `content_changed` knows to be on it."""

    def __init__(self, content: str, topic: int) -> None:
        super().__init__(content)
        self.topic = topic


class Entry(NamedTuple, Generic[Value]):
    """A kept value, its size in bytes, and the topic with which alone it changes, if any."""

    value: Value
    size: float
    topic: int | None


class Memory(Generic[Value]):
    """What was used last and belongs to the present version of the content.

    Holds `share` of KB_PAGE_MEMORY_MB megabytes in each process.
    """

    def __init__(self, share: float = 1.0) -> None:
        self._share = share
        self._lock = Lock()
        self.clear()

    def clear(self) -> None:
        """Forget all that is kept."""
        self._version = 0
        self._size = 0.0
        self._entries: OrderedDict[Key, Entry[Value]] = OrderedDict()

    def get(self, version: int, key: Key) -> Value | None:
        """The value kept at the key, if it still is what this version of the content gives."""
        self._advance(version)
        with self._lock:
            if version != self._version or key not in self._entries:
                return None
            self._entries.move_to_end(key)
            return self._entries[key].value

    def keep(
        self, version: int, key: Key, value: Value, size: float, topic: int | None = None
    ) -> None:
        """Keep a value of so many bytes, unless it is out of date; the oldest goes for it.

        `topic` is that with which alone the value changes, None where others may change it.
        """
        self._advance(version)
        size += ENTRY + sum(map(getsizeof, key))
        with self._lock:
            if version != self._version:
                return
            self._forget(key)
            self._size += size
            self._entries[key] = Entry(value, size, topic)
            limit = settings.KB_PAGE_MEMORY_MB * MEGABYTE * self._share
            while self._size > limit and self._entries:
                self._forget(next(iter(self._entries)))

    def _advance(self, version: int) -> None:
        """Forget what changed up to a later version of the content; one query if anything is left.

        An earlier version than ours is that of a restored database, or of a request that was slow.
        """
        known = self._version
        if version == known:
            return
        has_parts = any(entry.topic for entry in tuple(self._entries.values()))
        changed = topics_changed(known, version) if known < version and has_parts else None
        with self._lock:
            if self._version != known:
                return
            if changed is None:
                self.clear()
            else:
                for key, entry in tuple(self._entries.items()):
                    if entry.topic is None or entry.topic in changed:
                        self._forget(key)
            self._version = version

    def _forget(self, key: Key) -> None:
        if key in self._entries:
            self._size -= self._entries.pop(key).size

    def __contains__(self, key: Key) -> bool:
        return key in self._entries

    def __len__(self) -> int:
        return len(self._entries)


memory: Memory[Kept | Draft] = Memory()
asked_for: Memory[Kept | Draft] = Memory(share=0.25)  # pages with a query


def keeps_pages() -> bool:
    """Whether this process keeps pages at all (KB_PAGE_MEMORY_MB)."""
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


def known_version(request: HttpRequest) -> Known:
    """The version of the content, for a while the one before if the database does not answer.

    The request remembers it: one query for each.
    """
    global _known
    if VERSION in request.META:
        asked: Known = request.META[VERSION]
        return asked
    try:
        _known = Known(content_version(), monotonic())
    except (OperationalError, InterfaceError) as error:
        if monotonic() - _known.at > BELIEVED:
            raise
        return _known._replace(error=error)
    request.META[VERSION] = _known
    return _known


def version_of(request: HttpRequest) -> int:
    """The version that the request's page is made of; one query where it is not known."""
    return known_version(request).version


def may_be_kept(request: HttpRequest) -> bool:
    """Whether the page may be kept, or served from what is kept: it is everybody's."""
    return keeps_pages() and is_for_everybody(request)


def may_be_drafted(request: HttpRequest) -> bool:
    """Whether a draft can be the reader's page: for those who are logged in."""
    return request.method in ("GET", "HEAD") and request.user.is_authenticated


def key_of(request: HttpRequest) -> Key:
    """All that a page kept for everybody, or for all with an account who may see the same private
    trees, may depend on; its query apart.
    """
    readers = "all" if is_for_everybody(request) else f"accounts {trees()}"
    language = get_language() or ""
    return (readers, request.scheme or "", request.get_host(), request.path, language)


def kept_in_memory(*known: str) -> Callable[[View], View]:
    """Answer from memory until the content changes: one query, for readers without an account.

    For those with one a draft is kept for each set of private trees that they may see, and filled
    for each of them.

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
            made = partial(_made, request, _payer(request, query), view, *args, **kwargs)
            if not (may_be_kept(request) or may_be_drafted(request)):
                return made()
            if not keeps_pages():
                response, page = page_of(request, made)
                return page.answer(request) if page else response
            key = (*key_of(request), *([query] if query else []))
            kept_here = asked_for if query else memory
            known_now = known_version(request)
            kept = kept_here.get(known_now.version, key)
            if kept:
                return known_now.tell(kept.answer(request))
            if known_now.error:
                raise known_now.error
            response, page = page_of(request, made)
            if page is None:
                return response
            topic = response.topic if isinstance(response, TopicPage) else None
            kept_here.keep(known_now.version, key, page, page.size, topic)
            return page.answer(request)

        return answer

    return decorate


def page_of(
    request: HttpRequest, made: Callable[[], HttpResponse]
) -> tuple[HttpResponse, Kept | Draft | None]:
    """The view's answer, and the page to keep of it; of an error none."""
    if is_for_everybody(request):
        response = made()
        if response.status_code != 200 or response.cookies:
            return response, None
        return response, Kept(response.content, response["Content-Type"])
    with drafting(request) as draft:
        response = made()
    draft.finish(response)
    if response.status_code != 200:
        response.content = draft.answer(request).content
        return response, None
    return response, draft


def keep_only(request: HttpRequest, known: Iterable[str]) -> str:
    """Take all parameters but these away from the request; returns its query as it is then.

    Others may be anybody's, and links of the page would carry them on.
    """
    values = {name: request.GET.get(name, "").strip() for name in known}
    query = urlencode({name: value for name, value in values.items() if value})
    request.META["QUERY_STRING"] = query
    request.GET = QueryDict(query)
    return query


def _payer(request: HttpRequest, query: str) -> str:
    """Whose time a page takes that nobody else may ask for; "" for one that is for all."""
    if is_for_everybody(request) and not query:
        return ""
    # A cookie that looks like a session is anybody's to send; those who have one may share a proxy.
    learner = request.user.pk if settings.SESSION_COOKIE_NAME in request.COOKIES else None
    return f"user-{learner}" if learner else client_address(request)


def _made(request: HttpRequest, payer: str, view: View, *args: Any, **kwargs: Any) -> HttpResponse:
    """The page from the view, within the time that its payer may take."""
    make = partial(view, request, *args, **kwargs)
    if payer:
        return within_time(request, make, payer)
    return page_for_everybody(request, make)


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
