"""Words that are joined in one place and split in the other: timeout, time out; message queue.
German and others join nearly all: "Datenbankindex" is what a text calls "Index der Datenbank"."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

from search.languages import SIGN, stems_in, without_language
from search.query import (
    MOST_PAIRED,
    PART,
    RELATED,
    VARIANT,
    Alternative,
    Query,
    QueryWord,
    forms,
)  # fmt: skip
from search.synonyms import SYNONYM
from search.words import Token, analyse, fold
from topics.raw_sql import execute, statement

MORE_USED = 4  # times that a joined word is used more than the two side by side
MOST_RARER = 100  # times that a half may be used more than the joined word
MOST_HELD = 20  # sections that are counted (sql/word_evidence.sql)
SHORTEST_HALF, SHORTEST_SPLIT = 3, 7  # letters
RARE = 10  # sections: a word in no more of them may be two words that belong together
MOST_SPLIT = 4  # words of a query that are tried

# Languages that write as one word what others write as two, each looked for inside of such words.
COMPOUNDING = frozenset(("da", "de", "et", "fi", "hu", "nb", "nl", "nn", "no", "sv"))
SHORTEST_PART, MOST_LONGER = 5, 30  # letters of such a stem, and words that it may be a part of
LONGEST_ENDING = 3


def joinable(query: Query) -> list[tuple[QueryWord, QueryWord, str]]:
    """Neighbours that could be one word, and that word."""
    if len(query.words) > MOST_PAIRED:
        return []
    return [
        (a, b, fold(a.surface + b.surface).lower())
        for a, b in itertools.pairwise(query.words)
        if all(w.surface.isalpha() and not w.exact and not w.optional for w in (a, b))
    ]


def join(query: Query, uses: dict[str, int]) -> bool:
    """Read neighbours as the word that they make, with all that it means; whether any are.

    It must be used far more than the two side by side: "time out" means timeout, but "event loop"
    does not mean the few names in code that are written eventLoop.
    """
    pairs = [
        (a, b, uses[both], token)
        for a, b, both in joinable(query)
        if _is_used_enough(uses, a, b, both) and (token := analyse(both))
    ]
    sides = [
        f"'{a.alternatives[0].lexemes[0]}' <-> '{b.alternatives[0].lexemes[0]}'"
        for a, b, *_ in pairs
    ]
    beside = _held(sides)
    has_joined = False
    for (a, b, used, token), side in zip(pairs, sides, strict=True):
        if used < beside[side] * MORE_USED or beside[side] >= MOST_HELD:
            continue
        if {id(a), id(b)} <= set(map(id, query.words)):  # neither is joined with another
            has_joined = True
            _join(query, a, b, token)
    return has_joined


def _join(query: Query, a: QueryWord, b: QueryWord, token: Token) -> None:
    """Put one word in the place of two; what they are apart still adds to the score."""
    apart = a.alternatives[0].lexemes[0], b.alternatives[0].lexemes[0]
    parts = [
        replace(x, weight=x.weight * PART, counts=False) for w in (a, b) for x in w.alternatives
    ]
    query.words = [word for word in query.words if word is not b]
    query.text = query.text.replace(f"{a.surface} {b.surface}", a.surface + b.surface)
    for place in range(len(query.sequence) - 1):
        if tuple(query.sequence[place : place + 2]) == apart:
            query.sequence[place : place + 2] = [token.exact]
            break
    query.keys = [
        f" {key} ".replace(f" {' '.join(apart)} ", f" {token.exact} ").strip() for key in query.keys
    ]
    if query.unfinished is b:
        query.unfinished = None
    a.surface = fold(a.surface + b.surface).lower()
    a.alternatives = [*forms(token), Alternative(apart, VARIANT), *parts]
    a.is_known = True


def _is_used_enough(uses: dict[str, int], a: QueryWord, b: QueryWord, both: str) -> bool:
    """Whether the joined word is no rarity beside its halves: only then is more looked up."""
    least = min(uses.get(fold(word.surface).lower(), 0) for word in (a, b))
    return uses.get(both, 0) * MOST_RARER > least


def _held(phrases: list[str]) -> dict[str, int]:
    """In how many sections each tsquery holds, up to MOST_HELD."""
    if not phrases:
        return {}
    values = {"lexemes": phrases, "together": phrases}
    rows = execute(statement("search/word_evidence"), values)
    return {phrase: together for phrase, _, together in rows}


def halves(query: Query, uses: dict[str, int]) -> dict[str, list[tuple[str, ...]]]:
    """Each unknown or rare word with the two or three words that it may be."""
    asked = [w for w in query.words if _may_be_two(w, uses)][:MOST_SPLIT]
    surfaces = {w.surface: fold(w.surface).lower() for w in asked}
    return {typed: _parts(word, is_known=word in uses) for typed, word in surfaces.items()}


def split(
    halves: dict[str, list[tuple[str, ...]]], lexemes: dict[str, str], uses: dict[str, int]
) -> dict[str, str]:
    """Words that are several, by those that the index holds side by side.

    `lexemes` are those of the halves that it knows. At most one database query.
    """
    known = {
        " ".join(parts): " <-> ".join(f"'{lexemes[part]}'" for part in parts)
        for ways in halves.values()
        for parts in ways
        if all(part in lexemes for part in parts)
    }
    beside = _held(list(known.values()))
    held = {pair: beside[phrase] for pair, phrase in known.items()}
    found = {}
    for surface, pairs in halves.items():
        best = max((" ".join(pair) for pair in pairs), key=lambda pair: held.get(pair, 0))
        if held.get(best, 0) > uses.get(fold(surface).lower(), 0):
            found[surface] = best
    return found


def take_apart(query: Query, languages: Sequence[str]) -> bool:
    """Read a word that nothing holds as the words of a language which some section holds all of;
    whether any is. At most two database queries for each language that joins its words."""
    has_any = False
    for language in sorted(COMPOUNDING.intersection(languages)):
        asked = [w for w in query.words if not w.is_known and _may_be_two(w, {})][:MOST_SPLIT]
        ways = [(w, cut) for w in asked for cut in _parts(w.surface.lower(), is_known=False)]
        known = _known_stems(language, {part for _, cut in ways for part in cut})
        ways = [(w, cut) for w, cut in ways if all(known[part] for part in cut)]
        together = {
            cut: " & ".join("(" + " | ".join(f"'{x}'" for x in known[p]) + ")" for p in cut)
            for _, cut in ways
        }
        held = _held(list(together.values()))
        for word in asked:
            cuts = [cut for w, cut in ways if w is word and held[together[cut]]]
            if not cuts:
                continue
            best = max(cuts, key=lambda cut: (-len(cut), held[together[cut]]))
            place = query.words.index(word)
            query.words[place : place + 1] = [
                QueryWord(part, [Alternative((stem,)) for stem in known[part]]) for part in best
            ]
            has_any = True
    return has_any


def _known_stems(language: str, parts: set[str]) -> dict[str, list[str]]:
    """The stems of each part that the library holds, those of its verb too."""
    stems = {
        part: [stem for form in _forms_of(language, part) for stem in stems_in(language, form)]
        for part in parts
    }
    asked = list({stem for found in stems.values() for stem in found})
    held = (
        {
            row[0]
            for row in execute(
                "SELECT lexeme FROM topics_term WHERE lexeme = ANY(%s) AND holders > 0", [asked]
            )
        }
        if asked
        else set()
    )
    return {
        part: [stem for stem in dict.fromkeys(found) if stem in held]
        for part, found in stems.items()
    }


def _forms_of(language: str, part: str) -> list[str]:
    """A part, and its verb: of "Speicherung" it is "speichern", of "Behandlung" "behandeln"."""
    if language != "de" or not part.endswith("ung"):
        return [part]
    base = part.removesuffix("ung")
    vowel = [f"{base[:-1]}e{base[-1]}n"] if base.endswith(("l", "r")) else []
    return [part, f"{base}en", f"{base}n", *vowel]


def find_inside(query: Query, uses: dict[str, int], languages: Sequence[str]) -> bool:
    """Let rare words stand for the longer ones that begin or end with them; whether any do.

    Only a stem in one of the `languages` that join words counts, which no English word has.
    """
    rare = [
        word
        for word in query.words
        if word.surface.isalpha()
        and not word.exact
        and uses.get(fold(word.surface).lower(), 0) <= RARE
    ][:MOST_SPLIT]
    has_any = False
    for language in sorted(COMPOUNDING.intersection(languages)):
        for word in rare:
            found = _longer(language, word.surface)
            word.alternatives += [Alternative((x,), SYNONYM, why=RELATED) for x in found]
            word.is_known |= bool(found)
            has_any |= bool(found)
    return has_any


def _longer(language: str, surface: str) -> list[str]:
    """The stems of a language that begin or end with that of a word; at most two queries."""
    parts = [without_language(stem) for stem in stems_in(language, surface)]
    part = max(parts, key=len, default="")
    if len(part) < SHORTEST_PART:
        return []
    rows = execute(
        "SELECT word FROM topics_word WHERE uses > 0 AND length(word) >= %s AND word LIKE %s"
        " ORDER BY uses DESC, word LIMIT %s",
        [len(part) + SHORTEST_HALF, f"%{part}%", MOST_LONGER],
    )
    ends = [longer for (longer,) in rows if _is_at_an_end(part, longer)]
    joined = list(dict.fromkeys(stem for longer in ends for stem in stems_in(language, longer)))
    if not joined:
        return []
    held = execute("SELECT lexeme FROM topics_term WHERE lexeme = ANY(%s)", [joined])
    return [lexeme for (lexeme,) in held if lexeme != f"{part}{SIGN}{language}"]


def _is_at_an_end(part: str, longer: str) -> bool:
    """Whether a word begins or ends with a part, its own ending aside."""
    return longer.startswith(part) or len(longer) - longer.rfind(part) - len(part) <= LONGEST_ENDING


def _may_be_two(word: QueryWord, uses: dict[str, int]) -> bool:
    surface = fold(word.surface).lower()
    return (
        len(surface) >= SHORTEST_SPLIT
        and surface.isalpha()
        and not word.exact
        and not word.optional
        and uses.get(surface, 0) <= RARE
        and (not word.is_known or surface in uses)
    )


def _parts(word: str, *, is_known: bool) -> list[tuple[str, ...]]:
    """The ways to cut a word in two; in three as well if no text holds it as it is."""
    places = range(SHORTEST_HALF, len(word) - SHORTEST_HALF + 1)
    twos: list[tuple[str, ...]] = [(word[:i], word[i:]) for i in places]
    if is_known:
        return twos
    pairs = itertools.combinations(places, 2)
    return twos + [(word[:i], word[i:j], word[j:]) for i, j in pairs if j - i >= SHORTEST_HALF]
