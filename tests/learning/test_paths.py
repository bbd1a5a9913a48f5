"""Learning paths: steps done, minutes left, the next step on every page, and what to read first."""

import re
from datetime import timedelta

import pytest
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from learning import progress
from learning.models import Card
from tests.beginnings import beginning
from tests.pages.html import text_of
from topics.models import Section

pytestmark = pytest.mark.django_db

WORDS = " ".join(["word"] * 660)
PATH = """---
kind: path
---
# Beginner

## Steps

1. Read [Sockets](sockets.md) first.
2. Then [Waiting](queues.md#waiting).
3. At last [Locks](deep/locks.md).
"""
FILES = {
    "beginner.md": PATH,
    "sockets.md": f"# Sockets\n\n{WORDS}\n\n## Closing\n\n{WORDS}\n",
    "queues.md": f"# Queues\n\n{WORDS}\n\n## Waiting\n\n{WORDS}\n\n## Other\n\nText.\n",
    "deep/locks.md": (
        "---\nprerequisites:\n  - ../sockets.md\n  - ../queues.md\n  - none.md\n---\n"
        f"# Locks\n\n{WORDS}\n"
    ),
}


@beginning
def library(bring):
    bring(FILES)


def section(path: str, anchor: str = "") -> int:
    return Section.objects.live().get(topic__path=path, anchor=anchor).pk


def words_of(learner, path: str) -> str:
    return " ".join(text_of(learner.get(path)).split())


def test_the_path_says_how_far_one_is_and_what_comes_next(library, learner, alice):
    page = words_of(learner, "/topics/beginner/")
    assert "0 of 3 steps done" in page and "12 minutes left" in page
    assert 'href="/topics/sockets/"><span>Step 1: <span lang="en">Sockets' in page
    progress.mark(alice, [section("sockets"), section("sockets", "closing")], "read")
    page = words_of(learner, "/topics/beginner/")
    assert "1 of 3 steps done" in page and "6 minutes left" in page
    assert 'href="/topics/queues/waiting/"><span>Step 2: <span lang="en">Waiting' in page
    progress.mark(alice, [section("queues", "waiting"), section("deep/locks")], "read")
    page = words_of(learner, "/topics/beginner/")
    assert "3 of 3 steps done" in page and "You have read the whole path." in page


def test_what_is_to_be_repeated_is_not_done(library, learner, alice):
    progress.mark(alice, [section("deep/locks")], "again")
    assert "0 of 3 steps done" in words_of(learner, "/topics/beginner/")


@pytest.mark.parametrize(
    ("path", "step", "following"),
    [
        ("/topics/sockets/", "Step 1 of 3", "/topics/queues/waiting/"),
        ("/topics/queues/", "Step 2 of 3", "/topics/deep/locks/"),
        ("/topics/deep/locks/", "Step 3 of 3", ""),
    ],
)
def test_each_page_of_a_step_names_the_next_one(library, learner, path, step, following):
    page = words_of(learner, path).partition('class="path-step"')[2].partition("</nav>")[0]
    assert step in page and 'href="/topics/beginner/"' in page
    assert f'class="button" href="{following}"' in page if following else "button" not in page


@pytest.mark.parametrize("url", ["/topics/queues/", "/topics/queues/waiting/"])
def test_a_page_of_several_steps_names_all_and_leads_on(library, bring, learner, alice, url):
    both = PATH.replace("2. Then", "2. [Queues](queues.md).\n3. Then").replace("3. At", "4. At")
    bring({"beginner.md": both})
    page = " ".join(text_of(learner.get(url, follow=True)).split())
    page = page.partition('class="path-step"')[2].partition("</nav>")[0]
    assert "Steps 2–3 of 4 " in page
    assert 'class="button" href="/topics/deep/locks/"><span>Step 4:' in page


def test_the_next_step_is_one_that_is_not_done(library, learner, alice):
    progress.mark(alice, [section("queues", "waiting")], "read")
    page = words_of(learner, "/topics/sockets/").partition('class="path-step"')[2]
    assert 'class="button" href="/topics/deep/locks/"><span>Step 3:' in page


def test_who_reads_along_a_path_is_led_by_its_bar_alone(library, learner, alice):
    page = words_of(learner, "/topics/sockets/?path=beginner")
    assert page.count("Step 1 of 3") == 1
    assert "path-step" not in page


