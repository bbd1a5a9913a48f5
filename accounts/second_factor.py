"""A second factor: a code of an authenticator app, or one of ten recovery codes.

django-allauth has the pages and the log-in's second step. Here is what it leaves to the site:
the drawing of the key, the key's encryption, how often somebody may guess, that a code works once,
and that people who manage content must have one where KB_REQUIRE_SECOND_FACTOR says so.
"""

import base64
import logging
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import qrcode
from allauth.account.adapter import get_adapter as account_adapter
from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
    record_authentication,
)
from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings, signals
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from qrcode.image.svg import SvgPathImage

from accounts import login_attempts, own_data

logger = logging.getLogger(__name__)

METHOD = "mfa"  # as allauth calls it among a session's records
ONE_S_OWN = ("/accounts/", "/language/")  # what nobody needs a second factor for
MANAGING = "/curating/"  # where people who are no staff manage content


class SecondFactorAdapter(DefaultMFAAdapter):
    """What allauth asks the site about second factors."""

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        """The account as an app lists it, under the site's name."""
        return f"{settings.SITE_NAME}:{user.get_username()}"

    def get_totp_issuer(self) -> str:
        """The site's name: a host's port would only confuse."""
        return str(settings.SITE_NAME)

    def build_totp_svg(self, url: str) -> str:
        """The address as a QR code for the page itself; it has no style that our policy forbids."""
        buffer = BytesIO()
        qrcode.make(url, image_factory=SvgPathImage, border=3).save(buffer)
        drawing = buffer.getvalue().decode()
        return mark_safe(drawing[drawing.index("<svg") :])  # noqa: S308, of squares alone

    def encrypt(self, text: str) -> str:
        """The key as the database and its copies hold it: of no use without SECRET_KEY."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The key; one that fits no code where SECRET_KEY is another by now."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            factor = Authenticator.objects.filter(data__secret=encrypted_text).first()
            logger.error(
                "The second factor of user %s was made with another SECRET_KEY: "
                "manage.py reset_second_factor NAME removes it.",
                factor.user_id if factor else "?",
            )
            return generate_totp_secret()


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    made = [
        salted_hmac("accounts.second_factor", "", secret=str(key), algorithm="sha256").digest()
        for key in keys
    ]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in made])


def check_code(user: AbstractBaseUser, check: Callable[[], str]) -> str:
    """The code that `check` accepts, taken once, of who may still try.

    Raises ValidationError. A code is good for some time before and after its own half minute; who
    looks over a shoulder must not use it again in the rest of that time.
    """
    name = user.get_username()
    request = context.request
    if not login_attempts.may_try_code(request, name):
        raise account_adapter().validation_error("too_many_login_attempts")
    code = check()
    seconds = (2 * app_settings.TOTP_TOLERANCE + 1) * app_settings.TOTP_PERIOD
    if not cache.add(f"second-factor:{user.pk}:{normalize_user_code(code)}", True, seconds):
        raise ValidationError(_("This code was used already. Wait for the next one."))
    login_attempts.forget_codes(request, name)
    return code


def require(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    """Middleware: who manages content has a second factor, and this session was opened with it.

    Without one, every page but those of the own account leads to where it is set up.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if not settings.KB_REQUIRE_SECOND_FACTOR or request.path.startswith(ONE_S_OWN):
            return get_response(request)
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return get_response(request)
        user = request.user
        if not user.is_authenticated or not _manages(user, request.path) or _is_proven(request):
            return get_response(request)
        if Authenticator.objects.filter(user=user).exists():
            logout(request)
            query = urlencode({"next": request.get_full_path() if request.method == "GET" else "/"})
            return redirect(f"{reverse('account_login')}?{query}")
        messages.warning(request, _("Who manages content here needs a second factor. Set it up."))
        return redirect("mfa_activate_totp")

    return middleware


def _manages(user: Any, path: str) -> bool:
    return bool(user.is_staff or (path.startswith(MANAGING) and user.get_all_permissions()))


def _is_proven(request: HttpRequest) -> bool:
    """Whether a code was given in this session, when logging in or when the factor was set up."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == METHOD for record in records)


def _added(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        record_authentication(request, user, METHOD, type=authenticator.type)
        logger.info("Second factor of user %s: set up", user.pk)


def _removed(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        records = get_authentication_records(request, user)
        kept = [record for record in records if record["method"] != METHOD]
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = kept
        logger.info("Second factor of user %s: removed", user.pk)


def connect() -> None:
    """Hear from allauth, which tells of changes in no other way."""
    signals.authenticator_added.connect(_added)
    signals.authenticator_removed.connect(_removed)


def own_rows(user: User) -> list[dict[str, Any]]:
    """What is kept of somebody's second factor, without what it is made of."""
    return [
        {
            "kind": factor.type,
            "since": factor.created_at.isoformat(),
            "last used": factor.last_used_at.isoformat() if factor.last_used_at else None,
        }
        for factor in Authenticator.objects.filter(user=user).order_by("pk")
    ]


def said(user: User) -> Iterator[own_data.Said]:
    """The same for people; nothing where there is none."""
    for number, factor in enumerate(own_rows(user)):
        text = f"- {_('Second factor')}: {factor['kind']}, {factor['since'][:10]}"
        yield own_data.Said(_("Account"), "", text, order=("account", number))
