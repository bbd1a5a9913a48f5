"""How django-allauth is told our rules: who may sign up, and where a request comes from."""

import ipaddress
import logging
from functools import lru_cache
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from learning import tokens

logger = logging.getLogger(__name__)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
RETRY_SECONDS = 60


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.KB_SIGNUP

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def post_login(
        self,
        request: HttpRequest,
        user: AbstractBaseUser,
        *,
        redirect_url: str | None,
        **kwargs: Any,
    ) -> HttpResponse:
        tokens.remember_login(request, redirect_url)
        return super().post_login(request, user, redirect_url=redirect_url, **kwargs)

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Send, and where the mail server fails say so instead of answering with an error page."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:
            logger.exception("The e-mail %s could not be sent: check EMAIL_URL.", template_prefix)
            text = "The e-mail could not be sent. Please try again later."
            messages.error(self.request, text)


def client_address(request: HttpRequest) -> str:
    """The address a request comes from, for rate limits.

    `X-Forwarded-For` is believed only from a proxy named in KB_TRUSTED_PROXIES: the last address
    in it that is not itself such a proxy. The word `unix` there names the socket of a local proxy.
    """
    client = _address(request.META.get("REMOTE_ADDR", "")) or "unix"
    for part in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
        address = _address(part)
        if address is None or not _is_trusted(client):
            break
        client = address
    return client


@lru_cache(maxsize=4)
def trusted_networks(names: tuple[str, ...]) -> tuple[Network, ...]:
    """The networks that are named; raises ImproperlyConfigured for a name that is none."""
    try:
        return tuple(ipaddress.ip_network(name) for name in names if name != "unix")
    except ValueError as error:
        raise ImproperlyConfigured(
            f"KB_TRUSTED_PROXIES: {error}. Give addresses or networks, such as 10.0.0.0/8, "
            "with commas between."
        ) from error


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """The answer to a reader over a rate limit; all limits that end here count a minute."""
    response = render(request, "429.html", status=429)
    response["Retry-After"] = str(RETRY_SECONDS)
    return response


def trusted_names() -> tuple[str, ...]:
    """What KB_TRUSTED_PROXIES names: addresses, networks, `unix`."""
    return tuple(name.strip() for name in settings.KB_TRUSTED_PROXIES)


def _is_trusted(client: str) -> bool:
    names = trusted_names()
    if client == "unix":
        return "unix" in names
    address = ipaddress.ip_address(client)
    return any(address in network for network in trusted_networks(names))


def _address(text: str) -> str | None:
    """The address in one part of the header, a port cut off; None where there is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    # A server that listens on IPv6 too sees the IPv4 address 10.0.0.1 as ::ffff:10.0.0.1.
    return str(getattr(address, "ipv4_mapped", None) or address)
