"""Full-text search."""

from topics.search.facets import Facet
from topics.search.index import index_sections, refresh_statistics, remove_sections
from topics.search.searching import Hit, Results, search
from topics.search.suggestions import suggest
from topics.search.words import columns

__all__ = [
    "Facet",
    "Hit",
    "Results",
    "columns",
    "index_sections",
    "refresh_statistics",
    "remove_sections",
    "search",
    "suggest",
]
