"""The language of queries: what was typed becomes a `Query`. Pure; never raises.

plain words            any of them; sections with all of them come first
"exact phrase"         must occur in this form, in prose, title or code
-word  -"a phrase"     must not occur; so do NOT word and !word
+word                  must occur
a OR b                 either one counts
word*                  words that begin with it
title:word             must stand in the title
topic:path  tag:name  kind:name  in:title  in:code  has:code
a vs b, difference between a and b

In a pasted message quotation marks are a wish, and in a command a minus begins an option.
"""

import re
import unicodedata
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field, replace

from search.english import PHRASAL, stem
from search.pasted import is_message, is_sql, options_of, telling
from search.query import (
    BRACKETS, CUT_PHRASE, EXCLUSIONS, MOST_CHARACTERS, MOST_EXCLUDED, MOST_FILTERS, MOST_PHRASES,
    MOST_WILDCARDS, MOST_WORDS, NO_FILTER, NO_WORDS, PART, PHRASES, QUOTATION, STARS, TOO_LONG,
    TOO_MANY_FILTERS, WILDCARDS, Alternative, Query, QueryWord, forms, is_short, run_of,
)  # fmt: skip
from search.words import PIECE, Token, analyse, is_keyword, keyword, number_lexeme, title_key, tokens

LONGEST_PASTED = 10_000  # characters that are looked through for what tells something
NAMED = 0.3  # what a name weighs that a message quotes: it is often somebody else's

# Clauses that are one idea, in small letters too.
_CLAUSES = frozenset(
    ("order by", "group by", "partition by", "for update", "not null", "on conflict", "on delete")
)
_NUMBER_WORDS = frozenset(
    "section chapter item point number no nr part step lesson unit heading outline §".split()
)
_DOTTED_NUMBER = re.compile(r"\d+(?:\.\w+)+")
_ADDRESS = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}")
CERTAIN = 4  # parts of a dotted number that is no version

_ITEM = re.compile(
    r'([-+!]?)(?:(topic|tag|kind|in|has|is|title):)?"([^"]*)"|(\S+)', re.IGNORECASE
)
_FIELD = re.compile(r"^(topic|tag|kind|in|has|is|title|intitle):(.+)$", re.IGNORECASE)
_FOREIGN = re.compile(r"^(site|filetype|inurl|intext|author|before|after|lang):\w", re.IGNORECASE)
_GROUP = re.compile(r"\([^()]*\b(?:OR|AND|NOT)\b[^()]*\)")
_INNER_STAR = re.compile(r"^\*\w|\w\*\w")
_NEGATED = re.compile(r"^!(?!important$)[^\W\d]\w+$")
_VERSUS = re.compile(r"^(.+?)\s+(?:vs\.?|versus)\s+(.+)$", re.IGNORECASE)
_BETWEEN = re.compile(
    r"^.*?\b(?:differences?|choose|choosing|comparison|trade-?offs?)\s+between\s+(.+?)\s+"
    r"(?:and|or|vs\.?)\s+(.+)$",
    re.IGNORECASE,
)
_COMPARE = re.compile(r"^compare\s+(.+?)\s+(?:and|with|to|against)\s+(.+)$", re.IGNORECASE)


@dataclass(slots=True)
class _Item:
    """A word as typed; with `either` it may stand in place of the one before."""

    text: str
    either: bool = False
    is_named: bool = False  # quoted in a pasted message
    is_option: bool = False


@dataclass(slots=True)
class _Reader:
    """What is known of the whole text while its items are taken one by one."""

    query: Query
    filters: Container[str]
    has_demands: bool
    options: frozenset[str]
    negates: bool  # NOT and ! leave words out
    plain: list[_Item] = field(default_factory=list)


def parse(text: str, *, filters: Container[str] = (), demands: bool = True) -> Query:
    """The query that `text` means; `notes` say what of it could not be used.

    `filters` are the names of further filters that the query may use, such as "is:unread".
    Without `demands` no phrase has to stand as it was quoted.
    """
    raw = text.replace("\0", " ")[:LONGEST_PASTED]
    clean = " ".join(telling(unicodedata.normalize("NFKC", raw)).split())
    query = Query(text=clean[:MOST_CHARACTERS], has_demands=demands)
    if len(clean) > MOST_CHARACTERS:
        clean = clean[:MOST_CHARACTERS].rsplit(" ", 1)[0]
        query.say(TOO_LONG)
    clean = clean.replace("“", '"').replace("”", '"').replace("„", '"')
    items = list(_ITEM.finditer(clean))
    bare = [item[4] for item in items if item[4]]
    reader = _Reader(
        query, filters,
        has_demands=demands and not is_message(clean) and len(bare) <= QUOTATION,
        options=options_of(bare),
        negates=not is_sql(clean) and len(items) > 1,
    )  # fmt: skip
    _take_items(reader, items)
    if _GROUP.search(clean):
        query.say(BRACKETS)
    _take_words(query, reader.plain)
    if len(query.words) > MOST_WORDS:
        del query.words[MOST_WORDS:]
        query.say(TOO_LONG)
    _note_last(query, reader.plain, text)
    if not query.words and not query.is_filtered:
        query.notes.append(NO_WORDS)
    return query


