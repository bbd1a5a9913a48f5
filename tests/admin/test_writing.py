"""A curator writes topics, moves and removes sections, and brings them back."""

import pytest
from django.test import Client

from importer.edits import remove_sections, remove_topics, save_section
from importer.models import Change
from learning.models import Bookmark
from search.engine import search
from tests.admin.pages import url, words
from tests.beginnings import beginning
from topics.models import Section, Topic

SIZES = "Ten connections serve hundreds of requests, because each holds one only for a moment."
WAITS = "Waiting for a connection has to end at some time, or the process stops as a whole."
TEXT = f"# Pools\n\nIntro.\n\n## Sizes\n\n{SIZES}\n\n### Small\n\nFew.\n\n## Time-outs\n\n{WAITS}\n"


@beginning
def library(bring):
    bring({"pools.md": TEXT, "other.md": "# Other\n\nWords.\n"})


@pytest.fixture
def sizes(library):
    return Section.objects.select_related("topic").get(anchor="sizes")


def titles(path="pools"):
    rows = Section.objects.filter(topic__path=path, removed_at=None).order_by("position")
    return [row.title for row in rows]


def opened(client, page):
    form = client.get(page).context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def test_the_pages_are_for_curators_alone(client, alice, sizes):
    pages = [
        url("add_topic"), url("removed"), url("edit_topic", sizes.topic_id), url("move", sizes.pk),
    ]  # fmt: skip
    assert {client.get(page).status_code for page in pages} == {302}
    client.force_login(alice)
    assert {client.get(page).status_code for page in pages} == {403}
    assert client.post(url("restore"), {"section": sizes.pk}).status_code == 403


def test_a_curator_splits_a_section_in_the_whole_text(admin, curator, sizes):
    page = url("edit_topic", sizes.topic_id)
    typed = opened(admin, page)
    typed["markdown"] = typed["markdown"].replace(", because", ".\n\n## Why\n\nBecause")
    shown = admin.post(page, typed)
    assert "## Why" in words(shown) and titles() == ["Pools", "Sizes", "Small", "Time-outs"]
    answer = admin.post(page, typed | {"_publish": "1", "why": "Too long."})
    assert answer["location"] == "/topics/pools/"
    assert titles() == ["Pools", "Sizes", "Why", "Small", "Time-outs"]
    assert (Change.objects.first().by, Change.objects.first().why) == (curator, "Too long.")


def test_a_whole_text_is_joined_with_what_changed_meanwhile(admin, sizes):
    page = url("edit_topic", sizes.topic_id)
    typed = opened(admin, page)
    save_section(sizes, markdown=f"{SIZES}\n\nTheirs.", title="Sizes", user=None)
    typed["markdown"] = typed["markdown"].replace(WAITS, "Mine.")
    admin.post(page, typed | {"_publish": "1"})
    sizes.refresh_from_db()
    assert sizes.markdown == f"{SIZES}\n\nTheirs."
    assert Section.objects.get(anchor="time-outs").markdown == "Mine."


def test_a_whole_text_in_conflict_comes_back_with_both_sides(admin, sizes):
    page = url("edit_topic", sizes.topic_id)
    typed = opened(admin, page)
    save_section(sizes, markdown="Theirs.", title="Sizes", user=None)
    typed["markdown"] = typed["markdown"].replace(SIZES, "Mine.")
    answer = admin.post(page, typed | {"_publish": "1"})
    assert answer.status_code == 409
    both = answer.context["form"]["markdown"].value()
    assert "Theirs." in both and "Mine." in both
    assert Section.objects.get(anchor="sizes").markdown == "Theirs."


def client_sees(path: str) -> bool:
    return Client().get(path).status_code == 200


