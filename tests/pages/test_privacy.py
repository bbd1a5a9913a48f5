"""The page about privacy is true: it names all that is kept of a person, and all cookies."""

import ast
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from accounts.tasks import clear_counts
from curating.models import (
    Comment,
    Draft,
    HandledQuery,
    MailWish,
    Proposal,
    SavedFilter,
    TopicCare,
    TopicDraft,
    Trial,
)
from importer.models import Change, ImportRun
from kb.privacy import cookies
from learning.models import Bookmark, CollectedSection, Collection, Delivery, Highlight, Reading
from learning.models.cards import Card, Plan, Review
from learning.models.kept import Kept, WaitingImport
from tests.factories import PASSWORD, make_section, make_topic
from tests.pages.html import words
from topics.models import Section

pytestmark = pytest.mark.django_db

# What of a person each model keeps, as the page calls it.
NAMED = {
    User: "your name",
    EmailAddress: "e-mail addresses",
    Authenticator: "the key of your second factor",
    Bookmark: "bookmarks and notes",
    Highlight: "your highlights",
    Collection: "your collections",
    CollectedSection: "what is in them",
    Reading: "what you have read",
    Card: "your cards",
    Review: "your answers to them",
    Plan: "how you want to be asked",
    Kept: "has no place in the texts here",
    WaitingImport: "that waits for your yes",
    Delivery: "the keys of what was sent",
    Draft: "drafts of edits",
    TopicDraft: "drafts of edits",
    Proposal: "edits that you propose, problems that you report",
    MailWish: "whether you want to hear of them by e-mail",
    Comment: "what you write about them",
    Change: "in the history",
    LogEntry: "what you did in the admin",
    ImportRun: "which imports you started",
    Section: "which sections you edited",
    TopicCare: "which topics you look after",
    SavedFilter: "which filters of lists you saved",
    HandledQuery: "changed of the search",
    Trial: "what you tried",
}
STAYS_WITHOUT_A_NAME = {
    Proposal, Comment, Change, ImportRun, Section, HandledQuery, Trial, TopicCare,
}  # fmt: skip


def words_of(client: Client) -> str:
    answer = client.get("/privacy/")
    assert answer.status_code == 200
    return words(answer.content.decode().partition("<main")[2].partition("</main>")[0]).lower()


def people_in(model: type[Model]) -> list[str]:
    return [f.name for f in model._meta.fields if f.related_model is User]


def test_it_names_every_model_that_names_a_person(client: Client) -> None:
    keeping = {model for model in apps.get_models() if people_in(model)} | {User}
    assert keeping == set(NAMED)
    page = words_of(client)
    for model, phrase in NAMED.items():
        assert phrase in page, model


def test_deleting_an_account_leaves_what_the_page_says_and_no_more(alice: User) -> None:
    for model in NAMED:
        for name in people_in(model):
            rule = model._meta.get_field(name).remote_field.on_delete.__name__
            assert rule == ("SET_NULL" if model in STAYS_WITHOUT_A_NAME else "CASCADE"), model


def test_all_that_somebody_wrote_is_in_what_she_takes_along(learner: Client, alice: User) -> None:
    section = make_section("Rows", topic=make_topic())
    Bookmark.objects.create(user=alice, section=section, note="word-1")
    collection = Collection.objects.create(user=alice, title="word-2")
    CollectedSection.objects.create(
        user=alice, section=section, collection=collection, position=1, note="word-3"
    )
    Reading.objects.create(user=alice, section=section, state="read")
    Highlight.objects.create(
        user=alice, section=section, start=0, end=4, exact="word-4", note="word-5"
    )
    card = Card.objects.create(
        user=alice, section=section, origin="own", front="word-13", back="word-14"
    )
    Review.objects.create(
        user=alice, card=card.pk, rating=3, reviewed_at=timezone.now(), phase=0, is_first=True,
        took_ms=4711, before={},
    )  # fmt: skip
    Draft.objects.create(user=alice, section=section, title="word-6", markdown="word-7")
    TopicDraft.objects.create(user=alice, title="word-16", markdown="word-17", why="word-18")
    proposal = Proposal.objects.create(
        author=alice, section=section, title="word-8", markdown="word-9", why="word-10"
    )
    Comment.objects.create(proposal=proposal, by=alice, text="word-11")
    EmailAddress.objects.create(user=alice, email="word-12@example.org")
    Authenticator.objects.create(user=alice, type="totp", data={"secret": "the key"})
    Kept.objects.create(user=alice, part="clippings", digest="d", row={"quote": "word-15"})
    taken = learner.get("/accounts/my-bookmarks.json").content.decode()
    assert [n for n in range(1, 19) if f"word-{n}" not in taken] == []
    assert all(json.loads(taken).values())
    assert "4711" in taken
    assert "the key" not in taken


def test_the_admin_shows_nothing_of_what_the_page_calls_one_s_own() -> None:
    private = {
        Card,
        Review,
        Plan,
        Kept,
        WaitingImport,
        Delivery,
        Bookmark,
        Highlight,
        Collection,
        CollectedSection,
        Reading,
        Draft,
        TopicDraft,
        Authenticator,
    }
    assert not private & set(admin.site._registry)