def _take_items(reader: _Reader, items: Sequence[re.Match[str]]) -> None:
    query, plain = reader.query, reader.plain
    either = is_negated = False
    for place, item in enumerate(items):
        sign, name, phrase, bare = item.groups()
        is_last = place == len(items) - 1
        if bare is None:
            if name:
                _take_field(query, f"{name}:{phrase}", reader.filters)
            else:
                _take_quoted(reader, phrase, sign="-" if is_negated else sign)
        elif bare == "OR" and plain and not is_last:
            either = True
            continue
        elif bare == "NOT" and reader.negates and not is_last:
            is_negated = True
            continue
        elif is_negated or _is_excluded(reader, bare):
            for token in _all_tokens(bare[0 if is_negated else 1 :]):
                if unwanted := _excluded(token):
                    _exclude(query, unwanted)
        elif bare[0] == "+" and bare[1:].isalnum() and len(items) > 1:
            query.must += [_required(token) for token in _all_tokens(bare[1:]) if not token.is_stop]
            plain.append(_Item(bare[1:]))
        elif not _take_field(query, bare, reader.filters):
            if _INNER_STAR.search(bare) and not re.search(r"[(){};=/]", bare):
                query.say(STARS)
            plain.append(_Item(bare.strip('"') or bare, either, is_option=bare in reader.options))
        either = is_negated = False


def _is_excluded(reader: _Reader, item: str) -> bool:
    if item in reader.options or len(item) < 2:
        return False
    if reader.negates and _NEGATED.match(item):
        return True
    return item[0] == "-" and item[1] != "-" and not item[1].isdigit()


def _take_field(query: Query, item: str, filters: Container[str]) -> bool:
    """Whether `item` is a filter; it is then noted in `query`."""
    match = _FIELD.match(item)
    if not match:
        if foreign := _FOREIGN.match(item):
            query.say(f"{NO_FILTER}: {foreign[1].lower()}")
        return False
    name, value = match.group(1).lower(), match.group(2).strip('"').strip("/").lower()
    if name.endswith("title") and value:
        query.must += [_required(t, "A") for t in _all_tokens(value) if not t.is_stop]
        query.words += [QueryWord(t.exact, forms(t)) for t in _all_tokens(value) if not t.is_stop]
        return True
    if len(query.topics) + len(query.tags) + len(query.kinds) + len(query.filters) >= MOST_FILTERS:
        query.say(TOO_MANY_FILTERS)
        return True
    if name == "in" and value in ("title", "code"):
        query.field_mark = {"title": "A", "code": "C"}[value]
    elif name == "has" and value == "code":
        query.has_code = True
    elif name in ("topic", "tag", "kind") and value:
        {"topic": query.topics, "tag": query.tags, "kind": query.kinds}[name].append(value)
    elif f"{name}:{value}" in filters:
        query.filters.append(f"{name}:{value}")
    else:
        return False
    return True


def _all_tokens(text: str) -> list[Token]:
    return [token for _, _, token in tokens(text)]


def _required(token: Token, field: str = "") -> str:
    return "(" + " | ".join(a.as_tsquery(field) for a in forms(token) if a.counts) + ")"


def _excluded(token: Token) -> str:
    """The tsquery of an excluded word; stop words exclude nothing."""
    if token.is_stop:
        return ""
    return " | ".join(
        a.as_tsquery() for a in forms(token) if a.counts and a.lexemes != token.variants
    )


def _exclude(query: Query, unwanted: str) -> None:
    if query.excluded >= MOST_EXCLUDED:
        query.say(EXCLUSIONS)
        return
    query.excluded += 1
    query.must_not.append(unwanted)


def _take_quoted(reader: _Reader, phrase: str, *, sign: str) -> None:
    """A phrase in quotation marks: left out, demanded, or in a message a wish."""
    query = reader.query
    every = _all_tokens(phrase)
    in_phrase = _affordable(every)
    if len(in_phrase) < len(every):
        query.say(CUT_PHRASE)
    if not in_phrase:
        return
    only_stops = all(token.is_stop for token in in_phrase)
    if only_stops and len(in_phrase) == 1:
        tsquery = f"'{keyword(in_phrase[0])}'"
    else:
        tsquery = " <-> ".join(_in_phrase(token) for token in in_phrase)
    if sign in ("-", "!"):
        _exclude(query, f"({tsquery})")
        return
    if not reader.has_demands:
        if len(in_phrase) > 1 and len(query.wishes) < MOST_PHRASES:
            query.wishes.append(f"({tsquery})")
        is_named = len(phrase.split()) == 1
        reader.plain += [_Item(word, is_named=is_named) for word in phrase.split()]
        return
    if len(query.must) < MOST_PHRASES:
        query.must.append(f"({tsquery})")
    else:
        query.say(PHRASES)
    query.is_demanding = True
    for token in in_phrase:
        if only_stops:
            alternatives = [Alternative((keyword(token),))]
        elif token.is_stop:
            continue
        else:
            alternatives = [replace(form, counts=True) for form in forms(token)]
        query.words.append(QueryWord(token.exact, alternatives, exact=True))


