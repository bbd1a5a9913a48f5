"""What browsers may keep: sets, what of them is gone, and for whom; the worker and the manifest."""

import gzip
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from learning import offline, reviews
from learning.models import Bookmark, Card, Plan
from tests.beginnings import beginning
from tests.factories import make_user
from topics.models import Section, Topic

pytestmark = pytest.mark.django_db

FILES = {
    "beginner.md": (
        "---\nkind: path\n---\n# Beginner\n\n## Steps\n\n"
        "1. Read [Sockets](net/sockets.md) first.\n2. Then [Waiting](queues.md#waiting).\n"
    ),
    "net/index.md": "# Networks\n\nAll about networks.\n",
    "net/sockets.md": "# Sockets\n\nA socket ends a connection.\n\n## Closing\n\nClose it.\n",
    "queues.md": "# Queues\n\nA queue holds work.\n\n## Waiting\n\nA worker waits.\n",
    "other.md": "# Other\n\nNothing of that.\n",
}


@beginning
def library(bring: Callable) -> None:
    bring(FILES)


def topic(path: str) -> Topic:
    return Topic.objects.get(path=path)


def root(path: str) -> Section:
    return Section.objects.get(topic__path=path, anchor="")


def get_set(client: Client, kind: str, path: str):
    return client.get(reverse("learning:offline_set", args=[kind, root(path).pk]))


def urls(told: dict) -> list[str]:
    return [url for _, url, _, _ in told["pages"]]


def check(client: Client, **known: str) -> dict:
    return client.get(reverse("learning:offline_check"), known).json()


def test_a_topic_brings_its_pages_and_all_below_it(library, learner: Client) -> None:
    told = get_set(learner, "topic", "net").json()
    assert urls(told) == ["/topics/net/", "/topics/net/sockets/"]
    assert (told["key"], told["title"]) == (f"topic-{topic('net').pk}", "Networks")
    titles = {row["title"] for row in told["search"]["sections"]}
    assert titles == {"Networks", "Sockets", "Closing"}
    assert told["frames"] == ["/learn/offline/", "/learn/offline/review/"]


def test_a_set_is_sent_compressed(library, learner: Client) -> None:
    url = reverse("learning:offline_set", args=["topic", root("net").pk])
    answer = learner.get(url, headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(answer.content))["title"] == "Networks"


def test_a_path_brings_what_its_steps_lead_to(library, learner: Client) -> None:
    told = get_set(learner, "path", "beginner").json()
    assert urls(told) == ["/topics/beginner/", "/topics/net/sockets/", "/topics/queues/"]
    assert (told["kind"], told["along"]) == ("path", "beginner")
    assert get_set(learner, "topic", "beginner").json()["along"] == ""


def test_a_topic_that_is_no_path_is_kept_as_none(library, learner: Client) -> None:
    assert get_set(learner, "path", "queues").status_code == 404
    assert get_set(learner, "shelf", "queues").status_code == 404


def test_a_set_brings_the_learner_s_cards_and_no_others(library, learner, alice) -> None:
    for user, front in ((alice, "Mine?"), (make_user("bob"), "His?")):
        Card.objects.create(
            user=user, section=root("queues"), origin="own", front=front, back="Yes."
        )
    Card.objects.create(
        user=alice, section=root("queues"), origin="own", front="Aside?", back="", is_suspended=True
    )
    (card,) = get_set(learner, "topic", "queues").json()["cards"]
    assert "Mine?" in card["html"] and 'name="rating" value="4"' in card["html"]
    assert (card["due"], card["last"], card["reps"]) == (None, None, 0)


def test_a_set_says_how_many_cards_she_wants_a_day(library, learner, alice) -> None:
    Plan.objects.create(user=alice, new_a_day=3, reviews_a_day=20, easy_days=[6])
    now, cards = timezone.now(), []
    for front in ("One?", "Two?", "Three?"):
        cards.append(
            Card.objects.create(
                user=alice, section=root("queues"), origin="own", front=front, back="Yes."
            )
        )
    known = cards[2]
    known.phase, known.stability, known.difficulty = Card.Phase.REVIEW, 5.0, 5.0
    known.due, known.last_review = now, now - timedelta(days=5)
    known.save()
    for card in cards:
        reviews.answer(alice, card.pk, 1, now, reps=0)
    reviews.answer(alice, known.pk, 3, now, reps=1)  # a second time on that day counts nothing
    reviews.undo(alice, now)
    limits = get_set(learner, "topic", "queues").json()["limits"]
    assert limits == {"week": [[3, 20]] * 6 + [[0, 10]], "had": [2, 1]}


