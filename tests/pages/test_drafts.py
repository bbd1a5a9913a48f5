"""Pages for readers with an account, made once for all of them and filled for each."""

import re

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from learning.models import Bookmark
from search.filters import FILTERS
from tests.pages.conftest import Bring
from tests.pages.html import text_of
from topics.models import Section, Topic, content_changed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keeping")]

HTTP = "/topics/lib/web/http/"
PATHS = ["/", "/topics/", "/topics/?kind=article", "/glossary/", HTTP, "/topics/lib/"]
TOKEN = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")\w{64}(?=")')


@pytest.fixture
def alice(django_user_model: type[User]) -> User:
    return django_user_model.objects.create_user("alice")


@pytest.fixture
def bob(django_user_model: type[User]) -> User:
    return django_user_model.objects.create_user("bob")


def page(user: User, path: str) -> str:
    """The page without the tokens of its forms, which differ each time."""
    client = Client()
    client.force_login(user)
    return TOKEN.sub("", text_of(client.get(path)))


@pytest.mark.parametrize("path", PATHS)
def test_a_filled_draft_is_the_page_that_is_made_for_one_reader(
    settings, library: None, alice: User, bob: User, path: str
) -> None:
    section = Section.objects.get(topic__path="lib/web/http", anchor="caching")
    Bookmark.objects.create(user=alice, section=section, note="mine")
    first, again, other = page(alice, path), page(alice, path), page(bob, path)
    settings.KB_PAGE_MEMORY_MB = 0
    assert first == again == page(alice, path)
    assert other == page(bob, path)
    assert "alice" in first
    assert "alice" not in other


def test_marks_are_those_of_the_reader(library: None, alice: User, bob: User) -> None:
    section = Section.objects.get(topic__path="lib/web/http", anchor="caching")
    mark = Bookmark.objects.create(user=alice, section=section)
    assert page(bob, HTTP).count('aria-pressed="true"') == 0
    assert page(alice, HTTP).count('aria-pressed="true"') == 1
    mark.delete()
    assert page(alice, HTTP).count('aria-pressed="true"') == 0


def test_a_kept_draft_takes_one_query_for_marks_beside_who_asks(
    learner: Client, library: None, django_assert_num_queries
) -> None:
    learner.get(HTTP)
    with django_assert_num_queries(4):  # session, user, content version, marks
        learner.get(HTTP)


def test_the_tokens_of_forms_are_the_reader_s_own(library: None, alice: User, bob: User) -> None:
    page(alice, HTTP)
    client = Client(enforce_csrf_checks=True)
    client.force_login(bob)
    section = Section.objects.get(topic__path="lib/web/http", anchor="caching")
    token = TOKEN.findall(text_of(client.get(HTTP)))[-1]
    answer = client.post(
        f"/bookmarks/sections/{section.pk}/add/", {"csrfmiddlewaretoken": token, "next": HTTP}
    )
    assert answer.status_code == 302
    assert Bookmark.objects.filter(user=bob, section=section).exists()


def test_only_those_who_may_see_the_link_to_edit(library: None, alice: User, bob: User) -> None:
    alice.is_staff = True
    alice.save()
    alice.user_permissions.add(Permission.objects.get(codename="change_section"))
    for user, shown in ((alice, True), (bob, False), (alice, True)):
        assert ("Edit this section" in page(user, HTTP)) is shown
        assert ('href="/curating/"' in page(user, HTTP)) is shown


def test_a_message_is_shown_to_its_reader_once(library: None, alice: User) -> None:
    client = Client()
    client.force_login(alice)
    client.get(HTTP)
    section = Section.objects.get(topic__path="lib/web/http", anchor="caching")
    client.post(f"/bookmarks/sections/{section.pk}/add/", {"next": HTTP})
    shown = [text_of(client.get(HTTP)) for _ in range(2)]
    assert ['class="messages"' in html for html in shown] == [True, False]
    assert 'class="messages"' not in page(alice, HTTP)


def test_a_draft_ends_with_the_version_of_the_content(library: None, alice: User) -> None:
    page(alice, HTTP)
    Topic.objects.filter(path="lib/web/http").update(title="Hypertext")
    content_changed()
    assert "Hypertext" in page(alice, HTTP)


@pytest.mark.parametrize(("path", "status"), [("/topics/none/", 404), ("/topics/old/", 410)])
def test_what_is_not_there_is_no_draft(
    bring: Bring, library: None, alice: User, path: str, status: int
) -> None:
    bring({"old.md": "# Old\n\nText.\n"})
    Topic.objects.filter(path="old").update(removed_at="2026-01-01T00:00Z")
    client = Client()
    client.force_login(alice)
    for _ in range(2):
        answer = client.get(path)
        assert answer.status_code == status
        assert "alice" in text_of(answer)
        assert "\0" not in text_of(answer)


def test_text_cannot_look_like_a_hole(bring: Bring, alice: User) -> None:
    written = 'name="csrfmiddlewaretoken" value="x"'
    bring({"a.md": f"# A\n\n{written} and `{written}`.\n\n<input {written}>\n\n&#0;0&#0;\n"})
    client = Client()
    client.force_login(alice)
    for _ in range(2):
        shown = text_of(client.get("/topics/a/"))
        assert f"<p>{written} and <code>{written}</code>.</p>" in shown
        assert f"<input {written}" not in shown
        assert "<p>\N{REPLACEMENT CHARACTER}0\N{REPLACEMENT CHARACTER}</p>" in shown


def test_results_are_found_once_for_all_with_an_account(
    library: None, alice: User, bob: User, django_assert_max_num_queries
) -> None:
    section = Section.objects.get(topic__path="lib/web/http", anchor="caching")
    Bookmark.objects.create(user=alice, section=section)
    found = page(alice, "/search/?q=caching")
    assert found.count('aria-pressed="true"') == 1
    client = Client()
    client.force_login(bob)
    with django_assert_max_num_queries(4):  # session, user, content version, marks
        shown = text_of(client.get("/search/?q=caching"))
    assert "Caching" in shown
    assert shown.count('aria-pressed="true"') == 0
    assert "alice" not in shown


def test_results_that_depend_on_who_asks_are_kept_for_nobody(
    library: None, alice: User, bob: User
) -> None:
    marked = {alice.pk: "caching", bob.pk: "methods"}
    FILTERS.register(
        "is:mine", lambda reader: [Section.objects.get(anchor=marked[reader.pk or 0]).pk]
    )
    try:
        found = {
            word: [
                f"/http/{word}/" in page(user, f"/search/?q=is:mine+{word}")
                for user in (alice, bob)
            ]
            for word in ("caching", "methods")
        }
    finally:
        FILTERS.remove("is:mine")
    assert found == {"caching": [True, False], "methods": [False, True]}
