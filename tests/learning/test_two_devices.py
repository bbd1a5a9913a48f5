"""One learner with two devices at once: nothing breaks, and nothing of hers is lost."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse

from learning import cards, collections, highlights
from learning.anchoring import Quote
from learning.models import (
    Bookmark,
    Card,
    CollectedSection,
    Highlight,
    Reading,
    Review,
)
from topics.models import Question, Section

TEXT = "# T\n\nOne.\n\n## A\n\nTwo words stand here.\n\n## B\n\nThree.\n\n## C\n\nFour.\n"
KINDS = ["bookmark", "highlight", "collected"]


@pytest.fixture
def sections(bring) -> dict[str, Section]:
    bring({"t.md": TEXT})
    return {one.title: one for one in Section.objects.filter(topic__path="t")}


@pytest.fixture
def note_of(sections, alice) -> Callable[[str], tuple[object, str]]:
    """A mark of a kind with the note "old", and the address of its form."""

    def make(kind: str) -> tuple[object, str]:
        section = sections["A"]
        if kind == "bookmark":
            mark = Bookmark.objects.create(user=alice, section=section, note="old")
            return mark, reverse("learning:note", args=[mark.pk])
        if kind == "highlight":
            mark = highlights.add(alice, section, Quote(0, 0, "Two words"), "blue")
            mark.note = "old"
            mark.save()
            return mark, reverse("learning:highlight_note", args=[mark.pk])
        mark = collections.add(alice, collections.create(alice, "Mine"), section)
        mark.note = "old"
        mark.save()
        return mark, reverse("learning:collected_note", args=[mark.pk])

    return make


def form_of(client: Client, url: str) -> dict[str, str]:
    """What the form of a note sends, as it is shown."""
    page = client.get(url).content.decode()
    return dict(re.findall(r'name="(seen|next)" value="([^"]*)"', page))


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_a_note_that_was_changed_elsewhere_is_not_overwritten(learner, note_of, kind) -> None:
    mark, url = note_of(kind)
    phone = form_of(learner, url)
    assert learner.post(url, form_of(learner, url) | {"note": "new & <b>"}).status_code == 302
    refused = learner.post(url, phone | {"note": "typed on the phone"})
    page = refused.content.decode()
    assert refused.status_code == 400
    assert "changed elsewhere since you opened it" in page
    assert "<p>new &amp; &lt;b&gt;</p>" in page
    assert "typed on the phone</textarea>" in page
    mark.refresh_from_db()
    assert mark.note == "new & <b>"
    (seen,) = re.findall(r'name="seen" value="([^"]*)"', page)
    assert learner.post(url, {"seen": seen, "note": "both"}).status_code == 302
    mark.refresh_from_db()
    assert mark.note == "both"


@pytest.mark.django_db
def test_a_card_that_was_changed_elsewhere_is_not_overwritten(learner, alice, sections) -> None:
    card = cards.add_own(alice, sections["A"], "Why?", "So.")
    url = reverse("learning:card_edit", args=[card.pk])
    phone = form_of(learner, url)
    new = form_of(learner, url) | {"front": "Why?", "back": "new & <b>"}
    assert [learner.post(url, new).status_code for _ in range(2)] == [302, 302]
    refused = learner.post(url, phone | {"front": "Why?", "back": "typed on the phone"})
    page = refused.content.decode()
    assert refused.status_code == 400
    assert "This card was changed elsewhere since you opened it" in page
    assert "<p>new &amp; &lt;b&gt;</p>" in page and "typed on the phone</textarea>" in page
    card.refresh_from_db()
    assert card.back == "new & <b>"
    (seen,) = re.findall(r'name="seen" value="([^"]*)"', page)
    both = {"seen": seen, "front": "Why?", "back": "both"}
    assert learner.post(url, both).status_code == 302
    card.refresh_from_db()
    assert card.back == "both"


@pytest.mark.django_db
def test_a_card_of_the_text_that_curators_change_meanwhile_is_not_overwritten(
    bring, learner, alice
) -> None:
    text = "# Pools\n\n## Why is a pool small?\n\nBecause {} costs memory on the server.\n"
    bring({"pools.md": text.format("each connection")})
    learner.post(f"/learn/cards/from/{Question.objects.get().section_id}/", {"what": "all"})
    card = Card.objects.get()
    url = reverse("learning:card_edit", args=[card.pk])
    sent = form_of(learner, url) | {"front": card.front, "back": "mine"}
    bring({"pools.md": text.format("every one of them")})
    answer = learner.post(url, sent)
    assert answer.status_code == 400
    assert "Because every one of them costs memory" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["a new card", "a card", "a question", "words", "a title"])
def test_what_is_typed_on_what_is_gone_by_then_is_handed_back(
    bring, learner, alice, sections, what
) -> None:
    section = sections["A"]
    mark = highlights.add(alice, section, Quote(0, 0, "Two words"), "blue")
    card = cards.add_own(alice, section, "Why?", "So.")
    url, sent = {
        "a new card": (f"/learn/cards/from/{section.pk}/", {"front": "Why long?", "back": "So."}),
        "a card": (f"/learn/cards/{card.pk}/edit/", {"front": "Why long?", "back": "So."}),
        "a question": (f"/learn/highlights/{mark.pk}/card/", {"front": "Why long?"}),
        "words": (f"/learn/highlights/{mark.pk}/attach/", {"exact": "Why long?"}),
        "a title": (f"/learn/collect/{section.pk}/", {"title": "Why long?"}),
    }[what]
    card.delete()
    mark.delete()
    bring({"t.md": TEXT.replace("## A\n\nTwo words stand here.\n\n", "")})
    answer = learner.post(url, sent)
    assert answer.status_code == 404
    assert "Why long?</textarea>" in answer.content.decode()
    assert "has been removed elsewhere" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_the_same_note_twice_is_no_conflict(learner, note_of, kind) -> None:
    _mark, url = note_of(kind)
    sent = form_of(learner, url) | {"note": "new"}
    assert [learner.post(url, sent).status_code for _ in range(2)] == [302, 302]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_a_note_on_what_is_gone_is_handed_back(learner, note_of, kind) -> None:
    mark, url = note_of(kind)
    sent = form_of(learner, url) | {"note": "long </textarea> thoughts"}
    mark.delete()
    answer = learner.post(url, sent)
    assert answer.status_code == 404
    assert "long &lt;/textarea&gt; thoughts" in answer.content.decode()
    assert "has been removed elsewhere" in answer.content.decode()
    assert learner.get(url).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_a_note_sent_when_the_log_in_has_ended_is_handed_back(learner, note_of, kind) -> None:
    mark, url = note_of(kind)
    sent = form_of(learner, url) | {"note": "long </textarea> thoughts"}
    learner.logout()
    answer = learner.post(url, sent)
    assert answer.status_code == 403
    assert "long &lt;/textarea&gt; thoughts" in answer.content.decode()
    assert learner.get(url).status_code == 302
    mark.refresh_from_db()
    assert mark.note == "old"


HANDED_BACK = [
    ("card_make", "section", {"front": "Why <b>?", "back": "So."}, ["Why &lt;b&gt;?", "So."]),
    ("collections", "", {"title": "For <b>"}, ["For &lt;b&gt;"]),
    ("collect", "section", {"title": "For <b>"}, ["For &lt;b&gt;"]),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "key", "typed", "shown"), HANDED_BACK)
def test_what_was_typed_while_the_log_in_ended_is_handed_back(
    client: Client, sections, name, key, typed, shown
) -> None:
    url = reverse(f"learning:{name}", args=[sections["A"].pk] if key else [])
    answer = client.post(url, typed)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert all(text in page for text in shown)
    assert f'href="/accounts/login/?next={url.replace("/", "%2F")}"' in page
    assert not Card.objects.exists() and not CollectedSection.objects.exists()


def at_once(user: User, *requests: tuple[str, dict[str, str]], times: int = 6) -> list[int]:
    """The statuses of all requests, sent from several devices at the same moments."""

    def send(number: int) -> list[int]:
        client = Client()
        client.force_login(user)
        turn = number % len(requests)
        try:
            return [
                client.post(url, data, headers={"Accept": "application/json"}).status_code
                for url, data in (*requests[turn:], *requests[:turn])
            ]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        return [status for told in pool.map(send, range(times)) for status in told]


@pytest.mark.django_db(transaction=True)
def test_marking_as_read_at_once(alice, sections) -> None:
    url = reverse("learning:mark", args=[sections["A"].pk])
    whole = reverse("learning:mark", args=[sections["T"].pk])
    statuses = at_once(
        alice, (whole, {"what": "read page"}), (url, {"state": "again"}),
        (whole, {"what": "read topic"}), (url, {"state": "unread"}),
    )  # fmt: skip
    assert set(statuses) == {200}
    assert Reading.objects.count() in (3, 4)
    assert at_once(alice, (whole, {"what": "read topic"}), times=2) == [200, 200]
    assert set(Reading.objects.values_list("state", flat=True)) == {"read"}
    assert Reading.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_bookmarking_and_collecting_at_once(alice, sections) -> None:
    own = collections.create(alice, "Mine")
    requests = [
        (reverse("learning:add", args=[section.pk]), {}) for section in sections.values()
    ] + [
        (reverse("learning:collect", args=[section.pk]), {"collection": str(own.pk)})
        for section in sections.values()
    ]
    assert set(at_once(alice, *requests)) == {200, 302}
    assert Bookmark.objects.count() == 4
    places = CollectedSection.objects.order_by("position").values_list("position", flat=True)
    assert list(places) == [0, 1, 2, 3]


@pytest.mark.django_db(transaction=True)
def test_answering_a_card_and_taking_it_back_at_once(alice, sections) -> None:
    card = Card.objects.create(user=alice, section=sections["A"], origin="own", front="F", back="B")
    url = reverse("learning:answer", args=[card.pk])
    assert set(at_once(alice, (url, {"rating": "3", "reps": "0"}))) == {200}
    assert Review.objects.count() == 1
    assert set(at_once(alice, (reverse("learning:undo"), {}))) == {302}
    assert Review.objects.count() == 2  # the answer, and that it was taken back
    card.refresh_from_db()
    assert card.reps == 0


@pytest.mark.django_db(transaction=True)
def test_highlighting_at_once(alice, sections) -> None:
    data = {
        "section": str(sections["A"].pk), "start": "0", "exact": "Two words", "before": "",
        "behind": " stand here.", "color": "blue",
    }  # fmt: skip
    assert set(at_once(alice, (reverse("learning:highlight_add"), data))) == {200}
    assert list(Highlight.objects.values_list("exact", "state")) == [("Two words", "exact")]
