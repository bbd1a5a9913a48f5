"""The plain words of a query, with what they say together: a comparison, a number, one idea."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from search.english import PHRASAL, STOP_WORDS, stem
from search.intents import take_hints
from search.query import (
    MOST_WILDCARDS,
    MOST_WORDS,
    PART,
    TOO_LONG,
    VARIANT,
    WILDCARDS,
    Alternative,
    Query,
    QueryWord,
    forms,
    is_short,
    run_of,
)  # fmt: skip
from search.words import (
    PIECE,
    Token,
    analyse,
    is_keyword,
    keyword,
    number_lexeme,
    title_key,
    tokens,
)

SPLIT = 0.6  # what "log in" is worth beside "login": its words are often together by chance
NAMED = 0.3  # what a name weighs that a message quotes: it is often somebody else's

# Clauses that are one idea, in small letters too.
_CLAUSES = frozenset(
    (
        "as of", "delete from", "distinct on", "do nothing", "do update", "for each", "for share",
        "for update", "group by", "if exists", "insert into", "is null", "no action", "not exists",
        "not in", "not null", "not valid", "on conflict", "on delete", "on update", "order by",
        "partition by", "set default", "set null", "union all", "with recursive",
    )
)  # fmt: skip
_NUMBER_WORDS = frozenset(
    (
        "chapter", "heading", "item", "lesson", "no", "nr", "number", "outline", "part",
        "point", "section", "step", "unit", "§",
    )
)  # fmt: skip
_DOTTED_NUMBER = re.compile(r"\d+(?:\.\w+)+")
_ADDRESS = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}")
CERTAIN = 4  # parts of a dotted number that is no version

LONGEST_NAME = 3  # words of what is typed as a name, and not as a question
# Stop words that may begin another word; the others join a name to what follows ("cache with").
BEGINNINGS = frozenset(
    (
        "all", "being", "few", "had", "has", "hers", "her", "his", "just", "let", "may", "might",
        "more", "most", "must", "off", "once", "only", "other", "our", "out", "own", "same",
        "shall", "some", "such", "that", "the", "them", "there", "these", "they", "too", "very",
        "you", "your",
    )
)  # fmt: skip

_VERSUS = re.compile(r"^(.+?)\s+(?:vs\.?|versus)\s+(.+)$", re.IGNORECASE)
_BETWEEN = re.compile(
    r"^.*?\b(?:differences?|choose|choosing|comparison|trade-?offs?)\s+between\s+(.+?)\s+"
    r"(?:and|or|vs\.?)\s+(.+)$",
    re.IGNORECASE,
)
_COMPARE = re.compile(r"^compare\s+(.+?)\s+(?:and|with|to|against)\s+(.+)$", re.IGNORECASE)
_NAME = r"((?:an?\s+|the\s+)?\S+(?:\s+\S+)?)"
_INSTEAD = re.compile(
    rf"^(?:.*\b(?:use|using|choose|pick|prefer|take|want|need|go\s+with|switch\s+to)\s+)?{_NAME}\s+"
    rf"(?:instead\s+of|rather\s+than)\s+{_NAME}$"
    rf"|^.*\b(?:use|using|choose|pick|prefer)\s+{_NAME}\s+over\s+{_NAME}$",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Item:
    """A word as typed; with `either` it may replace the one before."""

    text: str
    either: bool = False
    is_named: bool = False  # quoted in a pasted message
    is_option: bool = False


def all_tokens(text: str) -> list[Token]:
    """The tokens of a text, without their places."""
    return [token for _, _, token in tokens(text)]


def take_words(query: Query, items: list[Item]) -> None:
    """The plain words of the query, with what they say together: a comparison, a number."""
    asked = text = " ".join(item.text for item in items)
    query.said = text.lower().split()
    sides = sides_of(text)
    if sides:
        query.is_comparison = True
        query.keys = [key for key in map(title_key, sides) if key]
        items = [Item(word) for word in " ".join(sides).split(" ")]
        text = " ".join(item.text for item in items)
    whole = title_key(text)
    if whole and not query.must:
        query.keys.insert(0, whole)
    _take_number(query, items)
    shouting = len(items) > 5 and text.isupper()
    only_stops = all(t.is_stop for t in all_tokens(text))
    taken = wildcards = 0
    place = 0
    while place < len(items):
        if taken >= MOST_WORDS:
            query.say(TOO_LONG)
            break
        item = items[place]
        query.sequence += [
            t.exact for token in all_tokens(item.text) for t in token.within or (token,)
        ]
        clause = _clause(items[place : place + 2]) if not only_stops else None
        if clause:
            query.sequence += [t.exact for t in all_tokens(items[place + 1].text)]
            query.keys = [key for key in query.keys if key != whole]
        place += 2 if clause else 1
        found = [clause] if clause else _words_of(item, only_stops=only_stops, shouting=shouting)
        for word in found:
            taken += 1
            wildcards += bool(word.prefix)
            if word.prefix and wildcards > MOST_WILDCARDS:
                query.say(WILDCARDS)
            elif item.either and query.words:
                query.words[-1].alternatives.extend(word.alternatives)
                query.words[-1].exact = True
            else:
                query.words.append(word)
    if any(word.alternatives[0].lexemes[0].isupper() for word in query.words) and not only_stops:
        query.keys = [key for key in query.keys if key != whole]  # it leaves the keywords out
    for word in query.words:
        if word.surface == query.number:
            word.alternatives.append(Alternative((number_lexeme(query.number),)))
    query.words = list(_distinct(query.words))
    take_hints(query, asked)


def _take_number(query: Query, items: Sequence[Item]) -> None:
    """A dotted number is an outline's if it is alone or with such a word, or is long."""
    for place, item in enumerate(items):
        number = item.text.strip("(),;:?!").rstrip(".").lower()
        if not _DOTTED_NUMBER.fullmatch(number):
            continue
        beside = {near.text.lower().strip(".:#") for near in items[max(0, place - 1) : place + 2]}
        is_long = number.count(".") + 1 >= CERTAIN and not _ADDRESS.fullmatch(number)
        if len(items) == 1 or is_long or beside & _NUMBER_WORDS or _is_small_address(number, items):
            query.number = query.number or number
            item.text = number


