"""The pages of bookmarks, as a learner without JavaScript sees them."""

from datetime import UTC, datetime
from html import unescape
from itertools import count

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from learning import views
from learning.models import NOTE_LIMIT, Bookmark
from tests.factories import make_section, make_topic
from topics import rate_limits
from topics.models import Section, Topic

pytestmark = pytest.mark.django_db
REMOVED = datetime(2026, 3, 1, tzinfo=UTC)
JSON = {"Accept": "application/json"}


def titles(response) -> list[str]:
    return [entry.section.title for entry in response.context["entries"]]


def test_adding_leads_back_to_the_section(learner: Client, alice: User, routing: Section) -> None:
    response = learner.post(f"/bookmarks/sections/{routing.pk}/add/")
    assert (response.status_code, response["Location"]) == (302, routing.get_absolute_url())
    assert Bookmark.objects.get().user == alice


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("/search/?q=routing", "/search/?q=routing"),
        ("https://evil.example/", None),
        ("//evil.example/", None),
        ("javascript:alert(1)", None),
        ("", None),
        ("http://testserver/learn/", "http://testserver/learn/"),
        *((word, None) for word in ("foo", "learning", "account_login", "?x", "#x", ".", "a/b")),
    ],
)
def test_adding_leads_only_to_pages_of_this_site(
    learner: Client, routing: Section, asked: str, answered: str | None
) -> None:
    response = learner.post(f"/bookmarks/sections/{routing.pk}/add/", {"next": asked})
    assert response["Location"] == (answered or routing.get_absolute_url())


def test_adding_names_the_section_safely(learner: Client, topic: Topic) -> None:
    section = make_section("<script>alert(1)</script>", topic=topic)
    learner.post(f"/bookmarks/sections/{section.pk}/add/")
    page = learner.get("/bookmarks/").content.decode()
    assert "“&lt;script&gt;alert(1)&lt;/script&gt;” is bookmarked." in page
    assert "<script>alert" not in page


def test_a_section_that_cannot_be_read_is_not_found(learner: Client) -> None:
    draft = make_section("Draft", topic=make_topic(status="draft"))
    assert learner.post(f"/bookmarks/sections/{draft.pk}/add/").status_code == 404
    assert learner.post("/bookmarks/sections/999999999/add/").status_code == 404
    assert learner.post("/bookmarks/sections/99999999999999999999/add/").status_code == 404


@pytest.mark.parametrize("path", ["sections/1/add/", "sections/1/remove/", "1/remove/"])
def test_a_link_changes_nothing(learner: Client, path: str) -> None:
    response = learner.get(f"/bookmarks/{path}")
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "Nothing was changed" in response.content.decode()


def test_a_form_from_another_site_is_refused(alice: User, routing: Section) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    assert browser.post(f"/bookmarks/sections/{routing.pk}/add/").status_code == 403
    assert not Bookmark.objects.exists()


def test_the_script_gets_the_button_s_new_state(learner: Client, routing: Section) -> None:
    added = learner.post(f"/bookmarks/sections/{routing.pk}/add/", headers=JSON)
    mark = Bookmark.objects.get()
    assert added.json() == {
        "bookmarked": True,
        "action": f"/bookmarks/sections/{routing.pk}/remove/",
        "note": f"/bookmarks/{mark.pk}/note/",
        "message": "“Routing” is bookmarked.",
    }
    removed = learner.post(added.json()["action"], headers=JSON)
    assert removed.json() == {
        "bookmarked": False,
        "action": f"/bookmarks/sections/{routing.pk}/add/",
        "note": None,
        "message": "“Routing” is no longer bookmarked.",
    }
    assert not Bookmark.objects.exists()


def test_the_script_is_told_that_the_log_in_has_ended(client: Client, routing: Section) -> None:
    response = client.post(f"/bookmarks/sections/{routing.pk}/add/", headers=JSON)
    assert response.status_code == 401
    assert response.json()["login"].startswith("/accounts/login/?next=%2Fbookmarks%2Fwanted%2F")


def test_the_form_of_an_ended_log_in_leads_to_it(client: Client, routing: Section) -> None:
    added = client.post(f"/bookmarks/sections/{routing.pk}/add/")
    assert added["Location"].startswith("/accounts/login/?next=%2Fbookmarks%2Fwanted%2F")
    removed = client.post(f"/bookmarks/sections/{routing.pk}/remove/")
    assert removed["Location"] == "/accounts/login/"
    assert client.get("/bookmarks/")["Location"] == "/accounts/login/?next=/bookmarks/"


def test_a_note_is_not_lost_without_a_question(
    learner: Client, alice: User, routing: Section
) -> None:
    Bookmark.objects.create(user=alice, section=routing, note="Mind the <order>.")
    url = f"/bookmarks/sections/{routing.pk}/remove/"
    asked = learner.post(url)
    assert asked.status_code == 200
    assert "Mind the &lt;order&gt;." in asked.content.decode()
    assert learner.post(url, headers=JSON).status_code == 409
    assert Bookmark.objects.count() == 1
    assert learner.post(url, {"confirmed": "1"}).status_code == 302
    assert not Bookmark.objects.exists()


