"""The language of queries: what was typed becomes a `Query`. Pure; never raises.

plain words            any of them; sections with all of them come first
"exact phrase"         must occur in this form, in prose, title or code
-word  -"a phrase"     must not occur
a OR b                 either one counts
word*                  words that begin with it
topic:path  tag:name  kind:name  in:title  in:code  has:code
a vs b, difference between a and b
"""

import itertools
import re
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field, replace

from search.english import stem
from search.words import DOTTED, Token, is_keyword, keyword, title_key, tokens

MOST_CHARACTERS = 1000
MOST_WORDS = 40
MOST_PAIRED = 6

# What a query may cost; docs/search.md has the figures.
MOST_WILDCARDS = 4
MOST_EXCLUDED = 8
MOST_PHRASES = 3
MOST_FILTERS = 8
LONGEST_PHRASE = 12  # words
MOST_REPEATED = 3  # times that a phrase may name one word
MOST_RUNS = 12  # alternatives of several lexemes

QUOTATION = 8  # in a question of more words than these, quotes quote and demand nothing

LITERAL, VARIANT, PART = 1.0, 0.8, 0.3  # what a match by the word's other forms is worth

NO_WORDS = "no searchable words"
TOO_LONG = f"only the first {MOST_WORDS} words were used"
WILDCARDS = f"only the first {MOST_WILDCARDS} words with * were used"
EXCLUSIONS = f"only the first {MOST_EXCLUDED} exclusions were used"
PHRASES = f"only the first {MOST_PHRASES} phrases were kept together"
TOO_MANY_FILTERS = f"only the first {MOST_FILTERS} filters were used"
CUT_PHRASE = (
    f"a phrase was cut: {LONGEST_PHRASE} words, and each at most {MOST_REPEATED} times, are used"
)


@dataclass(frozen=True, slots=True)
class Alternative:
    """One form in which a section may hold a word of the query.

    Several `lexemes` must follow one another. `counts` says whether a section with this form holds
    the word; `why` names the synonym or the correction, empty for the word itself.
    """

    lexemes: tuple[str, ...]
    weight: float = LITERAL
    counts: bool = True
    why: str = ""

    def as_tsquery(self, field: str = "") -> str:
        """The text of a tsquery; `field` is a weight (A to D) to look in alone."""
        mark = f":{field}" if field else ""
        return "(" + " <-> ".join(f"'{lexeme}'{mark}" for lexeme in self.lexemes) + ")"


@dataclass(slots=True)
class QueryWord:
    """A word of the query with its alternatives, best first."""

    surface: str
    alternatives: list[Alternative]
    times: int = 1  # that the query names it: a word said twice weighs double
    prefix: str = ""  # of `word*`: the letters before the star, in lower case
    exact: bool = False  # quoted or a keyword: never corrected, no synonyms
    is_known: bool = True  # some section holds it, as far as was looked up

    def as_tsquery(self, field: str = "") -> str:
        """The text of a tsquery: any alternative that counts as the word."""
        return "(" + " | ".join(a.as_tsquery(field) for a in self.alternatives if a.counts) + ")"


@dataclass(slots=True)
class Query:
    """A parsed query. `must` and `must_not` are texts of tsqueries that always hold."""

    text: str
    words: list[QueryWord] = field(default_factory=list)
    sequence: list[str] = field(default_factory=list)  # lexemes as typed, stop words too
    must: list[str] = field(default_factory=list)
    must_not: list[str] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    filters: list[str] = field(default_factory=list)  # names such as "is:unread"
    field_mark: str = ""  # A in titles only, C in code only
    has_code: bool = False
    excluded: int = 0  # words and phrases with a minus
    number: str = ""  # a dotted number in the query
    keys: list[str] = field(default_factory=list)  # titles that answer it exactly
    is_comparison: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def is_filtered(self) -> bool:
        """Whether something besides the words decides which sections are found."""
        return bool(
            self.must or self.must_not or self.topics or self.tags or self.kinds
            or self.filters or self.field_mark or self.has_code
        )  # fmt: skip

    def say(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)

    def all_words(self) -> str:
        """The text of a tsquery that holds where all words do."""
        return " & ".join(word.as_tsquery(self.field_mark) for word in self.words)

    def pairs(self) -> list[str]:
        """Neighbouring words as phrases; none for a long question, whose order means little."""
        if len(self.words) > MOST_PAIRED:
            return []
        heads = [a for word in self.words for a in word.alternatives[:1]]
        return [f"{a.as_tsquery()} <-> {b.as_tsquery()}" for a, b in itertools.pairwise(heads)]

    def any_word(self) -> str:
        """The text of a tsquery that holds where at least one word does."""
        return " | ".join(word.as_tsquery(self.field_mark) for word in self.words)


