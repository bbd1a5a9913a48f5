"""What a reader may mean while still typing."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from search.engine import find
from search.hits import Hit, hits_of
from search.query import Alternative, Query
from search.ranking import Ranked
from search.spelling import COST, USES, cost, most_cost, share_most
from search.syntax import parse
from search.unfinished import EXPANDED, LISTED, PREFIX, finish, finish_stop, longer, weighed
from search.words import analyse, fold
from topics.raw_sql import execute

MOST = 8
POOL, RANKED = 40, 40  # candidates scored, rows ordered
SHORTEST_FORGIVEN = 4  # letters of a beginning in which a slip is forgiven
PREFIXES_TRIED = 200
MOST_OF_A_TOPIC = 3
SHORT_FRAGMENT = 3  # letters of a last word that may belong to the one before it
SHORTEST_AFTER_STOPS = 3  # letters after nothing but stop words: "how t" is no word yet


def suggest(q: str, limit: int = MOST) -> list[Hit]:
    """At most `limit` sections for the words typed so far, the last one as a prefix.

    Titles that begin with what was typed come first where there is text below them, then those
    that hold all the words; sections of one topic are together. At most six database queries.
    """
    query = parse(q)
    if not query.words or _is_too_short(query):
        return []
    last = query.unfinished
    is_finished = bool(last) and finish(query)
    if last and not query.is_meant:
        is_finished |= _goes_on_joined(query)
    if last and not is_finished:
        last.alternatives = _forgiven(fold(last.surface).lower()) or last.alternatives
    finish_stop(query)
    options: dict[str, Any] = {"limit": RANKED}
    if not query.is_meant:  # as many as the page looks at are too many for words that begin so
        options |= {"most_listed": LISTED, "pool_size": POOL}
    found = find(query, finished=last if is_finished else None, **options)
    typed = " ".join(q.lower().split())
    words = len(found.query.words)

    def place(row: Ranked) -> tuple[bool, bool]:
        begins = row.title.lower().startswith(typed) and not row.is_bare
        return not begins, row.titled < words

    ranked = [row for row in found.ranking.rows if len(typed) > 1 or len(row.title) > 1]
    rows = [row for row in ranked if row.holds_all] or ranked
    if not query.is_meant:  # else the page answers in the same order
        rows = sorted(rows, key=place)
    return hits_of(found.query, _by_topic(_varied(rows)[:limit]), snippets=False)


def _is_too_short(query: Query) -> bool:
    """Whether only the first letters of a word are after words that say nothing."""
    last = query.unfinished
    has_stops = len(query.sequence) > len(query.words)
    return bool(
        last and len(query.words) == 1 and has_stops and len(last.surface) < SHORTEST_AFTER_STOPS
    )


def _goes_on_joined(query: Query) -> bool:
    """Let the last two words stand for one that they begin: "time o" for timeout."""
    last = query.unfinished
    if last is None or len(query.words) < 2 or len(last.surface) > SHORT_FRAGMENT:
        return False
    before = query.words[-2]
    if not before.surface.isalpha() or not last.surface.isalpha():
        return False
    joined = weighed(longer(fold(before.surface + last.surface).lower(), [], ""), PREFIX)
    for word in (before, last):
        word.alternatives += joined
    return bool(joined)


def _varied(rows: Sequence[Ranked]) -> list[Ranked]:
    """At most three rows of a topic, then the others."""
    taken: Counter[int] = Counter()
    first: list[Ranked] = []
    later: list[Ranked] = []
    for row in rows:
        taken[row.topic_id] += 1
        (first if taken[row.topic_id] <= MOST_OF_A_TOPIC else later).append(row)
    return first + later


def _by_topic(rows: Sequence[Ranked]) -> list[Ranked]:
    """The rows of each topic together, topics in the order of their best rows."""
    topics = list(dict.fromkeys(row.topic_id for row in rows))
    return sorted(rows, key=lambda row: topics.index(row.topic_id))


def _forgiven(prefix: str) -> list[Alternative]:
    """Words whose beginning is almost this one, the likeliest first."""
    if len(prefix) < SHORTEST_FORGIVEN:
        return []
    words = execute(
        "SELECT w.word, w.uses FROM unnest(%s::text[]) AS start CROSS JOIN LATERAL ("
        " SELECT word, uses FROM topics_word WHERE left(word, 2) = start AND length(word) >= %s"
        " ORDER BY uses DESC, word LIMIT %s) w",
        [_starts(prefix), len(prefix) - 2, PREFIXES_TRIED],
    )
    near = []
    for word, uses in words:
        if not share_most(prefix, word[: len(prefix) + 1]):
            continue
        price = min(cost(prefix, word[:n]) for n in range(len(prefix) - 2, len(prefix) + 2))
        if price <= most_cost(prefix):
            near.append((COST * price - USES * uses.bit_length(), word))
    tokens = [analyse(word) for _, word in sorted(near)[:EXPANDED]]
    return [Alternative((lexeme,)) for lexeme in dict.fromkeys(t.exact for t in tokens if t)]


def _starts(prefix: str) -> list[str]:
    """The first two letters that may have been meant: as typed, swapped, one of them too many."""
    first, second, third = tuple(prefix[:3])
    return list(dict.fromkeys([first + second, second + first, first + third, second + third]))
