"""What a page costs the web process where nobody asked for it yet.

    KB_DATA_DIR=DATA python -m benchmarks work [--pages N]

DATA is that of a site that is migrated and filled; static files are collected. Prints a Markdown
table: for pages of texts, searches, pages of a reader with an account and addresses where nothing
is, the processor time of the thread (median), which other work on the machine makes longer, and the
calls of Python functions, which it does not.
"""

import argparse
import cProfile
import logging
import os
import pstats
import random
import time
from collections.abc import Sequence
from statistics import median
from typing import Any

import django
from django.test import Client

from benchmarks import NO_LIMITS

WARM = 50  # pages asked before anything is measured


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=100)
    count = parser.parse_args().pages
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb.settings")
    os.environ |= NO_LIMITS
    django.setup()
    logging.disable(logging.CRITICAL)
    from django.contrib.auth.models import User
    from django.db.models import F

    from topics.models import Section

    sections = Section.objects.filter(removed_at=None, page_id=F("pk"), topic__removed_at=None)
    asked = WARM + 2 * count
    found = list(sections.select_related("topic").order_by("pk"))
    order = random.Random(5)
    pages = [one.get_absolute_url() for one in order.sample(found, min(asked, len(found)))]
    words = sorted({w.lower() for one in found for w in one.title.split() if w.isalpha()})
    searches = [f"/search/?q={order.choice(words)}+{order.choice(words)}" for _ in range(asked)]
    options: dict[str, Any] = {"headers": {"accept-encoding": "gzip"}, "HTTP_HOST": "localhost"}
    stranger, reader = Client(**options), Client(**options)
    reader.force_login(User.objects.get_or_create(username="benchmark")[0])
    print("| page | ms of processor time | calls of functions |\n| --- | --- | --- |")
    for name, client, addresses in (
        ("page asked for the first time", stranger, pages),
        ("new search", stranger, searches),
        ("one of ten pages, logged in", reader, [pages[n % 10] for n in range(asked)]),
        ("address where nothing is", stranger, [f"/nothing-{n}/" for n in range(asked)]),
    ):
        ms, calls = measure(client, addresses, count)
        print(f"| {name} | {ms:.1f} | {calls:,.0f} |")


def measure(client: Client, addresses: Sequence[str], count: int) -> tuple[float, float]:
    """The median of milliseconds, and the calls a page."""
    for address in addresses[:WARM]:
        client.get(address)
    times = []
    for address in addresses[WARM : WARM + count]:
        started = time.thread_time()
        client.get(address)
        times.append(time.thread_time() - started)
    profile = cProfile.Profile()
    rest = addresses[WARM + count :]
    with profile:
        for address in rest:
            client.get(address)
    calls: int = pstats.Stats(profile).total_calls  # type: ignore[attr-defined]
    return 1000 * median(times), calls / len(rest)
