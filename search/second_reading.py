"""Reading a query again where the index does not hold its words: what was meant by them."""

import re

from search.compounds import RARE, find_inside, halves, join, joinable, split, take_apart
from search.query import SPELT, Alternative, Query
from search.ranking import MOST_NAMING
from search.right_words import is_right
from search.spelling import SWAPPED, Candidates, Reading, look_up, read, slips
from search.synonyms import SYNONYM, thesaurus
from search.syntax import parse
from search.unfinished import SHORTEST, finish, finish_stop
from search.words import analyse, fold


def words_to_look_up(query: Query) -> list[str]:
    """What the ranking is to tell the use of: the words as typed, and neighbours joined."""
    plain = [fold(w.surface).lower() for w in query.words if w.surface.isalnum() and not w.exact]
    return list(dict.fromkeys([*plain, *(both for _, _, both in joinable(query))]))


def read_again(
    query: Query, uses: dict[str, int], *, is_finished: bool = False
) -> tuple[Query, bool, Reading]:
    """The query as it is understood with the index at hand, and whether that is another one.

    `uses` says how many sections hold each of the `words_to_look_up`; `is_finished` that the last
    word already stands for what it may become.
    """
    is_other = _leave_names_out(query)
    is_other |= join(query, uses)
    is_other |= find_inside(query, uses, thesaurus().languages)
    is_other |= take_apart(query, thesaurus().languages)
    has_finished = not is_finished and (_finish_last(query, uses) or finish_stop(query))
    joints = halves(query, uses)
    unknown = slips(query, uses)
    near: Candidates = {}
    lexemes: dict[str, str] = {}
    if joints or unknown:
        near, lexemes = look_up(list(unknown), {h for ps in joints.values() for p in ps for h in p})
    pairs = split(joints, lexemes, uses)
    for typed, ranked in near.items():  # one slip of the finger is likelier than a missing space
        if ranked and ranked[0].cost <= SWAPPED:
            pairs.pop(unknown[typed].surface, None)
    unknown = {typed: word for typed, word in unknown.items() if word.surface not in pairs}
    reading = read(query, unknown, near)
    changed = pairs | reading.changed
    for word in query.words:
        if token := analyse(reading.widened.get(word.surface, "")):
            word.alternatives.append(Alternative((token.exact,), SYNONYM, why=SPELT))
            is_other = True
    if not changed:
        return query, is_other or has_finished, reading
    again = _parsed(query, replaced(query.text, changed), demands=query.has_demands)
    _leave_names_out(again, {w.surface for w in query.words})
    for word in again.words:
        if word.surface in reading.changed.values():
            word.spelt = f"{SPELT} {word.surface}"
    for surface, pair in pairs.items():
        _keep_joined(again, surface, pair)
        if fold(surface).lower() not in uses:
            reading.changed[surface] = pair
    if has_finished and not finish_stop(again):
        finish(again)
    return again, True, reading


def without_demands(query: Query) -> Query:
    """The same query with its quoted phrases as wishes."""
    return _parsed(query, query.text, demands=False)


def replaced(text: str, changed: dict[str, str]) -> str:
    """`text` with words changed, wherever they are as whole words."""
    for typed, word in changed.items():
        text = re.sub(rf"(?<!\w){re.escape(typed)}(?!\w)", word, text)
    return text


def _parsed(query: Query, text: str, *, demands: bool) -> Query:
    """Another text with the filters of `query`, which may not all be in its text."""
    again = parse(text, filters=query.filters, demands=demands)
    again.topics, again.tags, again.kinds = query.topics, query.tags, query.kinds
    again.notes = query.notes
    return again


def _leave_names_out(query: Query, kept: set[str] | None = None) -> bool:
    """Drop the names that a pasted message quotes and no section holds; whether there are any."""
    words = [
        word for word in query.words
        if not word.optional or (word.is_known if kept is None else word.surface in kept)
    ]  # fmt: skip
    has_dropped = bool(words) and len(words) < len(query.words)
    if has_dropped:
        query.words = words
    return has_dropped


def _finish_last(query: Query, uses: dict[str, int]) -> bool:
    last = query.unfinished
    if last is None or last not in query.words or last.optional:
        return False
    surface = fold(last.surface).lower()
    is_short = len(surface) < SHORTEST  # two letters are only finished as titles go on with them
    if is_short and (len(surface) < 2 or len(query.words) < 2 or uses.get(surface, 0) > RARE):
        return False
    if not is_short and surface in uses and is_right(surface):
        return False
    before = list(last.alternatives)
    # What is a word, too, is only finished by titles: "docker comp".
    is_known = not is_short and (surface in uses or is_right(surface))
    if is_known and not 1 < len(query.words) <= MOST_NAMING:
        return False
    has_longer = finish(query, in_titles=is_short, is_known=is_known)
    has_longer = has_longer and last.alternatives != before
    last.is_known = last.is_known or has_longer
    if has_longer and len(last.alternatives) == 1:  # it is one word, and no slip of another
        uses[surface] = 1
    return has_longer


def _keep_joined(query: Query, surface: str, pair: str) -> None:
    """Let the two words of a pair also count as the one that was typed."""
    token = analyse(surface)
    for word in query.words:
        if token and word.surface in pair.split():
            word.alternatives.append(Alternative((token.exact,)))
