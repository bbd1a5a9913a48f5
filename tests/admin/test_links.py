"""The lists of links: internal ones are mended in bulk, external ones edited where they stand."""

from datetime import timedelta

import pytest
from django.utils import timezone

from curating.external_links import gather, note
from curating.link_requests import Answer
from curating.models import ExternalLink
from importer.models import Change
from importer.purge import Wanted, purge
from importer.written_topics import document_of, save_documents
from jobs.models import Job
from tests.admin.pages import url, words
from tests.beginnings import beginning
from topics.models import Address, Link, Section, Topic


@beginning
def library(bring):
    bring(
        {
            "a.md": "# A\n\n[x](gone.md) [x](b.md#old-name) [f](no.pdf)\n",
            "deep/d.md": "# D\n\n[x](../gone.md) [o](https://a.example/old#part)\n",
            "b.md": "# B\n\n## Old name\n\nText.\n",
        }
    )
    return Section.objects.select_related("topic").get(anchor="old-name")


def test_links_are_listed_by_destination_with_their_places(admin, library):
    page = admin.get(url("links"), {"kind": "planned"})
    found = [(g.href, g.count, [s.topic for s in g.spots]) for g in page.context["groups"]]
    assert found == [("../gone.md", 1, ["D"]), ("gone.md", 1, ["A"])]
    [broken] = admin.get(url("links")).context["groups"]
    assert broken.href == "no.pdf"
    assert admin.get(url("links"), {"kind": "x"}).status_code == 404


def test_planned_links_are_led_to_a_section_in_one_change(admin, library):
    groups = admin.get(url("links"), {"kind": "planned"}).context["groups"]
    keys = ",".join(str(pk) for group in groups for pk in group.links)
    values = {"kind": "planned", "links": keys, "to": "http://testserver/topics/b/old-name/"}
    answer = admin.post(url("mend"), values, follow=True)
    assert "2 links mended." in words(answer)
    assert "[x](b.md#old-name)" in document_of(Topic.objects.get(title="A"))
    assert "[x](../b.md#old-name)" in document_of(Topic.objects.get(title="D"))
    assert Change.objects.filter(why="Links mended").count() == 1
    assert admin.get(url("links"), {"kind": "planned"}).context["groups"] == []


@pytest.mark.parametrize("to", ["", "/topics/nowhere/", "javascript:alert(1)", "x" * 3000])
def test_links_are_not_led_to_nowhere(admin, library, to):
    link = Link.objects.get(href="gone.md")
    values = {"kind": "planned", "links": str(link.pk), "to": to}
    assert "Nothing is published" in words(admin.post(url("mend"), values, follow=True))
    assert "[x](gone.md)" in document_of(Topic.objects.get(title="A"))


@pytest.mark.parametrize("links", ["", "x", "0", "99999999999999999999", "0,,00"])
def test_odd_keys_mend_nothing(admin, library, links):
    values = {"kind": "planned", "links": links, "to": "/topics/b/"}
    assert admin.post(url("mend"), values).status_code == 302
    assert Change.objects.filter(why="Links mended").count() == 0


def test_links_through_earlier_addresses_are_led_straight_there(admin, bring, library):
    Section.objects.filter(pk=library.pk).update(anchor="new-name")
    Address.objects.create(topic=library.topic, anchor="old-name", section=library)
    [group] = admin.get(url("links"), {"kind": "redirected"}).context["groups"]
    assert (group.href, group.target.anchor) == ("b.md#old-name", "new-name")
    chosen = {"kind": "redirected", "chosen": str(group.links[0])}
    admin.post(url("mend"), chosen)
    again = words(admin.post(url("mend"), chosen, follow=True))  # from another tab
    assert "Nothing was left to mend: reload the list." in again
    assert "b.md#" in document_of(Topic.objects.get(title="A"))
    assert "b.md#old-name" not in document_of(Topic.objects.get(title="A"))


def test_moved_external_links_are_edited_where_they_stand(admin, library):
    gather()
    row = ExternalLink.objects.get()
    note(row, Answer("moved", "", "https://a.example/new"), timezone.now())
    page = words(admin.get(url("links"), {"kind": "moved"}))
    assert "https://a.example/new" in page and "D: D" in page
    answer = admin.post(url("mend"), {"kind": "moved", "chosen": str(row.pk)}, follow=True)
    assert "1 link mended." in words(answer)
    assert "(https://a.example/new#part)" in document_of(Topic.objects.get(title="D"))


def test_dead_links_wait_on_the_dashboard_with_their_history(admin, library):
    gather()
    row = ExternalLink.objects.get()
    for day in range(3):
        note(row, Answer("failing", "why"), timezone.now() + timedelta(days=day))
    assert "Dead links to other sites" in words(admin.get("/curating/"))
    page = words(admin.get(url("links"), {"kind": "dead"}))
    assert "Broken · why" in page and page.count("Does not answer just now") == 2
    admin.post(url("ask"), {"again": "1"})
    admin.post(url("ask"))
    assert Job.objects.filter(name="curating.check_external_links").count() == 1
    row.refresh_from_db()
    assert row.next_at <= timezone.now()


def test_hostile_addresses_are_text_on_the_page(admin, db):
    ExternalLink.objects.create(url='https://a.example/"><script>x</script>', state="broken")
    assert "<script>x" not in admin.get(url("links"), {"kind": "dead"}).content.decode()


def test_the_lists_take_as_many_queries_for_many(admin, bring, django_assert_max_num_queries):
    text = " ".join(f"[x](gone-{n}.md) [y](https://a.example/{n})" for n in range(150))
    bring({"a.md": f"# A\n\n{text}\n"})
    gather()
    ExternalLink.objects.update(state="broken")
    for kind in ("broken", "planned", "redirected", "dead", "moved", "closed"):
        with django_assert_max_num_queries(12):
            assert admin.get(url("links"), {"kind": kind}).status_code == 200
    assert admin.get(url("links"), {"kind": "planned", "page": "2"}).context["earlier"] == 1


def test_nobody_but_curators_mends_links(learner, library):
    assert learner.get(url("links")).status_code == 403
    assert learner.post(url("mend"), {"kind": "planned"}).status_code == 403
    assert learner.post(url("ask")).status_code == 403


def test_a_purge_takes_addresses_away(library):
    gather()
    assert not purge(Wanted(text="a.example/old"), dry_run=False).left
    assert not ExternalLink.objects.exists()


def test_links_to_a_section_that_was_joined_to_another_are_led_straight_there(admin, library):
    topic = Topic.objects.get(title="B")
    known = "Ten connections serve hundreds of requests, because each holds one only for a moment."
    two = f"# B\n\n## New name\n\nMore.\n\n## Old name\n\n{known}\n"
    for text in (two, two.replace("## Old name\n\n", "")):
        save_documents({topic.pk: text}, user=None)
    [group] = admin.get(url("links"), {"kind": "redirected"}).context["groups"]
    assert group.href == "b.md#old-name"
    admin.post(url("mend"), {"kind": "redirected", "chosen": str(group.links[0])})
    assert "[x](b.md#new-name" in document_of(Topic.objects.get(title="A"))
