"""What stands before what, one test for each signal of the ranking."""

import json

import pytest
from django.core.management import call_command
from django.db import connection

from search.index import index_sections
from search.models import Standing, Synonym, Weight
from search.rebuild import problems
from search.weights import CHOSEN
from tests.search.library import Part, add_topic, found
from topics.models import Link, Section, Topic

pytestmark = pytest.mark.django_db

FILLING = "It is told at length, with what it costs and what to watch for in production. " * 4


def topics_found(query: str) -> list[str]:
    from search.engine import search

    return [hit.topic_title for hit in search(query).hits]


def test_a_rare_word_that_is_missing_costs_more_than_a_common_one() -> None:
    add_topic("Others", *[Part(f"Server {n}", f"A server. {FILLING}") for n in range(8)])
    add_topic("One", Part("Drains", f"Drain it. {FILLING}"))
    add_topic("Two", Part("Servers", f"A server and its server room. {FILLING}"))
    assert found("drain server")[0] == "Drains"


def test_all_words_in_passing_do_not_beat_the_section_about_the_thing() -> None:
    words = " ".join(f"word{n}" for n in range(300))
    add_topic("Cheat sheet", Part("Everything", f"offset {words} cursor {words} faster pagination"))
    add_topic("Guide", Part("Pagination by cursor or offset", f"Pagination by cursor. {FILLING}"))
    add_topic("Other", *[Part(f"Other {n}", f"A faster way. {FILLING}") for n in range(5)])
    assert found("offset or cursor, which pagination is faster")[0].startswith("Pagination")


def test_words_that_only_ask_weigh_little() -> None:
    add_topic("One", Part("The best way", f"The best way to do anything. {FILLING}"))
    add_topic("Two", Part("Hashing", f"Passwords are hashed. {FILLING}"))
    add_topic("Other", *[Part(f"Other {n}", f"Passwords and text. {FILLING}") for n in range(3)])
    assert found("best way hashing")[0] == "Hashing"


def test_the_root_of_a_topic_stands_before_sections_of_the_same_name() -> None:
    add_topic("Module", Part("Get-Alias", f"Gets aliases of the session. {FILLING}"))
    topic = add_topic("Get-Alias", index=False)
    root = topic.sections.get(anchor="")
    root.text = f"Gets aliases. {FILLING}"
    root.save(update_fields=["text"])
    add_topic("Set-Alias", Part("See also"), Part("Get-Alias", f"Gets what was set. {FILLING}"))
    index_sections([root.pk])
    assert topics_found("get-alias")[0] == "Get-Alias"


def test_a_question_leads_only_where_something_is_asked() -> None:
    add_topic("Quiz", Part("What is encryption at rest?", f"Encryption hides. {FILLING}"))
    add_topic("Guide", Part("Encryption at rest and in transit", f"Encryption hides. {FILLING}"))
    assert topics_found("encryption")[0] == "Guide"
    assert topics_found("what is encryption at rest?")[0] == "Quiz"


def test_a_letter_of_a_glossary_and_a_list_of_links_do_not_lead() -> None:
    terms = "encoding encoding encoding encoding"
    add_topic("Glossary", Part("E", terms), kind="glossary")
    guide = add_topic("Guide", Part("Where next", "encoding encoding encoding"), index=False)
    part = guide.sections.get(title="Where next")
    Link.objects.create(
        section=part, position=0, href="/a", text="encoding encoding", kind="internal"
    )
    add_topic("Article", Part("Bytes", f"The encoding of text as bytes. {FILLING}"))
    index_sections(list(guide.sections.values_list("pk", flat=True)))
    roles = dict(Standing.objects.values_list("title_key", "role"))
    assert (roles["e"], roles["next"]) == ("letter", "links")
    Weight.objects.filter(name__in=["letter", "links"]).update(value=0.1)
    assert topics_found("encoding")[0] == "Article"


def test_the_title_of_a_topic_helps_its_sections() -> None:
    add_topic("Redis", Part("Installation", f"How it is installed. {FILLING}"))
    add_topic("Kafka", Part("Installation", f"How it is installed. {FILLING}"))
    assert topics_found("kafka installation")[0] == "Kafka"


