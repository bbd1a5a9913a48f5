"""Words: one way to turn text, titles and queries into lexemes. Pure; no database.

A *token* is a word as written (`Node.js`, `TCP/IP`, `fs.readFileSync`). It becomes a row of
*slots*, one for each position it takes, and each slot holds the *lexemes* at that position:

    Node.js            [nodej node js]
    TCP/IP             [tcp tcpip] [ip tcpip]
    fs.readFileSync    [fs fsreadfilesync] [read readfilesync fsreadfilesync] ...

The joined form is at every position of its parts, so a phrase may enter and leave it on either
side: "tcpip stack", "ip stack" and "TCP/IP stack" all find the same text.

English stop words keep their place and are stored for phrases only (`where`). Written in capitals,
in code or in a title they are also keywords, which have a lexeme of their own (`WHERE`).
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from search.english import STOP_WORDS, WHOLE_NAMES, stem
from search.letters import EMOJI, MARKS, UNSEEN, UNSPACED, fold
from search.letters import lower as lower_case

VERSION = "4"  # raise it whenever the same text would give other lexemes; then rebuild_index

LONGEST = 64  # characters of a token; longer ones are hashes and data, not words
LAST_SPACED = "\u0dff"  # scripts beyond this sign may have no spaces between words
LONGEST_PLAIN, LONGEST_COMPOUND = 24, 40  # characters of what is remembered
MOST_PARTS = 8  # parts of a compound that still get a joined form

VERSUS = frozenset(("vs", "versus"))

# A token begins with a word and goes on over single joiners that touch words on both sides.
TOKEN = re.compile(
    r"(?<!\w)[A-Za-z]\+\+(?:\d+)?(?!\w)"  # C++, C++17
    r"|(?<!\w)[A-Za-z]\#(?!\w)"  # C#
    r"|(?<!\w)\.NET\b"
    r"|[$@]?\w+(?:(?:::|[./\-‐‑–'’@&])\w+)*(?<=\w)",
)
# The same with marks and unseen signs inside of words, runs of unspaced scripts, and emoji.
_LETTER = rf"(?:(?![{UNSPACED}])[\w{MARKS}{UNSEEN}])"
_ANY_TOKEN = re.compile(
    rf"[{UNSPACED}][{UNSPACED}{UNSEEN}]{{0,{LONGEST}}}"
    rf"|[{EMOJI}]"
    r"|(?<!\w)[A-Za-z]\+\+(?:\d+)?(?!\w)|(?<!\w)[A-Za-z]\#(?!\w)|(?<!\w)\.NET\b"
    rf"|[$@]?(?=\w){_LETTER}+(?:(?:::|[./\-‐‑–'’@&])(?=\w){_LETTER}+)*",
)
_OTHER_SIGNS = re.compile(f"[{UNSPACED}{MARKS}{UNSEEN}{EMOJI}]")
_RUN = re.compile(f"[{UNSPACED}{UNSEEN}]+")
_EMOJI = re.compile(f"[{EMOJI}]")
PIECE = re.compile(rf"(?<![^\W_])[vV]?\d+(?:\.\d+)+|(?:[^\W_]|[{MARKS}])+")
_NUMBER = re.compile(r"^[vV]?(\d+(?:\.\d+)+)$")
_CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_A-Za-z]+")
_PLURAL_ACRONYM = re.compile(r"^([A-Z]{2,})s$")
DOTTED = re.compile(r"\w+(?:\.\w+)+")
_JS_NAME = re.compile(r"^([A-Za-z]{2,})\.?[jJ][sS]$")
_LETTERS_DIGITS = re.compile(r"^([a-z]{3,})\d{1,4}$")


@dataclass(frozen=True, slots=True)
class Token:
    """One token's forms. `slots[i]` are the lexemes at its i-th position, `exact` is the whole.

    `variants` count in place of the exact form (node for Node.js). `within` are the tokens between
    joiners (tcp and ip of TCP/IP), `parts` the lexemes between capitals (read, file and sync of
    readFileSync). `is_stop` says that it is an English stop word, or an emoji.
    """

    exact: str
    slots: tuple[tuple[str, ...], ...]
    variants: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    within: tuple["Token", ...] = ()
    is_stop: bool = False
    is_run: bool = False  # letters of a script without spaces: `parts` are its pairs


def token_pattern(text: str) -> re.Pattern[str]:
    """What finds the tokens of `text`: most texts need no look at other scripts."""
    return _ANY_TOKEN if not text.isascii() and _OTHER_SIGNS.search(text) else TOKEN


def tokens(text: str) -> Iterator[tuple[int, int, Token]]:
    """Start, end and forms of every token of `text`, in order."""
    for match in token_pattern(text).finditer(text):
        token = analyse(match.group())
        if token is not None:
            yield match.start(), match.end(), token


def analyse(surface: str) -> Token | None:
    """The forms of one token as written; None if it holds no word.

    Forms are remembered, at most about 40 MB of them in each process, whatever is asked for: most
    words are plain and take half a kilobyte, those of several parts take up to three.
    """
    if len(surface) <= LONGEST_PLAIN and surface.isalnum() and surface[1:].islower():
        return plain_token(surface)
    if len(surface) <= LONGEST_COMPOUND:
        return compound_token(surface)
    return _analysed(surface) if len(surface) <= LONGEST * 4 else None


def _analysed(surface: str) -> Token | None:
    if not surface.isascii():
        if _RUN.fullmatch(surface):
            return _unspaced(fold(surface))
        if _EMOJI.fullmatch(surface):
            return Token(surface, ((surface,),), is_stop=True)
    plain = fold(surface).translate(_DASHES)
    lead = plain[0] if plain and plain[0] in "$@" else ""
    special = _special(plain)
    if special is not None:
        return special
    body = plain[len(lead) :].replace("’", "'")
    if body.lower().endswith("'s"):
        return analyse(lead + body[:-2])
    body = body.replace("'", "")
    pieces = [p for part in PIECE.findall(body) for p in _split_capitals(part)]
    if not pieces:
        return None
    token = _simple(pieces[0]) if len(pieces) == 1 else _compound(body, pieces)
    if lead and token is not None:
        slots = tuple((lead + token.exact, *slot) for slot in token.slots)
        return Token(lead + token.exact, slots, (token.exact,), token.parts, token.within)
    return token


plain_token = lru_cache(maxsize=50_000)(_analysed)
compound_token = lru_cache(maxsize=6_000)(_analysed)


_DASHES = str.maketrans("‐‑–’", "---'")


def _unspaced(run: str) -> Token | None:
    """Letters without spaces between words, as pairs: each is where its first letter does."""
    if not run:
        return None
    pairs = tuple(a + b for a, b in itertools.pairwise(run))
    slots = (*((pair, pair[0]) for pair in pairs), (run[-1],))
    parts = pairs if len(pairs) > 1 else ()
    return Token(run if len(run) != 1 else run[0], slots, parts=parts, is_run=True)


def _special(plain: str) -> Token | None:
    """Tokens that no general rule gets right: C++, C#, .NET, X.js, versions."""
    lower = plain.lower()
    if lower == ".net":
        return Token("dotnet", (("dotnet", "net"),))
    if lower[1:3] == "++" and len(lower) > 3:
        return Token(lower, ((lower, lower[:3]),), variants=(lower[:3],))
    if lower[1:] in ("++", "#"):
        return Token(lower, ((lower,),))
    if match := _NUMBER.match(plain):
        number = match.group(1)
        pieces = number.split(".")
        wider = tuple(".".join(pieces[:n]) for n in range(len(pieces) - 1, 0, -1))
        wider = wider if len(pieces) <= 3 else ()  # not of an IP address or an outline number
        return Token(number, ((number, *wider),), variants=wider)
    if match := _JS_NAME.match(plain):
        base = stem(match.group(1).lower())
        exact = stem(match.group(1).lower() + "js")
        return Token(exact, ((exact, base, "js"),), variants=(base,))
    return None


