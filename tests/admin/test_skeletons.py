"""A new topic that began with a skeleton is not published with its places unfilled unasked."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from curating import care
from curating.models import TopicCare
from curating.skeletons import SKELETONS, begun, left_in
from importer.written_topics import new_topic
from tests.admin.pages import words
from topics.models import Topic


@pytest.mark.parametrize("kind", SKELETONS)
def test_a_skeleton_is_all_places(kind):
    left = left_in(SKELETONS[kind][1])
    assert left and left == left_in(begun("Mine first.", kind))
    assert all(line in SKELETONS[kind][1] for line in left)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("", []),
        ("A text of one's own.\n\n## When it ends\n\nAt the end.", []),
        ("## How it works\n\nBy magic.", []),
        ("## How it works\n\n### In short\n\nBy magic.", []),
        ("## How it works\n\n## What goes wrong\n\nAll.", ["## How it works"]),
        ("## What goes wrong", ["## What goes wrong"]),
        ("## What goes wrong\n\n   \n", ["## What goes wrong"]),
        ("The answer in two sentences.", ["The answer in two sentences."]),
        ("  The answer in two sentences.  \r\n", ["The answer in two sentences."]),
        ("So: the answer in two sentences.", []),
        ("## A\n\n- **ACID** – what a transaction keeps.", []),
        ("- **Term** – What it is, in a whole sentence. An example, or what it is not.",) * 2,
        ("What belongs to it.\n\nWhat belongs to it.", ["What belongs to it."]),
        ('## How it works\n\n```js title="example.js"\nserve();\n```', []),
    ],
)
def test_places_are_told_from_what_somebody_wrote(text, left):
    assert left_in(text) == ([left] if isinstance(left, str) else left)


def typed(kind="article", **values):
    text = begun("", kind)
    return {"title": "Leases", "markdown": text, "why": "", "kind": kind, **values}


def test_unfilled_it_asks_and_says_what_is_left(admin, db):
    page = admin.post(reverse("curating:add_topic"), typed())
    said = words(page)
    assert "Not filled in yet" in said and "The answer in two sentences." in said
    assert "Publish it all the same" in said and not Topic.objects.exists()
    assert page.context["form"]["markdown"].value() == begun("", "article")


@pytest.mark.parametrize(("button", "status"), [("_draft", "draft"), ("_anyway", "published")])
def test_it_is_kept_as_a_draft_or_published_all_the_same(admin, db, button, status):
    admin.post(reverse("curating:add_topic"), typed(**{button: "1"}))
    assert Topic.objects.get().status == status


def test_a_draft_is_not_published_unfilled_unasked(admin, curator):
    topic = new_topic(
        "Leases", begun("", "path"), parent=None, user=curator,
        description={"status": "draft", "kind": "path"},
    )  # fmt: skip
    page, form = reverse("curating:describe", args=[topic.pk]), {"status": "published"}
    said = words(admin.post(page, form))
    assert "Not filled in yet" in said and "Publish it all the same" in said
    stock = reverse("admin:topics_topic_change", args=[topic.pk])
    values = {"summary": "", "kind": "path", "level": "", "tags": "", "status": "published"}
    assert "Not filled in yet" in words(admin.post(stock, values))
    topic.refresh_from_db()
    assert topic.status == "draft"
    moment = {"_care": "1", "publish_at": "2040-01-01T00:00"}
    arranged = admin.post(reverse("curating:arrange", args=[topic.pk]), moment, follow=True)
    assert "Not filled in yet" in words(arranged)
    assert "As long as they are left it is not published" in words(arranged)
    admin.post(page, form | {"_anyway": "1"})
    topic.refresh_from_db()
    assert topic.status == "published"


def scheduled(user, text=""):
    topic = new_topic(
        "Leases", text or begun("", "article"), parent=None, user=user,
        description={"status": "draft"},
    )  # fmt: skip
    TopicCare.objects.create(topic=topic, publish_at=timezone.now() - timedelta(minutes=1))
    return topic


def test_no_clock_publishes_it_unfilled_and_the_dashboard_says_so(admin, curator, client):
    topic = scheduled(curator)
    assert care.change_states() == care.change_states() == 0
    topic.refresh_from_db()
    assert topic.status == "draft" and TopicCare.objects.get().publish_at
    [late] = admin.get("/curating/").context["waiting"]
    assert (late.what, late.number) == ("Not published at their moment", 1)
    assert "Leases" in words(admin.get(late.url))
    page = words(admin.get(late.entries[0].url))
    assert "Not filled in yet" in page and "The answer in two sentences." in page
    filled = {"markdown": "# Leases\n\nA lease ends by itself.\n", "_publish": "1"}
    base = admin.get(late.entries[0].url).context["form"].initial["base"]
    said = admin.post(late.entries[0].url, {**filled, "base": base}, follow=True)
    assert "Saved as a draft." in words(said)
    assert care.change_states() == 1
    assert "Not published" not in words(admin.get("/curating/"))
    assert client.get(topic.get_absolute_url()).status_code == 200


def test_a_text_of_ones_own_is_published_at_its_moment(curator, db):
    topic = scheduled(curator, "A lease ends by itself.")
    assert care.change_states() == 1
    topic.refresh_from_db()
    assert topic.status == "published"


def test_whose_both_moments_passed_unfilled_waits_no_longer(curator, db):
    topic = scheduled(curator)
    TopicCare.objects.update(withdraw_at=timezone.now() - timedelta(seconds=1))
    assert care.change_states() == 0
    topic.refresh_from_db()
    row = TopicCare.objects.get()
    assert (topic.status, row.publish_at, row.withdraw_at) == ("draft", None, None)