@pytest.mark.parametrize(
    "query",
    ["outbox pattern: how it works", "outbox pattern polling", "polling outbox pattern"],
)
def test_a_topic_and_a_part_of_it_find_the_part(query: str) -> None:
    parts = [Part("How it works", f"Rows are sent later. {FILLING}"), Part("Polling", FILLING)]
    topic = add_topic("Outbox Pattern", *parts, index=False)
    root = topic.sections.get(anchor="")
    root.text = f"The outbox pattern sends what was written. {FILLING}"
    root.save(update_fields=["text"])
    index_sections(list(topic.sections.values_list("pk", flat=True)))
    add_topic("Other", Part("How polling works", f"Polling asks again. {FILLING}"))
    assert found(query)[0] == ("How it works" if "how" in query else "Polling")
    assert found("outbox pattern")[0] == "Outbox Pattern"


def test_a_question_counts_in_full_where_more_than_a_subject_is_named() -> None:
    add_topic("Quiz", Part("What is a preflight request?", f"CORS asks before. {FILLING}"))
    add_topic("Guide", Part("Preflight requests at the edge of a site", FILLING))
    assert topics_found("cors preflight request fails")[0] == "Quiz"
    assert topics_found("preflight request")[0] == "Guide"


def test_a_list_of_links_is_no_answer_because_of_its_name() -> None:
    guide = add_topic("Guide", Part("Next", "Caching, queues"), index=False)
    part = guide.sections.get(title="Next")
    Link.objects.create(section=part, position=0, href="/a", text="Caching", kind="internal")
    index_sections(list(guide.sections.values_list("pk", flat=True)))
    add_topic("Article", Part("The next function of middleware", f"Call next, or next. {FILLING}"))
    assert topics_found("next")[0] == "Article"


def test_a_title_with_both_sides_of_a_comparison_comes_first() -> None:
    add_topic("One", Part("Sessions", f"Sessions, jwt, sessions and jwt, sessions. {FILLING}"))
    add_topic("Two", Part("Sessions, then JWT, and others besides", f"Both are told. {FILLING}"))
    assert found("sessions vs jwt")[0] == "Sessions, then JWT, and others besides"


def test_copies_for_other_versions_share_three_of_the_first_ten_places() -> None:
    for version in ("0.11.0", "12", "v13.1", "version-14", "15.x"):
        path = f"develop/{version.replace('.', '-')}/tag-fields"
        add_topic("Tag fields", Part("Tag fields", f"Tag fields. {FILLING}"), path=path)
    add_topic("Others", *[Part(f"Field {n}", "A field with a tag.") for n in range(3)])
    for n in range(6):
        add_topic(f"Topic {n}", Part("Fields", f"Fields have a tag. {FILLING}"))
    from search.engine import search

    paths = [hit.topic_path for hit in search("tag fields").hits]
    assert sum(path.endswith("/tag-fields") for path in paths) == 3
    assert search("tag fields").hits[2].more_in_topic == 7


def test_topics_whose_names_differ_in_a_number_are_no_copies() -> None:
    for n in range(5):
        add_topic(f"Sample {n}", Part("Runspace", f"A runspace. {FILLING}"), path=f"sample-{n}")
    assert topics_found("runspace")[:5] == [f"Sample {n}" for n in range(5)]


def test_pages_of_one_topic_share_its_places() -> None:
    topic = add_topic("Course", *[Part(f"Streams {n}", f"Streams. {FILLING}") for n in range(8)])
    for section in topic.sections.all():
        Section.objects.filter(pk=section.pk).update(page=section)
    add_topic("Other", *[Part(f"Bytes {n}", "Bytes of streams in passing.") for n in range(3)])
    add_topic("Third", *[Part(f"Files {n}", "Files are streams in passing.") for n in range(3)])
    assert topics_found("streams")[:9].count("Course") == 3


