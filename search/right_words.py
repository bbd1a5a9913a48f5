"""Words that are right although no text here may hold them: names of the field, plain English."""

import re
from functools import cache
from pathlib import Path

from documents.languages import COMMON

_HERE = Path(__file__).parent


def is_right(word: str) -> bool:
    """Whether `word` is a name of the field, however its parts are joined, or an English word."""
    plain = word.lower()
    return re.sub(r"[^a-z0-9]", "", plain) in _words_of("names") or plain in _words_of(
        "english_words"
    )


def is_said_elsewhere(word: str) -> bool:
    """Whether `word` is one of the commonest of another language, as in "was ist ein Index"."""
    return any(word.lower() in words for words in COMMON.values())


@cache
def _words_of(file: str) -> frozenset[str]:
    """The words of a list; its head says where they come from."""
    lines = (_HERE / f"{file}.txt").read_text(encoding="ascii").splitlines()
    return frozenset(line for line in lines if line and line[0] != "#")
