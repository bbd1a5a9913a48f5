"""The external links of the library: which there are, when each is asked, what became of it."""

import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from urllib.parse import urldefrag, urlsplit

from django.db import transaction
from django.utils import timezone

from curating.link_requests import Answer, Asker
from curating.models import ExternalLink, LinkCheck
from topics.models import Link

STRIKES = 3
ONE_STRIKE = timedelta(hours=20)  # failures within it count as one
MOST_OF_A_HOST = 50  # that one run asks
MOST_ASKED = 2_000  # in one run
MOST_TIME = timedelta(minutes=40)
PAUSE = 1.0  # seconds between two requests to a host
CHECKS_KEPT = 10
LONGEST = 2_000  # bytes of an address
AGAIN = {
    ExternalLink.State.FINE: timedelta(days=14),
    ExternalLink.State.MOVED: timedelta(days=14),
    ExternalLink.State.FAILING: timedelta(days=1),
    ExternalLink.State.BROKEN: timedelta(days=7),
    ExternalLink.State.CLOSED: timedelta(days=30),
}

Report = Callable[[int, int], None]


def address_of(href: str) -> str:
    """What is asked for a link: its address without the place on the page; "" for none."""
    try:
        url = urldefrag(href).url
        scheme = urlsplit(url).scheme.lower()
    except ValueError:
        return ""
    is_asked = scheme in ("http", "https") and len(url.encode("utf-8", "replace")) <= LONGEST
    return url if is_asked else ""


def gather() -> int:
    """Note the external links that published sections hold, forget others; gives their number."""
    live = Link.objects.filter(
        kind=Link.Kind.EXTERNAL, section__removed_at=None, section__topic__removed_at=None
    )
    hrefs = live.values_list("href", flat=True).distinct().order_by()
    wanted = {url for href in hrefs.iterator() if (url := address_of(href))}
    with transaction.atomic():
        known = set(ExternalLink.objects.values_list("url", flat=True))
        rows = [ExternalLink(url=url) for url in sorted(wanted - known)]
        ExternalLink.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
        gone = sorted(known - wanted)
        for start in range(0, len(gone), 500):
            ExternalLink.objects.filter(url__in=gone[start : start + 500]).delete()
    return len(wanted)


def check(
    asker: Asker | None = None,
    report: Report = lambda done, total: None,
    *,
    wait: Callable[[float], None] = time.sleep,
) -> int:
    """Ask the links that are due, hosts in turn, with pauses; gives how many were asked."""
    asker = asker or Asker()
    last: dict[str, float] = {}

    def pause(host: str) -> None:
        left = PAUSE - (time.monotonic() - last.get(host, -PAUSE))
        if left > 0:
            wait(left)
        last[host] = time.monotonic()

    asker.pause = pause
    due = list(_in_turn())
    ends_at = time.monotonic() + MOST_TIME.total_seconds()
    held: list[tuple[ExternalLink, Answer]] = []  # until some site answers: we may be offline
    is_online, count = False, 0
    for link in due:
        if time.monotonic() > ends_at:
            break
        held.append((link, asker.ask(link.url)))
        count += 1
        is_online |= not held[-1][1].is_silent
        if is_online:
            for one, answer in held:
                note(one, answer, timezone.now())
            held.clear()
        report(count, len(due))
    hosts = {urlsplit(link.url).netloc.lower() for link, _ in held}
    if len(hosts) == 1:  # one site alone says nothing of the others
        for one, answer in held:
            note(one, answer, timezone.now())
    return count


def _in_turn() -> Iterator[ExternalLink]:
    """The links that are due, one of each host after another, at most so many of one."""
    hosts: dict[str, deque[ExternalLink]] = defaultdict(deque)
    rows = ExternalLink.objects.filter(next_at__lte=timezone.now()).order_by("next_at", "pk")
    for link in rows.iterator():
        waiting = hosts[urlsplit(link.url).netloc.lower()]
        if len(waiting) < MOST_OF_A_HOST:
            waiting.append(link)
    count = 0
    while hosts and count < MOST_ASKED:
        for host in list(hosts):
            yield hosts[host].popleft()
            count += 1
            if not hosts[host]:
                del hosts[host]


@transaction.atomic
def note(link: ExternalLink, answer: Answer, now: datetime) -> None:
    """Note what a link answered. A failure within a day of the last one is not a further strike."""
    state = answer.state
    if state == ExternalLink.State.FAILING:
        is_later = link.checked_at is None or now - link.checked_at >= ONE_STRIKE
        link.strikes = min(STRIKES, link.strikes + (is_later or not link.strikes))
        if link.strikes >= STRIKES:
            state = ExternalLink.State.BROKEN
    else:
        link.strikes = 0
    link.state, link.note, link.moved_to = state, answer.note[:200], answer.moved_to
    link.checked_at, link.next_at = now, now + AGAIN[ExternalLink.State(state)]
    link.save()
    LinkCheck.objects.create(link=link, at=now, state=state, note=answer.note[:200])
    old = link.checks.values_list("pk", flat=True)[CHECKS_KEPT:]
    LinkCheck.objects.filter(pk__in=list(old)).delete()
