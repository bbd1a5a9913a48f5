"""Testing oneself without a schedule, and quizzes that a seed repeats."""

import re
from random import Random

import pytest
from django.test import Client
from django.urls import reverse

from learning import quizzes
from learning.models import Review
from tests.beginnings import beginning
from topics.models import Section

pytestmark = pytest.mark.django_db

TERMS = "\n".join(f"- **Word{n}** – the meaning of number {n} in this text" for n in range(5))
TEXT = f"""# Pools

## Why pools?

They save time.

## Words

{TERMS}

## Steps

1. Open the pool
2. Lend a connection
3. Take it back
4. Close the pool

## Kinds

- fixed pools
- growing pools
- shared pools

## Dangers

- leaks of leases
- waiting without end
- a pool in a pool
"""


@beginning
def pools(bring) -> dict[str, Section]:
    bring({"pools.md": TEXT})
    return {section.title: section for section in Section.objects.select_related("topic")}


@pytest.fixture
def root(pools) -> Section:
    return pools["Pools"]


def keys(pools: dict[str, Section]) -> list[int]:
    return [section.pk for section in pools.values()]


def test_a_quiz_is_the_same_for_the_same_seed(pools) -> None:
    first = quizzes.quiz(keys(pools), 7)
    assert first == quizzes.quiz(keys(pools), 7)
    assert first != quizzes.quiz(keys(pools), 8)


def test_definitions_ask_for_their_term_and_lists_for_what_follows_or_belongs(pools) -> None:
    items = quizzes.quiz(keys(pools), 1)
    kinds = {item.kind for item in items}
    assert kinds == {"term", "next", "belongs"}
    for item in items:
        right = item.options[item.right]
        assert len(set(item.options)) == len(item.options) >= 3
        if item.kind == "term":
            assert item.prompt == f"the meaning of number {right[-1]} in this text"
        elif item.kind == "next":
            steps = ["Open the pool", "Lend a connection", "Take it back", "Close the pool"]
            assert steps.index(right) == steps.index(item.prompt) + 1
        else:
            assert (
                right
                in {
                    "Kinds": ["fixed pools", "growing pools", "shared pools"],
                    "Dangers": ["leaks of leases", "waiting without end", "a pool in a pool"],
                }[item.prompt]
            )


def test_no_wrong_answer_is_right_too(pools) -> None:
    for seed in range(30):
        for item in quizzes.quiz(keys(pools), seed):
            wrong = [o for place, o in enumerate(item.options) if place != item.right]
            if item.kind == "belongs":
                other = "Dangers" if item.prompt == "Kinds" else "Kinds"
                assert all(text not in pools[item.prompt].text for text in wrong), other


def test_a_term_is_hidden_in_its_own_definition(bring) -> None:
    rows = "\n".join(f"- **Term{n}** – a Term{n} is a thing of kind {n} here" for n in range(4))
    bring({"t.md": f"# T\n\n{rows}\n"})
    for item in quizzes.quiz(list(Section.objects.values_list("pk", flat=True)), 3):
        assert item.prompt.startswith("a … is a thing")


def test_each_answer_leads_to_its_place(pools) -> None:
    path = pools["Pools"].topic.path
    for item in quizzes.quiz(keys(pools), 5):
        assert item.place.startswith(f"/topics/{path}/#")
        assert ":~:text=" in item.place


@pytest.mark.parametrize("text", ["", "# T\n\nOnly words.\n", "# T\n\n- **A** – one thing here\n"])
def test_too_little_makes_no_quiz(bring, text: str) -> None:
    bring({"t.md": text or "# T\n"})
    assert quizzes.quiz(list(Section.objects.values_list("pk", flat=True)), 1) == []


def test_the_page_says_which_answers_were_right(learner: Client, root) -> None:
    url = reverse("learning:quiz", args=[root.pk])
    items = quizzes.quiz(list(Section.objects.values_list("pk", flat=True)), 7)
    answers = {f"a{n}": str(item.right) for n, item in enumerate(items)}
    answers["a0"] = str((items[0].right + 1) % len(items[0].options))
    page = learner.get(url, {"seed": "7", **answers, "check": "1"}).content.decode()
    assert f"{len(items) - 1} of {len(items)} are right." in page
    assert page.count("Where it says so") == len(items)


def test_without_a_seed_the_address_gets_one(learner: Client, root) -> None:
    for name in ("quiz", "test"):
        response = learner.get(reverse(f"learning:{name}", args=[root.pk]))
        assert response.status_code == 302
        assert re.search(r"\?scope=topic&seed=\d{1,6}$", response.url)


def test_all_questions_are_asked_in_the_order_of_the_seed(learner: Client, root) -> None:
    url = reverse("learning:test", args=[root.pk])
    expected = [f"Word{n}" for n in range(5)]
    expected.insert(0, "Why pools?")
    Random(7).shuffle(expected)
    answers = ""
    for number, front in enumerate(expected):
        page = learner.get(url, {"seed": "7", "answers": answers}).context
        assert (page["asked"]["source"].front, page["at"]) == (front, number + 1)
        answers += "1" if number % 2 else "0"
    page = learner.get(url, {"seed": "7", "answers": answers}).content.decode()
    assert "You knew 3 of 6." in page
    assert not Review.objects.exists()


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("seed=7&answers=2", 400),
        ("seed=7&answers=1111111", 400),
        ("seed=7&scope=all", 400),
        ("seed=x", 302),
        ("seed=-1", 302),
        ("seed=9999999", 302),
        ("seed=7&scope=section", 200),
    ],
)
def test_odd_addresses_break_nothing(learner: Client, root, query: str, status: int) -> None:
    assert learner.get(f"{reverse('learning:test', args=[root.pk])}?{query}").status_code == status
