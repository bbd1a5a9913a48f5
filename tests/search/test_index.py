"""The index agrees with the sections, is rebuilt beside itself, and says when it does not agree."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from search.apps import check_functions
from search.index import index_sections, refresh_statistics
from search.models import IndexedSection, IndexState, Posting, Term
from search.rebuild import is_outdated, problems, rebuild
from tests.search.library import Part, add_topic, found
from topics.models import Section, Topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic() -> Topic:
    return add_topic(
        "Guide",
        Part("Pools", "A connection pool keeps connections.", "new Pool()", number="1.1"),
        Part("Item", number="1.2", is_item=True),
    )


def section(topic: Topic, title: str) -> Section:
    return topic.sections.get(title=title)


def test_a_fresh_index_agrees(topic: Topic) -> None:
    assert problems() == []
    out = StringIO()
    call_command("check_index", stdout=out)
    assert out.getvalue().splitlines() == [
        "comparing the index with the sections ...",
        "3 sections compared ...",
        "The search index agrees with the sections.",
    ]


def test_an_index_of_another_version_is_noticed(topic: Topic) -> None:
    assert not is_outdated()
    IndexState.objects.update(version="0")
    assert is_outdated()
    assert [w.id for w in check_functions(databases=["default"])] == ["search.W002"]
    call_command("rebuild_index")
    assert not is_outdated()
    assert check_functions(databases=["default"]) == []


def test_plain_stop_words_have_no_postings(topic: Topic) -> None:
    assert not Term.objects.filter(lexeme="a").exists()
    assert Term.objects.filter(lexeme="#1.1").exists()


def test_postings_know_whether_the_word_is_in_the_title(topic: Topic) -> None:
    pool = Term.objects.get(lexeme="pool")
    posting = Posting.objects.get(section_id=section(topic, "Pools").pk, term_id=pool.pk)
    assert posting.in_title
    text = Term.objects.get(lexeme="keep")
    other = Posting.objects.get(section_id=section(topic, "Pools").pk, term_id=text.pk)
    assert not other.in_title
    assert 0 < other.impact < posting.impact < 2.2


def test_statistics_are_taken_over_sections_with_text(topic: Topic) -> None:
    state = IndexState.objects.get()
    assert state.sections == 1
    assert state.mean_length == IndexedSection.objects.get(length__gt=0).length
    guide = Term.objects.get(lexeme="guid")
    assert (guide.holders, guide.df) == (3, 1)


def test_statistics_follow_what_is_removed(topic: Topic) -> None:
    topic.status = "draft"
    topic.save()
    index_sections(list(topic.sections.values_list("pk", flat=True)))
    refresh_statistics()
    assert IndexState.objects.get().sections == 0
    assert not Term.objects.filter(holders__gt=0).exists()
    assert problems() == []


def test_indexing_twice_changes_nothing(topic: Topic) -> None:
    before = set(Posting.objects.values_list("section_id", "term_id", "impact", "in_title"))
    index_sections(list(topic.sections.values_list("pk", flat=True)))
    after = set(Posting.objects.values_list("section_id", "term_id", "impact", "in_title"))
    assert after == before


@pytest.mark.parametrize(
    ("harm", "problem"),
    [
        ("UPDATE topics_indexstate SET version = 'old'", "version old of the normalising"),
        ("DELETE FROM topics_indexstate", "no index yet"),
        ("DELETE FROM topics_indexedsection WHERE length > 0", "1 published sections are not in"),
        ("UPDATE topics_topic SET status = 'draft'", "3 sections in it are not published"),
        ("DELETE FROM topics_posting WHERE in_title", "postings are missing"),
        (
            "INSERT INTO topics_posting SELECT section_id, 0, 1, false FROM topics_indexedsection",
            "3 postings are too many",
        ),
        (
            "UPDATE topics_indexedsection SET text = '' WHERE text <> ''",
            "1 sections are normalised differently",
        ),
    ],
)
def test_what_does_not_agree_is_named_with_the_remedy_and_the_remedy_helps(
    topic: Topic, harm: str, problem: str
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(harm)
    with pytest.raises(CommandError) as refused:
        call_command("check_index")
    assert problem in str(refused.value)
    assert "manage.py rebuild_index" in str(refused.value)
    call_command("rebuild_index", verbosity=0)
    assert problems() == []


def test_a_rebuilt_index_finds_the_same(topic: Topic) -> None:
    before = found("connection pool")
    assert rebuild() == 3
    assert found("connection pool") == before == ["Pools"]


def test_a_rebuild_keeps_the_names_of_tables_and_indexes(topic: Topic) -> None:
    names = "SELECT tablename, indexname FROM pg_indexes WHERE tablename LIKE 'topics_%' ORDER BY 2"
    with connection.cursor() as cursor:
        cursor.execute(names)
        before = cursor.fetchall()
        rebuild()
        cursor.execute(names)
        assert cursor.fetchall() == before


RIGHTS = """
    SELECT c.relname, a.attname, c.relowner::regrole::text, g.grantee::regrole::text,
           g.privilege_type, g.is_grantable
    FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attacl IS NOT NULL
    CROSS JOIN LATERAL aclexplode(coalesce(a.attacl, c.relacl)) g
    WHERE c.relname ~ '^topics_' AND g.grantee <> c.relowner
    ORDER BY 1, 2, 3, 4, 5
"""


def test_a_rebuild_keeps_who_may_do_what(topic: Topic) -> None:
    with connection.cursor() as cursor:
        cursor.execute("GRANT SELECT ON topics_term, topics_posting TO pg_monitor, PUBLIC")
        cursor.execute("GRANT UPDATE (uses) ON topics_word TO pg_read_all_stats WITH GRANT OPTION")
        cursor.execute("GRANT USAGE ON SEQUENCE topics_term_id_seq TO pg_read_all_stats")
        cursor.execute("ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO pg_stat_scan_tables")
        cursor.execute(RIGHTS)
        before = cursor.fetchall()
        rebuild()
        cursor.execute(RIGHTS)
        assert cursor.fetchall() == before
        assert {row[3] for row in before} >= {"pg_monitor", "pg_read_all_stats"}


def test_a_rebuild_takes_in_what_was_saved_meanwhile(
    topic: Topic,
) -> None:
    """The section is written to the live index after the new one was filled."""
    live = {}

    def save_meanwhile(line: str) -> None:
        if line.startswith("making"):
            with connection.cursor() as cursor:
                cursor.execute("SHOW search_path")
                live["path"] = cursor.fetchone()[0]
                cursor.execute("SET LOCAL search_path TO public")
            late.text = "latecomer"
            late.save(update_fields=["text"])
            index_sections([late.pk])
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL search_path TO {live['path']}")

    late = section(topic, "Item")
    rebuild(save_meanwhile)
    assert found("latecomer") == ["Item"]
    assert problems() == []
