"""Home and the list of all topics."""

import pytest
from django.test import Client

from tests.pages.conftest import Bring
from tests.pages.html import links, part, text_of, words
from topics import topic_lists
from topics.models import Topic
from topics.templatetags.topics_tags import duration, path_words

pytestmark = pytest.mark.django_db


def main(client: Client, path: str) -> str:
    return part(client.get(path), "<main", "</main>")


def test_home_counts_and_begins_with_the_search(client: Client, library: None) -> None:
    page = main(client, "/")
    assert "8 sections in 3 documents" in words(page)
    assert page.index('name="q"') < page.index("<h2")


def test_a_group_shows_its_articles_and_a_single_document_its_kind(
    client: Client, bring: Bring, library: None
) -> None:
    bring({"other.md": "# Library\n\nThe same title.\n"})
    page = main(client, "/")
    group = page.partition('href="/topics/lib/">')[2]
    assert words(group).startswith("Library 3 articles · 1 minute")
    single = page[page.index('href="/topics/other/"') :]
    assert "Article · 1 minute" in words(single.partition("</li>")[0])


def test_home_stays_short_in_a_large_library(client: Client, bring: Bring) -> None:
    bring({f"d{n:02}.md": f"# Document {n:02}\n\nText.\n" for n in range(27)})
    page = main(client, "/")
    shown = links(page.partition("Documents</h2>")[2].partition("</section>")[0])
    assert len(shown) == 9
    assert shown[-1] == ("19 more topics", "/topics/")


@pytest.mark.parametrize(
    ("minutes", "shown"),
    [(1, "1 minute"), (119, "119 minutes"), (120, "2 hours"), (339, "6 hours")],
)
def test_a_long_time_is_said_in_hours(minutes: int, shown: str) -> None:
    assert duration(minutes) == shown


def test_where_to_begin_shows_paths_without_their_group(client: Client, bring: Bring) -> None:
    bring(
        {
            "paths/index.md": "---\nkind: path\n---\n# Paths\n\nAll.\n",
            "paths/first.md": "---\nkind: path\nlevel: beginner\n---\n# First path\n\nText.\n",
        }
    )
    begin = main(client, "/").partition("Where to begin</h2>")[2].partition("</section>")[0]
    assert links(begin) == [("First path", "/topics/paths/first/")]


def test_recently_changed_goes_by_the_documents_own_date(client: Client, bring: Bring) -> None:
    dates = {"old": "2020-01-01", "new": "2024-05-05", "middle": "2022-02-02"}
    bring({f"{n}.md": f"---\nupdated: {d}\n---\n# {n}\n\nText.\n" for n, d in dates.items()})
    recent = main(client, "/").partition("Recently changed</h2>")[2]
    assert [text for text, _ in links(recent)] == ["new", "middle", "old"]
    assert "5 May 2024" in words(recent)


def test_home_takes_six_queries(client: Client, library: None, django_assert_num_queries) -> None:
    with django_assert_num_queries(6):  # tree, groups, paths, what changed, sections, areas
        client.get("/")


def test_an_empty_site_says_what_to_do(client: Client) -> None:
    page = main(client, "/")
    assert "Nothing here yet." in page
    assert "import_content" in page
    assert "No topics have been imported yet." in main(client, "/topics/")


def test_all_topics_stand_in_their_groups(client: Client, library: None) -> None:
    page = main(client, "/topics/")
    assert [text for text, _ in links(page)] == ["Library", "Web", "HTTP", "TLS", "Data", "SQL"]


def test_the_list_shows_the_first_of_many_and_leads_to_the_rest(
    client: Client, bring: Bring
) -> None:
    bring({f"lib/web/d{n:02}.md": f"# Document {n:02}\n\nText.\n" for n in range(26)})
    shown = [text for text, _ in links(main(client, "/topics/"))]
    assert shown[:3] == ["Lib", "Web", "Document 00"]
    assert shown[-2:] == ["Document 23", "2 more topics"]
    assert "26 articles" in words(main(client, "/topics/"))


def test_a_filter_that_many_documents_match_shows_the_first_of_them(
    client: Client, bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topic_lists, "MOST_MATCHES", 2)
    bring({f"{n}.md": f"---\ntags: [sql]\n---\n# {n}\n\nText.\n" for n in "abc"})
    page = main(client, "/topics/?tag=sql")
    assert [text for text, _ in links(page)] == ["Show all", "a", "b"]
    assert "3 documents" in words(page)
    assert "Only the first 2 are shown" in words(page)


def test_topics_are_filtered_by_kind_level_and_tag(client: Client, bring: Bring) -> None:
    bring(
        {
            "a.md": "---\nkind: guide\nlevel: expert\ntags: [sql, web]\n---\n# A\n\nText.\n",
            "b.md": "---\nkind: guide\nlevel: beginner\ntags: [sql]\n---\n# B\n\nText.\n",
        }
    )
    page = main(client, "/topics/?kind=guide&tag=sql")
    assert [text for text, _ in links(page)] == ["Show all", "A", "B"]
    page = main(client, "/topics/?level=expert&tag=sql")
    assert [text for text, _ in links(page)] == ["Show all", "A"]
    assert '<option value="expert" selected>' in page
    assert "No documents match these filters." in main(client, "/topics/?level=expert&tag=none")
    assert 'content="noindex"' in text_of(client.get("/topics/?tag=sql"))


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/topics/isolation-levels_and-locks/", "isolation levels and locks"),
        ("/nix/%C3%A4rger/", "ärger"),
        ("/%00/", ""),
        ("/", ""),
        ("/" + "a" * 100, "a" * 60),
    ],
)
def test_an_unknown_address_offers_its_words_to_search_for(path: str, shown: str) -> None:
    assert path_words(path) == shown


def test_drafts_are_listed_nowhere(client: Client, library: None) -> None:
    Topic.objects.filter(path="lib/data/sql").update(status="draft")
    for path in ("/", "/topics/"):
        assert "SQL" not in main(client, path)


def test_an_empty_list_of_bookmarks_says_how_to_begin(learner: Client) -> None:
    assert "Nothing here yet." in main(learner, "/bookmarks/")