def _is_small_address(number: str, items: Sequence[Item]) -> bool:
    """1.1.1.1 may be both; a host's address has a number that no outline reaches."""
    return bool(_ADDRESS.fullmatch(number)) and all(0 < int(n) < 20 for n in number.split("."))


def _clause(items: Sequence[Item]) -> QueryWord | None:
    """Two words that are one idea: "order by", "log in". Its content word alone says little."""
    if len(items) < 2 or items[1].either or any(item.is_named for item in items):
        return None
    both = [analyse(item.text.strip("?!.,;:()")) for item in items]
    if not (both[0] and both[1]) or any(token and token.within for token in both):
        return None
    pair = (both[0].exact, both[1].exact)
    surface = " ".join(item.text for item in items)
    if pair in _STEMMED_PHRASAL:
        joined = analyse("".join(_STEMMED_PHRASAL[pair]))
        alternatives = [Alternative(pair, SPLIT), *(forms(joined) if joined else ())]
    elif pair in _STEMMED_CLAUSES:
        alternatives = [Alternative(pair)]
    else:
        return None
    content = [token.exact for token in both if token and not token.is_stop]
    alternatives += [Alternative((lexeme,), PART, counts=False) for lexeme in content]
    return QueryWord(surface, alternatives, exact=pair in _STEMMED_CLAUSES)


_STEMMED_PHRASAL = {(stem(verb), particle): (verb, particle) for verb, particle in PHRASAL}
_STEMMED_CLAUSES = frozenset(tuple(map(stem, clause.split())) for clause in _CLAUSES)


