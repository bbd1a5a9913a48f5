"""Languages in Latin letters besides English: the stems that their words share. Pure.

A topic in one of them is cut into the lexemes of every other text, and each word has a lexeme more:
its stem in that language (`datenbank~de` for "Datenbanken"), which no English word can meet. A
query's words are looked for by their stems in each language that the library holds. The stemmers
are Snowball's. A word is stemmed as it is written, and without the accents that readers leave out.
"""

import re
import sys
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from threading import Lock

from Stemmer import Stemmer

from documents.languages import COMMON
from search.letters import fold, lower
from search.words import LONGEST, parts_of

SIGN = "~"  # before the language; no word holds it
STEMMERS = {
    "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "eo": "esperanto",
    "es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french",
    "ga": "irish", "hu": "hungarian", "id": "indonesian", "it": "italian", "lt": "lithuanian",
    "nb": "norwegian", "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pl": "polish",
    "pt": "portuguese", "ro": "romanian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
SHORTEST = 3  # letters of a word with endings

_ELIDED = re.compile(r"^\w{1,5}['’](?=\w)")  # l'index, dell'utente, jusqu'ici
_stemmers: dict[str, Stemmer] = {}
_one_at_a_time = Lock()  # a stemmer keeps the word in itself, and pages are served by threads


def stemmed_language(tag: str) -> str:
    """The part of a language's tag whose stemmer is known: "de" for "de-AT"; "" for none."""
    name = tag.partition("-")[0].lower()
    return name if name in STEMMERS else ""


def languages_of(lexemes: Sequence[str]) -> set[str]:
    """The languages of the stems among `lexemes`."""
    return {language for _, sign, language in (x.rpartition(SIGN) for x in lexemes) if sign}


def without_language(lexeme: str) -> str:
    """The letters of a lexeme."""
    return lexeme.partition(SIGN)[0] or lexeme


@lru_cache(maxsize=20_000)
def stems_in(language: str, word: str) -> tuple[str, ...]:
    """The lexemes of one word as written; none for what has no endings, and for common words."""
    whole = unicodedata.normalize("NFC", _ELIDED.sub("", word)).lower()
    plain = lower(fold(whole))
    if not SHORTEST <= len(plain) <= LONGEST or not plain.isalpha() or plain in _common(language):
        return ()
    with _one_at_a_time:
        if language not in _stemmers:
            _stemmers[language] = Stemmer(STEMMERS[language], 0)
        stems = dict.fromkeys(map(fold, _stemmers[language].stemWords(list({whole: 0, plain: 0}))))
    return tuple(sys.intern(f"{stem}{SIGN}{language}") for stem in stems)


@cache
def _common(language: str) -> frozenset[str]:
    return frozenset(map(fold, COMMON.get(language, ())))


def is_common(language: str, word: str) -> bool:
    """Whether a word says little in a language, as "die" does in German."""
    return lower(fold(word)) in _common(language)


def stems_at(language: str, surface: str, positions: int) -> list[tuple[str, ...]]:
    """For each of the positions that a token takes the lexemes of its word there."""
    if positions == 1:
        return [stems_in(language, surface)]
    places = parts_of(surface)
    if len(places) != positions:
        return [()] * positions
    return [stems_in(language, surface[start:end]) for start, end in places]