def _split_capitals(word: str) -> list[str]:
    """readFileSync -> read File Sync; APIs, NoSQL, OAuth and plain words stay whole."""
    if word.islower() or word.isupper() or word.isdigit() or word.lower() in WHOLE_NAMES:
        return [word]
    if (
        _PLURAL_ACRONYM.match(word)
        or _JS_NAME.match(word)
        or not any(c.isupper() for c in word[1:])
    ):
        return [word]
    pieces = _CAMEL.findall(word)
    if len(pieces) < 2 or any(len(p) < 2 for p in pieces):
        return [word]
    return pieces


def parts_of(surface: str) -> list[tuple[int, int]]:
    """Where the parts of a token begin and end, between joiners and capitals."""
    places = []
    for match in PIECE.finditer(surface):
        at = match.start()
        for piece in _split_capitals(match.group()):
            places.append((at, at + len(piece)))
            at += len(piece)
    return places


def _simple(word: str) -> Token | None:
    if len(word) > LONGEST:
        return None
    if match := _PLURAL_ACRONYM.match(word):
        word = match.group(1)
    lower = lower_case(word)
    if lower in STOP_WORDS:
        return Token(lower, ((lower,),), is_stop=True)
    if special := _special(word):
        return special
    exact = stem(lower)
    if match := _LETTERS_DIGITS.match(lower):
        name = stem(match.group(1))
        return Token(exact, ((exact, name),), variants=(name,))
    return Token(exact, ((exact,),))


