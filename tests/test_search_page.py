"""The results page."""

import re
from html import unescape
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from importer.run import import_paths
from search import log
from search.models import SearchLog
from search.views import answers
from tests.beginnings import beginning
from tests.factories import make_user
from tests.search.library import Part, add_topic
from tests.shelf import fill_shelf
from topics.models import Section

pytestmark = pytest.mark.django_db
PAGE = {"HTTP_SEC_FETCH_SITE": "same-origin"}


@beginning
def long_shelf() -> dict[str, Section]:
    return fill_shelf(notes=130)


@pytest.fixture
def alice() -> User:
    return make_user("alice")


def page(client: Client, query: str, status: int = 200) -> str:
    response = client.get(f"/search/?{query}")
    assert response.status_code == status
    return response.content.decode()


def text_of(html: str) -> str:
    main = re.search(r"<main.*?</main>", html, re.DOTALL)
    assert main
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main[0])).split())


def titles(html: str) -> list[str]:
    headings = re.findall(r"<h3[^>]*><a [^>]*>(.*?)</a></h3>", html)
    return [unescape(re.sub(r"<[^>]+>", "", heading)) for heading in headings]


def test_a_result_shows_where_it_is_what_it_says_and_why(
    client: Client, shelf: dict[str, Section]
) -> None:
    html = page(client, "q=isolation+level")
    assert titles(html) == ["Isolation levels"]
    assert f'href="{shelf["isolation"].get_absolute_url()}"' in html
    assert "<mark>isolation</mark> <mark>level</mark>" in html
    assert "1–1 of 1 section" in text_of(html)
    assert "Databases" in text_of(html)
    assert '<meta name="robots" content="noindex">' in html


def test_a_result_says_why_it_is_there_where_that_is_not_plain(
    client: Client, shelf: dict[str, Section]
) -> None:
    assert '<span class="chip">in the heading above</span>' in page(client, "q=isolation+databases")


def test_the_query_stands_in_the_field_and_in_the_address(
    client: Client, shelf: dict[str, Section]
) -> None:
    html = page(client, "q=%22a+%3Cb%3E%22&topic=data&sort=recent")
    assert 'name="q" type="search" value="&quot;a &lt;b&gt;&quot;"' in html
    assert '<input type="hidden" name="topic" value="data">' in html
    assert '<input type="hidden" name="sort" value="recent">' in html


def test_a_corrected_search_says_so_and_offers_what_was_typed(
    client: Client, shelf: dict[str, Section]
) -> None:
    html = page(client, "q=kuberntes")
    said = "Showing results for kubernetes . Search for kuberntes instead."
    assert said in text_of(html)
    assert 'href="?q=kuberntes&amp;exact=1"' in html
    exact = page(client, "q=kuberntes&exact=1")
    assert "Showing results for" not in exact
    assert "Nothing found for “kuberntes”" in text_of(exact)


def test_facets_narrow_and_chips_widen_again(client: Client, shelf: dict[str, Section]) -> None:
    html = page(client, "q=transaction")
    assert set(titles(html)) == {"Isolation levels", "Waiting for a lock"}
    facet = re.search(r'<a href="(\?[^"]*tag=sql)"[^>]*><span>sql</span> .*?>(\d+)<', html)
    assert facet and facet[2] == "2"
    narrowed = page(client, unescape(facet[1])[1:])
    chip = re.search(r'<a class="chip chip-removable" href="([^"]+)"[^>]*>sql</a>', narrowed)
    assert chip and chip[1] == "?q=transaction"
    assert 'aria-label="Remove the filter sql"' in narrowed
    assert set(titles(narrowed)) == set(titles(html))


def test_a_topic_that_holds_no_result_is_called_by_its_title(
    client: Client, shelf: dict[str, Section]
) -> None:
    assert ">Databases</a>" in page(client, "q=kubernetes&topic=data")
    assert ">nowhere</a>" in page(client, "q=kubernetes&topic=data/nowhere")


