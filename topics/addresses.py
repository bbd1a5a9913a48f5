"""Where topics and sections are read: the one place that builds their addresses.

Their form is in `topics/urls.py`; `topics/address_lookup.py` reads them back; links in stored HTML
carry them too (`importer/link_resolution.py`).
"""

from functools import cache
from urllib.parse import quote

from django.urls import get_script_prefix, reverse

SAFE = "!$&'()*+,;=/~:@"  # what `reverse` leaves as it is


def topic_url(path: str) -> str:
    """The address of the topic with this path: `reverse` in a tenth of its time.

    A page holds hundreds of addresses.
    """
    return f"{_root(get_script_prefix())}{quote(path, safe=SAFE)}/"


def section_url(path: str, anchor: str) -> str:
    """The lasting address of a section; a topic's root section (no anchor) has the topic's."""
    return topic_url(f"{path}/{anchor}" if anchor else path)


@cache
def _root(prefix: str) -> str:
    """Where topics begin; `prefix` is the one that `reverse` uses."""
    return reverse("topics:topic", args=["x"]).removesuffix("x/")


def on_path(url: str, path: str) -> str:
    """An address read as a step of the learning path whose topic has this path."""
    page, mark, anchor = url.partition("#")
    return f"{page}?path={quote(path, safe='/')}{mark}{anchor}"


def place_url(page_url: str, anchor: str) -> str:
    """The place of a section on the page that shows it."""
    return f"{page_url}#{anchor}"