def _compound(body: str, pieces: list[str]) -> Token | None:
    """A token of several parts; sub-compounds such as readFileSync keep their joined form too."""
    words = [t for word in PIECE.findall(body) if (t := _whole(_split_capitals(word)))]
    if len(words) < 2:  # one name in capitals and small letters
        return words[0] if words else None
    slots = tuple(slot for token in words for slot in token.slots)
    if body.endswith(".NET"):  # ASP.NET, but no host in .net
        slots = (*slots[:-1], (*slots[-1], "dotnet"))
    joined = lower_case("".join(pieces)).replace(".", "")
    if len(pieces) > MOST_PARTS or len(joined) > LONGEST:
        return Token(words[0].exact, slots, within=tuple(words))
    exact = stem(joined)
    return Token(exact, tuple((exact, *slot) for slot in slots), within=tuple(words))


def _whole(pieces: list[str]) -> Token | None:
    """A word without joiners: one piece, or the pieces between its capitals."""
    if len(pieces) == 1:
        return _simple(pieces[0])
    words = [t for t in map(_simple, pieces) if t is not None]
    if not words:
        return None
    exact = stem(lower_case("".join(pieces)))[:LONGEST]
    slots = tuple((exact, *slot) for token in words for slot in token.slots)
    return Token(exact, slots, parts=tuple(t.exact for t in words))


def keyword(token: Token) -> str:
    """The lexeme of a stop word where it counts as a keyword."""
    return token.exact.upper()


def number_lexeme(number: str) -> str:
    """The lexeme of an outline number, which is no version: section 1.3 says nothing of TLS 1.3."""
    return f"#{number.lower()}"


def is_keyword(surface: str, token: Token) -> bool:
    """A stop word written in capitals; a single capital is only a capital."""
    return token.is_stop and len(surface) > 1 and surface.isupper()


def title_key(title: str) -> str:
    """What two titles share when a reader would call them the same; empty for no words.

    `Node.js` and `Node` share it, and so do `Load Balancing` and `load balancers`' stems.
    """
    found = [
        t
        for _, _, token in tokens(title)
        for t in token.within or (token,)
        if t.exact not in VERSUS
    ]
    words = [t.variants[0] if t.variants else t.exact for t in found if not t.is_stop]
    return " ".join(words or [keyword(t) for t in found])[:200]


def surfaces(text: str) -> Iterator[str]:
    """The plain words of `text` in lower case, as a reader would type them: for correction."""
    return (
        word
        for word in _SURFACE.findall(lower_case(fold(text)))
        if word not in STOP_WORDS and not (word[-1] > LAST_SPACED and _RUN.search(word))
    )


_SURFACE = re.compile(r"(?<![\w])[^\W\d_][^\W_]{2,23}(?![\w])")


def unspaced_words(text: str) -> int:
    """About how many words of scripts without spaces `text` has: two letters for each."""
    return 0 if text.isascii() else sum(len(run) for run in _RUN.findall(text)) // 2
