"""What `manage.py check` asks beside Django's own questions, some with `--deploy` alone."""

import os
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register

PROXY_IS_UNSETTLED = Warning(
    "Nobody said which proxy is in front of this site, so none is believed: all readers behind it "
    "share one rate limit, and requests by https are not known as such.",
    hint="Set KB_PROXY to the proxy's address or network (unix for a local socket), or to none "
    "where browsers reach gunicorn itself.",
    id="kb.W001",
)

NOTHING_IS_SECRET = Warning(
    "KB_PROXY=none: browsers reach the site without https, so whoever is on the way reads "
    "passwords and notes.",
    hint="Put a proxy that speaks TLS in front (deploy/), unless nobody else is on that network.",
    id="kb.W002",
)


@register(Tags.security, deploy=True)
def check_proxy(**kwargs: Any) -> list[CheckMessage]:
    """A warning where no proxy is in front of the site, or nobody said which."""
    if settings.PROXY.is_absent:
        return [NOTHING_IS_SECRET]
    return [] if settings.PROXY.is_settled else [PROXY_IS_UNSETTLED]


@register(Tags.files)
def check_backups(**kwargs: Any) -> list[CheckMessage]:
    """A warning where nightly backups are asked for and would fail; each start of a worker asks."""
    folder = settings.KB_BACKUP_DIR
    if not folder or (os.path.isdir(folder) and os.access(folder, os.W_OK | os.X_OK)):
        return []
    problem = "cannot be written" if os.path.isdir(folder) else "is no folder"
    return [
        Warning(
            f"KB_BACKUP_DIR={folder} {problem}: no nightly backup will be made here.",
            hint="Make the folder and let the worker's user write into it, or name another one.",
            id="kb.W003",
        )
    ]