def _affordable(found: list[Token]) -> list[Token]:
    """As many tokens of a phrase as may follow one another in it."""
    lexemes: list[str] = []
    for number, token in enumerate(found):
        lexemes += run_of(token)
        if not is_short(lexemes):
            return found[:number]
    return found


def _in_phrase(token: Token) -> str:
    """A token inside a phrase: the joined form, one of its variants, or its parts."""
    either = [f"'{lexeme}'" for lexeme in (token.exact, *token.variants)]
    if token.is_run and token.parts:
        either = []
    pieces = [_in_phrase(t) for t in token.within] or [f"'{part}'" for part in token.parts]
    if pieces:
        either.append("(" + " <-> ".join(pieces) + ")")
    return f"({' | '.join(either)})" if len(either) > 1 else either[0]


def _take_words(query: Query, items: list[_Item]) -> None:
    """The plain words of the query, with what they say together: a comparison, a number."""
    text = " ".join(item.text for item in items)
    sides = _sides(text)
    if sides:
        query.is_comparison = True
        query.keys = [key for key in map(title_key, sides) if key]
        items = [_Item(word) for word in " ".join(sides).split(" ")]
        text = " ".join(item.text for item in items)
    whole = title_key(text)
    if whole and not query.must:
        query.keys.insert(0, whole)
    _take_number(query, items)
    shouting = len(items) > 5 and text.isupper()
    only_stops = all(t.is_stop for t in _all_tokens(text))
    taken = wildcards = 0
    place = 0
    while place < len(items):
        if taken >= MOST_WORDS:
            query.say(TOO_LONG)
            break
        item = items[place]
        query.sequence += [
            t.exact for token in _all_tokens(item.text) for t in token.within or (token,)
        ]
        clause = _clause(items[place : place + 2]) if not only_stops else None
        if clause:
            query.sequence += [t.exact for t in _all_tokens(items[place + 1].text)]
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


def _take_number(query: Query, items: Sequence[_Item]) -> None:
    """A dotted number is an outline's if it stands alone or with such a word, or is long."""
    for place, item in enumerate(items):
        number = item.text.strip("(),;:?!").rstrip(".").lower()
        if not _DOTTED_NUMBER.fullmatch(number):
            continue
        beside = {near.text.lower().strip(".:#") for near in items[max(0, place - 1) : place + 2]}
        is_long = number.count(".") + 1 >= CERTAIN and not _ADDRESS.fullmatch(number)
        if len(items) == 1 or is_long or beside & _NUMBER_WORDS or _is_small_address(number, items):
            query.number = query.number or number
            item.text = number


def _is_small_address(number: str, items: Sequence[_Item]) -> bool:
    """1.1.1.1 may be both; a host's address has a number that no outline reaches."""
    return bool(_ADDRESS.fullmatch(number)) and all(0 < int(n) < 20 for n in number.split("."))


def _clause(items: Sequence[_Item]) -> QueryWord | None:
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
        alternatives = [Alternative(pair), *(forms(joined) if joined else ())]
    elif pair in _STEMMED_CLAUSES:
        alternatives = [Alternative(pair)]
    else:
        return None
    content = [token.exact for token in both if token and not token.is_stop]
    alternatives += [Alternative((lexeme,), PART, counts=False) for lexeme in content]
    return QueryWord(surface, alternatives, exact=pair in _STEMMED_CLAUSES)


_STEMMED_PHRASAL = {(stem(verb), particle): (verb, particle) for verb, particle in PHRASAL}
_STEMMED_CLAUSES = frozenset(tuple(map(stem, clause.split())) for clause in _CLAUSES)


def _words_of(item: _Item, *, only_stops: bool, shouting: bool) -> Iterable[QueryWord]:
    text = item.text
    if text.endswith("*") and len(text) > 2 and text[:-1].isalnum():
        prefix = text[:-1].lower()
        yield QueryWord(text, [Alternative((stem(prefix),))], prefix=prefix, exact=True)
        return
    for start, end, token in tokens(text):
        surface = text[start:end]
        if token.within and not only_stops:
            yield from _words_within(surface, token)
        elif not token.is_stop:
            yield _weighed(QueryWord(surface, forms(token)), item)
        elif only_stops or (is_keyword(surface, token) and surface != "AND" and not shouting):
            yield QueryWord(surface, [Alternative((keyword(token),))], exact=True)


def _weighed(word: QueryWord, item: _Item) -> QueryWord:
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


def _note_last(query: Query, items: Sequence[_Item], text: str) -> None:
    """Whether more letters may follow the last word."""
    if not (items and query.words and text[-1:].isalnum()):
        return
    last = query.words[-1]
    if not last.exact and last.surface.isalnum() and items[-1].text.endswith(last.surface):
        query.unfinished = last


def _sides(text: str) -> tuple[str, str] | None:
    for pattern in (_BETWEEN, _COMPARE, _VERSUS):
        match = pattern.match(text.rstrip("?!. "))
        if match and all(map(_all_tokens, match.groups())):
            return match.group(1), match.group(2)
    return None
