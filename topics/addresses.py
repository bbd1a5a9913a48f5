"""Where topics and sections are read: the one place that builds their addresses.

Their form is in `topics/urls.py`; `topics/address_lookup.py` reads them back; links in stored HTML
carry them too (`importer/link_resolution.py`).
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote

from django.urls import get_script_prefix, reverse

KEY = 9_123_456_789  # which no route has in its own words
SAFE = "!$&'()*+,;=/~:@"  # what `reverse` leaves as it is
PLAIN = re.compile(r"[\w.!$&'()*+,;=/~:@-]*", re.ASCII)  # the same, and what `quote` always leaves


def topic_url(path: str) -> str:
    """The address of the topic with this path: `reverse` in a tenth of its time.

    A page holds hundreds of addresses.
    """
    return _url(_root(get_script_prefix()), path)


def topic_urls(paths: Iterable[str]) -> list[str]:
    """The same for many topics: to ask where the site is mounted takes most of an address."""
    root = _root(get_script_prefix())
    return [_url(root, path) for path in paths]


def _url(root: str, path: str) -> str:
    return f"{root}{path if PLAIN.fullmatch(path) else quote(path, safe=SAFE)}/"


def keyed_url(name: str, key: int) -> str:
    """The address of the route with this name and one key: `reverse`, in a tenth of its time."""
    before, after = _around_key(get_script_prefix(), name)
    return f"{before}{key:d}{after}"


def section_url(path: str, anchor: str) -> str:
    """The lasting address of a section; a topic's root section (no anchor) has the topic's."""
    return topic_url(f"{path}/{anchor}" if anchor else path)


@lru_cache(maxsize=10)
def _root(prefix: str) -> str:
    """Where topics begin; `prefix` is the one that `reverse` uses."""
    return reverse("topics:topic", args=["x"]).removesuffix("x/")


@lru_cache(maxsize=200)
def _around_key(prefix: str, name: str) -> tuple[str, str]:
    """What is before and after the key; `prefix` as above."""
    before, _, after = reverse(name, args=[KEY]).rpartition(str(KEY))
    return before, after


def on_path(url: str, path: str) -> str:
    """An address read as a step of the learning path whose topic has this path."""
    page, mark, anchor = url.partition("#")
    return f"{page}?path={quote(path, safe='/')}{mark}{anchor}"


def place_url(page_url: str, anchor: str) -> str:
    """The place of a section on the page that shows it."""
    return f"{page_url}#{anchor}"