def test_a_curator_adds_a_topic_from_a_title_in_the_address(admin, library, curator):
    page = admin.get(url("add_topic"), {"title": "Leases", "under": "pools"})
    assert page.context["form"]["title"].value() == "Leases"
    typed = {"title": "Leases", "under": "pools", "markdown": "They end, quokka.", "why": ""}
    answer = admin.post(url("add_topic"), typed)
    assert answer["location"] == "/topics/pools/leases/"
    assert search("quokka").total == 1
    wrong = admin.post(url("add_topic"), typed | {"under": "nowhere"})
    assert "There is no such topic" in words(wrong)


@pytest.mark.parametrize("press", [{}, {"_draft": "1"}], ids=["publish", "draft"])
def test_a_new_topic_that_is_sent_twice_is_made_once_unless_one_insists(
    admin, library, curator, press
):
    kept = {"title": "Leases", "under": "pools", "markdown": "They end.", "why": ""}
    typed = kept | press
    admin.post(url("add_topic"), typed)
    again = admin.post(url("add_topic"), typed)
    assert "A topic of this title is there already: /topics/pools/leases/" in words(again)
    assert "all the same" in words(again) and "They end." in again.content.decode()
    assert Topic.objects.filter(title="Leases").count() == 1
    insists = again.context["insists"]
    admin.post(url("add_topic"), kept | {"_anyway": insists})
    [first, second] = Topic.objects.filter(title="Leases").order_by("pk")
    assert second.path == "pools/leases-1" and second.status == first.status


def test_a_topic_of_the_same_title_elsewhere_is_no_twin(admin, library, curator):
    for under in ("pools", ""):
        typed = {"title": "Leases", "under": under, "markdown": "They end.", "why": ""}
        assert admin.post(url("add_topic"), typed).status_code == 302


@pytest.mark.parametrize("kind", ["article", "interview", "path", "glossary", "roadmap"])
def test_a_new_topic_may_begin_with_what_its_kind_looks_like(admin, library, curator, kind):
    typed = {"title": "Leases", "markdown": "Mine first.", "why": "", "_begin": kind}
    page = admin.post(url("add_topic"), typed)
    text = page.context["form"]["markdown"].value()
    assert page.context["form"]["title"].value() == "Leases"
    assert page.context["description"]["kind"].value() == kind
    assert text.startswith("Mine first.\n\n") and "## " in text
    answer = admin.post(
        url("add_topic"), typed | {"markdown": text, "kind": kind, "_begin": "", "_anyway": "1"}
    )
    topic = Topic.objects.get(path="leases")
    assert (answer["location"], topic.kind) == ("/topics/leases/", kind)
    assert client_sees(answer["location"])


def test_a_new_topic_is_described_by_fields(admin, library, curator):
    typed = {"title": "Leases", "markdown": "They end.", "why": "", "summary": "What ends.",
             "kind": "guide", "level": "advanced", "tags": "web, time ,web",
             "status": "draft"}  # fmt: skip
    answer = admin.post(url("add_topic"), typed)
    topic = Topic.objects.get(path="leases")
    assert (topic.summary, topic.kind, topic.level) == ("What ends.", "guide", "advanced")
    assert (topic.tags, topic.status) == (["web", "time"], "draft")
    assert not client_sees(answer["location"])
    wrong = admin.post(url("add_topic"), typed | {"title": "Others", "level": "godlike"})
    assert "Select a valid choice" in words(wrong)
    assert Topic.objects.filter(path="others").count() == 0


def test_a_draft_is_seen_by_curators_alone(admin, sizes, alice):
    stranger, learner = Client(), Client()
    learner.force_login(alice)
    Topic.objects.filter(pk=sizes.topic_id).update(status="draft")
    page = url("topic_draft", sizes.topic_id)
    answer = admin.get("/topics/pools/")
    assert (answer.status_code, answer["location"]) == (302, page)
    shown = admin.get(page)
    assert "This is a draft" in words(shown) and SIZES in words(shown)
    assert "no-store" in shown["Cache-Control"]
    assert [stranger.get(at).status_code for at in ("/topics/pools/", page)] == [404, 302]
    assert [learner.get(at).status_code for at in ("/topics/pools/", page)] == [404, 403]
    assert admin.get("/topics/nothing/").status_code == 404
    admin.post(url("describe", sizes.topic_id), {"status": "published"})
    assert admin.get(page)["location"] == "/topics/pools/"


