"""Django admin for curators: topics, sections, imports, links, jobs, synonyms, the search log."""

from curating.admin import content, jobs, runs, search, site

__all__ = ["content", "jobs", "runs", "search", "site"]
