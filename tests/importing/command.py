"""The command as tests use it, and what they read in what it prints."""

from collections.abc import Callable

from topics.models import Section, Topic

POOLS = """# Connection pools

A pool keeps connections open and lends them.

## Sizes

A pool of ten connections serves hundreds of requests, because each holds one only for a moment.

## Time-outs

Waiting for a connection has to end at some time, or a slow query stops the whole process.
"""
GOOD = "# Good\n\nThis one comes in.\n"
Import = Callable[..., tuple[int, str]]


def refusals(printed: str) -> list[str]:
    return [
        line.removeprefix("refused: ")
        for line in printed.splitlines()
        if line.startswith("refused: ")
    ]


def answers(client, topic: Topic) -> set[int]:
    """The status of each address of a topic."""
    rows = Section.objects.filter(topic=topic, removed_at=None).select_related("topic")
    return {client.get(row.get_absolute_url()).status_code for row in rows}
