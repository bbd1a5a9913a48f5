"""What a reader asks for before logging in, carried through the log-in by a signed token.

Pages for readers without an account set no cookie and hold no form, so a button there is a link,
which makes the token when it is followed. A link alone must not change anything: anybody could
send one to a learner. So the action is taken only if the log-in that just happened in this session
was asked to lead to this very token, and each token once. In every other case the reader gets a
form to confirm.

The view that takes the token names it `token` in its address.
"""

import time
from urllib.parse import urlencode, urlsplit

from django.core.cache import cache
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.crypto import get_random_string
from django.utils.functional import SimpleLazyObject

TOKEN_SECONDS = 24 * 60 * 60
LOGIN_SECONDS = 5 * 60
SESSION_KEY = "token_wanted"

# Made when it is first used: only then is the key read, or made.
signer = SimpleLazyObject(lambda: TimestampSigner(salt="accounts.tokens"))


def login_url(view_name: str, key: int) -> str:
    """The log-in page that leads to the view, with a token for this row's key made now."""
    token = signer.sign(f"{key}.{get_random_string(10)}")
    wanted = reverse(view_name, args=[token])
    return f"{reverse('account_login')}?{urlencode({'next': wanted})}"


def key_of(token: str) -> int | None:
    """The key that the token names, whatever its age; None if we did not sign it."""
    try:
        return int(signer.unsign(token).partition(".")[0])
    except BadSignature:
        return None


def token_in(url: str | None) -> str | None:
    """The token in an address that `login_url` leads to; None in any other."""
    try:
        match = resolve(urlsplit(url or "").path)
    except (Resolver404, ValueError):
        return None
    return match.kwargs.get("token")


def remember_login(request: HttpRequest, redirect_url: str | None) -> None:
    """At log-in: keep in the session which token, if any, this log-in leads to."""
    if token := token_in(redirect_url):
        request.session[SESSION_KEY] = [token, time.time()]


def take(request: HttpRequest, token: str) -> bool:
    """Use the token up. True if it is fresh, unused, and the log-in just now led to it."""
    expected, logged_in_at = request.session.pop(SESSION_KEY, ("", 0))
    if expected != token or time.time() - logged_in_at > LOGIN_SECONDS:
        return False
    try:
        value = signer.unsign(token, max_age=TOKEN_SECONDS)
    except SignatureExpired:
        return False
    return cache.add(f"token:{value}", True, TOKEN_SECONDS)
