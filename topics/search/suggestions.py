"""What a reader may mean while still typing."""

from collections import Counter
from collections.abc import Sequence

from django.db import connection

from topics.search.correction import distance
from topics.search.query import Alternative, parse
from topics.search.ranking import Ranked
from topics.search.searching import Hit, expand, find, hits_of
from topics.search.words import analyse, fold

MOST = 8
EXPANDED = 8  # words that the last one may become
LISTED, POOL, RANKED = 400, 40, 40  # postings read of each, candidates scored, rows ordered
SHORTEST_FORGIVEN = 5  # letters from which a typing error is forgiven
PREFIXES_TRIED = 200
MOST_OF_A_TOPIC = 3


def suggest(q: str, limit: int = MOST) -> list[Hit]:
    """At most `limit` sections for the words typed so far, the last one as a prefix.

    Titles that hold all the words come first; sections of one topic stand together. At most five
    database queries.
    """
    query = parse(q)
    if not query.words:
        return []
    last = query.words[-1]
    if q[-1:].isalnum() and not last.exact and last.surface.isalnum():
        last.prefix = fold(last.surface).lower()
    expand(query, EXPANDED)
    if last.prefix and not last.is_known:
        last.alternatives = _forgiven(last.prefix) or last.alternatives
    ranking, _ = find(query, most_listed=LISTED, pool_size=POOL, limit=RANKED)
    rows = sorted(ranking.rows, key=lambda row: row.titled < len(query.words))
    return hits_of(query, _by_topic(_varied(rows)[:limit]), snippets=False)


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
    """Words that begin almost so."""
    if len(prefix) < SHORTEST_FORGIVEN:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word FROM topics_word WHERE left(word, 2) = left(%s, 2)"
            " AND length(word) >= %s ORDER BY uses DESC, word LIMIT %s",
            [prefix, len(prefix) - 1, PREFIXES_TRIED],
        )
        words = [word for (word,) in cursor.fetchall()]
    near = [
        word
        for word in words
        if any(
            distance(prefix, word[:length], most=1) <= 1
            for length in (len(prefix) - 1, len(prefix), len(prefix) + 1)
        )
    ]
    found = [token.exact for word in near[:EXPANDED] if (token := analyse(word))]
    return [Alternative((lexeme,)) for lexeme in dict.fromkeys(found)]