def test_what_is_asked_for_a_set_does_not_grow_with_it(
    library, bring, learner, django_assert_num_queries
) -> None:
    bring({f"net/more-{n}.md": f"# More {n}\n\nWords on {n}.\n" for n in range(30)})
    with django_assert_num_queries(20):
        told = get_set(learner, "topic", "net").json()
    assert len(told["pages"]) == 32


def test_a_check_costs_few_queries_a_set(library, learner, django_assert_num_queries) -> None:
    sets = [get_set(learner, *which).json() for which in (("topic", "net"), ("path", "beginner"))]
    known = {told["key"]: told["digest"] for told in sets}
    with django_assert_num_queries(9):  # the session, the learner; three and four
        answer = check(learner, **known)
    assert answer["changed"] == {} and answer["csrf"]
    assert answer["account"] == sets[0]["account"]


def test_a_check_tells_what_is_another_now(library, bring, learner: Client) -> None:
    told = get_set(learner, "topic", "net").json()
    bring({"net/sockets.md": "# Sockets\n\nA socket is something else.\n"})
    changed = check(learner, **{told["key"]: told["digest"]})["changed"]
    prints = {str(pk): mark for pk, _, _, mark in told["pages"]}
    now = changed[told["key"]]
    assert [pk for pk in prints if now[pk] != prints[pk]] == [str(root("net/sockets").pk)]


def test_a_change_elsewhere_makes_no_set_another(library, bring, learner: Client) -> None:
    told = get_set(learner, "topic", "net").json()
    bring({"other.md": "# Other\n\nQuite different.\n"})
    assert check(learner, **{told["key"]: told["digest"]})["changed"] == {}


@pytest.mark.parametrize("how", ["draft", "removed"])
def test_a_page_that_is_withdrawn_is_in_no_set_any_more(
    library, bring, learner: Client, how: str
) -> None:
    told = get_set(learner, "path", "beginner").json()
    gone = root("net/sockets").pk
    if how == "draft":
        Topic.objects.filter(path="net/sockets").update(status="draft")
    else:
        bring({"net/sockets.md": None}, prune=True)
    now = check(learner, **{told["key"]: told["digest"]})["changed"][told["key"]]
    again = get_set(learner, "path", "beginner").json()
    assert str(gone) not in now and len(now) == 2
    assert urls(again) == ["/topics/beginner/", "/topics/queues/"]
    assert "Sockets" not in {row["title"] for row in again["search"]["sections"]}


def test_a_topic_that_is_withdrawn_is_no_set_any_more(library, learner: Client) -> None:
    told = get_set(learner, "topic", "queues").json()
    Topic.objects.filter(path="queues").update(status="draft")
    assert check(learner, **{told["key"]: told["digest"]})["changed"] == {told["key"]: {}}


@pytest.mark.parametrize(
    "key", ["", "topic", "topic-", "topic-x", "topic-0", "topic-²", "path--1", "x-1",
            "topic-99999999999999999999999"],
)  # fmt: skip
def test_a_key_that_is_none_is_a_set_that_is_gone(library, learner: Client, key: str) -> None:
    assert check(learner, **{key: "0"})["changed"] == {key: {}}


def test_no_more_than_twenty_sets_are_looked_at(library, learner: Client) -> None:
    known = {f"topic-{n}": "0" for n in range(50)}
    assert len(check(learner, **known)["changed"]) == 20


def test_a_set_that_is_too_large_says_the_limit(library, learner, monkeypatch) -> None:
    monkeypatch.setattr(offline, "MOST_PAGES", 1)
    answer = get_set(learner, "topic", "net")
    assert answer.status_code == 413
    assert answer.json()["error"]["message"] == "This has 2 pages, and at most 1 can be kept."


