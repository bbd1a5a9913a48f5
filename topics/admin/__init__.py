"""Curating in Django admin: topics and sections, imports, links."""

from topics.admin import content, runs, search

__all__ = ["content", "runs", "search"]
