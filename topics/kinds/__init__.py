"""What a topic's kind decides: one module a kind, and here all of them by their value.

For a new kind add its value to `documents.values.Kind` (and, if a text can be recognised as one,
to `documents.kind_detection`), a choice to `Topic.Kind` with its migration and its German name, a
module here that overrides what it does differently from an article, and its line below.
"""

from topics.kinds.article import Article
from topics.kinds.glossary import Glossary
from topics.kinds.interview import Interview
from topics.kinds.outline import Outline
from topics.kinds.path import Path
from topics.kinds.roadmap import Roadmap

KINDS: dict[str, Article] = {
    value: kind
    for kind in (Article(), Roadmap(), Path(), Outline(), Interview(), Glossary())
    for value in kind.values
}
EXPLAINING = [value for value, kind in KINDS.items() if kind.explains]
WITH_STEPS = [value for value, kind in KINDS.items() if kind.has_steps]
STARTING_POINTS = [value for value, kind in KINDS.items() if kind.is_starting_point]
WITH_CARDS = [value for value, kind in KINDS.items() if kind.has_cards]
AREAS = [value for value, kind in KINDS.items() if kind.is_area]
DEFINITION_ORDER = {value: kind.definition_order for value, kind in KINDS.items()}

__all__ = [
    "AREAS", "DEFINITION_ORDER", "EXPLAINING", "KINDS", "STARTING_POINTS", "WITH_CARDS",
    "WITH_STEPS", "Article",
]  # fmt: skip
