"""The expression that `Section.search_vector` is generated from."""

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Func, TextField
from django.db.models.expressions import F


class Weighted(Func):
    """A column that holds the literal of a tsvector, as a tsvector of one weight."""

    template = "setweight(%(expressions)s::tsvector, '%(weight)s')"
    output_field = TextField()

    def __init__(self, column: F, *, weight: str = "D") -> None:
        super().__init__(column, weight=weight)


class Joined(Func):
    """Vectors one after the other: the positions of each follow those of the one before."""

    template = "%(expressions)s"
    arg_joiner = " || "
    output_field = SearchVectorField()


# Title, headings above, text, code: the weights by which a query may ask for a field.
SEARCH_VECTOR = Joined(
    Weighted(F("search_title"), weight="A"),
    Weighted(F("search_above"), weight="B"),
    Weighted(F("search_text"), weight="D"),
    Weighted(F("search_code"), weight="C"),
)
