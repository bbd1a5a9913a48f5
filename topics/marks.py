"""Who else points at sections: how many marks of learners, by kind, hang on them.

Nothing here says whose they are. A room that keeps marks registers how it counts them.
"""

from collections.abc import Callable, Iterable, Mapping

from topics.registry import Registry

# From section keys, or a queryset of them, to the number of marks on each that has any.
Pointer = Callable[[Iterable[int]], Mapping[int, int]]

POINTERS: Registry[Pointer] = Registry("topics.marks.POINTERS")
