"""Links that lead elsewhere from now on: where they are links, in many topics at once."""

import pytest

from importer.link_edits import destination, mend, replaced
from importer.models import Change
from importer.written_topics import document_of
from topics.models import Link, Section, Topic

OLD, NEW = "https://old.example/a?b=(1)", "https://new.example/"


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (f"See [it](<{OLD}>).", f"See [it](<{NEW}>)."),
        (f"See <{OLD}> now.", f"See <{NEW}> now."),
        (f"[it]: {OLD}", f"[it]: {NEW}"),
        (f'[it]: {OLD} "Title"', f'[it]: {NEW} "Title"'),
        (f'<a href="{OLD}">it</a>', f'<a href="{NEW}">it</a>'),
        (f"`[it](<{OLD}>)` and [it](<{OLD}>)", f"`[it](<{OLD}>)` and [it](<{NEW}>)"),
        (f"```\n<{OLD}>\n```\n<{OLD}>", f"```\n<{OLD}>\n```\n<{NEW}>"),
        (f"~~~~\n~~~\n<{OLD}>\n~~~~\n<{OLD}>", f"~~~~\n~~~\n<{OLD}>\n~~~~\n<{NEW}>"),
        (f"[it](<{OLD}&more>)", f"[it](<{OLD}&more>)"),
        (f"[it](<{OLD.upper()}>)", f"[it](<{OLD.upper()}>)"),
        (f"Plain {OLD} stays.", f"Plain {OLD} stays."),
        ("", ""),
    ],
)
def test_a_destination_is_replaced_where_it_is_one(text, after):
    assert replaced(text, OLD, NEW) == (after, int(text != after))


def test_a_part_of_a_longer_destination_stays():
    text = "[a](old.md) [b](old.md#x) [c](very-old.md) ![d](old.md)"
    after = "[a](new.md) [b](old.md#x) [c](very-old.md) ![d](new.md)"
    assert replaced(text, "old.md", "new.md") == (after, 2)


FILES = {
    "a.md": "# A\n\nSee [b](gone.md) and [c](gone.md).\n\n```\n[b](gone.md)\n```\n",
    "deep/b.md": "# B\n\nText.\n\n## Part\n\nSee [a](../gone.md).\n",
    "c.md": "# C\n\n## Goal\n\nText.\n",
}


def test_many_topics_are_mended_by_one_change_and_undone_by_one(bring):
    bring(FILES)
    goal = Section.objects.select_related("topic").get(anchor="goal")
    links = Link.objects.filter(kind="planned").select_related("section__topic")
    assert len(links) == 3
    wanted = {k.pk: (k.href, destination(k.section.topic, goal)) for k in links}
    done = mend(wanted, user=None, why="Moved.")
    assert (done.mended, done.left) == (3, 0)
    assert Change.objects.filter(why="Moved.").get() == done.change
    assert "[b](c.md#goal) and [c](c.md#goal)" in document_of(Topic.objects.get(path="a"))
    assert "```\n[b](gone.md)\n```" in document_of(Topic.objects.get(path="a"))
    assert "[a](../c.md#goal)" in document_of(Topic.objects.get(title="B"))
    assert set(Link.objects.values_list("kind", "target")) == {("internal", goal.pk)}


def test_a_destination_that_the_text_does_not_hold_is_counted_as_left(bring):
    bring({"a.md": "# A\n\nSee [b](a%20b.md).\n"})
    link = Link.objects.get()
    Link.objects.update(href="other.md")
    done = mend({link.pk: ("other.md", "c.md")}, user=None)
    assert (done.change, done.mended, done.left) == (None, 0, 1)


def test_a_link_that_changed_meanwhile_is_left_alone(bring):
    bring(FILES)
    link = Link.objects.filter(href="gone.md").first()
    assert mend({link.pk: ("earlier.md", "c.md")}, user=None).mended == 0


def test_an_address_of_this_site_leads_to_its_section_also_in_other_sources(bring, tmp_path):
    from importer.run import import_paths

    bring(FILES)
    (tmp_path / "other").mkdir()
    text = "# Other\n\nSee [goal](/topics/c/goal/), [c](/topics/c/), [no](/topics/no/).\n"
    (tmp_path / "other" / "o.md").write_text(text)
    import_paths([str(tmp_path / "other")], source="other")
    goal = Section.objects.select_related("topic").get(anchor="goal")
    root = goal.topic.sections.get(anchor="")
    found = Link.objects.filter(section__topic__source="other").order_by("position")
    assert list(found.values_list("kind", "target")) == [
        ("internal", goal.pk), ("internal", root.pk), ("planned", None),
    ]  # fmt: skip
    other = Topic.objects.get(source="other")
    assert destination(other, goal) == "/topics/c/goal/"
    assert 'href="/topics/c/goal/"' in other.sections.get(anchor="").html
