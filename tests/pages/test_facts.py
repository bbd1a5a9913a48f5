"""Facts that one module tells: addresses, what is published, where a section is read today."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from learning.models import Bookmark
from tests.factories import make_section, make_topic, make_user
from tests.pages.conftest import Bring
from topics.addresses import place_url, section_url, topic_url
from topics.models import Definition, Section, Topic
from topics.visibility import Current, published, published_sql, published_topic

ROOMS = (
    "accounts",
    "api",
    "curating",
    "documents",
    "importer",
    "jobs",
    "kb",
    "learning",
    "search",
    "topics",
)
REMOVED = datetime(2026, 3, 1, tzinfo=UTC)


def merge(*chain: Section) -> None:
    for old, new in zip(chain, chain[1:], strict=False):
        Section.objects.filter(pk=old.pk).update(removed_at=REMOVED, merged_into=new)


def test_addresses_of_topics_and_sections() -> None:
    assert topic_url("a/b") == section_url("a/b", "") == "/topics/a/b/"
    assert section_url("a/b", "c-d") == "/topics/a/b/c-d/"
    assert section_url("ä", "ß?") == "/topics/%C3%A4/%C3%9F%3F/"
    for odd in ("a b", "a%b", "a#b", "a~b", "(a)", "a:b@c!", "'\"<&>", "日本/語"):
        assert topic_url(odd) == reverse("topics:topic", args=[odd])
        assert section_url(odd, "x&y") == reverse("topics:section", args=[odd, "x&y"])
    assert place_url("/topics/a/", "c") == "/topics/a/#c"


def test_nobody_else_builds_an_address() -> None:
    base = Path(settings.BASE_DIR)
    files = [p for room in (*ROOMS, "benchmarks") for p in (base / room).rglob("*.py")]
    files += [*(base / "templates").rglob("*.*"), *(base / "static" / "js").glob("*.js")]
    builds = re.compile(r"""topics:(?:topic|section)\b|(?<!placeholder=)["'`]/topics/""")
    builders = {p.relative_to(base) for p in files if builds.search(p.read_text())}
    assert builders == {Path("topics/addresses.py")}


def test_nobody_else_says_in_sql_what_is_published() -> None:
    base = Path(settings.BASE_DIR)
    files = [p for room in ROOMS for p in (base / room).rglob("*.*") if p.suffix in (".py", ".sql")]
    says = re.compile(r"(?i)\bstatus\s*(?:=|<>|!=|IN\b)\s*\(?\s*'(?:published|draft)'")
    tellers = {
        p.relative_to(base).as_posix()
        for p in files
        if "migrations" not in p.parts and says.search(p.read_text())
    }
    assert tellers == set()


def test_lines_of_templates_can_be_read() -> None:
    base = Path(settings.BASE_DIR) / "templates"
    long = {
        path.relative_to(base).as_posix()
        for path in base.rglob("*.*")
        if any(len(line) > 200 for line in path.read_text().splitlines())
    }
    assert long == {"base.html"}  # its icon is one address


@pytest.mark.django_db
def test_each_way_to_say_published_means_the_same() -> None:
    for number, values in enumerate([{}, {"status": "draft"}, {"removed_at": REMOVED}]):
        topic = make_topic(f"T{number}", **values)
        for name, more in (("live", {}), ("gone", {"removed_at": REMOVED})):
            section = make_section(f"{name} {number}", topic=topic, **more)
            Definition.objects.create(section=section, position=0, term=section.title, text="x")
    (shown,) = Section.objects.published()
    assert str(shown) == "live 0"
    assert shown.is_published
    assert [s.pk for s in Section.objects.all() if s.is_published] == [shown.pk]
    assert [t.pk for t in Topic.objects.all() if t.is_published] == [shown.topic_id]
    assert [t.pk for t in Topic.objects.filter(published_topic())] == [shown.topic_id]
    assert [d.section_id for d in Definition.objects.filter(published("section__"))] == [shown.pk]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT x.id FROM topics_section x JOIN topics_topic y ON y.id = x.topic_id"
            f" WHERE {published_sql('y', 'x')}"
        )
        assert cursor.fetchall() == [(shown.pk,)]
        cursor.execute(f"SELECT id FROM topics_topic topic WHERE {published_sql()}")
        assert cursor.fetchall() == [(shown.topic_id,)]


@pytest.mark.django_db
def test_a_chain_of_merges_is_followed_with_one_query(django_assert_num_queries) -> None:
    topic = make_topic()
    chain = [make_section(f"S{n}", topic=topic) for n in range(30)]
    merge(*chain)
    with django_assert_num_queries(1):
        found = Section.objects.current(chain[0].pk)
        assert found is not None
        assert found.topic == topic
    assert found == chain[-1]
    today = Section.objects.annotate(today=Current("pk")).values_list("today", flat=True)
    assert set(today) == {chain[-1].pk}


@pytest.mark.django_db
def test_any_table_that_points_at_sections_can_follow_them() -> None:
    topic = make_topic()
    old, new = make_section("Old", topic=topic), make_section("New", topic=topic)
    merge(old, new)
    mark = Bookmark.objects.create(user=make_user("alice"), section=old)
    Definition.objects.create(section=old, position=0, term="T", text="x")
    for rows in (Bookmark.objects.all(), Definition.objects.all()):
        assert rows.annotate(today=Current("section")).get().today == new.pk
    assert Bookmark.objects.annotate(s=Current("section")).filter(s=new.pk).get() == mark


@pytest.mark.django_db
def test_the_address_of_a_merged_section_leads_to_the_last_of_its_chain(
    client: Client, bring: Bring
) -> None:
    headings = "".join(f"## S{n}\n\nText {n}.\n\n" for n in range(24))
    bring({"a.md": f"# A\n\n{headings}"})
    chain = list(Section.objects.exclude(anchor="").order_by("position"))
    merge(*chain)
    response = client.get("/topics/a/s0/")
    assert (response.status_code, response["Location"]) == (301, "/topics/a/s23/")
    merge(chain[-1], chain[0])  # in a circle
    assert client.get("/topics/a/s0/").status_code == 410
