"""A change is undone: what changed since is kept, or named, and the next import leaves it so."""

import pytest
from django.contrib.auth.models import User

from importer.edits import remove_sections, remove_topics, save_section, save_topic
from importer.models import Change
from importer.undo import undo
from importer.undo.outcome import What
from learning.models import Bookmark
from search.engine import search
from tests.beginnings import beginning
from topics.models import Address, Section, Topic

HEAD = "# Pools\n\nIntro.\n"
REST = " connections serve hundreds of requests, because each holds one for a moment."
SIZES = f"\n## Sizes\n\nTen{REST}\n\nA lease each.\n"
WAITS = "\n## Time-outs\n\nWaiting ends.\n"
LIMITS = "\n## Limits\n\nNo more than a hundred.\n"
TEXT = HEAD + SIZES + WAITS + LIMITS


@beginning
def pools(bring):
    bring({"pools.md": TEXT})
    return bring


@pytest.fixture
def cleo(db):
    return User.objects.create_user("cleo")


def section(anchor="sizes", origin="pools.md"):
    rows = Section.objects.select_related("topic").filter(topic__origin=origin)
    return rows.get(anchor=anchor, removed_at=None)


def shape(origin="pools.md"):
    """The live sections of a topic in their order: title, anchor, text, anchor of that above."""
    rows = Section.objects.filter(topic__origin=origin, removed_at=None, topic__removed_at=None)
    return [
        (row.title, row.anchor, row.markdown, row.parent and row.parent.anchor)
        for row in rows.order_by("position").select_related("parent")
    ]


def last():
    return Change.objects.order_by("-pk")[0]


def said(done):
    return [(str(line.what), line.title) for line in done.lines]


def edit(anchor="sizes", old="", new="", **options):
    row = section(anchor)
    text = row.markdown.replace(old, new)
    return save_section(row, markdown=text, title=row.title, user=None, **options)


