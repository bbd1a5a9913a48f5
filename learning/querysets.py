"""Which bookmarks belong to whom, and where each is read today."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser, User
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL

if TYPE_CHECKING:
    from learning.models import Bookmark  # noqa: F401

# The end of the chain of merges that begins at the bookmark's section; a chain has no known
# length, so no number of joins would do. The limit ends a chain that runs in a circle.
SHOWN = """
(WITH RECURSIVE trail (id, merged_into_id, hops) AS (
    SELECT s.id, s.merged_into_id, 0
    FROM topics_section s WHERE s.id = learning_bookmark.section_id
  UNION ALL
    SELECT s.id, s.merged_into_id, trail.hops + 1
    FROM topics_section s JOIN trail ON s.id = trail.merged_into_id
    WHERE trail.hops < 50
) SELECT id FROM trail ORDER BY hops DESC LIMIT 1)
"""


class BookmarkQuerySet(models.QuerySet["Bookmark"]):
    def of(self, user: User | AnonymousUser) -> "BookmarkQuerySet":
        """The bookmarks of one learner; none for a reader who is not logged in."""
        return self.filter(user_id=user.pk) if user.is_authenticated else self.none()

    def with_shown(self) -> "BookmarkQuerySet":
        """Annotate `shown_id`: the section that stands for the marked one today."""
        return self.annotate(shown_id=RawSQL(SHOWN, [], output_field=models.BigIntegerField()))

    def showing(self, section_ids: Iterable[int]) -> "BookmarkQuerySet":
        """Those that are read at one of the given sections, oldest first."""
        is_shown = Q(shown_id__in=list(section_ids))
        return self.with_shown().filter(is_shown).order_by("created_at", "pk")
