"""How far a learner is: what she marks as read, and where pages say so."""

import json
import re
import time
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from learning import progress
from learning.models import Bookmark, Reading
from learning.portable import progress as portable_progress
from search.engine import search
from tests.beginnings import beginning
from tests.factories import make_section, make_topic
from tests.pages.html import text_of
from tests.shelf import fill_shelf
from topics.models import Section, Topic
from topics.raw_sql import execute

pytestmark = pytest.mark.django_db

JSON = {"Accept": "application/json"}
QUEUE = "Whoever waits for a connection waits in a queue, and the queue has an end in time."
WORDS = " ".join(["word"] * 440)
FIRST = f"# T\n\nStart.\n\n## Lending\n\n{WORDS}\n\n## Waiting\n\n{QUEUE}\n"
OUTLINE = "---\nkind: outline\n---\n# O\n\n" + "".join(
    f"- **1.{n}** Part {n}\n" + "".join(f"- **1.{n}.{m}** Item {n}.{m}\n" for m in range(1, 31))
    for n in range(1, 9)
)


@beginning
def first(bring) -> None:
    bring({"t.md": FIRST})


def states(user: User) -> dict[str, str]:
    return dict(Reading.objects.of(user).values_list("section__title", "state"))


def at(anchor: str, path: str = "t") -> Section:
    return Section.objects.live().get(topic__path=path, anchor=anchor)


@pytest.mark.parametrize(
    ("sent", "left"),
    [
        (["read"], {"Routing": "read"}),
        (["again"], {"Routing": "again"}),
        (["read", "again"], {"Routing": "again"}),
        (["read", "unread"], {}),
        (["unread"], {}),
        (["read", "read"], {"Routing": "read"}),
    ],
)
def test_a_section_is_read_to_be_repeated_or_unread(
    learner: Client, alice: User, routing: Section, sent: list[str], left: dict[str, str]
) -> None:
    for state in sent:
        answer = learner.post(f"/learn/progress/{routing.pk}/", {"state": state})
        assert (answer.status_code, answer["Location"]) == (302, routing.get_absolute_url())
    assert states(alice) == left


@pytest.mark.parametrize(
    ("what", "marked"),
    [
        ("read", {"Lending"}),
        ("read page", {"T", "Lending", "Waiting"}),
        ("again topic", {"T", "Lending", "Waiting"}),
    ],
)
def test_a_page_or_a_topic_is_marked_at_once(learner, alice, bring, what, marked):
    bring({"t.md": FIRST, "u.md": "# U\n\nText.\n"})
    learner.post(f"/learn/progress/{at('lending').pk}/", {"what": what})
    assert set(states(alice)) == marked


@pytest.mark.parametrize("what", ["", "seen", "read library", "read page topic", "\0", "READ"])
def test_what_is_no_state_is_refused(learner: Client, routing: Section, what: str) -> None:
    answer = learner.post(f"/learn/progress/{routing.pk}/", {"what": what})
    assert answer.status_code == 400
    assert not Reading.objects.exists()


def test_scripts_get_the_new_state(learner: Client, routing: Section) -> None:
    answer = learner.post(f"/learn/progress/{routing.pk}/", {"state": "read"}, headers=JSON)
    assert answer.json() == {
        "state": "read", "sections": [routing.pk], "message": "Marked as read.",
    }  # fmt: skip


def test_without_an_account_one_is_asked_to_log_in(client: Client, routing: Section) -> None:
    assert client.post(f"/learn/progress/{routing.pk}/", {"state": "read"}).status_code == 302
    answer = client.post(f"/learn/progress/{routing.pk}/", {"state": "read"}, headers=JSON)
    assert answer.status_code == 401
    assert client.post("/learn/progress/take-over/", {"marks": "{}"}).status_code == 302
    assert not Reading.objects.exists()


