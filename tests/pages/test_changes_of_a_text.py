"""A change of one text leaves the pages that it cannot alter in memory, and those alone."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from importer.edits import save_section
from tests.beginnings import beginning
from topics.models import ContentChange, Section, Topic
from topics.page_cache import asked_for, memory

pytestmark = pytest.mark.django_db

TLS = "/topics/lib/web/tls/"
HTTP = "/topics/lib/web/http/"
SQL = "/topics/lib/data/sql/"
PATH = "/topics/lib/way/"
SHOWN = "/topics/lib/data/shown/"
FOLDERS = ["/topics/lib/", "/topics/lib/web/", "/topics/lib/data/"]
LISTS = ["/", "/topics/", "/glossary/"]
ARTICLES = [TLS, HTTP, SQL, SHOWN]
PAGES = [*ARTICLES, PATH, *FOLDERS, *LISTS]

DOCUMENTS = {
    "lib/index.md": "# Library\n\nAll of it.\n",
    "lib/01_web/index.md": "# Web\n",
    "lib/01_web/01_http.md": "# HTTP\n\n## Methods\n\nGet and put.\n\n## Caching\n\nETag.\n",
    "lib/01_web/02_tls.md": "# TLS\n\nSee [HTTP](01_http.md) and [Caching](01_http.md#caching).\n",
    "lib/02_data/index.md": "# Data\n",
    "lib/02_data/01_sql.md": "# SQL\n\n## Tables\n\nThey have rows.\n\n## Joins\n\nThey join.\n",
    "lib/02_data/02_shown.md": "# Shown\n\nHere it is:\n\n![[01_sql#Tables]]\n",
    "lib/03_way.md": "---\nkind: path\n---\n# Way\n\n1. [SQL](02_data/01_sql.md)\n",
}


@beginning
def documents(bring: Callable) -> None:
    bring(DOCUMENTS)


@pytest.fixture
def kept(documents: None, client: Client, settings) -> Client:
    settings.KB_PAGE_MEMORY_MB = 4
    for pages in (memory, asked_for):
        pages.clear()
    for page in PAGES:
        assert client.get(page).status_code == 200
    return client


def change(anchor: str, markdown: str, title: str = "", topic: str = "lib/data/sql") -> None:
    section = Section.objects.get(topic__path=topic, anchor=anchor)
    save_section(section, markdown=markdown, title=title or section.title, user=None)


def is_kept(client: Client, page: str) -> bool:
    """Whether the page is answered from memory: what is asked for is the content's version."""
    with CaptureQueriesContext(connection) as queries:
        client.get(page)
    return all("topics_content" in query["sql"] for query in queries)


def kept_pages(client: Client) -> set[str]:
    return {page for page in PAGES if is_kept(client, page)}


@pytest.mark.parametrize(
    ("anchor", "markdown", "altered"),
    [
        ("joins", "They join rows of two tables.", {SQL}),
        ("joins", "They join. See [TLS](../01_web/02_tls.md).", {SQL, TLS, FOLDERS[1]}),
        ("joins", "They join. See [this](../01_web/02_tls.md#none).", {SQL, TLS, FOLDERS[1]}),
        ("joins", "They join. See [that](elsewhere.md) and [a](https://a.example/).", {SQL}),
        ("tables", "They have rows and columns.", {SQL, SHOWN}),
        ("", "What databases speak.", {SQL}),
    ],
)
def test_pages_that_a_text_is_not_on_stay_kept(
    kept: Client, anchor: str, markdown: str, altered: set[str]
) -> None:
    change(anchor, markdown)
    # Of the folders above, each says how long what is below it is; lists show all of it.
    above = {FOLDERS[0], FOLDERS[2]}
    assert kept_pages(kept) == set(PAGES) - altered - above - set(LISTS) - {PATH}


def test_a_page_that_is_linked_to_no_longer_is_made_anew(kept: Client) -> None:
    change("", "See [HTTP](01_http.md).", topic="lib/web/tls")
    assert kept_pages(kept) == {SQL, SHOWN, FOLDERS[2]}


@pytest.mark.parametrize(
    ("anchor", "markdown", "title"),
    [
        ("joins", "They join.", "Joining"),
        ("", "", "The language of queries"),
        ("joins", "- **Join** – rows of two tables, side by side.", ""),
    ],
)
def test_a_new_name_or_definition_may_be_shown_anywhere(
    kept: Client, anchor: str, markdown: str, title: str
) -> None:
    change(anchor, markdown, title)
    assert kept_pages(kept) == set()


def test_several_changes_since_a_page_was_kept_are_all_heeded(kept: Client) -> None:
    change("joins", "They join rows.")
    change("methods", "Get, put and delete.", topic="lib/web/http")
    assert kept_pages(kept) == {TLS, SHOWN}


def test_where_it_is_not_known_what_changed_nothing_is_kept(kept: Client) -> None:
    change("joins", "They join rows.")
    ContentChange.objects.all().delete()
    assert kept_pages(kept) == set()


def test_an_earlier_version_of_the_database_keeps_nothing(kept: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE topics_contentversion SET version = 0")
    assert kept_pages(kept) == set()


def test_the_last_thousand_changes_are_known(kept: Client, monkeypatch) -> None:
    monkeypatch.setattr("topics.models.versions.CHANGES", 2)
    for n in range(4):
        change("joins", f"They join {n} rows.")
    assert ContentChange.objects.count() == 2


def test_pages_for_learners_stay_kept_alike(kept: Client, learner: Client) -> None:
    for page in (TLS, SQL):
        learner.get(page)
    change("joins", "They join rows.")
    before = len(memory)
    assert "They join rows." in learner.get(SQL).content.decode()
    learner.get(TLS)
    assert len(memory) == before - len({SQL, FOLDERS[0], FOLDERS[2], PATH, *LISTS}) - 1 + 1


@pytest.mark.parametrize("seed", range(6))
def test_what_is_kept_is_what_would_be_made_now(kept: Client, seed: int) -> None:
    topics = list(Topic.objects.order_by("path"))
    texts = [
        "Words.",
        "See [SQL](/lib/02_data/01_sql.md#joins).",
        "See [HTTP](/lib/01_web/01_http.md).",
        "![[01_sql#Tables]]",
        "- **Row** – one line of a table.",
        "",
    ]
    for step in range(5):
        topic = topics[(seed * 5 + step * 3) % len(topics)]
        sections = list(topic.sections.live().order_by("position"))
        section = sections[(seed + step) % len(sections)]
        text = texts[(seed + step) % len(texts)]
        change(section.anchor, text, topic=topic.path)
        shown = [kept.get(page).content for page in PAGES]
        memory.clear()
        assert shown == [kept.get(page).content for page in PAGES]
