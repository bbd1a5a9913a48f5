"""The functions that the database keeps for the search, a file each beside the other statements.

`FUNCTIONS` are what the code calls. A migration that changes one carries its own copy of the text;
`problems` says where the database's functions are not these.
"""

from django.db import transaction

from topics.raw_sql import execute, statement

# Each with the types of its arguments; a trigger's function has none and is replaced in place.
FUNCTIONS = {
    "kb_words": "tsvector, text",
    "kb_similar_words": "text",
    "kb_synonyms_changed": "",
    "kb_facets": "bigint[], integer[], integer",
    "kb_is_among": "bigint, bigint[]",
    "kb_words_beginning": (
        "text, text, text[], text, text[], bigint[], integer, integer, boolean, boolean"
    ),
    "kb_rank": "kb_asked",
}

MADE_BY = "0009_fewer_looks"  # the last migration that writes them


def definition(function: str) -> str:
    """The statement that creates or replaces one of FUNCTIONS."""
    return statement("search/" + function.removeprefix("kb_"))


def problems() -> list[str]:
    """Which of FUNCTIONS the database lacks or has in another form; empty if all are right."""
    found = execute(
        "SELECT proname, prosrc FROM pg_proc"
        " WHERE pronamespace = current_schema()::regnamespace AND proname = ANY(%s)",
        [list(FUNCTIONS)],
    )
    names = {name for name, _ in found}
    return [
        f"the function {name} " + ("differs from this version's" if name in names else "is missing")
        for name in FUNCTIONS
        if (name, _body(name)) not in found
    ]


def is_migrated() -> bool:
    """Whether migrations have made this version's functions."""
    [(has_table,)] = execute("SELECT to_regclass('django_migrations') IS NOT NULL")
    made = "SELECT 1 FROM django_migrations WHERE app = 'search' AND name = %s"
    return bool(has_table and execute(made, [MADE_BY]))


def restore() -> None:
    """Make all FUNCTIONS, and the types of its argument and weights, those of this version."""
    with transaction.atomic():
        execute("DROP TYPE IF EXISTS kb_asked, kb_weights CASCADE")
        execute(statement("search/query_type"))
        for name, arguments in FUNCTIONS.items():
            if arguments:  # one with another result cannot be replaced
                execute(f"DROP FUNCTION IF EXISTS {name}({arguments})")
            execute(definition(name))


def _body(function: str) -> str:
    """What `pg_proc` calls its source: the text between the dollar quotes."""
    return definition(function).split("$$")[1]
