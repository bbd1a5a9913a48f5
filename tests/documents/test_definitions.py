import pytest

from documents import Definition, PathStep

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


@pytest.mark.parametrize(
    "term",
    [
        "Nothing much",
        "A user notices",
        "Money or law is involved",
        "A VM without containers",
        "Data that may be lost or rebuilt",
        "Settings that change at run time",
        "With a problem at hand",
        "For depth on one subject",
        "If in doubt",
        "No session overhead",
        "Deploying what was not tested",
        "What you need",
        "Search with facets and tolerance for typing errors",
    ],
)
def test_a_case_or_a_clause_is_no_term(term: str) -> None:
    assert definitions(f"- **{term}**: use a queue") == []


@pytest.mark.parametrize(
    "term",
    [
        "A record",
        "AAAA record",
        "A/B test",
        "The Twelve-Factor App",
        "At most once",
        "NOT NULL",
        "NoSQL",
        "In-process LRU",
        "Forward proxy",
        "Notary",
        "Command Query Responsibility Segregation (CQRS)",
        "JOIN ... ON",
        "Least connections",
        "Node.js",
        "Canary",
    ],
)
def test_a_name_of_any_form_is_a_term(term: str) -> None:
    assert definitions(f"- **{term}**: what it means") == [(term, "what it means")]


@pytest.mark.parametrize(
    ("heading", "count"),
    [
        ("Why It Matters", 0),
        ("When to use it", 0),
        ("Why, and when not", 0),
        ("How to work through it", 0),
        ("Pitfalls", 0),
        ("Common mistakes", 0),
        ("What goes wrong in production", 0),
        ("When MongoDB is a BAD Idea", 0),
        ("How it works", 1),
        ("Whenever", 1),
        ("What is a lock", 1),
        ("Kinds of locks", 1),
    ],
)
def test_lists_below_reasons_cases_and_faults_define_nothing(heading: str, count: int) -> None:
    assert len(definitions(f"## {heading}\n- **Row lock** – held by a row")) == count


def test_tables_and_definition_lists_define_whatever_the_heading() -> None:
    text = "## Why locks\n\n| Term | Meaning |\n|--|--|\n| Row lock | One row |\n\nLatch\n: Short"
    assert definitions(text) == [("Row lock", "One row"), ("Latch", "Short")]


def test_a_definition_below_a_question_defines_what_it_asks_for() -> None:
    text = "## What is a connection pool?\n**Definition:** Kept connections."
    assert definitions(text) == [("connection pool", "Kept connections.")]


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
