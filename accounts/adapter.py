"""Our rules for django-allauth: who may sign up, where a request comes from, failing mail."""

import logging
from email.utils import formataddr, parseaddr
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import login_attempts, login_tokens
from topics.rate_limits import client_address

logger = logging.getLogger(__name__)


def check_name(username: str) -> None:
    """Raises ValidationError for a new name that is an address: its owner logs in by that."""
    if "@" in username:
        raise ValidationError(_("A username cannot contain @."))


class AccountAdapter(DefaultAccountAdapter):
    """What allauth asks the site; its errors become messages, never error pages."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether readers may make accounts themselves (KB_SIGNUP)."""
        return settings.KB_SIGNUP

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """As allauth's; a name that is an address would log in where the address's owner does."""
        check_name(username)
        return str(super().clean_username(username, shallow))

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that allauth's rate limits count by."""
        return client_address(request)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Curators arrive where their work waits, others on the start page."""
        user = request.user
        if user.is_staff and user.has_perm("topics.change_section"):
            return reverse(settings.CURATORS_START)
        return str(super().get_login_redirect_url(request))

    def post_login(
        self,
        request: HttpRequest,
        user: AbstractBaseUser,
        *,
        redirect_url: str | None,
        **kwargs: Any,
    ) -> HttpResponse:
        """Remember what this log-in was for, and the device that it came from."""
        login_tokens.remember_login(request, redirect_url)
        response = super().post_login(request, user, redirect_url=redirect_url, **kwargs)
        login_attempts.remember_device(response, user)
        return response

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """In place of allauth's own limits, by which strangers could lock a chosen learner out."""
        if login_attempts.too_many(request, credentials):
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a wrong password."""
        login_attempts.count(request, credentials)

    def render_mail(self, *args: Any, **kwargs: Any) -> EmailMessage:
        """The mail as text, with the same words as a page beside it."""
        message = super().render_mail(*args, **kwargs)
        values = {"subject": message.subject, "text": message.body}
        html = render_to_string("account/email/mail.html", values)
        if isinstance(message, EmailMultiAlternatives) and not message.alternatives:
            message.attach_alternative(html, "text/html")
        return message

    def get_from_email(self) -> str:
        """The sender, called as the site is where DEFAULT_FROM_EMAIL has no name."""
        name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
        return formataddr((name or settings.SITE_NAME, address))

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Send it; if the mail server fails, show a message instead of an error page."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:
            logger.exception("The e-mail %s could not be sent: check EMAIL_URL.", template_prefix)
            text = _("The e-mail could not be sent. Please try again later.")
            messages.error(self.request, text)