# What a file becomes, what undoing its import says; then all is as it was.
IMPORTS = {
    "a text": (TEXT.replace("Ten", "Twelve"), [("text", "Sizes")]),
    "a heading": (
        TEXT.replace("## Sizes", "## Size"),
        [("address", "Size"), ("title", "Sizes")],
    ),
    "a section that goes": (HEAD + WAITS + LIMITS, [("restored", "Sizes")]),
    "two that go": (HEAD + LIMITS, [("restored", "Sizes"), ("restored", "Time-outs")]),
    "the last that goes": (HEAD + SIZES + WAITS, [("restored", "Limits")]),
    "a section that comes": (
        HEAD + "\n## New\n\nX.\n" + SIZES + WAITS + LIMITS,
        [("removed", "New")],
    ),
    "a new order": (
        HEAD + WAITS + LIMITS + SIZES,
        [("same", "Sizes"), ("same", "Time-outs"), ("same", "Limits")],
    ),
    "a level": (TEXT.replace("## Limits", "### Limits"), [("moved", "Limits")]),
    "one that goes and one that comes": (
        HEAD + "\n## First\n\nHello.\n" + WAITS + LIMITS,
        [("restored", "Sizes"), ("removed", "First")],
    ),
    "the title": (TEXT.replace("# Pools", "# Ponds"), [("title", "Pools")]),
    "a text, and one before it": (
        HEAD + "\n## New\n\nX.\n" + (SIZES + WAITS + LIMITS).replace("Ten", "Twelve"),
        [("text", "Sizes"), ("removed", "New")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", IMPORTS)
def test_undoing_an_import_gives_what_was_there(pools, what):
    text, lines = IMPORTS[what]
    before = shape()
    pools({"pools.md": text})
    tried = undo(last(), user=None, dry_run=True)
    assert shape() != before
    done = undo(last(), user=None)
    assert shape() == before
    assert sorted(said(done)) == sorted(said(tried)) == sorted(lines)
    assert done.is_whole


@pytest.mark.parametrize("what", ["a text", "a heading", "a level", "the title"])
def test_the_same_file_again_leaves_it_undone(pools, what):
    before = shape()
    pools({"pools.md": IMPORTS[what][0]})
    undo(last(), user=None)
    Topic.objects.update(file_hash="read it again")
    pools()
    assert [row[:3] for row in shape()] == [row[:3] for row in before]


def test_an_undone_import_is_an_edit_that_the_next_change_of_the_file_joins(pools, cleo):
    twelve = TEXT.replace("Ten", "Twelve")
    pools({"pools.md": twelve})
    undo(last(), user=cleo)
    row = section()
    assert (row.edited_by, row.file_markdown.startswith("Twelve")) == (cleo, True)
    pools({"pools.md": twelve.replace("A lease each", "Two leases each")})
    assert section().markdown == f"Ten{REST}\n\nTwo leases each."


def test_undoing_the_undoing_brings_it_back_and_no_edit_is_left(pools):
    pools({"pools.md": TEXT.replace("Ten", "Twelve")})
    undo(last(), user=None)
    undo(last(), user=None)
    row = section()
    assert row.markdown.startswith("Twelve")
    assert (row.edited_at, row.file_markdown) == (None, None)


def test_undoing_an_edit_leaves_the_section_as_in_the_file(pools):
    done = undo(edit(old="Ten", new="Nine"), user=None)
    row = section()
    assert (row.markdown, row.edited_at, row.file_markdown) == (
        f"Ten{REST}\n\nA lease each.", None, None,
    )  # fmt: skip
    assert (done.change.kind, done.change.undoes.kind) == ("rollback", "edit")
    assert search("nine").total == 0


def test_what_changed_since_elsewhere_in_the_section_is_kept(pools):
    first = edit(old="Ten", new="Nine")
    edit(old="A lease", new="Two leases")
    assert said(undo(first, user=None)) == [("joined", "Sizes")]
    assert section().markdown == f"Ten{REST}\n\nTwo leases each."


def test_what_changed_since_in_the_same_place_stays_and_is_named(pools):
    first = edit(old="Ten", new="Nine")
    edit(old="Nine", new="Eight")
    done = undo(first, user=None)
    assert (said(done), done.is_whole, done.change) == ([("conflict", "Sizes")], False, None)
    assert section().markdown.startswith("Eight")


def test_a_title_that_changed_since_stays(pools):
    row = section()
    first = save_section(row, markdown=row.markdown, title="Size", user=None)
    save_section(section(), markdown=row.markdown, title="How large", user=None)
    assert said(undo(first, user=None)) == [("conflict", "How large")]


def test_undoing_a_settled_conflict_brings_the_conflict_back(pools):
    edit(old="Ten", new="Mine")
    pools({"pools.md": TEXT.replace("Ten", "Twelve")})
    row = section()
    change = save_section(row, markdown="Both.", title=row.title, user=None, resolved=True)
    undo(change, user=None)
    row = section()
    assert row.markdown.startswith("Mine")
    assert row.conflict_markdown.startswith("Twelve")
    assert row.file_markdown.startswith("Ten")


def test_only_one_section_of_an_import_is_undone(pools):
    new = (
        HEAD + "\n## New\n\nX.\n" + (SIZES + WAITS).replace("ends", "Ends").replace("Ten", "Twelve")
    )
    pools({"pools.md": new})
    done = undo(last(), user=None, section=section("sizes").pk)
    assert said(done) == [("text", "Sizes")]
    assert section("sizes").markdown == f"Ten{REST}\n\nA lease each."
    assert section("time-outs").markdown == "Waiting Ends."
    assert [row[1] for row in shape()] == ["", "new", "sizes", "time-outs"]


def test_only_one_topic_of_an_import_is_undone(pools):
    pools({"other.md": "# Other\n\nWords.\n", "pools.md": TEXT.replace("Ten", "Twelve")})
    undo(last(), user=None, topic=Topic.objects.get(origin="pools.md").pk)
    assert section().markdown.startswith("Ten")
    assert Topic.objects.get(origin="other.md").removed_at is None


def test_a_topic_that_came_goes_again_with_its_marks_named(pools, alice):
    pools({"other.md": "# Other\n\nWords.\n\n## Part\n\nX.\n"})
    Bookmark.objects.create(user=alice, section=section("part", "other.md"), note="mine")
    tried = undo(last(), user=None, dry_run=True)
    assert [(line.what, line.path, line.marks) for line in tried.lines] == [
        (What.REMOVED, "other", 1)
    ]
    undo(last(), user=None)
    assert Topic.objects.get(origin="other.md").removed_at is not None
    assert Bookmark.objects.get().note == "mine"


def test_a_first_import_is_undone_as_a_whole_and_brought_back(pools):
    before = shape()
    undo(last(), user=None)
    assert (shape(), search("connections").total) == ([], 0)
    undo(last(), user=None)
    assert shape() == before
    assert search("connections").total == 1


def test_a_topic_that_changed_since_it_came_stays(pools):
    pools({"other.md": "# Other\n\nWords.\n"})
    came = last()
    row = section("", "other.md")
    save_section(row, markdown="Mine.", title="Other", user=None)
    assert said(undo(came, user=None)) == [("later", "Other")]
    assert section("", "other.md").markdown == "Mine."


def test_a_topic_with_others_below_it_stays(pools):
    pools({"a/index.md": "# A\n"})
    came = last()
    pools({"a/b.md": "# B\n"})
    assert said(undo(came, user=None)) == [("later", "A")]


def test_a_pruned_topic_comes_back_with_its_sections_and_their_order(pools):
    before = shape()
    pools({"pools.md": None, "other.md": "# Other\n"}, prune=True)
    done = undo(last(), user=None)
    assert shape() == before
    assert ("removed", "Other") in said(done)
    assert search("connections").total == 1


def test_a_removed_section_and_a_removed_topic_come_back(pools, client):
    before = shape()
    undo(remove_sections([section()]), user=None)
    assert shape() == before
    undo(remove_topics([Topic.objects.get()]), user=None)
    assert shape() == before
    assert client.get("/topics/pools/sizes/").status_code in (200, 302)


def test_a_section_does_not_come_back_into_a_topic_that_is_gone(pools):
    change = remove_sections([section()])
    remove_topics([Topic.objects.get()])
    assert said(undo(change, user=None)) == [("no topic", "Sizes")]


def test_a_section_that_moved_goes_back_and_both_addresses_lead_to_it(pools, client, alice):
    key = section().pk
    mark = Bookmark.objects.create(user=alice, section=section(), note="mine")
    before = shape()
    pools({"pools.md": HEAD + WAITS + LIMITS, "other.md": f"# Other\n{SIZES}"})
    assert section("sizes", "other.md").pk == key
    done = undo(last(), user=None)
    assert shape() == before
    assert ("moved", "Sizes") in said(done) and ("removed", "Other") in said(done)
    mark.refresh_from_db()
    assert (mark.section_id, section().pk) == (key, key)
    assert client.get("/topics/pools/sizes/")["location"] == "/topics/pools/#sizes"
    assert client.get("/topics/other/sizes/")["location"] == "/topics/pools/sizes/"


def test_an_earlier_heading_takes_its_address_back_and_the_later_leads_there(pools, client):
    pools({"pools.md": TEXT.replace("## Sizes", "## Size")})
    undo(last(), user=None)
    assert client.get("/topics/pools/size/")["location"] == "/topics/pools/sizes/"
    assert list(Address.objects.values_list("anchor", flat=True)) == ["size"]


def test_a_topic_takes_its_earlier_address_and_description_back(pools, client):
    pools({"pools.md": f"---\nslug: ponds\ntags: [sql]\nlevel: expert\n---\n{TEXT}"})
    done = undo(last(), user=None)
    topic = Topic.objects.get()
    assert (topic.path, topic.tags, topic.level) == ("pools", [], "")
    assert said(done) == [("described", "Pools"), ("moved", "Pools")]
    assert client.get("/topics/ponds/")["location"] == "/topics/pools/"
    Topic.objects.update(file_hash="read it again")
    pools()
    assert (Topic.objects.get().tags, Topic.objects.get().level) == ([], "")


def test_a_description_by_a_curator_is_undone_and_the_file_decides_again(pools):
    topic = Topic.objects.get()
    topic.tags, topic.status = ["sql"], "draft"
    change = save_topic(topic, ["tags", "status"])
    undo(change, user=None)
    topic = Topic.objects.get()
    assert (topic.tags, topic.status, topic.chosen) == ([], "published", [])
    assert search("connections").total == 1


def test_a_description_that_changed_since_stays(pools):
    topic = Topic.objects.get()
    topic.tags = ["sql"]
    change = save_topic(topic, ["tags"])
    topic.tags = ["orm"]
    save_topic(topic, ["tags"])
    assert said(undo(change, user=None)) == [("conflict", "Pools")]
    assert Topic.objects.get().tags == ["orm"]


def test_links_and_marks_follow_an_undone_import(pools, client, alice):
    pools({"reader.md": "# Reader\n\nSee [sizes](pools.md#sizes).\n"})
    Bookmark.objects.create(user=alice, section=section(), note="mine")
    pools({"pools.md": HEAD + WAITS + LIMITS})
    assert 'href="/topics/pools/sizes/"' not in section("", "reader.md").html
    undo(last(), user=None)
    assert 'href="/topics/pools/sizes/"' in section("", "reader.md").html


def test_a_dry_run_leaves_no_trace(pools):
    pools({"pools.md": TEXT.replace("Ten", "Twelve")})
    count = Change.objects.count()
    done = undo(last(), user=None, dry_run=True)
    assert (said(done), done.change) == ([("text", "Sizes")], None)
    assert (Change.objects.count(), section().markdown[:6]) == (count, "Twelve")