def _words_of(item: Item, *, only_stops: bool, shouting: bool) -> Iterable[QueryWord]:
    text = item.text
    if text.endswith("*") and len(text) > 2 and text[:-1].isalnum():
        prefix = text[:-1].lower()
        yield QueryWord(text, [Alternative((stem(prefix),))], prefix=prefix, exact=True)
        return
    for start, end, token in tokens(text):
        surface = text[start:end]
        if token.within and item.is_option:
            yield _option(surface, token)
        elif token.within and not only_stops and not item.is_named:
            yield from _words_within(surface, token)
        elif not token.is_stop:
            yield _weighed(QueryWord(surface, forms(token)), item)
        elif only_stops or (is_keyword(surface, token) and surface != "AND" and not shouting):
            yield QueryWord(surface, [Alternative((keyword(token),))], exact=True)


def _option(surface: str, token: Token) -> QueryWord:
    """An option is one word: --save-dev is not about saving. Its parts alone say little."""
    both = run_of(token)
    alternatives = [Alternative((token.exact,))]
    alternatives += [Alternative(both, VARIANT)] if is_short(both) else []
    parts = [Alternative((part,), PART, counts=False) for part in both if part not in STOP_WORDS]
    return QueryWord(surface, [*alternatives, *parts], parts=both)


def _weighed(word: QueryWord, item: Item) -> QueryWord:
    if item.is_named:
        word.optional = True
        word.alternatives = [replace(a, weight=a.weight * NAMED) for a in word.alternatives]
    return word


def _words_within(surface: str, token: Token) -> Iterable[QueryWord]:
    """TCP/IP asks for tcp and for ip; the joined form counts for either, and is worth more."""
    pieces = PIECE.findall(surface)
    named = pieces if len(pieces) == len(token.within) else [t.exact for t in token.within]
    both = list(zip(named, token.within, strict=True))
    for piece, part in [pair for pair in both if not pair[1].is_stop] or both:
        yield QueryWord(piece, [*forms(part), Alternative((token.exact,))])


def _distinct(words: Iterable[QueryWord]) -> Iterable[QueryWord]:
    """Each word once, with all the alternatives that it had."""
    seen: dict[tuple[str, ...], QueryWord] = {}
    for word in words:
        first = seen.setdefault(word.alternatives[0].lexemes, word)
        if first is word:
            continue
        first.times += 1
        known = {a.lexemes for a in first.alternatives}
        first.alternatives += [a for a in word.alternatives if a.lexemes not in known]
    return seen.values()


def note_last(query: Query, items: Sequence[Item], text: str) -> None:
    """Whether more letters may follow the last word.

    Behind words of a name alone, a stop word may be the beginning of another: "cap the" of "CAP
    theorem".
    """
    if not (items and query.words and text[-1:].isalnum()):
        return
    last, typed = query.words[-1], items[-1].text
    if not last.exact and last.surface.isalnum() and typed.endswith(last.surface):
        query.unfinished = last
    elif typed in BEGINNINGS:
        before = [token for item in items[:-1] for token in all_tokens(item.text)]
        if 0 < len(before) < LONGEST_NAME and not any(token.is_stop for token in before):
            query.beginning = typed


def two_words() -> dict[str, list[Alternative]]:
    """What pairs of words stand for that are one idea, by the lexemes of both."""
    pairs = [" ".join(pair) for pair in PHRASAL] + sorted(_CLAUSES)
    found = {
        " ".join(map(stem, pair.split())): _clause([*map(Item, pair.split())]) for pair in pairs
    }
    return {lexemes: word.alternatives for lexemes, word in found.items() if word}


COMPARING = (_BETWEEN, _COMPARE, _VERSUS, _INSTEAD)


def sides_of(text: str) -> tuple[str, str] | None:
    """The two things that a query compares: "a vs b", "difference between a and b"."""
    for pattern in COMPARING:
        match = pattern.match(text.rstrip("?!. "))
        sides = [side for side in match.groups() if side] if match else []
        if len(sides) == 2 and all(map(all_tokens, sides)):
            return sides[0], sides[1]
    return None