def test_every_weight_is_a_row_that_counts() -> None:
    assert dict(Weight.objects.values_list("name", "value")) == CHOSEN
    add_topic("Quiz", Part("What is encryption at rest?", f"Encryption hides. {FILLING}"))
    add_topic("Guide", Part("Encryption at rest and in transit", f"Encryption hides. {FILLING}"))
    assert topics_found("encryption")[0] == "Guide"
    Weight.objects.filter(name="question").update(value=3)
    assert topics_found("encryption")[0] == "Quiz"


def test_a_weight_without_a_row_changes_nothing() -> None:
    add_topic("Guide", Part("Encryption", f"Encryption hides. {FILLING}"))
    Weight.objects.all().delete()
    assert topics_found("encryption") == ["Guide"]


def test_an_outline_item_is_bare_until_it_has_text() -> None:
    add_topic("Outline", Part("Redis", number="1.1", is_item=True), Part("Caching"))
    part = Section.objects.get(title="Redis")
    roles = Standing.objects.order_by("section_id").values_list("role", flat=True)
    assert list(roles) == ["stub", "bare", "stub"]
    Section.objects.filter(pk=part.pk).update(text="An in-memory store.")
    index_sections([part.pk])
    assert list(roles.all()) == ["stub", "stub", "stub"]
    assert problems() == []


def test_a_standing_that_differs_is_told_and_mended() -> None:
    add_topic("Guide", Part("Caching", "Keep what was read."))
    Standing.objects.filter(title_key="cach").update(role="letter")
    assert problems() == [
        "1 standings are missing or differ", "1 standings are too many or differ"
    ]  # fmt: skip
    call_command("rebuild_index", verbosity=0)
    assert problems() == []


def test_what_is_no_longer_published_has_no_standing() -> None:
    topic = add_topic("Guide", Part("Caching", "Keep what was read."))
    Topic.objects.filter(pk=topic.pk).update(status="draft")
    index_sections(list(topic.sections.values_list("pk", flat=True)))
    assert not Standing.objects.exists()


def test_code_of_the_version_before_can_still_rank() -> None:
    add_topic("Guide", Part("Connection pools", "A pool keeps connections."), Part("Pool", "text"))
    asked = {
        "words": [1], "weights": [1], "counting": [True], "lexemes": ["pool"], "run_words": [],
        "run_weights": [], "run_queries": [], "word_count": 1, "all_words": "'pool'", "pairs": [],
        "keys": ["pool"], "wanted_number": "", "is_comparison": False, "is_filtered": False,
        "in_titles": False, "with_code": False, "with_facets": False, "most_values": 12,
        "bound": 1000, "pool_size": 100, "is_grouped": True, "by_date": False, "rows_before": 0,
        "rows_wanted": 10, "text_length": 4,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT total, ranked FROM kb_rank(%s::jsonb)", [json.dumps(asked)])
        [(total, rows)] = cursor.fetchall()
    rows = json.loads(rows) if isinstance(rows, str) else rows
    assert (total, [row[6] for row in rows]) == (2, ["Pool", "Connection pools"])


def test_what_a_name_leads_to_makes_the_name_no_commoner() -> None:
    Synonym.objects.create(words=["EFOO"], expansions=["foo timed out", "slow answer"])
    Synonym.objects.create(words=["EFOO"], expansions=["timeout"])
    others = [Part(f"Timeout {n}", f"A timeout of {n} seconds. {FILLING}") for n in range(9)]
    add_topic("Timeouts", *others, Part("504 timeout", f"It says: foo timed out. {FILLING}"))
    add_topic("Messages", Part("read EBAR, hang up, EFOO, get ENOT", f"What they mean. {FILLING}"))
    assert found("EFOO")[:2] == ["read EBAR, hang up, EFOO, get ENOT", "504 timeout"]


def test_another_name_of_a_thing_is_still_as_common_as_the_thing() -> None:
    Synonym.objects.create(words=["kuba", "clusters"])
    others = [Part(f"Clusters {n}", f"Clusters, many clusters. {FILLING}") for n in range(9)]
    add_topic("Clusters", *others)
    add_topic("Aside", Part("Note", f"Some say kuba. {FILLING}"))
    assert found("kuba")[0].startswith("Clusters")