def test_a_note_keeps_what_was_typed(learner: Client, alice: User, routing: Section) -> None:
    mark = Bookmark.objects.create(user=alice, section=routing)
    text = "First\nSecond ünïcode 🙂 </textarea><script>"
    response = learner.post(f"/bookmarks/{mark.pk}/note/", {"note": text.replace("\n", "\r\n")})
    assert (response.status_code, response["Location"]) == (302, "/bookmarks/")
    mark.refresh_from_db()
    assert mark.note == text
    page = learner.get(f"/bookmarks/{mark.pk}/note/").content.decode()
    assert "<script>" not in page
    assert text in unescape(page)


def test_a_note_typed_while_the_log_in_ended_is_handed_back(
    client: Client, alice: User, routing: Section
) -> None:
    mark = Bookmark.objects.create(user=alice, section=routing)
    url = f"/bookmarks/{mark.pk}/note/"
    response = client.post(url, {"note": "Long thoughts </textarea>"})
    assert response.status_code == 403
    assert "Long thoughts &lt;/textarea&gt;" in response.content.decode()
    assert client.get(url)["Location"] == f"/accounts/login/?next=/bookmarks/{mark.pk}/note/"
    mark.refresh_from_db()
    assert mark.note == ""


def test_line_ends_count_once(learner: Client, alice: User, routing: Section) -> None:
    mark = Bookmark.objects.create(user=alice, section=routing)
    text = "x\r\n" * (NOTE_LIMIT // 2 - 1) + "xx"
    assert learner.post(f"/bookmarks/{mark.pk}/note/", {"note": text}).status_code == 302


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("y" * (NOTE_LIMIT + 1), "Ensure this value has at most 10000 characters (it has 10001)."),
        ("a\x00b", "The note contains a character that cannot be saved."),
    ],
)
def test_a_refused_note_comes_back_with_what_was_typed(
    learner: Client, alice: User, routing: Section, text: str, complaint: str
) -> None:
    mark = Bookmark.objects.create(user=alice, section=routing, note="before")
    response = learner.post(f"/bookmarks/{mark.pk}/note/", {"note": text})
    page = response.content.decode()
    assert response.status_code == 400
    assert text in page
    assert f'<ul class="errorlist" id="id_note_error"><li>{complaint}</li></ul>' in page
    assert 'aria-describedby="id_note_helptext id_note_error"' in page
    mark.refresh_from_db()
    assert mark.note == "before"


@pytest.mark.parametrize("path", ["note/", "remove/"])
def test_another_s_bookmark_is_not_found(
    learner: Client, bob: User, routing: Section, path: str
) -> None:
    mark = Bookmark.objects.create(user=bob, section=routing, note="private")
    assert learner.post(f"/bookmarks/{mark.pk}/{path}", {"confirmed": "1"}).status_code == 404
    assert Bookmark.objects.get().note == "private"


def test_staff_see_no_note_of_another(admin_client: Client, bob: User, routing: Section) -> None:
    mark = Bookmark.objects.create(user=bob, section=routing, note="private")
    pages = [
        admin_client.get("/bookmarks/?q=private"),
        admin_client.get(f"/bookmarks/{mark.pk}/note/"),
        admin_client.get("/admin/learning/bookmark/"),
        admin_client.get(f"/admin/auth/user/{bob.pk}/change/"),
        admin_client.get(f"/admin/auth/user/{bob.pk}/delete/"),
    ]
    assert [page.status_code for page in pages] == [200, 404, 404, 200, 200]
    notes = [entry.marks for entry in pages[0].context["entries"]]
    assert notes == []
    assert not any("private" in page.content.decode() for page in pages[1:])


def test_the_list_goes_by_topic_and_place(learner: Client, alice: User) -> None:
    second, first = make_topic(path="b", slug="b"), make_topic(path="a", slug="a")
    for title, topic, position in [("B2", second, 2), ("A1", first, 1), ("B1", second, 1)]:
        section = make_section(title, topic=topic, position=position)
        Bookmark.objects.create(user=alice, section=section)
    assert titles(learner.get("/bookmarks/")) == ["A1", "B1", "B2"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Routing", "Streams"]),
        ("rout", ["Routing"]),
        ("STREAMS", ["Streams"]),
        ("backpressure", ["Streams"]),
        ("node streams", ["Streams"]),
        ("pressure back", ["Streams"]),
        ("routing backpressure", []),
        ("100%", []),
        ("_", []),
        ("'; --", []),
    ],
)
def test_notes_and_titles_are_searched(
    learner: Client, alice: User, query: str, found: list[str]
) -> None:
    topic = make_topic("Node")
    routing = make_section("Routing", topic=topic)
    streams = make_section("Streams", topic=topic)
    Bookmark.objects.create(user=alice, section=routing)
    Bookmark.objects.create(user=alice, section=streams, note="On backpressure")
    assert titles(learner.get("/bookmarks/", {"q": query})) == found