def test_it_names_every_cookie_that_is_set(client: Client, alice: User) -> None:
    alice.is_staff = alice.is_superuser = True
    alice.save()
    client.get("/accounts/login/")
    client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    client.post(
        "/language/", {"language": "de", "next": "/"}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    for path in (
        "/",
        "/admin/",
        "/accounts/",
        "/bookmarks/",
        "/search/?q=rows",
        "/curating/queue/",
    ):
        client.get(path)
    client.post("/accounts/logout/")
    named = {cookie.name for cookie in cookies()}
    assert set(client.cookies) <= named
    assert named - set(client.cookies) <= {"messages"}
    for name, cookie in client.cookies.items():
        days = next(c.days for c in cookies() if c.name == name)
        assert not cookie["max-age"] or int(cookie["max-age"]) == days * 86400
    page = client.get("/privacy/").content.decode()
    for name in named:
        assert f"<code>{name}</code>" in page


def test_no_module_sets_a_cookie_that_it_does_not_know() -> None:
    base = Path(settings.BASE_DIR)
    found = {
        path.relative_to(base).as_posix()
        for room in (
            "accounts",
            "api",
            "curating",
            "importer",
            "kb",
            "learning",
            "search",
            "topics",
        )
        for path in (base / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in ("set_cookie", "set_signed_cookie")
    }
    assert found == {"accounts/login_attempts.py"}
    scripts = [path.read_text() for path in (base / "static" / "js").glob("*.js")]
    assert not any("document.cookie" in script for script in scripts)


def test_it_knows_what_browsers_keep(client: Client) -> None:
    base = Path(settings.BASE_DIR) / "static" / "js"
    texts = "\n".join(path.read_text() for path in base.glob("*.js"))
    kept = set(re.findall(r'(?:store\.set|localStorage\.setItem)\("?(\w+)', texts))
    # Settings, last searches, the menu, what is read; `carried` goes with the next page.
    assert kept == {
        "theme", "reading", "keys", "recent", "folds", "STORE", "carried", "name", "isLearner",
    }  # fmt: skip
    databases = re.findall(r'DATABASE = "([\w-]+)"|indexedDB\.open\((\w+)', texts)
    assert databases == [("kb-offline", ""), ("", "DATABASE")]  # of what is kept offline
    assert "your browser holds their pages" in words_of(client)


def test_reading_sets_no_cookie(client: Client) -> None:
    for path in ("/", "/privacy/", "/topics/", "/search/?q=rows", "/glossary/"):
        assert not client.get(path).cookies


def test_it_is_linked_from_every_page_and_from_sign_up(client: Client) -> None:
    assert 'href="/privacy/"' in client.get("/").content.decode().partition("<footer")[2]
    form = client.get("/accounts/signup/").content.decode().partition('action="/accounts/signup/"')
    assert 'href="/privacy/"' in form[2].partition("</form>")[0]


@pytest.mark.parametrize(
    ("values", "said", "not_said"),
    [
        ({"KB_LOG_CLIENTS": True}, "your ip address and", "not who asked"),
        ({"KB_LOG_CLIENTS": False}, "not who asked", "your ip address and"),
        ({"SENTRY_DSN": "https://k@s.example/1"}, "a service for errors", "no such words"),
        ({"SENTRY_DSN": ""}, "cookies", "a service for errors"),
        ({"KB_BACKUP_DIR": "/b", "KB_BACKUP_KEEP": 9}, "for another 9 days", "some time longer"),
        ({"KB_BACKUP_DIR": ""}, "some time longer", "for another"),
        (
            {"KB_CONTACT": "<b>Ops</b> o@example.org"},
            "by <b>ops</b> o@example.org",
            "no such words",
        ),
        (
            {"REMOTE_PICTURES": "show", "PICTURE_HOSTS": ["img.example"]},
            "img.example",
            "nothing on",
        ),
        ({"REMOTE_PICTURES": "link"}, "nothing on a page comes from another site", "img.example"),
        ({"KB_POLICY_REPORTS": False}, "cookies", "does not belong there"),
        ({"KB_POLICY_REPORTS": True}, "does not belong there", "no such words"),
        ({"KB_HAS_MAIL": False}, "cookies", "e-mail is sent only"),
    ],
)
def test_it_says_what_this_site_does(client, settings, values, said, not_said) -> None:
    for name, value in values.items():
        setattr(settings, name, value)
    page = words_of(client)
    assert said in page
    assert not_said not in page


def test_the_pages_are_german_too(client: Client) -> None:
    client.cookies["django_language"] = "de"
    page = words_of(client)
    assert "datenschutz" in page
    assert "what this site keeps" not in page


def test_counts_with_addresses_in_them_are_deleted_when_they_have_run_out(db: None) -> None:
    cache.set("requests:search:192.0.2.1:1", 5, 60)
    cache.set("requests:search:192.0.2.2:1", 5, 60)
    past = timezone.now() - timedelta(minutes=1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE kb_cache SET expires = %s WHERE cache_key LIKE %s", [past, "%2.1:1"])
        assert clear_counts.func() == 1
        cursor.execute("SELECT cache_key FROM kb_cache WHERE cache_key LIKE '%192.0.2%'")
        assert cursor.fetchall() == [(":1:requests:search:192.0.2.2:1",)]
