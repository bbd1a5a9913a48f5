"""The ground of all kinds of marks: where they are shown, counted, and taken along.

Where a mark is read once its section was merged into another is said by `MarkQuerySet` in
`learning/models.py`, and the other way round by `learning/sql/read_here.sql`.

A kind of mark is a model derived from `learning.models.Mark` and one module that registers what
pages, imports and downloads ask of it.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from django.db.models import Count, OuterRef, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from importer.purge import Wanted
from learning.models import (
    Bookmark,
    CollectedSection,
    Collection,
    Highlight,
    Mark,
    read_here_sql,
)
from registry import Registry
from search.filters import Select
from topics.raw_sql import execute, statement
from topics.section_parts import Asked, Found, Reader
from topics.visibility import Current, hidden_sections_sql, trees


class Row(NamedTuple):
    """What a kind says of one key: a number and a text, of which it knows the meaning."""

    number: int
    text: str


class Question(NamedTuple):
    """How pages learn what a reader has, in one statement for all kinds.

    `sql` is a SELECT of key, number and text (in this order) for the `%(user)s` at `%(keys)s`, an
    array of bigint; `%(here)s` is a table of what is read there today (`id`, and `shown_id`, the
    key), `%(trees)s` are the trees that she sees. `state` makes what a part's template is given
    from the rows of one key.
    """

    sql: str
    state: Callable[[list[Row]], Any]


HERE = "%(here)s"
QUESTIONS: Registry[Question] = Registry("learning.marks.QUESTIONS")


def states(user: Reader, asked: Asked) -> Found:
    """What the reader has at these keys, by kind: see `topics.section_parts`. At most one query."""
    kinds = [kind for kind, keys in asked.items() if keys]
    if not (user.is_authenticated and kinds):
        return {}
    values: dict[str, Any] = {"user": user.pk, "trees": list(trees())}
    parts, tables = [], {}
    places: dict[frozenset[int], int] = {}  # kinds that are asked about the same share what is read
    for number, kind in enumerate(kinds):
        place = places.setdefault(frozenset(asked[kind]), len(places))
        values[f"kind{number}"], values[f"keys{place}"] = kind, list(asked[kind])
        keys, here = f"%(keys{place})s::bigint[]", f"here{place}"
        sql = QUESTIONS[kind].sql
        if HERE in sql:
            tables[here] = f"{here} AS MATERIALIZED ({read_here_sql(keys)})"
        sql = sql.replace("%(keys)s", keys).replace(HERE, here)
        parts.append(f"SELECT %(kind{number})s, found.* FROM ({sql}) AS found")  # noqa: S608
    with_tables = f"WITH {', '.join(tables.values())}\n" if tables else ""
    rows: dict[str, dict[int, list[Row]]] = {kind: {} for kind in kinds}
    for kind, key, *row in execute(
        with_tables + "\nUNION ALL\n".join(parts), values, keeps_plan=True
    ):
        rows[kind].setdefault(key, []).append(Row(*row))
    return {
        kind: {key: QUESTIONS[kind].state(own) for key, own in by_key.items()}
        for kind, by_key in rows.items()
    }


def shown_sections(reader: Reader, *marks: tuple[type[Any], str, Sequence[Any]]) -> Select:
    """Selects the sections that are read today where the reader made marks of some kinds.

    Each kind is its model, the condition of its rows, and the values of that. The statement is
    written here, as building it from querysets takes longer than running it.
    """
    if not reader.is_authenticated:
        return Select("SELECT 0 WHERE false")
    parts: list[str] = []
    values: list[Any] = []
    for model, condition, of_condition in marks:
        parts.append(
            f"SELECT section_id FROM {model._meta.db_table} WHERE user_id = %s AND {condition}"  # noqa: S608
        )
        values += [reader.pk, *of_condition]
    now = Current.template % {"expressions": "m.id"}
    sql = statement("learning/shown_sections").format(
        marked=" UNION ALL ".join(parts), now=now, hidden=hidden_sections_sql()
    )
    return Select(sql, tuple(values))


def counted(model: type[Mark]) -> Callable[[str], Combinable]:
    """Counts everybody's marks of a kind on a section: see `topics.marks`."""

    def count_at(section: str) -> Combinable:
        marks = model._default_manager.filter(section=OuterRef(section)).order_by()
        count = marks.values("section").annotate(count=Count("pk")).values("count")
        return Coalesce(Subquery(count), 0)

    return count_at


def notes_that_hold(wanted: Wanted) -> Iterator[str]:
    """How many notes, and titles of collections, hold the text. They belong to their learners, so
    no more is said, and none is changed."""
    if wanted.text:
        noted = (Bookmark, CollectedSection, Highlight)
        rows = [model._default_manager.filter(note__contains=wanted.text) for model in noted]
        titled = Collection.objects.filter(title__contains=wanted.text)
        if count := sum(found.count() for found in (*rows, titled)):
            yield f"{count}: they are their owners', and stay"
