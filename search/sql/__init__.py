"""The search's long SQL, one file for each function that the database keeps.

A changed file needs a migration that creates the function again, as topics 0006 does.
"""

from pathlib import Path

FUNCTIONS = ("kb_rank", "kb_similar_words")


def create(function: str) -> str:
    """The statement that creates or replaces one of FUNCTIONS."""
    name = function.removeprefix("kb_")
    return (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8")


def drop(function: str) -> str:
    return f"DROP FUNCTION IF EXISTS {function}"
