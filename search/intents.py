"""What a query asks besides its words: when to use something, one thing or another, a status code.

The words that say so are stop words, or are in the texts under other names. They become hints: a
section that holds one scores more, and no section is found by it alone.
"""

import re
from collections.abc import Sequence
from http import HTTPStatus

from search.query import Alternative, Query
from search.words import analyse, keyword, tokens

HINT = 0.6  # what a hint is worth beside a word
PHRASE = 0.8  # what a status code's name is worth beside its number

# Articles call the section that answers so: "When to use it, and when not", "Why it matters".
_ASKED = re.compile(
    r"(?:so |and )?(when|why)\b(?!\s+(?:was|were|did|has|had|will)\b)", re.IGNORECASE
)
_CHOICE = re.compile(
    r"\b(?:vs\.?|versus|instead of|rather than|better than|or should i|difference between|"
    r"choose between|compared? (?:to|with))\b",
    re.IGNORECASE,
)
_CHOICE_WORDS = ("choose", "alternatives", "tradeoffs", "comparison")

# What somebody has trouble with, while the trouble itself tells what is looked for.
_MINE = re.compile(
    r"\b(?:my|our)\s+(?:\w+\s+)?(api|app|application|backend|code|machine|page|process|program|"
    r"project|server|service|site|software|system|website)s?\b|"
    r"^the\s+(api|app|application|page|process|server|service|site|system|website)s?\s+"
    r"(?:is|are|was|keeps?|gets?|got|runs?|takes?|hangs?|crash\w*|stops?|dies|does|goes|uses)\b",
    re.IGNORECASE,
)
# What a clause of SQL does, as the texts say it.
_CLAUSES = {
    "group by": ("aggregate",),
    "partition by": ("window",),
    "distinct on": ("duplicate",),
    "insert into": ("insert",),
    "for update": ("lock",),
    "for share": ("lock",),
    "on conflict": ("upsert",),
    "on delete": ("cascade", "foreign"),
    "union all": ("union",),
    "with recursive": ("recursive", "tree"),
    "not null": ("constraint",),
}

_CODE = re.compile(r"[1-5]\d\d")
_CODE_WORDS = frozenset(
    ("code", "error", "http", "https", "response", "return", "returns", "status")
)
_CODES = {str(status.value): status.phrase for status in HTTPStatus}


PATTERNS = {"asked": _ASKED, "choice": _CHOICE, "mine": _MINE}
CHOICE = tuple(token.exact for token in map(analyse, _CHOICE_WORDS) if token)


def take_hints(query: Query, text: str) -> None:
    """Give the query its hints, and the numbers in it that are status codes their names."""
    groups: list[Sequence[str]] = []
    mine = {name.lower() for match in _MINE.finditer(text) for name in match.groups() if name}
    for word in query.words if len(query.words) > len(mine) else ():
        word.is_vague = word.surface.lower().removesuffix("s") in mine
    if asked := _ASKED.match(text):
        token = analyse(asked[1])
        query.hints += [[Alternative((keyword(token),), HINT, counts=False)]] if token else []
    if _CHOICE.search(text):
        groups.append(_CHOICE_WORDS)
    if len(query.words) == 1:  # else the other words say what it is wanted for
        groups += [_CLAUSES.get(query.words[0].surface.lower(), ())]
    groups += _take_status(query, " ".join(text.lower().split()))
    held = {lexeme for word in query.words for a in word.alternatives for lexeme in a.lexemes}
    for words in groups:
        lexemes = [token.exact for token in map(analyse, words) if token]
        if lexemes and not held & set(lexemes):
            query.hints.append([Alternative((x,), HINT, counts=False) for x in lexemes])


def _take_status(query: Query, text: str) -> list[Sequence[str]]:
    """The hints of a query for a status code; its number may also be written as its name.

    Either a word says that it is one, or its name: "429 Too Many Requests" was pasted to learn what
    it means.
    """
    words = query.words
    said = {word.surface.lower() for word in words}
    codes = [word for word in words if _CODE.fullmatch(word.surface) and word.surface in _CODES]
    if not said & _CODE_WORDS:
        codes = [word for word in codes if _CODES[word.surface].lower() in text]
        query.is_pasted = bool(codes)
        names = {name for word in codes for name in _CODES[word.surface].lower().split()}
        for word in words:  # the number tells more than the words of its name
            word.is_vague |= word.surface.lower() in names
    if not codes:
        return []
    for word in codes:
        found = [token for _, _, token in tokens(_CODES[word.surface])]
        name = tuple(t.exact for token in found for t in token.within or (token,))
        if len(name) > 1 and not set(name) <= {a.lexemes[0] for w in words for a in w.alternatives}:
            word.alternatives.append(Alternative(name, PHRASE))
    return [("status",), ("codes",)]
