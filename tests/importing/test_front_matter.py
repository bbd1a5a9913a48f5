"""A file whose front matter alone changed changes what readers see and find."""

import hashlib

import pytest

from importer import root as roots
from search.engine import search
from topics.models import Definition, Section, Topic, content_version

TEXT = "# Kubernetes\n\nAbout clusters and their schedulers.\n"
CHANGES = {
    "summary: Two": "summary",
    "tags: [x]": "tags",
    "level: expert": "level",
    "kind: interview": "kind",
    "order: 7": "position",
    "prerequisites: [x]": "prerequisites",
    "updated: 2020-01-01": "updated",
    "aliases: [k8s]": "front matter",
    "status: draft": "status",
}


@pytest.mark.parametrize(("line", "field"), CHANGES.items(), ids=CHANGES.keys())
def test_a_change_in_front_matter_is_said_and_makes_kept_pages_stale(bring, line, field):
    bring({"k.md": TEXT})
    version, changed_at = content_version(), Topic.objects.get().changed_at
    report = bring({"k.md": f"---\n{line}\n---\n{TEXT}"})
    assert report.lines == [f"~ k: ({field})"]
    assert report.counts["topics changed"] == 1
    assert "sections changed" not in report.counts
    assert content_version() > version
    assert Topic.objects.get().changed_at == changed_at
    Topic.objects.update(file_hash="changed")
    assert bring().lines == []


def test_a_topic_that_becomes_a_draft_is_found_no_more_until_it_is_published(bring, client):
    bring({"k.md": TEXT})
    bring({"k.md": f"---\nstatus: draft\n---\n{TEXT}"})
    assert client.get("/topics/k/").status_code == 404
    assert search("schedulers").hits == []
    bring({"k.md": f"---\nstatus: published\n---\n{TEXT}"})
    assert [hit.title for hit in search("schedulers").hits] == ["Kubernetes"]


def test_a_new_alias_is_found_at_once_and_one_that_is_gone_is_not(bring):
    bring({"k.md": TEXT})
    bring({"k.md": f"---\naliases: [zeppelin]\n---\n{TEXT}"})
    assert [hit.title for hit in search("zeppelin").hits] == ["Kubernetes"]
    bring({"k.md": TEXT})
    assert search("zeppelin").hits == []


def test_a_newer_renderer_writes_anew_what_has_not_changed(bring, folder):
    text = TEXT + "\n- **Pod** – A group of containers.\n"
    bring({"k.md": text})
    changed_at = Section.objects.get().changed_at
    Definition.objects.all().delete()
    Section.objects.update(text="as an earlier version read it")
    earlier = hashlib.sha256(text.encode() + roots.EARLIER_VERSIONS[0]).hexdigest()
    Topic.objects.update(file_hash=earlier)
    report = bring()
    assert report.lines == []
    assert Definition.objects.get().term == "Pod"
    assert Section.objects.get().text.startswith("About clusters")
    assert Section.objects.get().changed_at == changed_at
    assert bring().counts == {"files unchanged": 1}


READ = [
    ("---\ntitle: 'Don't stop'\n---\n", "Don't stop", "published"),
    ('---\ntitle: "A" and "B"\n---\n', '"A" and "B"', "published"),
    ('---\ntitle: "A" and more\nx: `b`: "c\n---\n', '"A" and more', "published"),
    ("---\ntitle: T\nquestion: Is it: yes?\n---\n", "T", "published"),
    ("---\ntitle: T\ntags:\n\t- a\n---\n", "T", "published"),
    ("--- # of the page\ntitle: T\n---\n", "T", "published"),
    ("\n\n---\ntitle: T\n---\n", "T", "published"),
    ('---\n{"title": "T"}\n---\n', "T", "published"),
    ("---\nTitle: T\nWeight: 2\nTags: [a]\n---\n", "T", "published"),
    ("---\ntitle: T\nhidden: true\n---\n", "T", "draft"),
    ("---\ntitle: T\nvisible: false\n---\n", "T", "draft"),
    ("---\ntitle: T\nlive: false\n---\n", "T", "draft"),
    ("---\ntitle: T\nunpublished: true\n---\n", "T", "draft"),
    ("---\ntitle: T\naccess: private\n---\n", "T", "draft"),
    ("---\ntitle: T\nstatus: review\n---\n", "T", "draft"),
    ("---\ntitle: T\npage_status: Draft\n---\n", "T", "draft"),
    ("---\ntitle: T\nproject_state: new\n---\n", "T", "published"),
    ("---\ntitle: T\ndraft: [production]\n---\n", "T", "draft"),
    ("---\ntitle: T\npublished_at: 2999-01-01\n---\n", "T", "draft"),
    ("---\ntitle: T\npublished: 2999-01-01\n---\n", "T", "draft"),
]


@pytest.mark.parametrize(("block", "title", "status"), READ)
def test_front_matter_as_people_and_tools_write_it_is_read(bring, block, title, status):
    assert bring({"a.md": f"{block}\nText.\n"}).refused == []
    assert Topic.objects.values_list("title", "status").get() == (title, status)
    assert Section.objects.get().html == "<p>Text.</p>"