def test_a_description_is_changed_by_fields_and_outlives_imports(admin, sizes, bring):
    topic = sizes.topic
    page = url("describe", topic.pk)
    assert admin.get(page).status_code == 200
    sent = {"summary": "How many.", "kind": "guide", "level": "", "tags": "pools", "status": ""}
    assert admin.post(page, sent)["location"] == page
    bring()
    topic.refresh_from_db()
    assert (topic.summary, topic.kind, topic.tags) == ("How many.", "guide", ["pools"])
    assert topic.status == "published"
    assert topic.chosen == ["kind", "summary", "tags"]
    change = Change.objects.latest("pk")
    assert (change.kind, change.by.username) == ("description", "curator")
    admin.post(page, sent)
    assert Change.objects.latest("pk") == change


def test_a_section_moves_with_what_is_below_it(admin, sizes, bring, alice, client):
    Bookmark.objects.create(user=alice, section=sizes, note="mine")
    page = url("move", sizes.pk)
    assert "1 bookmark" in words(admin.get(page))
    answer = admin.post(page, {"to": "/topics/other/", "why": "It belongs there."})
    assert answer["location"] == "/topics/other/"
    assert (titles(), titles("other")) == (["Pools", "Time-outs"], ["Other", "Sizes", "Small"])
    sizes.refresh_from_db()
    assert (sizes.topic.path, sizes.level, Change.objects.first().kind) == ("other", 2, "move")
    bring({"pools.md": TEXT.replace("Intro", "Another intro")})
    assert (titles(), titles("other")) == (["Pools", "Time-outs"], ["Other", "Sizes", "Small"])


@pytest.mark.parametrize("way", [["other", "pools"], ["other", "pools", "other", "pools"]])
def test_a_section_that_is_moved_back_is_what_it_was(admin, sizes, bring, alice, way):
    Bookmark.objects.create(user=alice, section=sizes, note="mine")
    for place in way:
        admin.post(url("move", sizes.pk), {"to": place, "why": ""})
        sizes.refresh_from_db()
        assert (sizes.topic.path, sizes.removed_at, sizes.anchor) == (place, None, "sizes")
    assert titles() == ["Pools", "Time-outs", "Sizes", "Small"] and titles("other") == ["Other"]
    assert (sizes.markdown, sizes.edited_at) == (SIZES, None)
    assert admin.get("/topics/pools/sizes/", follow=True).status_code == 200
    assert admin.get("/topics/other/sizes/", follow=True).redirect_chain[-1][0].startswith(
        "/topics/pools/"
    )  # fmt: skip
    assert "Sizes" not in words(admin.get(url("removed")))
    bring({"pools.md": TEXT.replace("Ten connections", "Twelve connections")})
    sizes.refresh_from_db()
    assert sizes.markdown.startswith("Twelve") and sizes.topic.path == "pools"
    assert sorted(titles()) == ["Pools", "Sizes", "Small", "Time-outs"]


def test_a_section_that_goes_round_comes_home(admin, sizes, bring):
    bring({"third.md": "# Third\n\nWords.\n"})
    for place in ["other", "third", "pools"]:
        admin.post(url("move", sizes.pk), {"to": place, "why": ""})
    sizes.refresh_from_db()
    assert (sizes.topic.path, sizes.anchor, sizes.edited_at) == ("pools", "sizes", None)
    assert titles("other") == ["Other"] and titles("third") == ["Third"]


def test_a_removed_section_called_moved_is_listed_with_the_removed(admin, library, bring):
    bring({"pools.md": TEXT.replace("## Sizes", "## Moved parts")})
    remove_sections([Section.objects.get(title="Moved parts")])
    assert "Moved parts" in words(admin.get(url("removed")))


def test_a_section_does_not_move_to_its_own_topic(admin, sizes):
    answer = admin.post(url("move", sizes.pk), {"to": "pools"}, follow=True)
    assert "This section cannot be moved there." in words(answer)


