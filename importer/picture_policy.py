"""Pictures on other sites: linked, shown from sites that the owner names, or fetched and stored."""

from urllib.parse import urlsplit

from django.conf import settings

LINK, SHOW, FETCH = "link", "show", "fetch"


def is_shown(address: str) -> bool:
    """Whether readers' browsers may ask another site for this picture."""
    if settings.REMOTE_PICTURES != SHOW:
        return False
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
        port = parts.port
    except ValueError:
        return False
    if parts.scheme != "https" or parts.username or port not in (None, 443):
        return False
    return any(_matches(host, allowed) for allowed in settings.PICTURE_HOSTS)


def _matches(host: str, allowed: str) -> bool:
    if allowed.startswith("*."):
        return host.endswith(allowed[1:])
    return host == allowed
