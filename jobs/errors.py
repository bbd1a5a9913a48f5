"""What may be told of an error: one line, and nothing that is secret."""

import re

from django.conf import settings

LONGEST = 500
IN_AN_ADDRESS = re.compile(r"(://[^/\s:@]*:)[^/\s@]+@")
NAMED = re.compile(
    r"(?i)\b([\w-]*(?:password|passwd|secret|token|api[_-]?key|authorization)[\w-]*)"
    r"""(["']?\s*[=:]\s*)(?:(?:bearer|basic)\s+)?("[^"]*"|'[^']*'|[^\s,;&]+)"""
)
HIDDEN = "***"


def told(error: BaseException) -> str:
    """The error's kind and the first line of its message, without secrets."""
    lines = str(error).strip().splitlines()
    text = ": ".join([type(error).__name__, *lines[:1]])
    return without_secrets(storable(text))[:LONGEST]


def storable(text: str) -> str:
    """The text as PostgreSQL can hold it."""
    return text.replace("\0", "").encode(errors="replace").decode()


def without_secrets(text: str) -> str:
    """The text without the site's own secrets, passwords in addresses, and what is named as one."""
    own = [settings.SECRET_KEY, *(db.get("PASSWORD") for db in settings.DATABASES.values())]
    for secret in own:
        if secret:
            text = text.replace(str(secret), HIDDEN)
    text = IN_AN_ADDRESS.sub(rf"\1{HIDDEN}@", text)
    return NAMED.sub(rf"\1\2{HIDDEN}", text)
