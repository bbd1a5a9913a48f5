"""Many rows at once: new ones are what their model would make, changed ones cost one table."""

import pytest
from django.utils import timezone

from importer.bulk_rows import new_row, update_rows
from tests.factories import make_topic
from topics.models import Definition, Link, PathStep, Question, Section, Topic
from topics.raw_sql import execute

NOW = timezone.now()
ROWS = [
    (Section, {"id": 3, "created_at": NOW, "changed_at": NOW, "title": "T"}),
    (Link, {"section_id": 3, "position": 1, "href": "a.md", "kind": "internal"}),
    (Definition, {"section_id": 3, "position": 0, "term": "a", "text": "b"}),
    (Question, {"section_id": 3, "position": 0, "text": "Why?"}),
    (PathStep, {"section_id": 3, "position": 2, "text": "b", "names": ["c"], "hrefs": []}),
]


@pytest.mark.parametrize(("model", "values"), ROWS, ids=[model.__name__ for model, _ in ROWS])
def test_a_new_row_holds_what_its_model_would_give_it(model, values):
    made, called = new_row(model, **values), model(**values)
    columns = [field.attname for field in model._meta.concrete_fields]
    assert [getattr(made, name) for name in columns] == [getattr(called, name) for name in columns]
    assert (made._state.adding, made._state.db) == (True, None)


def test_two_new_rows_share_no_list():
    one, other = (new_row(Section, id=key) for key in (1, 2))
    one.breadcrumbs.append("A")
    assert other.breadcrumbs == [] and one.see_also is not other.see_also


@pytest.mark.django_db
def test_many_updates_in_one_transaction_take_the_locks_of_one():
    topic = make_topic("A", path="a")
    other = make_topic("B", path="b")
    held = []
    for number, names in enumerate([["title"], ["title", "summary"], ["title"], ["summary"]]):
        topic.title, other.title = f"A{number}", f"B{number}"
        topic.summary = other.summary = f"S{number}"
        update_rows([topic, other][: 1 + number % 2], names)
        held += execute("SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid()")
    assert len({count for (count,) in held}) == 1
    assert list(Topic.objects.order_by("path").values_list("title", "summary")) == [
        ("A2", "S3"),
        ("B1", "S3"),
    ]