@pytest.mark.parametrize("query", ["a\x00b", "x" * 201])
def test_a_wrong_search_is_a_400_with_a_page(learner: Client, query: str) -> None:
    response = learner.get("/bookmarks/", {"q": query})
    assert response.status_code == 400
    assert 'id="id_q_error"' in response.content.decode()


def test_an_empty_list_says_what_to_do(learner: Client) -> None:
    assert "Nothing here yet." in learner.get("/bookmarks/").content.decode()
    searched = learner.get("/bookmarks/", {"q": "<b>"}).content.decode()
    assert "0 sections with “&lt;b&gt;”." in searched
    assert "Nothing here yet." not in searched


def test_the_list_is_paged(learner: Client, alice: User, topic: Topic) -> None:
    sections = [make_section(f"S{n}", topic=topic) for n in range(51)]
    Bookmark.objects.bulk_create(Bookmark(user=alice, section=s) for s in sections)
    assert len(titles(learner.get("/bookmarks/"))) == 50
    assert titles(learner.get("/bookmarks/", {"page": "2"})) == ["S50"]
    assert titles(learner.get("/bookmarks/", {"page": "nonsense"}))[0] == "S0"
    assert titles(learner.get("/bookmarks/", {"page": "99"})) == ["S50"]


@pytest.mark.parametrize("number_of_marks", [1, 40])
def test_the_list_costs_eight_queries(
    learner: Client, alice: User, topic: Topic, number_of_marks: int
) -> None:
    sections = [make_section(f"S{n}", topic=topic) for n in range(number_of_marks)]
    Bookmark.objects.bulk_create(Bookmark(user=alice, section=s) for s in sections)
    with CaptureQueriesContext(connection) as queries:
        learner.get("/bookmarks/", {"q": "s"})
    # Session, learner, marks, those that cannot be read, count, sections of the page, their notes,
    # areas.
    assert len(queries) == 8


def test_two_marks_that_meet_show_both_notes(learner: Client, alice: User, topic: Topic) -> None:
    old, new = make_section("Old", topic=topic), make_section("New", topic=topic)
    Bookmark.objects.create(user=alice, section=old, note="from the old")
    Bookmark.objects.create(user=alice, section=new, note="from the new")
    Section.objects.filter(pk=old.pk).update(removed_at=REMOVED, merged_into=new)
    response = learner.get("/bookmarks/")
    assert titles(response) == ["New"]
    page = response.content.decode()
    assert "from the old" in page
    assert "from the new" in page
    assert "was removed" not in page
    assert titles(learner.get("/bookmarks/", {"q": "the old"})) == ["New"]


def test_the_button_removes_both_marks_that_meet(
    learner: Client, alice: User, topic: Topic
) -> None:
    old, new = make_section("Old", topic=topic), make_section("New", topic=topic)
    for section in (old, new):
        Bookmark.objects.create(user=alice, section=section)
    Section.objects.filter(pk=old.pk).update(removed_at=REMOVED, merged_into=new)
    learner.post(f"/bookmarks/sections/{new.pk}/remove/")
    assert not Bookmark.objects.exists()


def test_a_removed_section_is_shown_until_dismissed(
    learner: Client, alice: User, routing: Section
) -> None:
    mark = Bookmark.objects.create(user=alice, section=routing)
    Section.objects.filter(pk=routing.pk).update(removed_at=REMOVED)
    page = learner.get("/bookmarks/").content.decode()
    assert "This section was removed on 1 March 2026." in page
    assert "<p>On Routing.</p>" in page
    assert f'href="{routing.get_absolute_url()}"' not in page
    learner.post(f"/bookmarks/{mark.pk}/remove/")
    assert not Bookmark.objects.exists()


def test_a_topic_taken_back_to_draft_shows_no_text(
    learner: Client, alice: User, routing: Section
) -> None:
    Bookmark.objects.create(user=alice, section=routing)
    Topic.objects.update(status="draft")
    page = learner.get("/bookmarks/").content.decode()
    assert "This topic is not published at the moment." in page
    assert "On Routing." not in page
    assert f'href="{routing.get_absolute_url()}"' not in page


def test_the_list_is_kept_out_of_caches(learner: Client) -> None:
    assert "no-store" in learner.get("/bookmarks/")["Cache-Control"]


def test_a_search_of_notes_uses_five_words_and_so_much_time_of_a_minute(
    learner: Client, alice: User, routing: Section, settings: Settings, monkeypatch
) -> None:
    Bookmark.objects.create(user=alice, section=routing, note="a b c d e")
    page = learner.get("/bookmarks/?q=a+b+c+d+e+f+g+a&x=strange").content.decode()
    assert "1 section with “a b c d e”" in page
    assert "strange" not in page
    monkeypatch.setattr(rate_limits, "time", lambda: 60_010.0)
    monkeypatch.setattr(rate_limits, "counts", rate_limits.Counts())
    clock = count(step=0.0006)
    monkeypatch.setattr(views, "perf_counter", lambda: next(clock))
    settings.KB_SEARCH_BUDGET_MS = 1
    answers = [learner.get("/bookmarks/?q=a").status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    assert learner.get("/bookmarks/").status_code == 200
