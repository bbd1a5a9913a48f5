"""What migrations 0001 to 0009 import, frozen as it was when the last of them landed.

These modules have moved since or changed. A migration that has landed is never edited, so it finds
them here under their old names; `tests/test_migrations.py` holds their checksums.
"""

import sys

import topics
from topics.migrations.landed import fields, search
from topics.migrations.landed.search import sql, synonyms, vector

_OLD_NAMES = {
    "topics.search": search,
    "topics.search.sql": sql,
    "topics.search.synonyms": synonyms,
    "topics.search.vector": vector,
    "topics.models.search": fields,
}


def offer_old_names() -> None:
    """Let `import topics.search.vector` and the like find the frozen modules."""
    from topics import models

    sys.modules.update(_OLD_NAMES)
    topics.search = search  # type: ignore[attr-defined]
    models.search = fields  # type: ignore[attr-defined]
