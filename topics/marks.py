"""Who else points at sections: how many marks of learners hang on each, by kind of mark.

Nothing here says whose they are, or what they say. A room that keeps marks registers an expression
that counts them.
"""

from collections.abc import Callable, Iterable

from django.db.models import Sum, Value
from django.db.models.expressions import Combinable

from registry import Registry
from topics.models import Section

# From the name of the field that holds a section's key to the number of marks there, as an
# expression for that queryset.
Pointer = Callable[[str], Combinable]

POINTERS: Registry[Pointer] = Registry("topics.marks.POINTERS")


def mark_count(section: str = "pk") -> Combinable:
    """How many marks of all kinds there are, for any queryset with such a field."""
    count: Combinable = Value(0)
    for pointer in POINTERS:
        count = count + pointer(section)
    return count


def marks_on(section_ids: Iterable[int]) -> dict[str, int]:
    """How many marks of each kind there are on these sections together. One query."""
    sections = Section.objects.filter(pk__in=section_ids)
    sums = {f"{kind}_": Sum(pointer("pk")) for kind, pointer in POINTERS.items()}
    return {kind.removesuffix("_"): sum or 0 for kind, sum in sections.aggregate(**sums).items()}
