"""How often somebody may guess at a password: ACCOUNT_RATE_LIMITS has the numbers.

Wrong log-ins are counted by who tries and which name is tried, together: a stranger's guesses at a
name count against the stranger, and do not keep its owner out. Beside that

- a client may be wrong only so often, whatever names it tries;
- all clients together may be wrong about one name more often than any owner is, so that thousands
  of addresses cannot guess on for ever. Only this limit could keep an owner out, so a device from
  which somebody logged in to that account before is not held by it, nor by that of its client: its
  guesses are counted by themselves. A signed cookie, sent to the pages of accounts only, tells it.
"""

import ipaddress
from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.signing import BadSignature, TimestampSigner
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string
from django.utils.functional import SimpleLazyObject

from topics.rate_limits import client_address

REMEMBERED = 180 * 24 * 60 * 60  # seconds
PATH = "/accounts/"
IPV6_NETWORK = 64  # bits: what one household gets

# Made when it is first used: only then is the key read, or made.
signer = SimpleLazyObject(lambda: TimestampSigner(salt="accounts.attempts"))


def too_many(request: HttpRequest, credentials: dict[str, Any]) -> bool:
    """Whether this client must wait before it tries this name again."""
    return not all(
        ratelimit.consume(request, action=action, key=key, dry_run=True)
        for action, key in _limits(request, credentials)
    )


def count(request: HttpRequest, credentials: dict[str, Any]) -> None:
    """Remembers a wrong log-in."""
    for action, key in _limits(request, credentials):
        ratelimit.consume(request, action=action, key=key)


def may_try_code(request: HttpRequest, name: str) -> bool:
    """Whether this client may try one more code of a second factor; counts it.

    Whoever comes here knows the password. A stranger's guesses do not keep the owner out on a
    device that she knows.
    """
    return all(
        ratelimit.consume(request, action=action, key=key)
        for action, key in _code_limits(request, name)
    )


def forget_codes(request: HttpRequest, name: str) -> None:
    """After the right code: those tried before it count no more, here."""
    action, key = _code_limits(request, name)[0]
    ratelimit.clear(request, action=action, key=key)


def remember_device(response: HttpResponse, user: AbstractBaseUser) -> None:
    """Lets the browser say later that somebody logged in to this account from it."""
    response.set_cookie(
        cookie_name(),
        signer.sign(f"{user.pk}.{get_random_string(16)}"),
        max_age=REMEMBERED,
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget_device(response: HttpResponse) -> None:
    """Takes that from the browser again, as the account is gone."""
    response.delete_cookie(cookie_name(), path=PATH, samesite="Lax")


def cookie_name() -> str:
    """The cookie's name; over https one that only https may set."""
    return "__Secure-device" if settings.SESSION_COOKIE_SECURE else "device"


def _limits(request: HttpRequest, credentials: dict[str, Any]) -> list[tuple[str, str | None]]:
    name = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
    if device := _known_device(request, name):
        return [("login_failed_device", device)]
    return [
        ("login_failed_pair", f"{_household(client_address(request))} {name}"),
        ("login_failed_client", None),
        ("login_failed_name", name),
    ]


def _code_limits(request: HttpRequest, name: str) -> list[tuple[str, str]]:
    name = name.lower()
    if device := _known_device(request, name):
        return [("code_failed_device", device)]
    return [
        ("code_failed_pair", f"{_household(client_address(request))} {name}"),
        ("code_failed_name", name),
    ]


def _known_device(request: HttpRequest, name: str) -> str | None:
    """The number of the device, if somebody logged in from it to the account of that name."""
    try:
        value = signer.unsign(request.COOKIES.get(cookie_name(), ""), max_age=REMEMBERED)
    except BadSignature:
        return None
    user = get_user_model().objects.filter(pk=value.partition(".")[0])
    return value if user.filter(Q(username__iexact=name) | Q(email__iexact=name)) else None


def _household(client: str) -> str:
    """The client, or its network where one household has many addresses."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client
    if address.version == 4:
        return client
    return str(ipaddress.ip_network(f"{address}/{IPV6_NETWORK}", strict=False))
