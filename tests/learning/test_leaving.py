"""A learner takes her data along, and deletes her account."""

import json

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.test import Client

from learning.models import Bookmark
from tests.factories import PASSWORD, make_section, make_topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def marks(alice, bob):
    section = make_section("Rows [and] pages", topic=make_topic("Databases", path="data"))
    Bookmark.objects.create(user=bob, section=section, note="bob's")
    EmailAddress.objects.create(user=alice, email="alice@example.org")
    return Bookmark.objects.create(user=alice, section=section, note="# mine\n\nand <b>this</b>")


def test_she_takes_her_bookmarks_along_and_nobody_elses(learner, marks):
    answer = learner.get("/accounts/my-bookmarks.json")
    assert answer["Content-Disposition"] == 'attachment; filename="my-bookmarks.json"'
    assert answer["Cache-Control"].endswith("private")
    taken = json.loads(answer.content)
    assert taken["account"]["name"] == "alice"
    (mark,) = taken["bookmarks"]
    assert (mark["topic"], mark["section"]) == ("Databases", "Rows [and] pages")
    assert mark["note"] == marks.note
    text = learner.get("/accounts/my-bookmarks.md").content.decode()
    assert text.startswith(
        "# alice\n\n## Databases\n\n### Rows \\[and\\] pages\n\n- [Bookmark](/topics/data/"
    )
    assert "\n  > # mine\n  >\n  > and <b>this</b>\n" in text
    assert "bob" not in text


def test_with_her_password_she_deletes_the_account(learner, alice, marks):
    page = learner.get("/accounts/delete/").content.decode()
    assert "This also deletes all that is yours: bookmarks, notes, highlights," in page
    answer = learner.post("/accounts/delete/", {"password": PASSWORD}, follow=True)
    assert "Your account is deleted" in answer.content.decode()
    assert "_auth_user_id" not in learner.session
    assert [user.username for user in User.objects.all()] == ["bob"]
    assert [mark.note for mark in Bookmark.objects.all()] == ["bob's"]
    assert not EmailAddress.objects.exists()
    login = learner.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    assert login.status_code == 200


def test_the_browser_forgets_that_she_was_there(client, alice):
    client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    assert client.cookies["device"].value
    client.post("/accounts/delete/", {"password": PASSWORD})
    assert client.cookies["device"].value == client.cookies["sessionid"].value == ""


def test_without_it_she_does_not_and_guesses_are_counted(learner, alice):
    page = learner.post("/accounts/delete/", {"password": "wrong"}).content.decode()
    assert "This is not your password." in page
    assert "This field is required" in learner.post("/accounts/delete/").content.decode()
    for _ in range(5):
        learner.post("/accounts/delete/", {"password": "wrong"})
    page = learner.post("/accounts/delete/", {"password": PASSWORD}).content.decode()
    assert "Too many wrong passwords" in page
    assert User.objects.filter(pk=alice.pk).exists()


def test_with_her_password_she_logs_out_on_other_devices(learner, alice, bob):
    other, bobs = Client(), Client()
    assert other.post("/accounts/login/", {"login": "alice", "password": PASSWORD}).url == "/"
    bobs.force_login(bob)
    assert "/accounts/elsewhere/" in learner.get("/accounts/").content.decode()
    for wrong in ({}, {"password": "wrong"}):
        assert learner.post("/accounts/elsewhere/", wrong).status_code == 200
        assert other.get("/learn/").status_code == 200
    answer = learner.post("/accounts/elsewhere/", {"password": PASSWORD}, follow=True)
    assert "You are logged out everywhere but here." in answer.content.decode()
    assert [browser.get("/learn/").status_code for browser in (learner, other, bobs)] == [
        200, 302, 200,
    ]  # fmt: skip
    assert other.get("/learn/offline/check/").status_code == 302
    check = other.get("/learn/offline/check/", headers={"Accept": "application/json"})
    assert check.status_code == 401  # which clears what that browser keeps offline
    assert other.post("/accounts/login/", {"login": "alice", "password": PASSWORD}).url == "/"
    assert learner.get("/learn/").status_code == 200


def test_whoever_works_in_the_admin_is_deleted_there(learner, alice):
    alice.is_staff = True
    alice.save()
    page = learner.post("/accounts/delete/", {"password": PASSWORD}).content.decode()
    assert "another administrator has to delete it in the admin" in page
    assert User.objects.filter(pk=alice.pk).exists()


@pytest.mark.parametrize("path", ["delete/", "elsewhere/", "my-bookmarks.json", "my-bookmarks.md"])
def test_strangers_are_asked_to_log_in(path):
    assert Client().get(f"/accounts/{path}")["Location"].startswith("/accounts/login/")


def test_it_is_offered_on_the_account_page_in_german_too(learner):
    page = learner.get("/accounts/", headers={"accept-language": "de"}).content.decode()
    assert "Konto löschen" in page
    page = learner.get("/accounts/data/", headers={"accept-language": "de"}).content.decode()
    for words in (
        "Alles herunterladen, was Ihnen gehört",
        "/accounts/my-data.zip",
        "/accounts/my-bookmarks.md",
    ):
        assert words in page
    page = learner.get("/accounts/delete/", headers={"accept-language": "de"}).content.decode()
    assert "Mein Konto löschen" in page


def test_a_forged_form_deletes_nothing(alice):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    assert browser.post("/accounts/delete/", {"password": PASSWORD}).status_code == 403
    assert User.objects.filter(pk=alice.pk).exists()
