"""Topics written in the browser: sections come, go, split, join, move, and imports leave it so."""

import pytest
from django.contrib.auth.models import User

from importer.edits import EditRefused, remove_sections, save_section
from importer.models import Change
from importer.section_moves import move_section
from importer.topic_moves import move_topic
from importer.undo import undo
from importer.written_topics import HERE, document_of, new_topic, save_documents
from learning.bookmarks import marked_sections
from learning.models import Bookmark
from search.engine import search
from tests.beginnings import beginning
from topics.models import Link, Section, Topic

SIZES = (
    "Ten connections serve hundreds of requests, because each holds one only for a moment.\n\n"
    "A lease that never ends starves everybody else, so give each a limit of some seconds."
)
WAITS = "Waiting for a connection has to end at some time, or the process stops as a whole."
TEXT = f"# Pools\n\nIntro.\n\n## Sizes\n\n{SIZES}\n\n## Time-outs\n\n{WAITS}\n"


@beginning
def pools(bring):
    bring({"pools.md": TEXT, "other.md": "# Other\n\nWords.\n"})
    return bring


@pytest.fixture
def cleo(db):
    return User.objects.create_user("cleo")


def topic(origin="pools.md"):
    return Topic.objects.get(origin=origin)


def section(anchor="sizes"):
    return Section.objects.select_related("topic").get(anchor=anchor, removed_at=None)


def write(old, new, origin="pools.md", **options):
    row = topic(origin)
    text = document_of(row)
    assert old in text
    return save_documents({row.pk: text.replace(old, new)}, user=None, **options)


def shape(origin="pools.md"):
    rows = Section.objects.filter(topic__origin=origin, removed_at=None).order_by("position")
    return [(row.title, row.anchor, row.markdown) for row in rows]


def read_again(bring, text=TEXT):
    """Import the file once more, another in a place that matters to nobody."""
    return bring({"pools.md": text.replace("Intro.", "Intro again.")})