def test_who_reads_along_a_path_sees_what_is_left_of_it(library, learner, client, alice):
    url = "/topics/queues/waiting/?path=beginner"
    left = words_of(learner, "/topics/sockets/?path=beginner").partition('class="path-left"')[2]
    assert "Beginner</a> · 12 minutes left</p>" in left
    progress.mark(alice, [section("sockets"), section("sockets", "closing")], "read")
    page = " ".join(text_of(learner.get(url, follow=True)).split())
    assert "Beginner</a> · 6 minutes left</p>" in page.partition('class="path-left"')[2]
    progress.mark(alice, [section("queues", "waiting"), section("deep/locks")], "read")
    assert "path-left" not in words_of(learner, "/topics/sockets/?path=beginner")
    client.logout()
    assert "path-left" not in words_of(client, "/topics/sockets/?path=beginner")


def test_prerequisites_are_advised_and_said_to_be_read(library, learner, alice):
    page = words_of(learner, "/topics/deep/locks/").partition('class="advice"')[2]
    page = page.partition("</p>")[0]
    assert page.index("/topics/sockets/") < page.index("/topics/queues/")
    assert page.count("minutes left") == 2
    progress.mark(alice, [section("sockets"), section("sockets", "closing")], "read")
    page = words_of(learner, "/topics/deep/locks/").partition('class="advice"')[2]
    assert '<a href="/topics/sockets/" lang="en">Sockets</a> (read)' in page
    assert "Read first" not in words_of(learner, "/topics/sockets/")


def test_a_path_follows_where_its_goals_are_merged_and_moved(library, bring, learner, alice):
    progress.mark(alice, [section("sockets", "closing")], "read")
    bring({"sockets.md": f"# Sockets\n\n{WORDS}\n\n## Ending\n\n{WORDS}\n"})
    assert "9 minutes left" in words_of(learner, "/topics/beginner/")


def test_nobody_else_s_reading_counts_and_strangers_see_no_state(library, learner, client, bob):
    progress.mark(bob, [section("sockets"), section("sockets", "closing")], "read")
    assert "0 of 3 steps done" in words_of(learner, "/topics/beginner/")
    client.logout()
    page = words_of(client, "/topics/beginner/")
    assert "path-state" not in page and "steps done" not in page
    assert "path-step" not in words_of(client, "/topics/sockets/")


def test_drafts_are_no_paths(library, bring, learner):
    bring({"beginner.md": PATH.replace("kind: path", "kind: path\nstatus: draft")})
    assert "path-step" not in words_of(learner, "/topics/sockets/")


@pytest.mark.parametrize("path", ["/topics/beginner/", "/topics/queues/", "/topics/deep/locks/"])
def test_it_takes_no_query_of_its_own(library, learner, client, alice, path):
    from django.db import connection

    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            learner.get(path)
        counts.append(len(queries))
        client.logout()
    assert counts[0] - counts[1] == 3


def test_a_path_ends_as_read_and_then_as_remembered(library, learner, alice):
    progress.mark(alice, list(Section.objects.published().values_list("pk", flat=True)), "read")
    page = words_of(learner, "/topics/beginner/")
    assert "You have read the whole path." in page
    assert "Make cards from it to remember it." in page
    now = timezone.now()
    values = {"origin": "own", "front": "f", "back": "b", "phase": 2, "due": now}
    made = [
        Card.objects.create(
            user=alice, section_id=section(path), last_review=now, held_since=now - held, **values
        )
        for path, held in [("sockets", timedelta(days=30)), ("deep/locks", timedelta(days=29))]
    ]
    for page in (words_of(learner, "/topics/beginner/"), words_of(learner, "/learn/")):
        assert "You have read the whole path." in page
        assert "1 of 2 cards have held for 30 days" in page
    Card.objects.filter(pk=made[1].pk).update(held_since=now - timedelta(days=31))
    for page in (words_of(learner, "/topics/beginner/"), words_of(learner, "/learn/")):
        assert "You remember the whole path: all 2 cards have held for 30 days." in page
    Card.objects.create(user=alice, section_id=section("queues"), origin="own", front="f", back="b")
    assert "You remember" in words_of(learner, "/topics/beginner/")  # no step leads there
    Card.objects.filter(pk=made[1].pk).update(held_since=None, phase=3)
    assert "1 of 2 cards have held" in words_of(learner, "/topics/beginner/")


def test_what_is_marked_on_the_way_leads_back_to_the_way(library, learner):
    page = learner.get("/topics/sockets/?path=beginner").content.decode()
    returns = set(re.findall(r'name="next" value="([^"]*)"', page))
    assert returns == {"/topics/sockets/?path=beginner", "/topics/sockets/closing/?path=beginner"}
    key = section("sockets")
    marked = learner.post(
        f"/learn/progress/{key}/",
        {"what": "read page", "next": "/topics/sockets/?path=beginner"},
        follow=True,
    )
    assert "Step 1 of 3" in " ".join(text_of(marked).split())
    beside = learner.get("/topics/sockets/").content.decode()
    assert not [url for url in re.findall(r'name="next" value="([^"]*)"', beside) if "?" in url]
