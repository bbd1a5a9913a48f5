"""SENTRY_DSN: errors are sent to Sentry, or to what speaks like it.

What is sent is where it happened, not to whom: no body, cookie, header, query, variable or line of
the log, and of an error's text only its first line, without secrets.
"""

import logging
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from jobs.errors import without_secrets
from kb.deployment import version
from kb.logs import request_id, without_tokens


def start() -> None:
    """From now on errors are sent, if an address is set."""
    if not settings.SENTRY_DSN:
        return
    import sentry_sdk
    from sentry_sdk.integrations.logging import LoggingIntegration
    from sentry_sdk.utils import BadDsn

    try:
        sentry_sdk.init(
            dsn=settings.SENTRY_DSN,
            release=f"kb@{version()}",
            environment="production" if settings.PRODUCTION else "development",
            send_default_pii=False,
            include_local_variables=False,
            max_request_body_size="never",
            max_breadcrumbs=0,
            auto_session_tracking=False,
            traces_sample_rate=None,
            before_send=stripped,
            integrations=[LoggingIntegration(level=None, event_level=logging.ERROR)],
        )
    except BadDsn as error:
        raise ImproperlyConfigured(
            "SENTRY_DSN is not an address for errors: write it as https://key@host/number."
        ) from error


def stripped(event: Any, hint: dict[str, Any]) -> Any:
    """The event without what might say who asked, or for what."""
    if request := event.pop("request", None):
        parts = urlsplit(request.get("url", ""))
        kept = {"method": request.get("method"), "url": f"{parts.scheme}://{parts.netloc}"}
        kept["url"] += without_tokens(parts.path)
        event["request"] = kept
    event.pop("user", None)
    event.pop("extra", None)
    event["tags"] = {**event.get("tags", {}), "request_id": request_id.get()}
    for error in event.get("exception", {}).get("values", []):
        first = (error.get("value") or "").splitlines()[:1]
        error["value"] = without_secrets("".join(first))
    return event
