"""What readers may see: which rows are published, and which section is read at a key today."""

from django.db.models import BigIntegerField, Func, Q

PUBLISHED = "published"


def live(prefix: str = "") -> Q:
    """Sections not removed, alone or with their topic; those of drafts are among them."""
    return Q(**{f"{prefix}removed_at": None, f"{prefix}topic__removed_at": None})


def published_topic(prefix: str = "") -> Q:
    """Topics that readers may see; `prefix` (such as `topic__`) leads there from other rows."""
    return Q(**{f"{prefix}removed_at": None, f"{prefix}status": PUBLISHED})


def published(prefix: str = "") -> Q:
    """Sections that readers may see; `prefix` (such as `section__`) leads there from other rows."""
    return Q(**{f"{prefix}removed_at": None}) & published_topic(f"{prefix}topic__")


def published_sql(topic: str = "topic", section: str | None = None) -> str:
    """The same for a raw statement, where these are the names of the two tables."""
    condition = f"{topic}.removed_at IS NULL AND {topic}.status = '{PUBLISHED}'"
    return f"{condition} AND {section}.removed_at IS NULL" if section else condition


class Current(Func):
    """The key of the section that is read today at the given key: the end of its chain of merges.

    `Current("section")` works on any table that points at sections. A chain has no known length,
    so no number of joins would do; the limit ends one that runs in a circle.
    """

    template = """(
        WITH RECURSIVE trail (id, merged_into_id, hops) AS (
            SELECT s.id, s.merged_into_id, 0 FROM topics_section s WHERE s.id = %(expressions)s
          UNION ALL
            SELECT s.id, s.merged_into_id, trail.hops + 1
            FROM topics_section s JOIN trail ON s.id = trail.merged_into_id
            WHERE trail.hops < 50
        ) SELECT id FROM trail ORDER BY hops DESC LIMIT 1)"""
    arity = 1
    output_field = BigIntegerField()
