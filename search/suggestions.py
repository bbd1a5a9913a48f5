"""What a reader may mean while still typing."""

from collections import Counter
from collections.abc import Sequence

from search.engine import PREFIX, Hit, find, hits_of
from search.query import Alternative, Query, QueryWord, parse
from search.ranking import BARE, Ranked
from search.spelling import distance
from search.words import analyse, fold
from topics.raw_sql import execute, statement

MOST = 8
EXPANDED = 8  # words that the last one may become, and as many from titles with the words before it
LISTED, POOL, RANKED = 400, 40, 40  # postings read of each, candidates scored, rows ordered
SHORTEST_FORGIVEN, TWO_FORGIVEN = 5, 8  # letters from which one typing error is forgiven, and two
PREFIXES_TRIED = 200
MOST_OF_A_TOPIC = 3


def suggest(q: str, limit: int = MOST) -> list[Hit]:
    """At most `limit` sections for the words typed so far, the last one as a prefix.

    Titles that begin with what was typed come first where there is text below them, then those
    that hold all the words; sections of one topic are together. At most four database queries.
    """
    query = parse(q)
    if not query.words:
        return []
    last = query.words[-1]
    if q[-1:].isalnum() and not last.exact and last.surface.isalnum():
        last.alternatives = _longer(query) or _forgiven(last) or last.alternatives
    ranking, _ = find(query, most_listed=LISTED, pool_size=POOL, limit=RANKED)
    typed = " ".join(q.lower().split())

    def place(row: Ranked) -> tuple[bool, bool]:
        begins = row.title.lower().startswith(typed) and row.tier not in BARE
        return not begins, row.titled < len(query.words)

    rows = sorted(ranking.rows, key=place)
    return hits_of(query, _by_topic(_varied(rows)[:limit]), snippets=False)


def _longer(query: Query) -> list[Alternative]:
    """The last word and what it may become; empty where no word begins so."""
    *before, last = query.words
    prefix = fold(last.surface).lower()
    others = [word.alternatives[0].lexemes[0] for word in before]
    longer = execute(
        statement("search/words_beginning"),
        {"prefix": prefix, "others": others, "listed": LISTED, "most": EXPANDED},
    )
    own = {alternative.lexemes for alternative in last.alternatives}
    others_than = [Alternative(x, PREFIX) for x in dict.fromkeys(longer) if x not in own]
    return [*last.alternatives, *others_than] if longer else []


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


def _forgiven(word: QueryWord) -> list[Alternative]:
    """Words whose beginning is almost this one."""
    prefix = fold(word.surface).lower()
    if len(prefix) < SHORTEST_FORGIVEN:
        return []
    most = 2 if len(prefix) >= TWO_FORGIVEN else 1
    words = execute(
        "SELECT word FROM topics_word WHERE left(word, 2) = left(%s, 2)"
        " AND length(word) >= %s ORDER BY uses DESC, word LIMIT %s",
        [prefix, len(prefix) - most, PREFIXES_TRIED],
    )
    lengths = range(len(prefix) - most, len(prefix) + most + 1)
    near = [w for (w,) in words if any(distance(prefix, w[:n], most) <= most for n in lengths)]
    found = [token.exact for word in near[:EXPANDED] if (token := analyse(word))]
    return [Alternative((lexeme,)) for lexeme in dict.fromkeys(found)]