@pytest.mark.parametrize("path", ["/learn/progress/1/", "/learn/progress/take-over/"])
def test_marking_takes_a_form_with_a_token(alice: User, path: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    assert browser.get(path).status_code == 405
    assert browser.post(path, {"state": "read"}).status_code == 403


def test_of_drafts_and_of_what_is_gone_nothing_is_marked(learner: Client, topic: Topic) -> None:
    draft = make_section("Draft", topic=make_topic(status="draft"))
    gone = make_section("Gone", topic=topic, removed_at=timezone.now())
    for pk in (draft.pk, gone.pk, 0):
        assert learner.post(f"/learn/progress/{pk}/", {"state": "read"}).status_code == 404


def test_nobody_sees_or_changes_what_others_have_read(
    learner: Client, alice: User, bob: User, routing: Section
) -> None:
    progress.mark(bob, [routing.pk], "again")
    assert execute(*progress.read(alice)) == []
    assert portable_progress.rows(alice) == []
    learner.post(f"/learn/progress/{routing.pk}/", {"what": "read topic"})
    learner.post(f"/learn/progress/{routing.pk}/", {"what": "unread topic"})
    assert states(bob) == {"Routing": "again"}


def test_the_database_keeps_marks_and_takes_no_other_state(alice: User, routing: Section) -> None:
    progress.mark(alice, [routing.pk], "read")
    with pytest.raises(IntegrityError, match="reading_state_is_known"), transaction.atomic():
        Reading.objects.update(state="seen")
    with (
        pytest.raises(IntegrityError, match="learning_reading_section_id"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM topics_section")
        connection.check_constraints()


# Imports and merges.


def page_state(user: User, section: Section) -> str | None:
    from learning.marks import states as found_by

    return found_by(user, {"reading": [section.pk]})["reading"].get(section.pk)


def test_what_was_read_stays_read_through_renames_and_moves(first, bring, alice):
    progress.mark(alice, [at("waiting").pk], "read")
    bring({"t.md": f"# U\n\n## Queues\n\n{QUEUE}\n\n## Lending\n\n{WORDS}\n"})
    assert page_state(alice, at("queues")) == "read"
    assert page_state(alice, at("lending")) is None


def test_a_merged_section_is_read_where_it_went_unless_that_says_otherwise(first, bring, alice):
    waiting, lending = at("waiting"), at("lending")
    progress.mark(alice, [waiting.pk], "read")
    bring({"t.md": FIRST.replace("\n\n## Waiting\n", "\n")})
    waiting.refresh_from_db()
    assert waiting.merged_into_id == lending.pk
    assert page_state(alice, lending) == "read"
    progress.mark(alice, [lending.pk], "again")
    assert page_state(alice, lending) == "again"
    progress.mark(alice, [lending.pk], "unread")
    assert page_state(alice, lending) is None


def test_of_a_removed_section_the_state_comes_back_with_it(first, bring, alice):
    progress.mark(alice, [at("waiting").pk], "read")
    bring({"t.md": FIRST.partition("## Waiting")[0]})
    assert states(alice) == {"Waiting": "read"}
    bring({"t.md": FIRST})
    assert page_state(alice, at("waiting")) == "read"


# Where it is shown.


def test_each_section_has_its_button_and_says_its_state(first, learner, alice):
    progress.mark(alice, [at("lending").pk], "read")
    page = text_of(learner.get("/topics/t/"))
    assert page.count('class="read-end"') == 3
    assert page.count('value="unread"\n    aria-pressed="true"') == 1
    assert "1 minute left in this topic." in page
    assert "1 min left" in page
    learner.post(f"/learn/progress/{at('').pk}/", {"what": "read page"})
    page = text_of(learner.get("/topics/t/"))
    assert "You have read all of this topic." in page
    assert 'value="unread page"' in page


def test_a_page_of_one_section_has_no_button_for_all_of_it(bring, learner):
    bring({"one.md": "# One\n\nText.\n", "two.md": "# Two\n\nText.\n\n## More\n\nText.\n"})
    for path, expected in (("/topics/one/", 0), ("/topics/two/", 1)):
        assert learner.get(path).content.decode().count("Mark this page as read<") == expected, path
        assert Client().get(path).content.decode().count("data-read-page") == expected, path


def test_an_outline_counts_by_branch(bring, learner, alice):
    bring({"o.md": OUTLINE})
    page = text_of(learner.get("/topics/o/"))
    assert "read</span>" not in page
    marked = Section.objects.filter(topic__path="o", number__startswith="1.2.").order_by("position")
    progress.mark(alice, list(marked.values_list("pk", flat=True)[:12]), "read")
    page = text_of(learner.get("/topics/o/"))
    assert "12 of 31 read" in " ".join(page.split())
    assert "12 of 249 sections of this topic are read." in " ".join(page.split())


def test_the_glossary_says_which_sections_are_read(bring, learner, alice):
    bring({"t.md": f"{FIRST}\n\n**Lease** – a loan.\n\n## Pool\n\n- **Pool** – kept open.\n"})
    assert 'class="state"' not in learner.get("/glossary/?filter=pool").content.decode()
    progress.mark(alice, [at("pool").pk], "read")
    page = learner.get("/glossary/?filter=pool").content.decode()
    assert '<span class="visually-hidden">read</span>' in " ".join(page.split())
    assert 'class="state"' not in Client().get("/glossary/?filter=pool").content.decode()


def test_lists_say_what_is_read_and_how_much_is_left(bring, learner, alice):
    bring({"lib/index.md": "# Lib\n", "lib/t.md": FIRST, "lib/u.md": f"# U\n\n{WORDS}\n"})
    progress.mark(alice, [at("", "lib/u").pk], "read")
    progress.mark(alice, [at("lending", "lib/t").pk, at("waiting", "lib/t").pk], "read")
    for path in ("/topics/", "/topics/?kind=article", "/topics/lib/"):
        page = " ".join(text_of(learner.get(path)).split())
        assert page.count('class="state"') >= 2, path
        assert "1 min left" in page, path
        assert '<span class="visually-hidden">read</span>' in page, path


def test_home_continues_after_what_was_read_last(bring, learner, alice):
    bring({"t.md": FIRST, "u.md": "# U\n\nText.\n\n## V\n\nMore.\n"})
    assert "Continue where" not in text_of(learner.get("/"))
    progress.mark(alice, [at("", "u").pk], "read")
    progress.mark(alice, [at("lending").pk], "read")
    page = text_of(learner.get("/")).partition("Continue where you left off")[2]
    assert page.index("/topics/t/waiting/") < page.index("/topics/u/v/")
    progress.mark(alice, [at("waiting").pk], "read")
    page = text_of(learner.get("/")).partition("Continue where you left off")[2]
    assert 'href="/topics/t/"' in page.partition("</section>")[0]
    learner.post(f"/learn/progress/{at('').pk}/", {"what": "read topic"})
    learner.post(f"/learn/progress/{at('', 'u').pk}/", {"what": "read topic"})
    assert "Continue where" not in text_of(learner.get("/"))


def test_search_finds_what_is_read_and_what_is_not(alice: User, learner: Client) -> None:
    shelf = fill_shelf()
    progress.mark(alice, [shelf["streams"].pk], "read")
    progress.mark(alice, [shelf["waiting"].pk], "again")

    def found(q: str, reader) -> set[str]:
        return {hit.title for hit in search(q, reader=reader).hits}

    assert found("is:read", alice) == {"Streams"}
    assert found("lock is:unread", alice) == {"Waiting for a lock"}
    assert found("streams is:unread", alice) == set()
    assert found("streams is:unread", AnonymousUser()) == {"Streams"}
    assert found("is:read", AnonymousUser()) == set()
    page = text_of(learner.get("/search/?q=streams"))
    assert '<span class="visually-hidden">read</span>' in " ".join(page.split())


@pytest.mark.parametrize("path", ["/", "/topics/", "/topics/t/", "/topics/o/", "/search/?q=queue"])
def test_a_page_takes_three_queries_more_with_an_account(
    bring, client, alice, path, settings
) -> None:
    bring({"t.md": FIRST, "o.md": OUTLINE})
    progress.mark(alice, [at("lending").pk], "read")
    learner = Client()
    learner.force_login(alice)
    counts = []
    for browser in (client, learner):
        with CaptureQueriesContext(connection) as queries:
            browser.get(path)
        counts.append(len(queries))
    assert counts[1] - counts[0] <= 3, counts  # session, user, marks


def test_without_an_account_pages_ask_nothing_and_are_the_same(first, client, alice):
    before = client.get("/topics/t/").content
    progress.mark(alice, [at("lending").pk], "read")
    assert client.get("/topics/t/").content == before
    assert b"csrfmiddlewaretoken" not in before
    assert len(re.findall(rb'data-read="\d+"', before)) == 3


@pytest.mark.thorough
def test_ten_thousand_marks_are_one_query(bring, learner, alice, django_assert_num_queries):
    topic = make_topic("Large")
    root = make_section("Large", topic=topic, anchor="")
    sections = Section.objects.bulk_create(
        Section(topic=topic, parent=root, page=root, position=n, title=f"S{n}", anchor=f"s{n}")
        for n in range(1, 3344)
    )
    progress.mark(alice, [section.pk for section in sections], "read")
    Bookmark.objects.bulk_create(Bookmark(user=alice, section=section) for section in sections)
    from learning.marks import states as found_by

    keys = [section.pk for section in sections]
    with django_assert_num_queries(1):
        found = found_by(alice, {"reading": keys, "bookmarks": keys, "topics": [topic.pk]})
    assert len(found["reading"]) == len(found["bookmarks"]) == 3343
    assert found["topics"][topic.pk] == progress.OfTopic(0, 3343)


# Taking over.


def take(learner: Client, marks: object) -> int:
    text = marks if isinstance(marks, str) else json.dumps(marks)
    return learner.post("/learn/progress/take-over/", {"marks": text}).status_code


def test_what_a_browser_kept_is_taken_over_and_the_later_mark_stays(learner, alice, topic):
    names = ("Early", "Late", "New", "Twice")
    early, late, new, twice = (make_section(name, topic=topic) for name in names)
    progress.mark(alice, [early.pk, late.pk], "read")
    Reading.objects.update(marked_at=timezone.now() - timedelta(hours=1))
    now = time.time()
    marks = {
        early.pk: ["again", now - 7200], late.pk: ["again", now - 60], new.pk: ["read", now - 5],
        twice.pk: ["read", now + 10**6], 987654321: ["read", now],
    }  # fmt: skip
    for _ in range(2):
        assert take(learner, marks) == 200
        assert states(alice) == {"Early": "read", "Late": "again", "New": "read", "Twice": "read"}
    assert Reading.objects.get(section=twice).marked_at <= timezone.now()


@pytest.mark.parametrize(
    "marks",
    [
        "", "[]", "null", "{", "1", '{"1": "read"}', '{"x": ["read", 1]}', '{"1": ["seen", 1]}',
        '{"1": ["read", "soon"]}', '{"1": ["read", NaN]}', '{"1": ["read", Infinity]}',
        '{"-1": ["read", 1]}', '{"99999999999999999999": ["read", 1]}', '{"1": ["read"]}',
        '{"1": ["read", 1, 2]}', "[" * 100_000, f'{{"1": ["read", {"9" * 400}]}}',
    ],
)  # fmt: skip
def test_what_is_no_list_of_marks_is_refused(learner: Client, marks: str) -> None:
    assert take(learner, marks) == 400
    assert not Reading.objects.exists()


def test_what_she_may_not_see_is_not_taken_over(learner, topic) -> None:
    inner = make_section("Inner", topic=make_topic("Private"))
    Topic.objects.filter(pk=inner.topic_id).update(is_private=True)
    answer = learner.post(
        "/learn/progress/take-over/", {"marks": json.dumps({inner.pk: ["read", 5]})}
    )
    assert (answer.json()["taken"], Reading.objects.count()) == (0, 0)


def test_she_takes_her_progress_along(learner, alice, first):
    progress.mark(alice, [at("lending").pk], "again")
    (row,) = json.loads(learner.get("/accounts/my-bookmarks.json").content)["progress"]
    assert (row["section"], row["state"], row["address"]) == (
        "Lending", "again", "/topics/t/lending/",
    )  # fmt: skip
    assert "## T\n\n### Lending\n\n- To be repeated: 20" in text_of(
        learner.get("/accounts/my-bookmarks.md")
    )


@pytest.mark.parametrize(
    ("back", "login"),
    [
        ("/topics/routing/", "/accounts/login/?next=%2Ftopics%2Frouting%2F"),
        ("//evil.example/", "/accounts/login/"),
        ("https://evil.example/", "/accounts/login/"),
        ("", "/accounts/login/"),
    ],
)
def test_whose_session_ended_comes_back_to_the_text_by_logging_in(
    client, routing, back, login
) -> None:
    url, data = f"/learn/progress/{routing.pk}/", {"state": "read", "next": back}
    answer = client.post(url, data, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["login"]) == (401, login)
    assert client.post(url, data).headers["Location"] == login
