"""The language of queries: what was typed becomes a `Query`. Pure; never raises.

plain words            any of them; sections with all of them come first
"exact phrase"         must occur in this form, in prose, title or code
-word  -"a phrase"     must not occur; so do NOT word and !word
+word                  must occur
a OR b                 either one counts
word*                  words that begin with it
title:word             must be in the title
topic:path  tag:name  kind:name  in:title  in:code  has:code
a vs b, difference between a and b

In a pasted message quotation marks are a wish, and in a command a minus begins an option.
"""

import re
import unicodedata
from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace

from search.pasted import is_message, is_sql, options_of, telling
from search.plain_words import Item, all_tokens, note_last, take_words
from search.query import (
    BRACKETS,
    CUT_PHRASE,
    EXCLUSIONS,
    MOST_CHARACTERS,
    MOST_EXCLUDED,
    MOST_FILTERS,
    MOST_PHRASES,
    MOST_WORDS,
    NO_FILTER,
    NO_WORDS,
    PHRASES,
    QUOTATION,
    STARS,
    TOO_LONG,
    TOO_MANY_FILTERS,
    Alternative,
    Query,
    QueryWord,
    forms,
    is_short,
    run_of,
)  # fmt: skip
from search.words import Token, keyword

LONGEST_PASTED = 10_000  # characters that are looked through for what tells something
_ITEM = re.compile(r'([-+!]?)(?:(topic|tag|kind|in|has|is|title):)?"([^"]*)"|(\S+)', re.IGNORECASE)
_FIELD = re.compile(r"^(topic|tag|kind|in|has|is|title|intitle):(.+)$", re.IGNORECASE)
_FOREIGN = re.compile(r"^(site|filetype|inurl|intext|author|before|after|lang):\w", re.IGNORECASE)
_GROUP = re.compile(r"\([^()]*\b(?:OR|AND|NOT)\b[^()]*\)")
_INNER_STAR = re.compile(r"^\*\w|\w\*\w")
_NEGATED = re.compile(r"^!(?!important$)[^\W\d]\w+$")


@dataclass(slots=True)
class _Reader:
    """What is known of the whole text while its items are taken one by one."""

    query: Query
    filters: Container[str]
    has_demands: bool
    options: frozenset[str]
    negates: bool  # NOT and ! leave words out
    plain: list[Item] = field(default_factory=list)


def parse(text: str, *, filters: Container[str] = (), demands: bool = True) -> Query:
    """The query that `text` means; `notes` say what of it could not be used.

    `filters` are the names of further filters that the query may use, such as "is:unread".
    Without `demands` no phrase has to be as it was quoted.
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
    take_words(query, reader.plain)
    if len(query.words) > MOST_WORDS:
        del query.words[MOST_WORDS:]
        query.say(TOO_LONG)
    note_last(query, reader.plain, text)
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
            for token in all_tokens(bare[0 if is_negated else 1 :]):
                if unwanted := _excluded(token):
                    _exclude(query, unwanted)
        elif bare[0] == "+" and bare[1:].isalnum() and len(items) > 1:
            query.must += [_required(token) for token in all_tokens(bare[1:]) if not token.is_stop]
            plain.append(Item(bare[1:]))
        elif not _take_field(query, bare, reader.filters):
            if _INNER_STAR.search(bare) and not re.search(r"[(){};=/]", bare):
                query.say(STARS)
            plain.append(Item(bare.strip('"') or bare, either, is_option=bare in reader.options))
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
        query.must += [_required(t, "A") for t in all_tokens(value) if not t.is_stop]
        query.words += [QueryWord(t.exact, forms(t)) for t in all_tokens(value) if not t.is_stop]
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
    every = all_tokens(phrase)
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
        reader.plain += [Item(word, is_named=is_named) for word in phrase.split()]
        return
    if len(query.must) < MOST_PHRASES:
        query.must.append(f"({tsquery})")
    else:
        query.say(PHRASES)
    query.is_demanding = True
    query.words += _exact_words(in_phrase, only_stops=only_stops)


def _exact_words(in_phrase: Sequence[Token], *, only_stops: bool) -> list[QueryWord]:
    """The words of a demanded phrase; its stop words count where it has no others."""
    if only_stops:
        return [QueryWord(t.exact, [Alternative((keyword(t),))], exact=True) for t in in_phrase]
    return [
        QueryWord(t.exact, [replace(form, counts=True) for form in forms(t)], exact=True)
        for t in in_phrase
        if not t.is_stop
    ]


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
