import pytest

from topics.documents import Definition, PathStep

from .reading import read, sample


def definitions(text: str) -> list[tuple[str, str]]:
    return [(d.term, d.text) for s in read(text).sections for d in s.definitions]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- **Redis** – A *fast* store", [("Redis", "A fast store")]),
        ("- **Redis** - A store", [("Redis", "A store")]),
        ("- **Redis**: A `store`", [("Redis", "A store")]),
        ("- **Redis:** A store", [("Redis", "A store")]),
        ("- **Redis** = a store", [("Redis", "a store")]),
        ("- **A** / **B** – Both", [("A / B", "Both")]),
        ("- **A**, **B**, **C** – All", [("A, B, C", "All")]),
        ("- **ELK** (Elastic, Kibana) – Logs", [("ELK", "Logs")]),
        ("- **Redis** – A store\n  - nested text", [("Redis", "A store")]),
        ("- **Redis** is a store", []),
        ("- **Redis**", []),
        ("- Redis – a store", []),
        ("- a **Redis** – a store", []),
        ("**Redis** – a store", []),
        (
            "## Pool\n**Definition:** Kept connections.\n**Why:** Speed.",
            [("Pool", "Kept connections.")],
        ),
        ("## 1.1 Pool\n**Purpose**: Speed.", [("Pool", "Speed.")]),
        ("## Pool\n**Definition** of a pool", []),
        ("Term\n: Meaning", [("Term", "Meaning")]),
        (
            "| Concept | Definition | Pros |\n|--|--|--|\n| **A** | One | x |\n| B | | y |",
            [("A", "One")],
        ),
        ("| Lock Type | What it does |\n|--|--|\n| Row | Locks a row |", [("Row", "Locks a row")]),
        ("| Speed | Safety |\n|--|--|\n| 1 | 2 |", []),
    ],
)
def test_what_defines(text: str, found: list[tuple[str, str]]) -> None:
    assert definitions(text) == found


def test_a_roadmap_defines_its_layers_and_tools() -> None:
    document = read(sample("roadmap"))
    assert document.sections[3].definitions == [
        Definition("Key-value stores", "Answer one question very fast."),
        Definition("Redis", "An in-memory store (see SET, GET)."),
        Definition("Memcached / Dragonfly", "Caches and nothing else."),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("## What is it?\nA thing.", ["What is it?"]),
        ("**What is it?**\n\nA thing.", ["What is it?"]),
        ("**Q:** What is it?\n\nA thing.", ["What is it?"]),
        ("**Q1: What is it?**\nA thing.", ["What is it?"]),
        ("**Why?** Because.", []),
        ("## What it is", []),
    ],
)
def test_what_asks(text: str, found: list[str]) -> None:
    assert [q.text for s in read(text).sections for q in s.questions] == found


def test_numbered_steps_under_a_path_are_its_steps() -> None:
    assert read(sample("library")).steps == [
        PathStep(
            1,
            "Start with 01 - Foundations to see why a queue is more than a list",
            ["01 - Foundations"],
            [],
            5,
        ),
        PathStep(
            2,
            "Read Sizing a broker before you buy one",
            ["Sizing a broker"],
            ["02_broker/01_sizing.md"],
            5,
        ),
        PathStep(3, "Break 02 - Running a broker on purpose", ["02 - Running a broker"], [], 6),
        PathStep(4, "Write down what you saw", [], [], 6),
    ]


def test_numbered_lines_in_a_fence_are_steps_too() -> None:
    steps = read(sample("roadmap")).steps
    assert [(step.position, step.text) for step in steps] == [
        (1, "PostgreSQL on one machine"),
        (2, "Redis as a cache"),
        (3, "Object storage for uploads"),
    ]


@pytest.mark.parametrize("title", ["Path Parameters", "Quick Start", "Steps"])
def test_other_lists_are_no_paths(title: str) -> None:
    assert read(f"## {title}\n1. a\n2. b\n").steps == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("# Beginner path\n1. [a](a.md)\n2. [b](b.md)\n", "path"),
        ("# Interview notes\n", "interview"),
        ("# T\n" + "## What is it?\nx\n" * 5, "interview"),
        ("# T\n" + "## A\nx\n" * 20, "guide"),
        ("# T\n" + "## A\nx\n" * 19, "article"),
        ("# T\n" + "## A\nx\n" * 6 + "## What is it?\nx\n" * 5, "article"),
        ("", "article"),
        ("---\nkind: glossary\n---\n# Interview", "glossary"),
        ("# T\n" + "## A\n**Purpose**: x\n- **B** – c\n" * 3, "roadmap"),
    ],
)
def test_the_kind_of_a_document(text: str, kind: str) -> None:
    assert read(text).kind == kind
