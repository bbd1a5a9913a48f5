"""What the database takes for the due list and for a page's state, with everybody's marks in it.

    python -m benchmarks marks FOLDER [--reviews 1000000] [--highlights 200000] [--learners 400]

Imports the folder into a database of its own, and gives learners so many answers to a fifth as many
cards, and highlights. Then asks for learners in turns what is due, and all that a page of the
topic with the most sections asks, and prints p50 and p95 of the statements' time: until they were
answered, and of the server's processor, which other work on the machine hardly changes.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.own_database import in_own_database, server_seconds

ANSWERS = 5  # to a card
ROUNDS = 5
SHOWN = 100  # sections of one page; what is read is asked of all of a topic
CARDS = """
INSERT INTO learning_card (user_id, section_id, origin, front, back, html, state, was_front,
    was_back, created_at, checked_at, phase, stability, difficulty, due, last_review, reps, lapses,
    is_suspended)
SELECT %(first)s + n %% %(learners)s, s.keys[1 + n %% cardinality(s.keys)], 'own', 'q' || n, 'a',
    '', 'fresh', '', '', now(), now(), 2, 9, 5, now() + (n %% 60 - 5) * interval '1 day',
    now() - interval '9 days', %(answers)s, 0, false
FROM generate_series(1, %(reviews)s / %(answers)s) AS n,
    (SELECT array_agg(id ORDER BY id) AS keys FROM topics_section WHERE removed_at IS NULL) AS s
"""
REVIEWS = """
INSERT INTO learning_review (user_id, card, rating, reviewed_at, phase, is_first, before)
SELECT c.user_id, c.id, 1 + (c.id + n) %% 4, now() - n * interval '9 days', 2, true, '{}'
FROM learning_card c, generate_series(1, %(answers)s) AS n ORDER BY n DESC, c.id
"""
HIGHLIGHTS = """
INSERT INTO learning_highlight (user_id, section_id, start, "end", exact, prefix, suffix, state,
    was, color, note, created_at, updated_at)
SELECT %(first)s + n %% %(learners)s, s.keys[1 + n %% cardinality(s.keys)], 0, 9, 'some words', '',
    '', 'exact', '', 'blue', '', now(), now()
FROM generate_series(1, %(highlights)s) AS n,
    (SELECT array_agg(id ORDER BY id) AS keys FROM topics_section WHERE removed_at IS NULL) AS s
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--reviews", type=int, default=1_000_000)
    parser.add_argument("--highlights", type=int, default=200_000)
    parser.add_argument("--learners", type=int, default=400)
    options = parser.parse_args()
    in_own_database(_measure, options)


def _measure(options: argparse.Namespace) -> None:
    from django.contrib.auth.models import User
    from django.db import connection
    from django.db.models import Count
    from django.utils import timezone

    from importer.run import import_paths
    from learning import marks, progress, reviews
    from learning.models import Card, Highlight, Review
    from topics.models import Section

    import_paths([str(options.folder)])
    User.objects.bulk_create(User(username=f"learner{n}") for n in range(options.learners))
    users = list(User.objects.order_by("pk"))
    values = vars(options) | {"first": users[0].pk, "answers": ANSWERS}
    with connection.cursor() as cursor:
        for sql in (CARDS, REVIEWS, HIGHLIGHTS):
            cursor.execute(sql, values)
    sections = Section.objects.published()
    largest = sections.values("topic").annotate(size=Count("pk")).order_by("-size")[0]
    keys = list(sections.filter(topic=largest["topic"]).values_list("pk", flat=True))
    for user in users:
        progress.mark(user, keys[user.pk % 2 :: 2], "read")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    counts = [f"{model.objects.count():,}" for model in (Review, Card, Highlight)]
    print(
        f"{counts[0]} answers, {counts[1]} cards, {counts[2]} highlights, {len(users)} learners;"
        f" a page of a topic of {len(keys):,} sections\n"
    )
    asked = {"reading": keys}
    asked |= dict.fromkeys(("bookmarks", "changed", "highlights", "cards"), keys[:SHOWN])
    asked |= {kind: [largest["topic"]] for kind in ("paths", "advice")}
    ways: dict[str, Callable[[Any], Any]] = {
        "due list": lambda user: reviews.queue(user, timezone.now()),
        "page state": lambda user: marks.states(user, asked),
    }
    print("| asked | ms p50 | p95 | processor ms p50 | p95 |\n|---|---|---|---|---|")
    for name, ask in ways.items():
        ask(users[0])  # a statement is planned once for each connection
        rows = [_taken(ask, user) for _ in range(ROUNDS) for user in users]
        cells = [
            f"{ordered[int(len(ordered) * share)]:.2f}"
            for ordered in map(sorted, zip(*rows, strict=True))
            for share in (0.5, 0.95)
        ]
        print(f"| {name} | {' | '.join(cells)} |")


def _taken(ask: Callable[[Any], Any], user: Any) -> tuple[float, float]:
    """Milliseconds until the statements were answered, and of the server's processor."""
    from django.db import connection

    wall = 0.0

    def timed(execute: Any, *args: Any) -> Any:
        nonlocal wall
        started = time.perf_counter()
        try:
            return execute(*args)
        finally:
            wall += (time.perf_counter() - started) * 1000

    before = server_seconds()
    with connection.execute_wrapper(timed):
        ask(user)
    return wall, (server_seconds() - before) * 1000