def test_a_filter_that_leaves_nothing_offers_to_search_everywhere(
    client: Client, shelf: dict[str, Section]
) -> None:
    html = page(client, "q=transaction&kind=guide")
    assert titles(html) == []
    assert ">Guide</a>" in html
    assert '<a href="/search/?q=transaction">Search everywhere, without filters</a>' in html


def test_results_can_be_sorted_by_date(client: Client, shelf: dict[str, Section]) -> None:
    html = page(client, "q=transaction")
    assert 'href="?q=transaction&amp;sort=recent"' in html
    html = page(client, "q=transaction&sort=recent")
    assert "<strong>recently changed</strong>" in html
    assert 'href="?q=transaction"' in html


def test_sections_with_some_of_the_words_say_so(client: Client, shelf: dict[str, Section]) -> None:
    html = page(client, "q=transaction+isolation+lock")
    assert html.count('<span class="chip">some of the words</span>') == 2
    assert len(titles(html)) == 2
    assert "2 sections fit" not in text_of(html)


@pytest.mark.thorough
def test_paging_ends_at_100_rows_with_a_line_that_says_so(
    client: Client, long_shelf: dict[str, Section]
) -> None:
    first = page(client, "q=retry&group=0")
    assert "1–10 of 130 sections" in text_of(first)
    assert 'rel="next" href="?q=retry&amp;group=0&amp;offset=10"' in first
    assert 'rel="prev"' not in first
    last = page(client, "q=retry&group=0&offset=90")
    assert "91–100 of 130 sections" in text_of(last)
    assert text_of(last).count("Only the first 100 sections are shown") == 1
    assert 'rel="next"' not in last
    assert 'rel="prev" href="?q=retry&amp;group=0&amp;offset=80"' in last
    assert "91–100 of 130 sections" in text_of(page(client, "q=retry&group=0&offset=5000"))
    pages = [page(client, f"q=retry&group=0&offset={n * 10}") for n in range(10)]
    assert len({title for html in pages for title in titles(html)}) == 100


def test_no_page_takes_more_than_three_of_the_first_ten_rows(
    client: Client, long_shelf: dict[str, Section]
) -> None:
    first = page(client, "q=retry")
    assert len(titles(first)) == 3
    more = re.search(r'<a href="([^"]+)"[^>]*>97 more in Notes</a>', first)
    assert more
    assert len(titles(page(client, unescape(more[1])[1:]))) == 10
    assert 'rel="next" href="?q=retry&amp;offset=10"' in first
    assert not set(titles(first)) & set(titles(page(client, "q=retry&offset=10")))


@pytest.mark.parametrize(
    ("notes", "group", "pages"),
    [(3, 1, [3]), (4, 1, [3, 1]), (17, 1, [3, 10, 4]), (13, 1, [3, 10]), (20, 0, [10, 10])],
)
def test_paging_shows_every_row_once_and_no_empty_page(
    client: Client, db: None, notes: int, group: int, pages: list[int]
) -> None:
    fill_shelf(notes=notes)
    shown, address = [], f"q=retry&group={group}"
    while address:
        html = page(client, address)
        shown.append(titles(html))
        following = re.search(r'rel="next" href="\?([^"]+)"', html)
        address = unescape(following[1]) if following else ""
    assert [len(names) for names in shown] == pages
    assert len({name for names in shown for name in names}) == notes


def test_the_second_page_links_back_to_an_address_without_offset(
    client: Client, long_shelf: dict[str, Section]
) -> None:
    assert 'rel="prev" href="?q=retry"' in page(client, "q=retry&offset=10")


def test_nothing_found_says_what_was_tried_and_leads_on(
    client: Client, shelf: dict[str, Section]
) -> None:
    html = page(client, "q=zzyzx+kuberqqqq")
    text = text_of(html)
    assert "Nothing found for “zzyzx kuberqqqq”." in text
    assert "Looked for: zzyzx kuberqqqq" in text
    assert "Request this topic" in text
    assert "Popular topics Databases Deploying Node Notes" in text
    assert "csrf" not in html