def test_a_removed_section_is_restored_with_what_was_below_it(admin, sizes, bring):
    admin.post(url("move", sizes.pk), {"_remove": "1", "why": "Wrong."})
    assert titles() == ["Pools", "Time-outs"]
    page = admin.get(url("removed"))
    assert "Pools: Sizes" in words(page)
    answer = admin.post(url("restore"), {"section": sizes.pk})
    assert answer.status_code == 302
    assert titles() == ["Pools", "Sizes", "Small", "Time-outs"]
    sizes.refresh_from_db()
    assert (sizes.edited_at, sizes.file_markdown) == (None, None)
    assert Change.objects.first().kind == "restore"
    bring({"pools.md": TEXT.replace("Ten", "Twelve")})
    sizes.refresh_from_db()
    assert sizes.markdown.startswith("Twelve")


def test_a_section_that_its_file_dropped_is_restored_and_stays(admin, sizes, bring):
    without = f"# Pools\n\nIntro.\n\n## Time-outs\n\n{WAITS}\n"
    bring({"pools.md": without})
    admin.post(url("restore"), {"section": sizes.pk})
    restored = ["Pools", "Sizes", "Small", "Time-outs"]
    assert titles() == restored
    bring({"pools.md": without.replace("Intro", "Another intro")})
    assert titles() == restored


def test_a_removed_topic_is_restored_with_its_sections(admin, sizes):
    remove_sections([Section.objects.get(anchor="time-outs")])
    remove_topics([sizes.topic])
    assert "pools" in words(admin.get(url("removed")))
    answer = admin.post(url("restore"), {"topic": sizes.topic_id}, follow=True)
    assert "It is back." in words(answer)
    assert titles() == ["Pools", "Sizes", "Small"]
    assert search("hundreds of requests").total == 1
    assert admin.get("/topics/pools/").status_code == 200


REFUSED = {
    "a section that is there": (lambda s: None, "section", "This section has not been removed."),
    "a topic that is there": (lambda s: None, "topic", "This topic has not been removed."),
    "a section of a removed topic": (
        lambda s: (remove_sections([s]), remove_topics([s.topic])),
        "section",
        "Its topic has been removed: restore that first.",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_come_back_is_said(admin, sizes, what):
    act, kind, message = REFUSED[what]
    act(sizes)
    key = sizes.pk if kind == "section" else sizes.topic_id
    answer = admin.post(url("restore"), {kind: key}, follow=True)
    assert message in words(answer)


@pytest.mark.parametrize("key", ["", "x", "-1", "9" * 30])
def test_a_wrong_key_is_not_found(admin, library, key):
    assert admin.post(url("restore"), {"section": key}).status_code == 404
    assert admin.post(url("restore"), {"topic": key}).status_code == 404


def test_the_list_of_removed_things_takes_few_queries(
    admin, library, django_assert_max_num_queries
):
    remove_sections(list(Section.objects.exclude(anchor="")))
    remove_topics([Topic.objects.get(path="other")])
    with django_assert_max_num_queries(9):
        assert admin.get(url("removed")).status_code == 200


@pytest.mark.parametrize(
    "place", ["other", "/topics/other/", "topics/other", "https://kb.example.org/topics/other/#x"]
)
def test_a_topic_is_named_by_its_path_or_its_whole_address(admin, library, curator, place):
    section = Section.objects.get(anchor="sizes")
    assert admin.post(url("move", section.pk), {"to": place})["location"] == "/topics/other/"


@pytest.mark.parametrize(
    "place", ["", " ", "/", "//", "/topics/", "https://x", "http://[", "nowhere"]
)
def test_a_section_is_not_moved_nowhere(admin, library, curator, place):
    section = Section.objects.get(anchor="sizes")
    answer = admin.post(url("move", section.pk), {"to": place})
    assert answer.status_code == 200 and answer.context["form"].errors["to"]
    assert Section.objects.get(pk=section.pk).topic_id == section.topic_id
