"""Spelling: words of the prose are in a dictionary of English or in our own words.txt.

A word of words.txt counts in the case in which it is written there, or with a capital.
"""

import re
from collections.abc import Iterator, Set
from functools import cache
from pathlib import Path

from spellchecker import SpellChecker

from .articles import Article

OWN_WORDS = Path(__file__).parent / "words.txt"

_NO_PROSE = re.compile(
    r"(?P<ticks>`+).*?(?<!`)(?P=ticks)(?!`)"  # code
    r"|\]\([^)]*\)"  # the target of a link
    r"|https?://\S+|<[^>]*>|&\w+;"
)
_TOKEN = re.compile(r"[^\W_](?:[\w'’.]*[^\W_])?")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ENDINGS = re.compile(r"['’](s|re|ll|ve|d)$")
_IDENTIFIER = re.compile(r"[A-Z]{2,}s?|[a-z]+[A-Z]\w*")


@cache
def own_words() -> frozenset[str]:
    """The words of words.txt."""
    return frozenset(OWN_WORDS.read_text(encoding="utf-8").split())


@cache
def dictionary() -> SpellChecker:
    return SpellChecker(language="en", distance=1)


def faults(article: Article) -> list[str]:
    """Words of the title, the summary and the prose that neither list has."""
    return [
        article.at(number, f"spelling: {word}")
        for number, line in _lines(article)
        for word in words(line)
        if not is_known(word, own_words())
    ]


def words(line: str) -> Iterator[str]:
    """The words of a line of Markdown; SQL, uuidv7, node.js and findOne are not words."""
    for token in _TOKEN.findall(_NO_PROSE.sub(" ", line)):
        word = _ENDINGS.sub("", token)
        if _WORD.fullmatch(word) and not _IDENTIFIER.fullmatch(word):
            yield word


def is_known(word: str, own: Set[str]) -> bool:
    """Whether a dictionary or our own list has the word."""
    plain = word.replace("’", "'")
    return (
        len(plain) == 1
        or plain in own
        or plain[0].lower() + plain[1:] in own
        or bool(dictionary().known([plain]))
    )


def _lines(article: Article) -> Iterator[tuple[int, str]]:
    summary = article.line_of("summary")
    yield summary, article.document.front.summary
    yield from enumerate(article.prose, 1)
