"""The description of many topics at once, seen before it is saved."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from curating.models import AuditEntry, TopicCare
from curating.skeletons import begun
from importer.models import Change
from importer.privacy import set_private
from importer.undo import undo
from importer.written_topics import new_topic
from search.engine import search
from tests.admin.pages import url, words
from topics.models import Topic

PAGE = "/curating/topics/describe/"


@pytest.fixture
def three(bring):
    bring({
        "a.md": "---\ntags: [web, old]\nlevel: expert\n---\n# Apples\n\nRed.\n",
        "b.md": "---\ntags: [Old]\nkind: guide\n---\n# Pears\n\nGreen.\n",
        "c.md": "# Plums\n\nBlue.\n",
    })  # fmt: skip
    return list(Topic.objects.order_by("title"))


def asked(topics, **values):
    return {"topic": [topic.pk for topic in topics], **values}


def told():
    rows = Topic.objects.order_by("title").values_list("tags", "kind", "level", "status")
    return [tuple(row) for row in rows]


def test_the_list_of_topics_leads_there_with_what_was_chosen(admin, three):
    chosen = {"action": "describe", "_selected_action": [three[0].pk, three[2].pk]}
    page = admin.post(reverse("admin:topics_topic_changelist"), chosen, follow=True)
    assert page.redirect_chain[0][0].startswith(PAGE)
    assert "2 topics are chosen." in words(page)


def test_it_is_shown_before_it_is_done_and_nothing_else_changes(admin, curator, three):
    before = told()
    wanted = asked(
        three, add_tags="fruit, fruit", remove_tags="old", kind="guide", level="-",
        owner=str(curator.pk),
    )  # fmt: skip
    page = admin.post(PAGE, wanted)
    assert told() == before and not TopicCare.objects.exists()
    said = words(page)
    assert "Tags: web, old" in said and "Tags: web, fruit" in said
    assert "Kind: Article" in said and "Level: Expert" in said and "Owner: curator" in said
    saved = admin.post(PAGE, {**wanted, "_save": "1"}, follow=True)
    assert "3 topics changed." in words(saved)
    assert told() == [
        (["web", "fruit"], "guide", "", "published"),
        (["fruit"], "guide", "", "published"),
        (["fruit"], "guide", "", "published"),
    ]
    assert set(TopicCare.objects.values_list("owner", flat=True)) == {curator.pk}
    assert AuditEntry.objects.filter(action="care").count() == 3
    assert "kind" in Topic.objects.first().chosen
    assert search("tag:fruit").total == 3


def test_it_is_one_change_that_can_be_undone(admin, three, curator):
    before = told()
    changes = Change.objects.count()
    admin.post(PAGE, asked(three, add_tags="fruit", level="beginner", _save="1"))
    assert Change.objects.count() == changes + 1
    undo(Change.objects.latest("pk"), user=curator)
    assert told() == before


def test_what_is_so_already_is_not_touched(admin, three):
    page = admin.post(PAGE, asked(three, level="expert"))
    assert [plan.topic.title for plan in page.context["plans"]] == ["Pears", "Plums"]
    nothing = admin.post(PAGE, asked(three[:1], level="expert", _save="1"), follow=True)
    assert "0 topics changed." in words(nothing)


def test_what_is_refused_stays_and_the_rest_is_done(admin, curator, three):
    TopicCare.objects.create(topic=three[0], four_eyes=True)
    draft = new_topic(
        "Quinces", begun("", "article"), parent=None, user=curator,
        description={"status": "draft"},
    )  # fmt: skip
    rows = [three[0], three[1], draft]
    wanted = asked(rows, status="published", add_tags="fruit")
    said = words(admin.post(PAGE, wanted))
    assert "Stays as it is." in said and "Not filled in yet" in said and "somebody else" in said
    admin.post(PAGE, {**wanted, "_save": "1"})
    tags = dict(Topic.objects.values_list("title", "tags"))
    assert [tags[row.title] for row in rows] == [["web", "old"], ["Old", "fruit"], []]
    draft.refresh_from_db()
    assert draft.status == "draft"


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "novel"},
        {"level": "easy"},
        {"status": "gone"},
        {"owner": "99999"},
        {"owner": "x"},
        {"add_tags": "x" * 61},
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_saved(admin, three, values):
    before = told()
    page = admin.post(PAGE, asked(three, _save="1", **values))
    assert page.status_code == 200 and page.context["form"].errors
    assert told() == before


@pytest.mark.parametrize("keys", [[], ["x"], ["9" * 30], ["0"], ["-1"]])
def test_without_topics_it_leads_to_their_list(admin, three, keys):
    page = admin.get(PAGE, {"topic": keys}, follow=True)
    assert "Choose topics first." in words(page)


def test_private_topics_are_not_among_them(admin, three):
    set_private(three[1], is_private=True, user=None)
    page = admin.get(PAGE, asked(three))
    assert [topic.title for topic in page.context["topics"]] == ["Apples", "Plums"]
    admin.post(PAGE, asked(three, add_tags="fruit", _save="1"))
    assert Topic.objects.get(title="Pears").tags == ["Old"]


def test_it_is_for_curators(client, three, alice):
    assert client.get(PAGE, asked(three)).status_code == 302
    client.force_login(alice)
    assert client.get(PAGE, asked(three)).status_code == 403
    User.objects.filter(pk=alice.pk).update(is_staff=True)
    assert client.post(PAGE, asked(three, add_tags="x")).status_code == 403


def test_it_takes_few_queries_for_many(admin, three, django_assert_max_num_queries):
    few = Topic.objects.count()
    Topic.objects.bulk_create(
        Topic(title=f"T{n}", source="x", origin=f"{n}.md", slug=f"t{n}", path=f"t{n}")
        for n in range(200)
    )
    rows = list(Topic.objects.all())
    assert len(rows) == few + 200
    with django_assert_max_num_queries(14):
        assert len(admin.post(PAGE, asked(rows, add_tags="x")).context["plans"]) == len(rows)
    assert url("describe_many") == PAGE
