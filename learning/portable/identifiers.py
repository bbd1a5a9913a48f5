"""Names of marks that last: the same on each site to which a learner takes them."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid5

NAMESPACE = UUID("5d0c1cf1-3a43-4e41-9a2b-6b6a54d0c8f4")


def identifiers(kind: str, rows: Iterable[tuple[int, datetime]]) -> dict[int, UUID]:
    """By keys, from the moments at which one learner's marks of a kind were made.

    Nothing changes such a moment, and no two are the same; if they are, keys tell them apart.
    """
    met: Counter[datetime] = Counter()
    found = {}
    for pk, made in sorted(rows):
        found[pk] = uuid5(NAMESPACE, f"{kind} {made.isoformat()} {met[made]}")
        met[made] += 1
    return found
