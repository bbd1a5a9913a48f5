"""What is sent again counts once: marks and answers that a browser queued while it was offline.

A browser gives each of them a key. The first request with a key is carried out, and what it was
answered is noted in the same transaction; a later one is only given that answer. Keys are kept for
KEPT_DAYS, which is longer than a browser keeps trying.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from learning.models import Delivery

HEADER = "Idempotency-Key"
KEPT_DAYS = 60
# What a page shows then: too much to keep, and out of date when it is sent again.
ONLY_FOR_NOW = ("next", "entry")
View = Callable[..., HttpResponse]


def key_of(request: HttpRequest) -> UUID | None:
    """The key that the browser gave the request; None without one, or if it is none."""
    try:
        return UUID(request.headers.get(HEADER, ""))
    except ValueError:
        return None


def once(view: View) -> View:
    """Carry a request with a key out once. Those without a key are as if this were not here.

    What the server could not do (5xx, 429) or had no right to (401, 403) is forgotten, so that the
    key may be used again. Two requests at the same moment wait for one another.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if HEADER not in request.headers or not request.user.is_authenticated:
            return view(request, *args, **kwargs)
        key = key_of(request)
        if key is None:
            error = {"code": "key", "message": f"{HEADER} is no UUID."}
            return JsonResponse({"error": error}, status=400)
        with transaction.atomic():
            return _delivered(request.user, key, lambda: view(request, *args, **kwargs))

    return answer


def is_late(request: HttpRequest) -> bool:
    """Whether a browser kept the request while there was no network."""
    return HEADER in request.headers and "at" in request.POST


def given_at(request: HttpRequest, now: datetime) -> datetime:
    """When that was done which the request tells: now, or of one with a key when its browser says.

    It says `at` and when it `sent` that, both in milliseconds of its own clock, which may be wrong.
    Never in the future, nor longer ago than keys are kept.
    """
    at, sent = (_milliseconds(request, name) for name in ("at", "sent"))
    if HEADER not in request.headers or at is None:
        return now
    given = at / 1000 if sent is None else now.timestamp() - (sent - at) / 1000
    oldest = now - timedelta(days=KEPT_DAYS)
    return datetime.fromtimestamp(min(max(given, oldest.timestamp()), now.timestamp()), UTC)


def _milliseconds(request: HttpRequest, name: str) -> int | None:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def _delivered(user: User, key: UUID, carry_out: Callable[[], HttpResponse]) -> HttpResponse:
    row, is_new = Delivery.objects.get_or_create(user=user, key=key)
    if not is_new:
        return JsonResponse(row.answer, status=row.status)
    response = carry_out()
    if response.status_code >= 500 or response.status_code in (401, 403, 429):
        transaction.set_rollback(True)
        return response
    row.status = response.status_code
    row.answer = _told(response)
    row.save(update_fields=["status", "answer"])
    return response


def _told(response: HttpResponse) -> dict[str, Any]:
    """What a JSON answer says; nothing of a page."""
    if not response.headers.get("Content-Type", "").startswith("application/json"):
        return {}
    told: dict[str, Any] = json.loads(response.content)
    return {name: value for name, value in told.items() if name not in ONLY_FOR_NOW}


def forget() -> int:
    """Delete keys that no browser sends any more; returns how many there were."""
    old = timezone.now() - timedelta(days=KEPT_DAYS)
    return Delivery.objects.filter(arrived_at__lt=old).delete()[0]
