"""Every change of content leaves what was there before, and who or what changed it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from importer.edits import EditRefused, remove_sections, remove_topics, save_section, save_topic
from importer.models import Change, ImportRun, Revision
from importer.publish import STEPS
from importer.revisions import Changed, Text, changes_between, texts_at
from importer.run import import_paths
from tests.beginnings import beginning
from topics.models import Section, Topic

TEXT = """# Pools

Intro.

## Sizes

Ten connections.

## Time-outs

Waiting ends.

## Limits

No more than a hundred, because each of them takes some ten megabytes of the server's memory.
"""


LIMITS = TEXT.rpartition("\n\n")[2].strip()


@beginning
def pools(bring):
    bring({"pools.md": TEXT})
    return bring


@pytest.fixture
def cleo(db):
    return User.objects.create_user("cleo")


def section(anchor="sizes"):
    return Section.objects.select_related("topic").get(anchor=anchor, topic__origin="pools.md")


def noted(change=None):
    """What the last change, or this one, left: the title and the Markdown of each before it."""
    change = change or Change.objects.first()
    rows = change.revisions.filter(section__isnull=False).order_by("section__position", "pk")
    return list(rows.values_list("title", "markdown"))


def topics_noted():
    rows = Change.objects.first().revisions.filter(section=None).order_by("pk")
    return [row.state for row in rows]


def test_the_first_import_copies_nothing(pools):
    change = Change.objects.get()
    assert (change.kind, change.run) == ("import", ImportRun.objects.get())
    assert Revision.objects.count() == 0
    assert {row.created_at for row in Section.objects.all()} == {change.at}
    assert {row.created_at for row in Topic.objects.all()} == {change.at}


def test_an_import_that_changes_nothing_is_no_change(pools):
    pools()
    Topic.objects.update(file_hash="another")
    pools()
    assert Change.objects.count() == 1


def test_a_dry_run_leaves_nothing(pools):
    pools({"pools.md": TEXT.replace("Ten", "Twelve")}, dry_run=True)
    assert (Change.objects.count(), Revision.objects.count()) == (1, 0)


# What a file becomes, and what is kept of its sections as they were.
FILES = {
    "a text": (TEXT.replace("Ten", "Twelve"), [("Sizes", "Ten connections.")]),
    "a heading": (TEXT.replace("## Limits", "## Limit"), [("Limits", None)]),
    "a section that goes": (
        TEXT.replace("## Sizes\n\nTen connections.\n\n", ""),
        [("Sizes", None)],
    ),
    "a section that comes first": (TEXT.replace("## Sizes", "## New\n\nX.\n\n## Sizes"), []),
    "a level": (TEXT.replace("## Limits", "### Limits"), [("Limits", None)]),
    "an order": (
        TEXT.replace("## Sizes\n\nTen connections.\n\n", "") + "\n## Sizes\n\nTen connections.\n",
        [("Time-outs", None), ("Limits", None), ("Sizes", None)],
    ),
    "a title of the topic": (TEXT.replace("# Pools", "# Ponds"), [("Pools", None)]),
}


@pytest.mark.parametrize("what", FILES)
def test_an_import_keeps_what_it_changes(pools, what):
    text, kept = FILES[what]
    pools({"pools.md": text})
    assert noted() == kept
    assert what != "a heading" or section("limit").revisions.count() == 1
    assert Change.objects.first().run == ImportRun.objects.first()


def test_a_section_that_moves_to_another_file_keeps_its_history(pools):
    body = "## Sizes\n\nTen connections.\n\n"
    pools({"pools.md": TEXT.replace(body, ""), "other.md": f"# Other\n\n{body}"})
    row = Section.objects.get(anchor="sizes", removed_at=None)
    revision = Revision.objects.get(section=row)
    assert (row.topic.path, revision.topic.path) == ("other", "pools")
    assert revision.state["anchor"] == "sizes"


def test_the_description_of_a_topic_is_kept_when_its_file_says_another(pools):
    pools({"pools.md": f"---\ntags: [sql]\nlevel: expert\n---\n{TEXT}"})
    [before] = topics_noted()
    assert (before["tags"], before["level"], before["path"]) == ([], "", "pools")


def test_a_topic_with_another_address_keeps_the_one_before(pools):
    pools({"pools.md": f"---\nslug: ponds\n---\n{TEXT}"})
    [before] = topics_noted()
    assert (before["path"], Topic.objects.get().path) == ("pools", "ponds")


def test_a_file_that_is_pruned_leaves_its_topic_and_sections(pools):
    pools({"pools.md": None, "other.md": "# Other\n"}, prune=True)
    assert [title for title, _ in noted()] == ["Pools", "Sizes", "Time-outs", "Limits"]
    assert [before["removed_at"] for before in topics_noted()] == [None]


def test_an_edit_keeps_text_author_and_reason(pools, cleo):
    change = save_section(
        section(), markdown="Twelve.", title="Sizes", user=cleo, why="The default changed."
    )
    assert (change.kind, change.by, change.why) == ("edit", cleo, "The default changed.")
    assert noted(change) == [("Sizes", "Ten connections.")]
    assert change.run is None


def test_an_edit_that_changes_nothing_is_no_change(pools):
    assert save_section(section(), markdown="Ten connections.", title="Sizes", user=None) is None
    assert Change.objects.count() == 1


def test_an_edit_that_is_refused_leaves_nothing(pools):
    with pytest.raises(EditRefused), transaction.atomic():
        save_section(section(), markdown="## No\n\nX.", title="Sizes", user=None)
    assert Change.objects.count() == 1
    save_section(section("limits"), markdown="Ten.", title="Limits", user=None)
    assert noted() == [("Limits", LIMITS)]


def test_an_import_that_joins_an_edit_keeps_the_edited_text_and_the_file_s(pools, cleo):
    save_section(section(), markdown="Ten connections.\n\nMine.", title="Sizes", user=cleo)
    pools({"pools.md": TEXT.replace("Ten conn", "Twelve conn")})
    revision = Revision.objects.get(change=Change.objects.first())
    assert revision.markdown is None  # both changed the same place
    assert revision.state["conflict_markdown"] is None
    assert revision.state["file_markdown"] == "Ten connections."
    assert revision.state["edited_by_id"] == cleo.pk


def test_settling_a_conflict_is_said_to_be_one(pools):
    save_section(section(), markdown="Eleven.", title="Sizes", user=None)
    pools({"pools.md": TEXT.replace("Ten", "Twelve")})
    change = save_section(section(), markdown="Both.", title="Sizes", user=None, resolved=True)
    assert change.kind == "merge"
    assert change.revisions.get().state["conflict_markdown"] == "Twelve connections."


def test_removing_a_section_or_a_topic_keeps_what_is_removed(pools, cleo):
    change = remove_sections([section()], user=cleo, why="Wrong.")
    assert (change.kind, change.by, noted(change)) == ("removal", cleo, [("Sizes", None)])
    change = remove_topics([Topic.objects.get()], user=cleo)
    assert [title for title, _ in noted(change)] == ["Pools", "Time-outs", "Limits"]
    assert change.revisions.get(section=None).state["removed_at"] is None


def test_a_description_that_a_curator_sets_is_kept_as_it_was(pools, cleo):
    topic = Topic.objects.get()
    topic.tags = ["sql"]
    change = save_topic(topic, ["tags"], user=cleo)
    assert (change.kind, change.by) == ("description", cleo)
    assert topics_noted()[0]["tags"] == []


def test_a_step_is_told_of_the_change(pools):
    told = []
    with STEPS.holding({"test": told.append}):
        change = save_section(section(), markdown="Twelve.", title="Sizes", user=None)
    assert [published.change for published in told] == [change]


def test_a_change_that_fails_leaves_no_revision(pools):
    def fail(published):
        raise ValueError("no room")

    with STEPS.holding({"test": fail}), pytest.raises(ValueError, match="no room"):
        pools({"pools.md": TEXT.replace("Ten", "Twelve")})
    assert (Change.objects.count(), Revision.objects.count()) == (1, 0)
    assert ImportRun.objects.first().status == "failed"


def test_who_changed_something_stays_unsaid_when_the_account_is_gone(pools, cleo):
    save_section(section(), markdown="Twelve.", title="Sizes", user=cleo)
    cleo.delete()
    assert Change.objects.first().by is None
    assert noted() == [("Sizes", "Ten connections.")]


def test_files_imported_one_by_one_are_changes_of_their_own(folder, pools):
    (folder / "b.md").write_text("# B\n")
    import_paths([str(folder / "b.md")])
    assert [change.run.source for change in Change.objects.all()] == ["notes", "notes"]


def moments():
    return [change.at for change in Change.objects.order_by("pk")]


def test_what_a_section_said_at_a_moment_is_known(pools):
    key = section().pk
    save_section(section(), markdown="Eleven.", title="Sizes", user=None)
    save_section(section(), markdown="Eleven.", title="Size", user=None)
    save_section(section(), markdown="Twelve.", title="Size", user=None)
    remove_sections([section()])
    told = [texts_at([key], moment)[key] for moment in moments()]
    assert told == [
        Text("Sizes", "Ten connections."),
        Text("Sizes", "Eleven."),
        Text("Size", "Eleven."),
        Text("Size", "Twelve."),
        Text("Size", "Twelve.", is_removed=True),
    ]
    assert texts_at([key], moments()[0] - timedelta(seconds=1)) == {key: None}


def test_what_changed_between_two_moments_is_told_once(pools, django_assert_num_queries):
    keys = {row.anchor: row.pk for row in Section.objects.all()}
    read = moments()[0]
    for number in range(5):
        save_section(section(), markdown=f"Now {number}.", title="Sizes", user=None)
    save_section(section("limits"), markdown="None.", title="Limits", user=None)
    save_section(section("limits"), markdown=LIMITS, title="Limits", user=None)
    now = moments()[-1]
    with django_assert_num_queries(6):
        told = changes_between(keys.values(), read, now)
    was, became = Text("Sizes", "Ten connections."), Text("Sizes", "Now 4.")
    assert told == {keys["sizes"]: Changed(was, became)}


def test_what_is_new_since_a_moment_was_nothing_before(pools):
    read = moments()[0]
    pools({"pools.md": TEXT + "\n## More\n\nWords.\n"})
    key = section("more").pk
    assert changes_between([key], read, moments()[-1]) == {
        key: Changed(None, Text("More", "Words."))
    }