_ITEM = re.compile(r'(-?)"([^"]*)"?|(\S+)')
_FIELD = re.compile(r"^(topic|tag|kind|in|has|is):(.+)$", re.IGNORECASE)
_VERSUS = re.compile(r"^(.+?)\s+(?:vs\.?|versus)\s+(.+)$", re.IGNORECASE)
_BETWEEN = re.compile(
    r"^.*?\b(?:differences?|choose|choosing|comparison|trade-?offs?)\s+between\s+(.+?)\s+"
    r"(?:and|or|vs\.?)\s+(.+)$",
    re.IGNORECASE,
)
_COMPARE = re.compile(r"^compare\s+(.+?)\s+(?:and|with|to|against)\s+(.+)$", re.IGNORECASE)


def parse(text: str, *, filters: Container[str] = ()) -> Query:
    """The query that `text` means; `notes` say what of it could not be used.

    `filters` are the names of further filters that the query may use, such as "is:unread".
    """
    clean = " ".join(text.replace("\0", " ").split())
    query = Query(text=clean[:200])
    if len(clean) > MOST_CHARACTERS:
        clean = clean[:MOST_CHARACTERS].rsplit(" ", 1)[0]
        query.say(TOO_LONG)
    clean = clean.replace("“", '"').replace("”", '"').replace("„", '"')
    plain: list[str] = []
    either = False  # the item before was an OR
    for item in _ITEM.finditer(clean):
        minus, phrase, bare = item.groups()
        if bare is None:
            _take_phrase(query, phrase, excluded=bool(minus))
            either = False
        elif bare == "OR" and plain and item.end() < len(clean):
            either = True
        elif _take_operator(query, bare, filters):
            continue
        else:
            plain.append(f"\0{bare}" if either else bare)
            either = False
    if len(plain) > QUOTATION:
        for word in query.words:
            word.exact = False
        query.must.clear()
    _take_words(query, plain)
    if len(query.words) > MOST_WORDS:
        del query.words[MOST_WORDS:]
        query.say(TOO_LONG)
    if not query.words and not (query.topics or query.tags or query.kinds or query.filters):
        query.notes.append(NO_WORDS)
    return query


def _take_operator(query: Query, item: str, filters: Container[str]) -> bool:
    """Whether `item` is an exclusion or a filter; it is then noted in `query`."""
    if len(item) > 1 and item[0] == "-" and item[1] != "-":
        for token in _all_tokens(item[1:]):
            if unwanted := _excluded(token):
                _exclude(query, unwanted)
        return True
    match = _FIELD.match(item)
    if not match:
        return False
    name, value = match.group(1).lower(), match.group(2).strip('"').strip("/").lower()
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


def _take_phrase(query: Query, phrase: str, *, excluded: bool) -> None:
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
    if excluded:
        _exclude(query, f"({tsquery})")
        return
    if len(query.must) < MOST_PHRASES:
        query.must.append(f"({tsquery})")
    else:
        query.say(PHRASES)
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
        lexemes += _run(token)
        if not _is_short(lexemes):
            return found[:number]
    return found


def _run(token: Token) -> tuple[str, ...]:
    """The lexemes of a token that follow one another, the joined form aside."""
    if token.within:
        return tuple(lexeme for part in token.within for lexeme in _run(part))
    return token.parts or (token.exact,)


def _is_short(lexemes: Sequence[str]) -> bool:
    """Whether these may follow one another: PostgreSQL compares the positions of them all."""
    return len(lexemes) <= LONGEST_PHRASE and max(Counter(lexemes).values()) <= MOST_REPEATED


