"""Django admin for curators: topics and sections, imports, links, synonyms, the search log."""

from curating.admin import content, runs, search, site

__all__ = ["content", "runs", "search", "site"]
