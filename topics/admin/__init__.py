"""Curating in Django admin: topics and sections, imports, links."""

from topics.admin import content, runs

__all__ = ["content", "runs"]
