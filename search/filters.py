"""What narrows a search besides its words: topics, kinds, tags, and what upper rooms register."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User

from registry import Registry
from search.query import Query
from topics.raw_sql import execute, statement
from topics.visibility import published_sql

Reader = User | AnonymousUser


@dataclass(frozen=True, slots=True)
class OfWords:
    """A filter such as "in:notes" that looks the words of the query up elsewhere than in the text.

    `find` gives the keys of the sections where all of them are; without any, all that it knows of.
    """

    find: Callable[[Reader, Sequence[str]], Collection[int]]


# A named place: a filter such as "is:unread" gives the keys of the sections that fit for a reader.
FILTERS: Registry[Callable[[Reader], Collection[int]] | OfWords] = Registry(
    "search.filters.FILTERS"
)


def topics_of(query: Query) -> list[int] | None:
    """The keys of the topics that filters leave; None where nothing narrows them.

    At most one database query.
    """
    is_bare = query.has_code and not query.words  # "has:code" alone: all sections with code
    if not (query.topics or query.tags or query.kinds or is_bare):
        return None
    paths = [p.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for p in query.topics]
    rows = execute(
        statement("search/filtered_topics").format(published=published_sql()),
        {
            "topics": query.topics,
            "below": [f"{path}/%" for path in paths],
            "tags": query.tags,
            "kinds": query.kinds,
        },
    )
    return [pk for (pk,) in rows]


def sections_of(query: Query, reader: Reader) -> list[int] | None:
    """The keys of the sections that registered filters leave; None where the query names none.

    A filter that looks the words up takes them out of the query.
    """
    words: list[str] | None = None
    found = []
    for name in query.filters:
        entry = FILTERS[name]
        if isinstance(entry, OfWords):
            words = query.take_words() if words is None else words
            found.append(set(entry.find(reader, words)))
        else:
            found.append(set(entry(reader)))
    return list(set.intersection(*found)) if found else None
