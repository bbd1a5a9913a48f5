"""What a reader may see, as queryset methods."""

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from topics.models import Section, Topic  # noqa: F401

HEAVY = (
    "search_title",
    "search_above",
    "search_code",
    "search_text",
    "search_rest",
    "search_vector",
)


class TopicQuerySet(models.QuerySet["Topic"]):
    def live(self) -> "TopicQuerySet":
        return self.filter(removed_at=None)

    def published(self) -> "TopicQuerySet":
        return self.live().filter(status="published")


class SectionQuerySet(models.QuerySet["Section"]):
    def live(self) -> "SectionQuerySet":
        return self.filter(removed_at=None, topic__removed_at=None)

    def published(self) -> "SectionQuerySet":
        return self.live().filter(topic__status="published")

    def light(self) -> "SectionQuerySet":
        """Without the columns that only the search index needs."""
        return self.defer(*HEAVY)
