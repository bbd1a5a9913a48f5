"""The learner's home, her figures, and what has changed since she read it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from learning import figures, pictures, progress
from learning.models import Bookmark, Card, Plan, Reading, Review
from topics.models import Section

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)  # a Wednesday


def seen(response) -> str:
    """What a reader sees of a page, with single spaces."""
    return " ".join(strip_tags(response.content.decode().partition("<main")[2]).split())


def answer(user: User, at: datetime, rating: int = 3, **values) -> Review:
    defaults = {"card": 1, "phase": 2, "is_first": True, "before": {}}
    return Review.objects.create(user=user, reviewed_at=at, rating=rating, **(defaults | values))


def test_an_empty_home_teaches(learner: Client) -> None:
    page = seen(learner.get("/learn/"))
    assert "A card is a question with its answer." in page
    assert "Mark a section as read at its end" in page
    assert "in a row" not in page


def test_home_shows_what_is_due_and_where_to_go_on(learner, alice, bring) -> None:
    words = " ".join(["word"] * 440)
    bring({"a.md": f"# A\n\n## One\n\n{words}\n\n## Two\n\n{words}\n"})
    section = Section.objects.get(title="One")
    Card.objects.create(user=alice, section=section, origin="own", front="f", back="b")
    Bookmark.objects.create(user=alice, section=section, note="Remember this.")
    progress.mark(alice, [section.pk], "read")
    page = seen(learner.get("/learn/"))
    assert "Review 1 card" in page
    assert "Two A 2 minutes left" in page
    assert "Remember this." in page


def test_what_she_left_unread_is_found_behind_topics_that_she_has_finished(
    learner, alice, bring
) -> None:
    bring({f"t{n}.md": f"# T{n}\n\n## One\n\nWords.\n\n## Two\n\nWords.\n" for n in range(7)})
    for n in range(7):
        sections = Section.objects.filter(topic__path=f"t{n}").exclude(
            title="Two" if n == 0 else ""
        )
        progress.mark(alice, [section.pk for section in sections], "read")
    page = seen(learner.get("/learn/"))
    assert "Two T0 1 minute left" in page
    left = Section.objects.get(topic__path="t0", title="Two")
    progress.mark(alice, [left.pk], "read")
    page = seen(learner.get("/learn/"))
    assert "All that you began lately is read." in page
    assert "Mark a section as read at its end" not in page


def test_what_has_changed_is_listed_with_the_difference(learner, alice, bring) -> None:
    bring({"a.md": "# A\n\n## One\n\nOld words stand here.\n"})
    section = Section.objects.get(title="One")
    progress.mark(alice, [section.pk], "read")
    assert "Changed since" not in learner.get("/learn/").content.decode()
    bring({"a.md": "# A\n\n## One\n\nNew words stand here.\n"})
    url = reverse("learning:changed", args=[section.pk])
    assert url in learner.get("/learn/").content.decode()
    assert url in learner.get("/topics/a/").content.decode()
    page = learner.get(url).content.decode()
    assert "<del>Old</del><ins>New</ins> words stand here." in page
    learner.post(reverse("learning:mark", args=[section.pk]), {"state": "read"})
    assert url not in learner.get("/learn/").content.decode()


def test_what_she_read_elsewhere_has_not_changed_by_coming_here(learner, alice, bring) -> None:
    """She took along what she had read before this site had the text."""
    bring({"a.md": "# A\n\n## One\n\nOld words stand here.\n"})
    section = Section.objects.get(title="One")
    Reading.objects.create(
        user=alice, section=section, state="read", marked_at=timezone.now() - timedelta(days=90)
    )
    url = reverse("learning:changed", args=[section.pk])
    assert url not in learner.get("/learn/").content.decode()
    assert url not in learner.get("/topics/a/").content.decode()
    bring({"a.md": "# A\n\n## One\n\nNew words stand here.\n"})
    assert url in learner.get("/learn/").content.decode()
    assert url in learner.get("/topics/a/").content.decode()
    page = learner.get(url).content.decode()
    assert "<del>Old</del><ins>New</ins> words stand here." in page


def test_what_was_changed_and_changed_back_says_so(learner, alice, bring) -> None:
    bring({"a.md": "# A\n\n## One\n\nOld.\n"})
    section = Section.objects.get(title="One")
    progress.mark(alice, [section.pk], "read")
    bring({"a.md": "# A\n\n## One\n\nNew.\n"})
    bring({"a.md": "# A\n\n## One\n\nOld.\n"})
    page = learner.get(reverse("learning:changed", args=[section.pk])).content.decode()
    assert "it reads as it did then" in page


def test_nobody_sees_the_changes_of_what_she_has_not_read(learner, bring) -> None:
    bring({"a.md": "# A\n\n## One\n\nOld.\n"})
    for key in (Section.objects.get(title="One").pk, 10**12):
        assert learner.get(reverse("learning:changed", args=[key])).status_code == 404


def test_changes_of_a_draft_are_not_told(learner, alice, bring) -> None:
    bring({"a.md": "# A\n\n## One\n\nOld.\n"})
    section = Section.objects.get(title="One")
    Reading.objects.create(
        user=alice, section=section, state="read", marked_at=timezone.now() - timedelta(days=1)
    )
    bring({"a.md": "---\nstatus: draft\n---\n# A\n\n## One\n\nSecret.\n"})
    assert learner.get(reverse("learning:changed", args=[section.pk])).status_code == 404
    assert progress.changed(alice, 5) == []


def test_recall_counts_first_answers_to_known_cards(alice, bob, routing) -> None:
    card = Card.objects.create(user=alice, section=routing, origin="own", front="f", back="b")
    for number in range(10):
        answer(alice, NOW - timedelta(days=number), 1 if number < 2 else 3, card=card.pk)
    answer(alice, NOW, 1, card=card.pk, is_first=False)
    answer(alice, NOW, 1, card=card.pk, phase=0)
    answer(alice, NOW - timedelta(days=91), 1, card=card.pk)
    wrong = answer(alice, NOW, 1, card=card.pk)
    answer(alice, NOW, 0, card=card.pk, undoes=wrong)
    answer(bob, NOW, 1)
    all_, (topic,) = figures.retention(alice, NOW)
    assert (all_.asked, all_.recalled, all_.percent) == (10, 8, 80)
    assert (topic.title, topic.percent) == ("Express", 80)
    assert figures.Recall(9, 9).percent is None


def test_the_calendar_ends_today_and_counts_the_learners_days(alice) -> None:
    answer(alice, NOW.replace(hour=23, minute=30))
    for _ in range(4):
        answer(alice, NOW - timedelta(days=2))
    weeks = figures.calendar(alice, NOW, Plan())
    assert (len(weeks), len(weeks[0]), len(weeks[-1])) == (26, 7, 3)
    assert [(day.count, day.level) for day in weeks[-1]] == [(4, 4), (0, 0), (1, 1)]
    assert weeks[-1][-1].date == date(2026, 3, 4)
    berlin = figures.calendar(alice, NOW + timedelta(days=1), Plan(time_zone="Europe/Berlin"))
    assert [day.count for day in berlin[-1]] == [4, 0, 0, 1]


@pytest.mark.parametrize(
    ("days_ago", "length"),
    [
        ([], 0),
        ([0], 1),
        ([1], 1),
        ([0, 1, 2], 3),
        ([0, 2, 4], 3),  # two days off of seven
        ([0, 3], 2),
        ([0, 4], 1),  # three in a row
        ([0, 2, 4, 6, 8], 3),
        ([5], 0),
    ],
)
def test_a_streak_forgives_two_days_of_seven(alice, days_ago, length) -> None:
    for days in days_ago:
        answer(alice, NOW - timedelta(days=days))
    answer(alice, NOW - timedelta(days=1), 1)  # not recalled
    assert figures.streak(alice, NOW, Plan()) == length


def test_a_streak_is_shown_only_if_it_is_switched_on(learner, alice) -> None:
    answer(alice, timezone.now())
    assert "in a row" not in learner.get("/learn/").content.decode()
    Plan.objects.create(user=alice, has_streak=True)
    assert "You recalled something on 1 day in a row." in learner.get("/learn/").content.decode()


def test_pictures_have_a_text_and_a_table(learner, alice, routing) -> None:
    now = timezone.now()
    Card.objects.create(
        user=alice, section=routing, origin="own", front="f", back="b", phase=2, stability=5.0,
        difficulty=5.0, due=now + timedelta(days=3), last_review=now - timedelta(days=2), reps=1,
    )  # fmt: skip
    page = learner.get(reverse("learning:figures")).content.decode()
    assert "0 cards are due today, 1 in the next 30 days." in page
    assert "Answers in 26 weeks: 0. Days with answers: 0." in page
    assert page.count("<title id=") == 2
    assert "style=" not in page


def test_bars_show_what_is_not_nothing() -> None:
    assert [(bar.x, bar.y, bar.height) for bar in pictures.bars([0, 1, 400])] == [
        (0, 80, 0), (12, 78, 2), (24, 0, 80),
    ]  # fmt: skip
    assert pictures.bars([0, 0])[1].height == 0