def test_a_session_of_an_account_that_was_deleted_is_told_from_one_that_ended(
    library, learner: Client, alice: User
) -> None:
    alice.is_active = False
    alice.save()
    ask = {"path": reverse("learning:offline_check"), "headers": {"Accept": "application/json"}}
    assert learner.get(**ask).status_code == 401
    alice.delete()
    told = learner.get(**ask)
    assert (told.status_code, told.json()["error"]["code"]) == (410, "deleted")


def test_accounts_have_names_that_tell_nothing(alice: User, bob: User) -> None:
    assert offline.account_of(alice) != offline.account_of(bob)
    assert str(alice.pk) != offline.account_of(alice) and len(offline.account_of(alice)) == 24


@pytest.mark.parametrize("name", ["offline_check", "offline_set"])
def test_without_an_account_there_is_nothing_to_keep(library, client: Client, name: str) -> None:
    args = ["topic", root("queues").pk] if name == "offline_set" else []
    answer = client.get(
        reverse(f"learning:{name}", args=args), headers={"Accept": "application/json"}
    )
    assert answer.status_code == 401


@pytest.mark.parametrize("name", ["offline", "offline_review"])
def test_the_frames_are_for_learners(client: Client, alice: User, name: str) -> None:
    assert client.get(reverse(f"learning:{name}")).status_code == 302
    client.force_login(alice)
    answer = client.get(reverse(f"learning:{name}"))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_the_button_stands_on_reading_pages_of_learners_alone(
    library, client: Client, learner: Client
) -> None:
    page = learner.get("/topics/queues/").content.decode()
    assert f'data-keep="topic {root("queues").pk}"' in page
    assert (
        f'data-keep="path {root("beginner").pk}"'
        in learner.get("/topics/beginner/").content.decode()
    )
    for path in ("/topics/queues/", "/"):
        page = Client().get(path).content.decode()
        assert "data-keep" not in page and "offline.js" not in page and "webmanifest" not in page


def test_a_note_is_added_to_what_stands_there(library, learner: Client, alice: User) -> None:
    section = root("queues")
    url = reverse("learning:offline_note", args=[section.pk])
    assert learner.post(url, {"note": "First\r\nline"}).json()["message"]
    assert learner.post(url, {"note": "Second"}).status_code == 200
    assert Bookmark.objects.get(user=alice).note == "First\nline\n\nSecond"
    assert learner.post(url, {"note": "x" * 10_001}).status_code == 400
    assert learner.post(url, {"note": "a\0b"}).status_code == 400
    assert Bookmark.objects.get(user=alice).note == "First\nline\n\nSecond"


def test_the_worker_is_one_script_that_no_cache_keeps(client: Client) -> None:
    answer = client.get("/worker.js")
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in answer["Content-Security-Policy"]
    text = answer.content.decode()
    assert text.index("const DATABASE") < text.index("const CHECK") < text.index("const FRAME")
    assert not answer.cookies


def test_switched_off_it_takes_all_away(library, learner: Client, settings) -> None:
    settings.KB_OFFLINE = False
    text = learner.get("/worker.js").content.decode()
    assert "unregister" in text and "deleteDatabase" in text and "fetch" not in text
    assert get_set(learner, "topic", "queues").status_code == 404
    assert learner.get(reverse("learning:offline_check")).status_code == 404
    assert "data-keep" not in learner.get("/topics/queues/").content.decode()


def test_the_manifest_makes_the_site_an_app(client: Client, settings) -> None:
    answer = client.get("/site.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    told = json.loads(answer.content)
    assert (told["name"], told["start_url"], told["scope"]) == (settings.SITE_NAME, "/learn/", "/")
    assert [(icon["sizes"], icon["purpose"]) for icon in told["icons"]] == [
        ("192x192", "any"), ("512x512", "any"), ("512x512", "maskable"),
    ]  # fmt: skip
    for icon in told["icons"]:
        file = settings.BASE_DIR / "static" / "img" / icon["src"].rpartition("/")[2]
        assert file.read_bytes()[16:24] == int(icon["sizes"][:3]).to_bytes(4) * 2  # the PNG's size
    assert "manifest-src 'self'" in answer["Content-Security-Policy"]
