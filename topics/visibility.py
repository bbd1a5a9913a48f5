"""What readers may see: which rows are published, and which section is read at a key today.

A topic may be private, with all below it: only groups with a right there see it. Such a *tree* is
known by the key of its topmost topic; a trigger keeps it in the column `tree` of each topic, which
is PUBLIC for all others. Whoever asks sees the trees of the present reader: a middleware says for
each request who that is (`read_by`); commands, workers and everything else see what is public.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db.models import BigIntegerField, Func, Q

PUBLISHED = "published"
PUBLIC = 0  # the tree of what everybody may read

_reader: ContextVar[Callable[[], tuple[int, ...]] | None] = ContextVar("kb_reader", default=None)


def trees() -> tuple[int, ...]:
    """The keys of the trees that the present reader may see, in order, PUBLIC first."""
    private = _reader.get()
    return (PUBLIC, *(private() if private else ()))


def sees_private() -> bool:
    """Whether the present reader may see anything that not everybody may see."""
    return len(trees()) > 1


@contextmanager
def by_everybody() -> Iterator[None]:
    """While this lasts, what is asked for is what everybody may see, whoever asks."""
    with read_by(tuple):
        yield


@contextmanager
def read_by(private: Callable[[], tuple[int, ...]]) -> Iterator[None]:
    """While this lasts, a reader asks who may see these private trees besides what is public.

    `private` gives their keys in order; it is called when they are first asked for.
    """
    token = _reader.set(private)
    try:
        yield
    finally:
        _reader.reset(token)


def live(prefix: str = "") -> Q:
    """Sections not removed, alone or with their topic; those of drafts are among them.

    Of all trees: what a curator is shown of them is `seen` besides.
    """
    return Q(**{f"{prefix}removed_at": None, f"{prefix}topic__removed_at": None})


def seen(prefix: str = "") -> Q:
    """Topics in trees that the reader may see; `prefix` leads to them from other rows."""
    return Q(**{f"{prefix}tree__in": trees()})


def seen_sql(topic: str = "topic") -> str:
    """`seen` for a raw statement, where this is the name of the table; see `published_sql`."""
    return f"{topic}.tree IN ({', '.join(map(str, trees()))})"


def is_seen(tree: int) -> bool:
    """Whether the reader may see what is in a tree."""
    return tree == PUBLIC or tree in trees()


def hidden_sections_sql() -> str:
    """A SELECT of the keys of all sections in trees that the present reader may not see.

    Where there are no private topics, or she may see all of them, it costs next to nothing.
    """
    keys = ", ".join(map(str, trees()))
    return (
        "SELECT hidden.id FROM topics_section hidden"  # noqa: S608 - of keys alone
        " JOIN topics_topic topic ON topic.id = hidden.topic_id"
        f" WHERE topic.tree <> {PUBLIC} AND topic.tree NOT IN ({keys})"
    )


def published_topic(prefix: str = "") -> Q:
    """Topics that the reader may see; `prefix` (such as `topic__`) leads there from other rows."""
    return Q(**{f"{prefix}removed_at": None, f"{prefix}status": PUBLISHED}) & seen(prefix)


def published(prefix: str = "") -> Q:
    """Sections that the reader may see; `prefix` (such as `section__`) leads there from others."""
    return Q(**{f"{prefix}removed_at": None}) & published_topic(f"{prefix}topic__")


def published_to_some(prefix: str = "") -> Q:
    """Sections that anybody may see, the readers of private trees among them.

    For what is written for all of them, such as the index; never for what is shown.
    """
    at = f"{prefix}topic__"
    return live(prefix) & Q(**{f"{at}status": PUBLISHED})


def published_to_all(prefix: str = "") -> Q:
    """Sections that everybody may see, whoever asks."""
    return published_to_some(prefix) & Q(**{f"{prefix}topic__tree": PUBLIC})


def published_sql(topic: str = "topic", section: str | None = None) -> str:
    """`published` for a raw statement, where these are the names of the two tables.

    It says what the reader sees who asks now: make the statement again for each question.
    """
    return f"{published_to_some_sql(topic, section)} AND {seen_sql(topic)}"


def published_to_trees_sql(topic: str = "topic", section: str | None = None) -> str:
    """The same for a statement that is made once: `%(trees)s` are the trees at each question."""
    return f"{published_to_some_sql(topic, section)} AND {topic}.tree = ANY(%(trees)s)"


def published_to_some_sql(topic: str = "topic", section: str | None = None) -> str:
    """`published_to_some` for a raw statement."""
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
