"""Where topics and sections are read: the one place that builds their addresses.

Their form is in `topics/urls.py`; `topics/reading.py` reads them back; links in stored HTML carry
them too (`importer/links.py`).
"""

from django.urls import reverse


def topic_url(path: str) -> str:
    """The address of the topic with this path."""
    return reverse("topics:topic", args=[path])


def section_url(path: str, anchor: str) -> str:
    """The lasting address of a section; a topic's root section (no anchor) has the topic's."""
    return reverse("topics:section", args=[path, anchor]) if anchor else topic_url(path)


def place_url(page_url: str, anchor: str) -> str:
    """The place of a section on the page that shows it."""
    return f"{page_url}#{anchor}"
