"""Pins: what curators put first for a query, in force by the day, shown with a label."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from search import log
from search.engine import search
from search.models import Pin, SearchLog
from search.pins import key_of_text
from tests.beginnings import beginning
from tests.search.library import Part, add_topic
from tests.shelf import fill_shelf
from topics.models import Section, content_changed

pytestmark = pytest.mark.django_db


@beginning
def shelf():
    return fill_shelf(notes=30)


def pin(query, section, **values):
    made = Pin.objects.create(query=query, key=key_of_text(query), section=section, **values)
    content_changed()
    return made


def found(q, **options):
    return [hit.section_id for hit in search(q, **options).hits]


def day(offset):
    return timezone.now().date() + timedelta(days=offset)


def test_a_pinned_section_stands_first_whatever_its_words(shelf):
    before = search("retry")
    assert shelf["isolation"].pk not in found("retry", limit=100)
    pin("retry", shelf["isolation"], label="Start here")
    after = search("retry")
    first = after.hits[0]
    assert (first.section_id, first.is_pinned, first.label) == (
        shelf["isolation"].pk, True, "Start here",
    )  # fmt: skip
    # Three of a topic stand among the first ten; the pinned one is of another.
    assert (after.total, len(after.hits)) == (before.total, len(before.hits) + 1)


def test_other_forms_of_the_words_count_and_other_queries_do_not(shelf):
    pin("Growing  Pauses", shelf["isolation"])
    for query in ("growing pause", "GROWING pauses", "growing paused"):
        assert found(query)[0] == shelf["isolation"].pk, query
    for query in ("pause growing", "growing", "-growing pauses", "topic:notes growing pauses",
                  '"growing pauses"', "growing pauses kind:guide"):  # fmt: skip
        assert shelf["isolation"].pk not in found(query), query


@pytest.mark.parametrize(
    ("begins", "ends", "counts"),
    [
        (None, None, True),
        (0, 0, True),
        (-5, 5, True),
        (1, None, False),
        (None, -1, False),
        (-9, -1, False),
        (0, None, True),
        (None, 0, True),
    ],
)
def test_a_pin_is_in_force_from_its_first_day_to_its_last(shelf, begins, ends, counts):
    dates = {"begins": begins, "ends": ends}
    days = {name: None if n is None else day(n) for name, n in dates.items()}
    pin("retry", shelf["isolation"], **days)
    assert (found("retry")[0] == shelf["isolation"].pk) is counts


def test_a_pin_cannot_end_before_it_begins(shelf):
    with pytest.raises(IntegrityError), transaction.atomic():
        pin("retry", shelf["isolation"], begins=day(2), ends=day(1))


def test_pages_of_results_hold_each_section_once(shelf):
    plain = found("retry", limit=30, group=False)
    pin("retry", shelf["isolation"])
    pin("retry", Section.objects.get(pk=plain[25]))
    rows = [pk for n in (0, 10, 20) for pk in found("retry", limit=10, offset=n, group=False)]
    assert rows[:2] == [shelf["isolation"].pk, plain[25]]
    assert len(rows) == len(set(rows)) == 30
    assert set(plain[:25]) <= set(rows)


def test_what_is_hidden_or_removed_is_not_put_first(shelf):
    pin("retry", shelf["isolation"])
    shelf["isolation"].topic.status = "draft"
    shelf["isolation"].topic.save()
    assert shelf["isolation"].pk not in found("retry")


def test_a_pin_on_a_merged_section_is_one_on_what_it_was_merged_into(shelf):
    pin("retry", shelf["isolation"], label="Here")
    gone = Section.objects.filter(pk=shelf["isolation"].pk)
    gone.update(removed_at=timezone.now(), merged_into=shelf["waiting"])
    first = search("retry").hits[0]
    assert (first.section_id, first.label) == (shelf["waiting"].pk, "Here")


def test_a_query_without_results_has_the_pinned_one(shelf, client):
    pin("quokka", shelf["streams"], label="<b>Ours</b>")
    results = search("quokka")
    assert (results.total, results.hits[0].section_id) == (1, shelf["streams"].pk)
    page = client.get("/search/", {"q": "quokka"}).content.decode()
    assert "&lt;b&gt;Ours&lt;/b&gt;" in page and "Nothing found" not in page
    [row] = client.get("/api/v1/search", {"q": "quokka"}).json()["results"]
    assert row["pinned"] == "<b>Ours</b>"
    [other] = client.get("/api/v1/search", {"q": "isolation level"}).json()["results"][:1]
    assert other["pinned"] is None


@pytest.mark.parametrize("who", ["everybody", "learner"])
def test_a_redirect_leads_there_unless_asked_otherwise(shelf, client, alice, who, settings):
    settings.SEARCH_LOG_THREAD = False
    settings.SEARCH_LOG = True
    if who == "learner":
        client.force_login(alice)
    assert client.get("/search/", {"q": "retry"}).status_code == 200
    pin("retry", shelf["streams"], is_redirect=True)
    address = shelf["streams"].get_absolute_url()
    for _ in range(2):
        assert client.get("/search/", {"q": "Retry"})["location"] == address
    for more in ({"exact": "1"}, {"topic": "notes"}, {"offset": "10"}, {"sort": "recent"}):
        answer = client.get("/search/", {"q": "retry", **more})
        assert answer.status_code == 200, more
    assert client.get("/api/v1/search", {"q": "retry"}).status_code == 200
    log.write_waiting()
    assert SearchLog.objects.filter(query="retry", opened=shelf["streams"]).count() >= 1


def test_a_search_without_a_pin_costs_no_query_more(shelf, django_assert_num_queries):
    pin("retry", shelf["isolation"])
    search("growing pause")
    with django_assert_num_queries(1):
        search("growing pause")
    with django_assert_num_queries(2):
        search("retry")


def test_a_process_with_an_older_copy_reads_pins_again(shelf):
    search("retry")
    Pin.objects.bulk_create([Pin(query="retry", key="retri", section=shelf["isolation"])])
    assert found("retry")[0] == shelf["isolation"].pk
    Pin.objects.all().delete()
    assert found("retry")[0] != shelf["isolation"].pk


def test_a_definition_stands_behind_a_pin():
    topic = add_topic("Locks", Part("Mutex", "A mutex is a lock that one thread holds."))
    other = add_topic("Threads", Part("Pools", "Threads wait."))
    mutex, pools = topic.sections.get(title="Mutex"), other.sections.get(title="Pools")
    assert found("what is a mutex")[0] == mutex.pk
    pin("what is a mutex", pools)
    assert found("what is a mutex")[:2] == [pools.pk, mutex.pk]