def _in_phrase(token: Token) -> str:
    """A token inside a phrase: the joined form, one of its variants, or its parts."""
    either = [f"'{lexeme}'" for lexeme in (token.exact, *token.variants)]
    pieces = [_in_phrase(t) for t in token.within] or [f"'{part}'" for part in token.parts]
    if pieces:
        either.append("(" + " <-> ".join(pieces) + ")")
    return f"({' | '.join(either)})" if len(either) > 1 else either[0]


def forms(token: Token) -> list[Alternative]:
    """The forms in which a section may hold a token, the exact one first.

    All its parts side by side count as the word; a single part only adds to the score.
    """
    alternatives = [Alternative((token.exact,))]
    if not token.exact[0].isdigit():  # 18 finds 18.6, but 18.6 does not ask for 18
        alternatives += [Alternative((v,), VARIANT) for v in token.variants]
    if token.within and _is_short(_run(token)):
        alternatives.append(Alternative(tuple(t.exact for t in token.within), VARIANT))
    if token.parts:
        if _is_short(token.parts):
            alternatives.append(Alternative(token.parts, VARIANT))
        alternatives += [Alternative((p,), PART, counts=False) for p in token.parts if len(p) > 1]
    return alternatives


def _take_words(query: Query, items: list[str]) -> None:
    """The plain words of the query, with what they say together: a comparison, a number."""
    text = " ".join(item.lstrip("\0") for item in items)
    sides = _sides(text)
    if sides:
        query.is_comparison = True
        query.keys = [key for key in map(title_key, sides) if key]
        items = " ".join(sides).split(" ")
        text = " ".join(items)
    whole = title_key(text)
    if whole and not query.must:
        query.keys.insert(0, whole)
    shouting = len(items) > 5 and text.isupper()
    only_stops = all(t.is_stop for t in _all_tokens(text))
    taken = wildcards = 0
    for marked in items:
        if taken >= MOST_WORDS:
            query.say(TOO_LONG)
            break
        either, item = marked.startswith("\0"), marked.lstrip("\0")
        query.sequence += [t.exact for token in _all_tokens(item) for t in token.within or (token,)]
        if DOTTED.fullmatch(item.rstrip(".")) and item[0].isdigit():
            query.number = query.number or item.rstrip(".").lower()
        for word in _words_of(item, only_stops=only_stops, shouting=shouting):
            taken += 1
            wildcards += bool(word.prefix)
            if word.prefix and wildcards > MOST_WILDCARDS:
                query.say(WILDCARDS)
                continue
            if either and query.words:
                query.words[-1].alternatives.extend(word.alternatives)
                query.words[-1].exact = True
            else:
                query.words.append(word)
    query.words = list(_distinct(query.words))


def _words_of(item: str, *, only_stops: bool, shouting: bool) -> Iterable[QueryWord]:
    if item.endswith("*") and len(item) > 2 and item[:-1].isalnum():
        yield QueryWord(
            item, [Alternative((stem(item[:-1].lower()),))], prefix=item[:-1].lower(), exact=True
        )
        return
    for start, end, token in tokens(item):
        surface = item[start:end]
        if token.within and not only_stops:
            yield from _words_within(surface, token)
        elif not token.is_stop:
            yield QueryWord(surface, forms(token))
        elif only_stops or (is_keyword(surface, token) and surface != "AND" and not shouting):
            yield QueryWord(surface, [Alternative((keyword(token),))], exact=True)


def _words_within(surface: str, token: Token) -> Iterable[QueryWord]:
    """TCP/IP asks for tcp and for ip; the joined form counts for either, and is worth more."""
    parts = [t for t in token.within if not t.is_stop] or list(token.within)
    for part in parts:
        yield QueryWord(part.exact, [*forms(part), Alternative((token.exact,))])


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


def _sides(text: str) -> tuple[str, str] | None:
    for pattern in (_BETWEEN, _COMPARE, _VERSUS):
        match = pattern.match(text.rstrip("?!. "))
        if match and all(map(_all_tokens, match.groups())):
            return match.group(1), match.group(2)
    return None
