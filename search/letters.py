"""Writing systems: which letters are the same, and where words have no spaces. Pure."""

import re
import sys
import unicodedata
from functools import lru_cache
from threading import Lock

from Stemmer import Stemmer

# Scripts that put no spaces between words, or, as Korean, join particles to them: Thai to Khmer,
# kana, Han, Hangul. Their text is cut into pairs of letters.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u3096\u3099-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003134f"
)
# Signs that show nothing: soft hyphen, zero-width ones, directions, Arabic kashida, variants.
UNSEEN = "\u00ad\u0640\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff"
EMOJI = "\u2600-\u27bf\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff"


def _ranges(category: str) -> str:
    """All signs of a category, as the inside of a character class."""
    signs = [n for n in range(0x300, 0x11FFF) if unicodedata.category(chr(n)) == category]
    runs: list[list[int]] = []
    for sign in signs:
        if runs and sign == runs[-1][1] + 1:
            runs[-1][1] = sign
        else:
            runs.append([sign, sign])
    return "".join(f"{re.escape(chr(a))}-{re.escape(chr(b))}" for a, b in runs)


MARKS = _ranges("Mn") + _ranges("Mc")

# Marks that a reader may leave out: accents, Hebrew and Arabic vowels, those of symbols.
_OPTIONAL = re.compile(
    "(?<!и)(?<!И)\u0306|[\u0300-\u0305\u0307-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
_UNSEEN = re.compile(f"[{UNSEEN}]")
_OTHER_LETTERS = str.maketrans(
    {
        "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O",
        "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th",
        "ı": "i", "ħ": "h", "Ħ": "H", "ŋ": "n", "Ŋ": "N", "أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي",
    }
)  # fmt: skip
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")

# The language whose endings are taken off words of a script; several write with it.
_STEMMERS = (
    ("\u0370", "\u03ff", Stemmer("greek", 0)),
    ("\u0400", "\u04ff", Stemmer("russian", 0)),
    ("\u0530", "\u058f", Stemmer("armenian", 0)),
    ("\u0900", "\u097f", Stemmer("hindi", 0)),
    ("\u0b80", "\u0bff", Stemmer("tamil", 0)),
)
# Light stemming of Arabic: Larkey, Ballesteros and Connell, "Improving Stemming for Arabic
# Information Retrieval", 2002. Snowball's takes a first letter away that may belong to the word.
_ARABIC = re.compile(r"^و?(?:ال|بال|كال|فال|لل)(?=\w{3})")
_ARABIC_ENDING = re.compile(r"(?<=\w{3})(?:ها|ان|ات|ون|ين|يه|ية|ه|ة|ي)$")
_one_at_a_time = Lock()  # a stemmer keeps the word in itself, and pages are served by threads


def fold(text: str) -> str:
    """`text` with letters as they are typed without marks, compatibility forms made plain.

    Case is kept. Signs that show nothing are left out.
    """
    return text if text.isascii() else _NOT_ASCII.sub(_folded, text)


def _folded(match: re.Match[str]) -> str:
    return _fold_run(match[0])


@lru_cache(maxsize=4_000)
def _fold_run(run: str) -> str:
    plain = _UNSEEN.sub("", unicodedata.normalize("NFKC", run)).translate(_OTHER_LETTERS)
    bare = _OPTIONAL.sub("", unicodedata.normalize("NFD", plain))
    return unicodedata.normalize("NFC", bare).translate(_OTHER_LETTERS)


def lower(word: str) -> str:
    """`word` in small letters; a sigma at the end is a sigma."""
    return word.lower() if word.isascii() else fold(word.lower()).replace("ς", "σ")


def stem_of_script(word: str) -> str:
    """The stem of a word in small letters that is not written in Latin letters."""
    if "\u0600" <= word[0] <= "\u06ff":
        return _ARABIC_ENDING.sub("", _ARABIC.sub("", word))
    for first, last, stemmer in _STEMMERS:
        if first <= word[0] <= last:
            with _one_at_a_time:
                return sys.intern(stemmer.stemWord(word))
    return word
