"""SQL that migrations run, each under the number of its migration; never edited once landed."""

from pathlib import Path
from typing import Any

LANDED_0001 = (
    "0001_query_type.sql",
    "0001_words.sql",
    "0001_similar_words.sql",
    "0001_synonyms_changed.sql",
    "0001_rank.sql",
    "0001_rank_of_0_1.sql",
)
LANDED_0002 = (
    "0002_query_type.sql",
    "0002_facets.sql",
    "0002_rank.sql",
    "0002_standings.sql",
)
LANDED_0004 = ("0004_query_type.sql", "0004_facets.sql", "0004_rank.sql")
LANDED_0005 = ("0005_query_type.sql", "0005_is_among.sql", "0005_rank.sql")
LANDED_0006 = ("0006_query_type.sql", "0006_rank.sql")
LANDED_0008 = ("0008_query_type.sql", "0008_rank.sql")
LANDED_0009 = ("0009_words_beginning.sql", "0009_rank.sql")


def text_of(name: str) -> str:
    """The text of one of the files beside this one."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def write_synonyms_of(synonym: Any, text: str) -> None:
    """A row of the model `synonym` for each line "a, b > c", without the names that have one."""
    known = {word for words in synonym.objects.values_list("words", flat=True) for word in words}
    for line in (line for line in text.splitlines() if not line.startswith("#")):
        words, _, expansions = line.partition(" > ")
        names = [name for name in map(str.strip, words.split(",")) if name not in known]
        if expansions and names:
            synonym.objects.create(
                words=names, expansions=[name.strip() for name in expansions.split(",")]
            )
