"""What narrows the results."""

import json
from dataclasses import dataclass

MOST_SHOWN = 12  # values of one facet


@dataclass(slots=True)
class Facet:
    """A value that narrows the results, with how many of the first 1,000 it leaves."""

    value: str
    label: str
    count: int


def read_facets(counted: str | None) -> dict[str, list[Facet]]:
    """The facets that `kb_rank` counted: by topic (value is its path), kind and tag."""
    facets = {
        name: [Facet(*row) for row in rows] for name, rows in json.loads(counted or "{}").items()
    }
    for facet in facets.get("kind", []):
        facet.label = facet.label.capitalize()
    return facets