@pytest.mark.parametrize(
    "query",
    [
        "q=a%00b", "q=" + "a" * 10_001, "q=x&offset=-1", "q=x&offset=ten", "q=x&kind=poem",
        "q=x&sort=size", "q=x&group=2", "q=x&exact=yes", "q=x&topic=%00",
        "q=x&topic=" + "a" * 501,
    ],
)  # fmt: skip
def test_wrong_parameters_are_a_400_page(client: Client, query: str) -> None:
    html = page(client, query, status=400)
    assert "This search is not valid" in html
    assert 'name="q" type="search"' in html


ODD = [
    '"', '"unbalanced', "''", "(", "((a)", "-", "--", "- - -", "OR", "AND OR NOT", "OR OR a", "*",
    "a*", "**", "the", "the of and", "...", "!?", "a & b | !c", "'a':* <-> 'b'", "a:B", "topic:",
    "topic:nowhere x", "tag:", "kind:poem x", "in:title", "has:code", "-topic:data", "🙂",
    "👩\u200d👩\u200d👧", "نص عربي", "עברית -x", "\u202eabc", "<script>alert(1)</script>",
    "<b>isolation", "'; DROP TABLE topics_topic; --",
    "%", "_", "\\", "\\x00", "%00", "$1", "{}", "%s", "{{ q }}", "\u00ad", "\ufeff", "\r\n\t",
    "a" * 10_000, "word " * 500, "1.1.2.3.1", "1.", ".", "0" * 200, "C++", "a vs", "vs", "vs vs vs",
    "difference between", "-" * 3000, '"' * 999, "\ud7ff\ue000", "ﬀ", "İ", "A\u0300" * 50,
]  # fmt: skip


@pytest.mark.parametrize("typed", ODD, ids=lambda typed: ascii(typed)[:20])
def test_whatever_is_typed_has_an_answer(
    client: Client, shelf: dict[str, Section], typed: str
) -> None:
    html = page(client, f"q={quote(typed)}")
    assert "<script>alert" not in html
    assert "<b>isolation" not in html
    for path in ("search", "suggest"):
        answer = client.get(f"/api/v1/{path}?q={quote(typed)}")
        assert answer.status_code == (400 if path == "search" and not typed.strip() else 200)


