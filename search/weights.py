"""The weights of the ranking: rows that its statement reads, and the values they begin with.

docs/search.md tells what each does, how it was chosen, and what is lost without it.
"""

from typing import Any

from search.models import Weight

CHOSEN = {
    "title": 2.0,  # what the query's words in the title add, as far as they cover it
    "missing": 0.4,  # taken off for words that are not held, by their rarity
    "root": 0.7,  # for a topic's root whose title matches
    "part": 1.0,  # for a section whose title and its topic's are the query together
    "stub": 0.9,  # of the score, for a text of few words
    "links": 0.7,  # for a list of links
    "question": 0.6,  # for a question, where the query is none
    "letter": 0.5,  # for a letter of a glossary
    "bare": 0.4,  # for an outline item without text
    "comparison": 0.5,  # for a title that names both sides of "a vs b"
    "pairs": 0.2,  # for neighbours in the query that are neighbours in the section
    "form": 0.4,  # for the one word of a query, as it was typed: sharding, not shards
    "asking": 0.3,  # of a word's rarity, for words that only ask: best, way, get
}


def write_missing(**kwargs: Any) -> None:
    """Give every weight without a row its value. Runs after `migrate` and `flush`."""
    Weight.objects.bulk_create(
        [Weight(name=name, value=value) for name, value in CHOSEN.items()], ignore_conflicts=True
    )
