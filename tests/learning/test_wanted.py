"""The bookmark asked for before the log-in."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.core.signing import TimestampSigner
from django.test import Client

from accounts import login_tokens
from learning.bookmarks import login_url
from learning.models import Bookmark
from tests.factories import PASSWORD, make_section
from topics.models import Section, Topic

pytestmark = pytest.mark.django_db


def wanted_url(section: Section) -> str:
    query = urlsplit(login_url(section.pk)).query
    return parse_qs(query)["next"][0]


def log_in(client: Client, next_url: str):
    data = {"login": "alice", "password": PASSWORD, "next": next_url}
    return client.post("/accounts/login/", data)


def test_after_log_in_the_bookmark_is_there(client: Client, alice: User, routing: Section) -> None:
    page = client.get(login_url(routing.pk)).content.decode()
    url = re.search(r'name="next" value="([^"]+)"', page)[1]
    assert log_in(client, url)["Location"] == url
    response = client.get(url)
    assert (response.status_code, response["Location"]) == (302, routing.get_absolute_url())
    mark = Bookmark.objects.get()
    assert (mark.user, mark.section) == (alice, routing)
    assert "“Routing” is bookmarked." in client.get("/bookmarks/").content.decode()


def test_the_button_of_a_page_for_everybody_leads_to_the_bookmark(
    client: Client, alice: User, routing: Section
) -> None:
    response = client.get(f"/bookmarks/sections/{routing.pk}/wanted/")
    url = parse_qs(urlsplit(response["Location"]).query)["next"][0]
    assert "no-store" in response["Cache-Control"]
    log_in(client, url)
    assert client.get(url)["Location"] == routing.get_absolute_url()
    assert Bookmark.objects.get().section == routing


def test_the_button_s_link_only_asks_who_is_logged_in(learner: Client, routing: Section) -> None:
    response = learner.get(f"/bookmarks/sections/{routing.pk}/wanted/")
    assert response.templates[0].name == "learning/wanted.html"
    assert not Bookmark.objects.exists()
    assert learner.get("/bookmarks/sections/999999999/wanted/").status_code == 404


def test_after_sign_up_the_bookmark_is_there(client: Client, routing: Section) -> None:
    url = wanted_url(routing)
    data = {"username": "carol", "password1": PASSWORD, "password2": PASSWORD, "next": url}
    assert client.post("/accounts/signup/", data)["Location"] == url
    assert client.get(url)["Location"] == routing.get_absolute_url()
    assert Bookmark.objects.get().user.username == "carol"


def test_a_link_alone_only_asks(learner: Client, routing: Section) -> None:
    response = learner.get(wanted_url(routing))
    assert response.status_code == 200
    assert f'action="/bookmarks/sections/{routing.pk}/add/"' in response.content.decode()
    assert not Bookmark.objects.exists()


def test_a_log_in_that_led_elsewhere_does_not_open_the_link(
    client: Client, alice: User, topic: Topic, routing: Section
) -> None:
    log_in(client, wanted_url(make_section("Wanted", topic=topic)))
    assert client.get(wanted_url(routing)).status_code == 200
    assert not Bookmark.objects.exists()


def test_a_log_in_link_changes_nothing_for_who_is_logged_in(
    learner: Client, routing: Section
) -> None:
    response = learner.get(login_url(routing.pk), follow=True)
    assert response.templates[0].name == "learning/wanted.html"
    assert not Bookmark.objects.exists()


def test_a_token_works_once(client: Client, alice: User, bob: User, routing: Section) -> None:
    url = wanted_url(routing)
    log_in(client, url)
    client.get(url)
    assert client.get(url).status_code == 200
    Bookmark.objects.all().delete()
    other = Client()
    other.post("/accounts/login/", {"login": "bob", "password": PASSWORD, "next": url})
    assert other.get(url).status_code == 200
    assert not Bookmark.objects.exists()


@pytest.mark.parametrize(("limit", "seconds"), [("TOKEN_SECONDS", -1), ("LOGIN_SECONDS", -1)])
def test_a_token_that_is_too_old_only_asks(
    client: Client,
    alice: User,
    routing: Section,
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    seconds: int,
) -> None:
    monkeypatch.setattr(login_tokens, limit, seconds)
    url = wanted_url(routing)
    log_in(client, url)
    assert client.get(url).status_code == 200
    assert not Bookmark.objects.exists()


def test_a_reader_who_is_not_logged_in_is_sent_to_log_in(client: Client, routing: Section) -> None:
    response = client.get(wanted_url(routing))
    assert response["Location"].startswith("/accounts/login/?next=%2Fbookmarks%2Fwanted%2F")
    assert not response.cookies


@pytest.mark.parametrize(
    "token",
    [
        "1",
        "1.abc:xyz:sig",
        TimestampSigner(salt="elsewhere").sign("1.abc"),
        "x" * 5000,
        "%00",
        "1.%F0%9F%99%82:a:b",
    ],
    ids=["no signature", "no time", "another salt", "too long", "NUL", "emoji"],
)
def test_a_token_we_did_not_sign_is_not_found(learner: Client, token: str) -> None:
    assert learner.get(f"/bookmarks/wanted/{token}/").status_code == 404


def test_a_merged_section_is_bookmarked_where_it_is_read(
    client: Client, alice: User, topic: Topic, routing: Section
) -> None:
    url = wanted_url(routing)
    new = make_section("Routes", topic=topic)
    Section.objects.filter(pk=routing.pk).update(removed_at=routing.created_at, merged_into=new)
    log_in(client, url)
    assert client.get(url)["Location"] == new.get_absolute_url()
    assert Bookmark.objects.get().section == new


@pytest.mark.parametrize("page", ["login", "signup"])
def test_the_log_in_says_which_section_it_is_for(
    client: Client, routing: Section, page: str
) -> None:
    shown = client.get(f"/accounts/{page}/", {"next": wanted_url(routing)}).content.decode()
    assert "bookmark “Routing” and return to where you were." in shown
    for other in ("", "/bookmarks/", "/bookmarks/wanted/1.forged/", "//evil.example/", "::"):
        shown = client.get(f"/accounts/{page}/", {"next": other}).content.decode()
        assert "you are back where you were" not in shown
