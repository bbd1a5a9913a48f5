"""Questions for a meaning: the definition stands first."""

import pytest
from django.utils import timezone

from search.definitions import asked_term
from search.engine import search
from search.index import index_sections
from tests.search.library import Part, add_topic
from topics.models import Definition, Section, Topic


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("what is a saga", "saga"), ("What is a saga?", "saga"), ("what's an index", "index"),
        ("what are webhooks", "webhooks"), ("define idempotency", "idempotency"),
        ("what does ACID mean?", "ACID"), ("meaning of the event loop", "event loop"),
        ("idempotency definition", "idempotency"), ("what is CORS and why", "CORS"),
        ("what is the difference between a and b in Go", ""), ("how does a saga work", ""),
        ("what happens when a process ends", ""), ("saga", ""), ("explain analyze", ""),
    ],
)  # fmt: skip
def test_what_is_asked_for_is_known(text: str, term: str) -> None:
    assert asked_term(text) == term


@pytest.mark.django_db
def test_the_section_that_says_what_it_is_stands_first() -> None:
    add_topic("Saga", Part("Saga rows", "Saga saga saga. The saga row is kept. Saga."))
    add_topic("Patterns", Part("Long chains", "A saga is a chain of local transactions."))
    assert search("what is a saga").hits[0].title == "Long chains"
    assert search("saga rows").hits[0].title == "Saga rows"


@pytest.mark.django_db
def test_a_recorded_definition_stands_first_and_pages_show_every_row_once() -> None:
    topic = add_topic("Terms", Part("M", "Mutex: one at a time."))
    section = topic.sections.get(title="M")
    Definition.objects.create(section=section, position=0, term="Mutex", text="One at a time.")
    for n in range(12):
        add_topic(f"Locks {n}", Part(f"Mutex {n}", "Mutex, mutex, mutex."))
    first = search("what is a mutex", group=False, limit=5)
    second = search("what is a mutex", group=False, limit=5, offset=5)
    assert first.hits[0].title == "M"
    ids = [hit.section_id for hit in first.hits + second.hits]
    assert len(set(ids)) == 10


@pytest.mark.django_db
def test_a_definition_that_a_reader_may_not_see_is_in_nobodys_way() -> None:
    for number, (path, values) in enumerate({"a": {"status": "draft"}, "b": {}, "c": {}}.items()):
        topic = add_topic("Mutex", Part("Mutex", "Mutex: one at a time."), path=path, **values)
        section = topic.sections.exclude(anchor="").get()
        Definition.objects.create(section=section, position=0, term="Mutex", text=f"{number}")
    assert search("what is a mutex").hits[0].topic_path == "b"
    assert search("what is a mutex topic:c").hits[0].topic_path == "c"
    Topic.objects.filter(path="b").update(removed_at=timezone.now())
    index_sections(list(Section.objects.values_list("pk", flat=True)))
    assert search("what is a mutex").hits[0].topic_path == "c"


@pytest.mark.django_db
def test_the_definition_of_another_name_of_the_same_answers_too() -> None:
    add_topic("Commits", Part("Why does 2PC block?", "2PC, 2PC and 2PC: a vote is a promise."))
    add_topic("Terms", Part("Votes", "Two-phase commit is a vote before a commit."))
    assert search("what is 2pc").hits[0].title == "Votes"
    assert search("2pc").hits[0].title == "Why does 2PC block?"
