"""`/privacy/`: what is kept of readers, for how long, and how they take it away, in plain words.

Here, where all rooms are known, are the names and times that the page tells; its tests hold it
against all models that name a user and all cookies that are set.
"""

from typing import NamedTuple

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.login_attempts import REMEMBERED, cookie_name
from learning.deliveries import KEPT_DAYS
from search.log import DAYS_KEPT
from topics.page_cache import kept_in_memory

DAY = 24 * 60 * 60  # seconds


class Cookie(NamedTuple):
    """A cookie's name, what it is for, and for how many days it is kept; 0 with the browser."""

    name: str
    purpose: str
    days: int


def cookies() -> list[Cookie]:
    """All cookies that the site sets. None of them follows anybody to another site."""
    return [
        Cookie(
            settings.SESSION_COOKIE_NAME,
            _("Keeps you logged in."),
            settings.SESSION_COOKIE_AGE // DAY,
        ),
        Cookie(
            settings.CSRF_COOKIE_NAME,
            _("Keeps other sites from sending forms in your name."),
            settings.CSRF_COOKIE_AGE // DAY,
        ),
        Cookie(
            cookie_name(),
            _("Says that you logged in here before, so that nobody else can lock you out."),
            REMEMBERED // DAY,
        ),
        Cookie(
            settings.LANGUAGE_COOKIE_NAME,
            _("The language that you chose."),
            settings.LANGUAGE_COOKIE_AGE // DAY,
        ),
        Cookie(CookieStorage.cookie_name, _("A message for the next page."), 0),
    ]


@require_safe
@kept_in_memory()
def privacy(request: HttpRequest) -> HttpResponse:
    """The page about privacy."""
    facts = {
        "cookies": cookies(),
        "search_days": DAYS_KEPT,
        "delivery_days": KEPT_DAYS,
        "session_days": settings.SESSION_COOKIE_AGE // DAY,
        "logs_clients": settings.KB_LOG_CLIENTS,
        "sends_errors": bool(settings.SENTRY_DSN),
        "has_mail": settings.KB_HAS_MAIL,
        "picture_hosts": settings.PICTURE_HOSTS if settings.REMOTE_PICTURES == "show" else [],
        "backup_days": settings.KB_BACKUP_KEEP if settings.KB_BACKUP_DIR else 0,
        "browsers_report": settings.KB_POLICY_REPORTS,
        "contact": settings.KB_CONTACT,
    }
    return render(request, "privacy.html", facts)