@pytest.mark.parametrize("raw", ["%ED%A0%80", "%FF%FE", "%C3", "%", "%zz", "a%ED%B0%80b"])
def test_bytes_that_are_no_text_have_an_answer(
    client: Client, shelf: dict[str, Section], raw: str
) -> None:
    assert client.get(f"/search/?q={raw}").status_code == 200
    assert client.get(f"/api/v1/search?q={raw}").status_code == 200
    assert client.get(f"/api/v1/suggest?q={raw}").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "q=transaction",
        "q=retry",
        "q=kuberntes",
        "q=transaction+isolation+lock",
        "q=transaction&topic=data&tag=sql&kind=article&sort=recent",
        "q=zzyzx+kuberqqqq",
        "q=zzyzx&topic=data",
    ],
)
def test_a_search_page_takes_at_most_seven_queries(
    client: Client,
    long_shelf: dict[str, Section],
    query: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    page(client, query)  # a process reads the synonyms once, and again when they change
    with django_assert_max_num_queries(7):
        page(client, query)


def test_an_anonymous_search_sets_no_cookie(client: Client, shelf: dict[str, Section]) -> None:
    assert not client.get("/search/?q=retry").cookies
    assert not client.post("/search/wish", {"q": "x"}, **PAGE).cookies


def test_a_learner_sees_on_results_what_is_bookmarked(
    client: Client, shelf: dict[str, Section], alice: User
) -> None:
    client.force_login(alice)
    client.post(f"/bookmarks/sections/{shelf['isolation'].pk}/add/")
    html = page(client, "q=transaction")
    assert html.count('aria-pressed="true"') == 1
    assert html.count('aria-pressed="false"') == 1


def test_where_nothing_is_found_topics_with_similar_titles_are_shown(client: Client) -> None:
    add_topic("Kubernetes Operations", Part("Pods", "What runs."), path="kubernetes-operations")
    add_topic("Caching", Part("Layers", "What is kept."))
    html = page(client, "q=kubernetesque&exact=1")
    assert "Looked for: kubernetesque" in text_of(html)
    near = html.split("Topics with similar titles")[1].split("</ul>")[0]
    assert '<a href="/topics/kubernetes-operations/">Kubernetes Operations</a>' in near
    assert "Caching" not in near
    assert "Popular topics" not in html
    assert "Topics with similar titles" not in page(client, "q=qqxxzz")
    assert "Topics with similar titles" not in page(client, "q=%21%21")


def test_popular_are_the_topics_that_searchers_opened(
    client: Client, shelf: dict[str, Section]
) -> None:
    for name in ("isolation", "isolation", "streams"):
        SearchLog.objects.create(query="x", results=1, took_ms=1, opened=shelf[name])
    assert "Popular topics Databases Node Deploying Notes" in text_of(page(client, ""))


@pytest.fixture
def kept_pages(settings):
    settings.KB_PAGE_MEMORY_MB = 8
    answers.clear()
    yield
    answers.clear()


def test_a_repeated_search_is_answered_from_memory_and_logged_again(
    db, tmp_path, kept_pages, client, django_assert_num_queries
):
    (tmp_path / "pools.md").write_text("# Pools\n\nA zebra among the connections.\n")
    import_paths([str(tmp_path)])
    first = client.get("/search/?q=zebra")
    with django_assert_num_queries(1):
        second = client.get("/search/?q=zebra")
    assert second.content == first.content
    log.write_waiting()
    logged = SearchLog.objects.filter(query="zebra").values_list("query", "results")
    assert list(logged) == [("zebra", 1), ("zebra", 1)]


def test_a_kept_result_page_ends_with_the_content_that_it_shows(db, tmp_path, kept_pages, client):
    (tmp_path / "pools.md").write_text("# Pools\n\nA zebra among the connections.\n")
    import_paths([str(tmp_path)])
    assert "1–1 of 1 section" in client.get("/search/?q=zebra").content.decode()
    (tmp_path / "pools.md").write_text("# Pools\n\nConnections.\n")
    import_paths([str(tmp_path)])
    assert "Nothing found for “zebra”" in client.get("/search/?q=zebra").content.decode()


def test_links_carry_only_parameters_that_the_page_knows(
    client: Client, long_shelf: dict[str, Section]
) -> None:
    html = page(client, "q=note&sort=recent&x=strange&csrfmiddlewaretoken=strange&offset=10")
    links = re.findall(r'href="(\?[^"]*)"', html)
    assert any("sort=recent" in link for link in links)
    assert not any("strange" in link for link in links)


def test_a_comparison_is_answered_by_the_table_that_makes_it(client: Client) -> None:
    topic = add_topic("Log-in", Part("Sessions vs JWT", "Session and JWT differ."))
    add_topic("Others", Part("Session", "A session, and a JWT."))
    table = "<table><tr><th></th><th>Session</th><th>JWT</th></tr><tr><td>State</td>"
    Section.objects.filter(topic=topic, title="Sessions vs JWT").update(
        html=f"{table}<td>server</td><td>token</td></tr></table>"
    )
    html = page(client, "q=session+vs+jwt")
    card = html[html.index('<section class="definition comparison"') :].partition("</section>")[0]
    assert '<th scope="col">Session</th><th scope="col">JWT</th>' in card
    cells = re.findall(r"<(?:th scope=\"row\"|td)>([^<]+)<", card)
    assert cells == ["State", "server", "token"]
    assert "Sessions vs JWT</a>" in card
    assert "comparison" not in page(client, "q=session+and+jwt")
    assert "comparison" not in page(client, "q=session+vs+jwt&kind=guide")
