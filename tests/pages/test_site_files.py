"""Sitemap, robots.txt, search description, icon, and what search engines are told."""

from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tests.pages.conftest import Bring
from tests.pages.html import text_of
from topics.models import Asset, Section, Topic
from topics.page_cache import memory
from topics.views import site_files

pytestmark = pytest.mark.django_db

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def addresses(client: Client, path: str) -> list[str]:
    root = ElementTree.fromstring(client.get(path).content)
    return [str(loc.text) for loc in root.iterfind(".//s:loc", NAMES)]


@pytest.mark.thorough
def test_the_sitemap_lists_every_page_once(client: Client, bring: Bring, library: None) -> None:
    long = "".join(f"## Part {n}\n\n{'word ' * 100}\n\n" for n in range(40))
    bring({"long.md": f"# Long\n\n{long}", "draft.md": "# Draft\n"})
    Topic.objects.filter(path="draft").update(status="draft")
    index = addresses(client, "/sitemap.xml")
    assert index == [
        "http://testserver/sitemap-lists.xml",
        "http://testserver/sitemap-pages.xml",
    ]
    pages = addresses(client, "/sitemap-pages.xml")
    assert len(pages) == len(set(pages)) == 47
    assert "http://testserver/topics/long/part-7/" in pages
    assert not any("draft" in page for page in pages)
    for page in [*pages, *addresses(client, "/sitemap-lists.xml")]:
        response = client.get(page.removeprefix("http://testserver"))
        assert response.status_code == 200
        assert f'<link rel="canonical" href="{page}">' in text_of(response)
        assert '<meta name="description" content="' in text_of(response)
        assert "noindex" not in text_of(response)


def test_the_sitemap_is_kept_until_the_content_changes(
    client: Client, library: None, settings: Settings, django_assert_num_queries
) -> None:
    settings.KB_PAGE_MEMORY_MB = 1
    memory.clear()
    for path in ("/sitemap.xml", "/sitemap-pages.xml"):
        first = client.get(path)
        assert first["X-Robots-Tag"] == "noindex, noodp, noarchive"
        with django_assert_num_queries(1):
            again = client.get(f"{path}?z=1")
        assert again.content == first.content
        assert (again["Content-Type"], again.status_code) == ("application/xml", 200)
    memory.clear()


def test_a_sitemap_has_parts_of_a_thousand(
    client: Client, library: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert site_files.Pages.limit == 1000
    monkeypatch.setattr(site_files.Pages, "limit", 2)
    index = addresses(client, "/sitemap.xml")
    assert "http://testserver/sitemap-pages.xml?p=2" in index
    assert len(addresses(client, "/sitemap-pages.xml?p=2")) == 2
    assert client.get("/sitemap-pages.xml?p=999").status_code == 404
    assert client.get("/sitemap-other.xml").status_code == 404


def test_robots_names_the_sitemap(client: Client) -> None:
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert text_of(response) == (
        "User-agent: *\nDisallow: /admin/\nDisallow: /api/\n\n"
        "Sitemap: http://testserver/sitemap.xml\n"
    )


def test_browsers_are_told_how_to_search(client: Client) -> None:
    response = client.get("/opensearch.xml")
    root = ElementTree.fromstring(response.content)
    url = root.find("{http://a9.com/-/spec/opensearch/1.1/}Url")
    assert url is not None
    assert url.get("template") == "http://testserver/search/?q={searchTerms}"
    assert 'type="application/opensearchdescription+xml"' in text_of(client.get("/"))


def test_the_icon_is_there(client: Client) -> None:
    response = client.get("/favicon.ico")
    assert (response.status_code, response["Location"]) == (302, "/static/img/favicon.ico")


@pytest.mark.parametrize("path", ["/search/", "/search/?q=tls", "/bookmarks/", "/accounts/login/",
                                  "/accounts/signup/", "/accounts/password/reset/"])  # fmt: skip
def test_results_bookmarks_and_accounts_are_not_indexed(
    client: Client, library: None, path: str, django_user_model
) -> None:
    if path == "/bookmarks/":
        client.force_login(django_user_model.objects.create_user("alice"))
    assert '<meta name="robots" content="noindex">' in text_of(client.get(path))


SVG = '<svg xmlns="http://www.w3.org/2000/svg"/>'
DRAFTED = {
    "draft.md": "# Draft\n\n![Plan](plan.svg)\n",
    "plan.svg": SVG,
    "other.md": "# Other\n\nNothing.\n",
}


def image_of(path: str) -> str:
    asset = Asset.objects.get(path__endswith=path)
    return f"/assets/{asset.digest}/{path}"


def test_the_picture_of_a_draft_is_for_curators_alone(
    client: Client, learner: Client, admin_client: Client, bring: Bring
) -> None:
    bring(DRAFTED)
    address = image_of("plan.svg")
    answer = client.get(address)
    assert (answer.status_code, answer.content.decode()) == (200, SVG)
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    Topic.objects.filter(path="draft").update(status="draft")
    assert client.get(address).status_code == 404
    assert learner.get(address).status_code == 404
    seen = admin_client.get(address)
    assert (seen.status_code, seen["Cache-Control"]) == (200, "private, no-store")


@pytest.mark.parametrize("gone", ["topic", "section", "link"])
def test_a_picture_that_no_page_shows_any_more_is_not_served(
    client: Client, bring: Bring, gone: str
) -> None:
    bring(DRAFTED)
    address = image_of("plan.svg")
    if gone == "topic":
        Topic.objects.filter(path="draft").update(removed_at=timezone.now())
    elif gone == "section":
        Section.objects.filter(topic__path="draft").update(removed_at=timezone.now())
    else:
        bring({**DRAFTED, "draft.md": "# Draft\n\nNo picture.\n"})
    assert client.get(address).status_code == 404


def test_a_picture_that_one_published_page_shows_is_everybodys(
    client: Client, bring: Bring
) -> None:
    both = {**DRAFTED, "other.md": "# Other\n\n![Copy](copy.svg)\n", "copy.svg": SVG}
    bring(both)
    Topic.objects.filter(path="draft").update(status="draft")
    assert client.get(image_of("plan.svg")).status_code == 200  # the same bytes, shown by the other
    assert client.get("/assets/" + "0" * 64 + "/plan.svg").status_code == 404
