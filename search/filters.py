"""What narrows a search besides its words: topics, kinds, tags, and what upper rooms register."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser, User
from django.utils.functional import Promise

from registry import Registry
from search.query import Query
from topics.raw_sql import execute, statement
from topics.visibility import published_sql

Reader = User | AnonymousUser


class Select(NamedTuple):
    """A SELECT of sections' keys, and its values: thousands need not come here and go back."""

    sql: str
    values: tuple[Any, ...] = ()


Keys = Collection[int] | Select
NONE = "{}"  # an array without keys, as its text
Text = str | Promise


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter such as "is:bookmarked": `find` gives the sections that fit for a reader.

    With `leaves_out` it gives those that do not, as "is:unread" knows what is read. `nothing` says
    what it means that a reader has none of the kind, and what to do; `place` names the page of hers
    that leads on.
    """

    find: Callable[[Reader], Keys]
    leaves_out: bool = False
    nothing: Text = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class OfWords:
    """A filter such as "in:notes" that looks the words of the query up elsewhere than in the text.

    `find` gives the sections where all of them are; without any, all that it knows of. `nothing`
    and `place` are as with other filters.
    """

    find: Callable[[Reader, Sequence[str]], Keys]
    nothing: Text = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Sections:
    """What the registered filters of a query leave: the texts of sorted arrays, None for no bound.

    They are passed on as they come, for no one here has to read them.
    """

    only: str | None = None
    without: str | None = None


# A named place: a filter such as "is:unread" gives the keys of the sections that fit for a reader.
# A function alone is a filter of which there is no more to say.
FILTERS: Registry[Filter | OfWords | Callable[[Reader], Keys]] = Registry("search.filters.FILTERS")


def filter_of(name: str) -> Filter | OfWords:
    """The registered filter of a name."""
    entry = FILTERS[name]
    return entry if isinstance(entry, Filter | OfWords) else Filter(entry)


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


def sections_of(query: Query, reader: Reader) -> Sections | None:
    """The sections that registered filters leave; None where the query names none.

    A filter that looks the words up takes them out of the query. One database query.
    """
    words: list[str] | None = None
    kept: list[Keys] = []
    left_out: list[Keys] = []
    for name in query.filters:
        entry = filter_of(name)
        if isinstance(entry, OfWords):
            words = query.take_words() if words is None else words
            kept.append(entry.find(reader, words))
        else:
            (left_out if entry.leaves_out else kept).append(entry.find(reader))
    if kept:
        return Sections(only=_array(kept, "INTERSECT", left_out))
    return Sections(without=_array(left_out, "UNION ALL")) if left_out else None


def lacking(query: Query, reader: Reader) -> list[str]:
    """The filters of a query that found nothing, of whose kind the reader has nothing at all.

    One that leaves sections out is among them where it alone left nothing. A database query each.
    """
    names = list(dict.fromkeys(query.filters))
    is_alone = len(names) == 1 and not (query.words or query.is_narrowed or query.demands_more)
    found = []
    for name in names:
        entry = filter_of(name)
        if not entry.nothing:
            continue
        if isinstance(entry, Filter) and entry.leaves_out:
            is_lacking = is_alone
        else:
            is_lacking = not _are_published(
                entry.find(reader, ()) if isinstance(entry, OfWords) else entry.find(reader)
            )
        if is_lacking:
            found.append(name)
    return found


def _are_published(keys: Keys) -> bool:
    sql, values = _selected(keys)
    shown = "SELECT FROM topics_indexedsection i WHERE i.section_id = key"
    found = f"SELECT EXISTS (SELECT FROM ({sql}) AS found (key) WHERE EXISTS ({shown}))"  # noqa: S608
    [(are_there,)] = execute(found, values)
    return bool(are_there)


def _array(found: Sequence[Keys], joined: str, left_out: Sequence[Keys] = ()) -> str:
    """The keys of several sets as the text of one array."""
    parts = [_selected(keys) for keys in (*found, *left_out)]
    sql = f" {joined} ".join(f"({part})" for part, _ in parts[: len(found)])
    sql += "".join(f" EXCEPT ({part})" for part, _ in parts[len(found) :])
    sql = f"SELECT (ARRAY(SELECT key FROM ({sql}) AS found (key) ORDER BY key))::text"  # noqa: S608
    values = [value for _, own in parts for value in own]
    [(keys,)] = execute(sql, values, keeps_plan=True)
    return str(keys or NONE)


def _selected(keys: Keys) -> Select:
    return (
        keys if isinstance(keys, Select) else Select("SELECT unnest(%s::bigint[])", (list(keys),))
    )
