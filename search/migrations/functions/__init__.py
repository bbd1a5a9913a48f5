"""SQL that migrations run, each under the number of its migration; never edited once landed."""

from pathlib import Path

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


def text_of(name: str) -> str:
    """The text of one of the files beside this one."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8")