# What a curator makes of the topic: what is replaced by what, and the sections then.
WAYS = {
    "a section comes": (
        "## Time-outs",
        "## Leases\n\nA lease ends.\n\n## Time-outs",
        ["Pools", "Sizes", "Leases", "Time-outs"],
    ),
    "a section comes last": (
        WAITS,
        f"{WAITS}\n\n## Leases\n\nA lease ends.",
        ["Pools", "Sizes", "Time-outs", "Leases"],
    ),
    "a section goes": (f"## Sizes\n\n{SIZES}\n\n", "", ["Pools", "Time-outs"]),
    "a section is split": (
        "\n\nA lease that",
        "\n\n## Leases\n\nA lease that",
        ["Pools", "Sizes", "Leases", "Time-outs"],
    ),
    "two sections are joined": (
        f"\n\n## Time-outs\n\n{WAITS}",
        f"\n\n{WAITS}",
        ["Pools", "Sizes"],
    ),
    "a heading is another": ("## Sizes", "## How large", ["Pools", "How large", "Time-outs"]),
    "a text is another": ("Ten conn", "Twelve conn", ["Pools", "Sizes", "Time-outs"]),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_topic_gets_other_sections_and_imports_leave_it_so(pools, way):
    old, new, titles = WAYS[way]
    write(old, new)
    written = shape()
    assert [title for title, _, _ in written] == titles
    read_again(pools)
    assert [row[0] for row in shape()] == titles
    assert shape()[1:] == written[1:]


@pytest.mark.parametrize("way", WAYS)
def test_it_is_undone_as_a_whole_and_the_file_decides_again(pools, way):
    before = shape()
    old, new, _ = WAYS[way]
    undo(write(old, new), user=None)
    assert shape() == before
    twelve = TEXT.replace("Ten conn", "Twelve conn").replace(WAITS, f"{WAITS} Always.")
    pools({"pools.md": twelve})
    assert [row[2][:3] for row in shape()] == ["Int", "Twe", "Wai"]
    assert shape()[2][2].endswith("Always.")


@pytest.mark.parametrize("way", WAYS)
def test_the_index_and_the_page_show_it(pools, way, client):
    old, new, titles = WAYS[way]
    write(old, new)
    page = client.get("/topics/pools/").content.decode()
    assert all(title in page for title in titles)
    assert search("starves everybody").total == (0 if way == "a section goes" else 1)


def test_a_section_that_gets_another_heading_keeps_its_marks_and_address(pools, alice, client):
    mark = Bookmark.objects.create(user=alice, section=section())
    write("## Sizes", "## How large")
    assert mark.section == Section.objects.get(title="How large")
    assert client.get("/topics/pools/sizes/")["location"] in (
        "/topics/pools/how-large/", "/topics/pools/#sizes",
    )  # fmt: skip


def test_marks_of_a_section_that_is_joined_with_another_are_read_there(pools, alice):
    Bookmark.objects.create(user=alice, section=section("time-outs"), note="mine")
    write(f"\n\n## Time-outs\n\n{WAITS}", f"\n\n{WAITS}")
    assert [row.title for row in marked_sections(user=alice, words=[])] == ["Sizes"]


def test_a_section_moves_to_another_topic_and_stays_there(pools, alice, client):
    key = section().pk
    Bookmark.objects.create(user=alice, section=section(), note="mine")
    block = f"## Sizes\n\n{SIZES}\n"
    texts = {
        topic().pk: document_of(topic()).replace(block, ""),
        topic("other.md").pk: document_of(topic("other.md")) + f"\n{block}",
    }
    change = save_documents(texts, user=None, kind=Change.Kind.MOVE)
    assert (change.kind, section().pk, section().topic.path) == ("move", key, "other")
    assert client.get("/topics/pools/sizes/")["location"] == "/topics/other/sizes/"
    read_again(pools)
    pools({"other.md": "# Other\n\nMore words.\n"})
    assert [row[0] for row in shape()] == ["Pools", "Time-outs"]
    assert [row[0] for row in shape("other.md")] == ["Other", "Sizes"]
    undo(change, user=None)
    assert (section().pk, section().topic.path) == (key, "pools")


def test_what_was_removed_here_comes_back_when_the_file_says_something_new_of_it(pools):
    remove_sections([section()])
    read_again(pools)
    assert [row[0] for row in shape()] == ["Pools", "Time-outs"]
    report = read_again(pools, TEXT.replace("Ten conn", "Twelve conn"))
    assert [row[0] for row in shape()] == ["Pools", "Sizes", "Time-outs"]
    assert report.counts["conflicts"] == 1
    assert section().edited_at is None


def test_a_section_written_here_that_the_file_gets_too_is_the_file_s(pools):
    write(WAITS, f"{WAITS}\n\n## Leases\n\n{SIZES} Yes.")
    key = section("leases").pk
    read_again(pools, f"{TEXT}\n## Leases\n\n{SIZES} Yes.\n")
    assert section("leases").pk == key
    read_again(pools, f"{TEXT}\n## Leases\n\n{SIZES} No.\n")
    assert section("leases").markdown.endswith("No.")


def test_a_section_restored_against_its_file_stays(pools):
    pools({"pools.md": TEXT.replace(f"## Sizes\n\n{SIZES}\n\n", "")})
    undo(Change.objects.first(), user=None)
    read_again(pools, TEXT.replace(f"## Sizes\n\n{SIZES}\n\n", ""))
    assert [row[0] for row in shape()] == ["Pools", "Sizes", "Time-outs"]


def test_a_section_that_an_import_brought_and_somebody_undid_stays_away(pools):
    longer = f"{TEXT}\n## Leases\n\nA lease ends.\n"
    pools({"pools.md": longer})
    undo(Change.objects.first(), user=None)
    read_again(pools, longer)
    assert [row[0] for row in shape()] == ["Pools", "Sizes", "Time-outs"]


def test_a_new_topic_is_read_found_and_undone(pools, cleo, client):
    made = new_topic(
        "Leases of pools", "They *end*.\n\n## When\n\nSoon, quokka.", parent=topic(), user=cleo
    )
    assert (made.path, made.source) == ("pools/leases-of-pools", HERE)
    page = client.get("/topics/pools/leases-of-pools/").content.decode()
    assert "<em>end</em>" in page and "Soon, quokka." in page
    assert search("quokka").total == 1
    change = Change.objects.first()
    assert (change.kind, change.by) == ("creation", cleo)
    pools({"pools.md": None}, prune=False)
    undo(change, user=None)
    assert client.get("/topics/pools/leases-of-pools/").status_code == 410
    undo(Change.objects.first(), user=None)
    assert client.get("/topics/pools/leases-of-pools/").status_code == 200


@pytest.mark.parametrize(
    ("title", "path"),
    [
        ("CI/CD", "ci-cd"),
        ("I/O", "i-o"),
        ("12 factors", "12-factors"),
        ("3. Phase", "3-phase"),
        ("2026-01-01 notes", "2026-01-01-notes"),
        ("C:\\Windows", "c-windows"),
        ("../../etc/passwd", "etc-passwd"),
        ("…", "topic"),
    ],
)
def test_a_new_topic_has_its_whole_title_as_its_address(db, title, path):
    topic = new_topic(title, "Text.", parent=None, user=None)
    assert (topic.title, topic.path) == (title, path)
    assert move_topic(topic, None, slug=title, user=None) is None


def test_two_new_topics_of_one_name_have_addresses_of_their_own(pools):
    paths = [new_topic("Leases", "", parent=None, user=None).path for _ in range(3)]
    assert paths == ["leases", "leases-1", "leases-2"]


def test_a_topic_written_here_is_written_again(pools):
    made = new_topic("Leases", "They end.\n\n## When\n\nSoon.", parent=None, user=None)
    save_documents({made.pk: document_of(made).replace("Soon", "Never")}, user=None)
    assert section("when").markdown == "Never."


def test_a_text_that_changes_nothing_is_no_change(pools):
    count = Change.objects.count()
    assert save_documents({topic().pk: document_of(topic())}, user=None) is None
    assert Change.objects.count() == count


def test_a_removed_topic_is_not_written(pools):
    with pytest.raises(EditRefused, match="removed in the meantime"):
        save_documents({10**9: "# X"}, user=None)


def test_what_is_written_is_sanitised(pools):
    made = new_topic("X <b>", "<script>alert(1)</script>safe", parent=None, user=None)
    assert "script" not in Section.objects.get(topic=made, anchor="").html


def test_links_to_a_section_that_is_joined_to_another_lead_to_that(pools):
    links = "[a](pools.md#time-outs) [b](/topics/pools/time-outs/)"
    pools({"other.md": f"# Other\n\n{links}\n"})
    write("Intro.", "Intro, see [c](#time-outs).")
    write("## Time-outs\n\n", "")
    found = Link.objects.exclude(section__removed_at=None, section__anchor="sizes")
    led = found.values_list("text", "kind", "target__anchor").order_by("text")
    assert list(led) == [(name, "internal", "sizes") for name in "abc"]
    html = Section.objects.get(topic__path="other", anchor="").html
    assert html.count('href="/topics/pools/sizes/"') == 2 and "/search/" not in html
    write("## Sizes", "## Numbers")  # it moves on, and the links with it
    assert set(found.values_list("kind", "target__anchor")) == {("internal", "numbers")}


def test_links_lead_back_where_a_joined_section_is_restored(pools):
    pools({"other.md": "# Other\n\n[a](pools.md#time-outs)\n"})
    joined = write("## Time-outs\n\n", "")
    undo(joined, user=None)
    assert Link.objects.get(text="a").target.anchor == "time-outs"


def test_a_link_to_a_joined_section_follows_its_text_through_a_chain(pools):
    pools({"other.md": "# Other\n\n[a](pools.md#time-outs)\n"})
    write("## Time-outs\n\n", "")
    write("## Sizes\n\n", "")
    link = Link.objects.get(text="a")
    assert (str(link.kind), link.target.anchor) == ("internal", "")


@pytest.mark.parametrize("mark", ["", "# New\n\n"], ids=["section", "whole topic"])
def test_a_text_with_both_sides_of_a_conflict_is_not_saved(pools, mark):
    sides = "```\n<<<<<<< now\nb\n=======\nB\n>>>>>>> your text\n```"
    with pytest.raises(EditRefused, match="Both sides are still in it"):
        if mark:
            save_documents({topic().pk: mark + sides}, user=None)
        else:
            save_section(section(), markdown=sides, title="Sizes", user=None)
    others = sides.replace("now", "HEAD").replace("your text", "branch")  # as git writes them
    save_section(section(), markdown=others, title="Sizes", user=None)
    assert section().markdown == others


@pytest.mark.parametrize("mark", ["<<<<<<< now", ">>>>>>> your text", "  <<<<<<< now  "])
def test_a_text_with_one_mark_of_a_conflict_left_is_not_saved(pools, mark):
    with pytest.raises(EditRefused, match="Both sides are still in it"):
        save_section(section(), markdown=f"a\n\n{mark}\n\nb", title="Sizes", user=None)


REWRITTEN = (
    "Nobody may stand in line for ever: whoever does gets an error that says how long it was."
)


def test_sections_that_were_rewritten_here_are_recognised_by_what_they_say_now(pools, cleo):
    old = section("time-outs")
    Bookmark.objects.create(user=cleo, section=old, note="Mine.")
    save_section(old, markdown=REWRITTEN, title="Limits", user=cleo)
    write("Intro.", "Intro, longer.")
    assert titled("Limits").pk == old.pk and titled("Limits").markdown == REWRITTEN
    write("## Limits", "## Bounds")
    assert titled("Bounds").pk == old.pk
    write("## Bounds {#time-outs}\n\n", "")
    old.refresh_from_db()
    assert old.merged_into_id == titled("Sizes").pk
    shown = marked_sections(user=cleo, words=[])
    assert [row.title for row in shown] == ["Sizes"]


def test_a_section_that_was_rewritten_here_is_moved_as_what_it_says_now(pools, cleo):
    old = section("time-outs")
    save_section(old, markdown=REWRITTEN, title="Limits", user=cleo)
    move_section(titled("Limits"), topic("other.md"), user=cleo)
    assert titled("Limits").pk == old.pk and titled("Limits").topic.path == "other"
    assert Section.objects.filter(title="Limits").count() == 1


def titled(title: str) -> Section:
    return Section.objects.get(title=title, removed_at=None)
