"""The pages: browse, read, search."""

from topics.views.browsing import asset, home, topic_list
from topics.views.glossary import glossary
from topics.views.reading import read
from topics.views.searching import opened, search_page, wish

__all__ = [
    "asset",
    "glossary",
    "home",
    "opened",
    "read",
    "search_page",
    "topic_list",
    "wish",
]
