"""What curators do to topics as a whole lasts: removal, place, address and order."""

import pytest

from importer.edits import EditRefused, remove_topics, save_section
from importer.models import Change
from importer.restore import restore_topic
from importer.topic_moves import move_topic, order_topics
from importer.undo import undo
from tests.beginnings import beginning
from topics.models import Section, Topic

FILES = {
    "a.md": "# A\n\nText of A.\n",
    "b.md": "# B\n\nText of B.\n",
    "guide/index.md": "# Guide\n\nText.\n",
    "guide/one.md": "# One\n\nText of one.\n",
    "guide/two.md": "# Two\n\nText of two.\n",
}


@beginning
def library(bring):
    bring(FILES)
    return bring


def topic(title):
    return Topic.objects.get(title=title)


def live():
    return sorted(Topic.objects.live().values_list("title", flat=True))


def test_a_topic_that_a_curator_removed_stays_removed_until_it_is_restored(library):
    remove_topics([topic("A")])
    for text in (FILES["a.md"], "# A\n\nAnother text.\n", "# Another title\n\nText.\n"):
        report = library({"a.md": text})
        assert live() == ["B", "Guide", "One", "Two"]
        assert report.counts["edits kept"] == 1
        assert "a.md was removed here and stays away" in [note.message for note in report.notes]
    restore_topic(topic("A"), user=None)
    library()
    assert "Another title" in live() and topic("Another title").chosen == []
    assert Section.objects.get(topic__title="Another title").markdown == "Text."


def test_with_a_folder_all_below_it_stays_away_and_comes_back(library):
    remove_topics([topic("Guide")])
    library({"guide/one.md": "# One\n\nNew.\n", "guide/three.md": "# Three\n\nNew.\n"})
    assert live() == ["A", "B"]
    restore_topic(topic("Guide"), user=None)
    library()
    assert live() == ["A", "B", "Guide", "One", "Three", "Two"]


def test_one_of_a_folder_stays_away_alone(library):
    remove_topics([topic("One")])
    library({"guide/two.md": "# Two\n\nNew.\n"})
    assert live() == ["A", "B", "Guide", "Two"]


def test_what_an_import_removed_comes_back_with_its_file(library):
    library({"a.md": None}, prune=True)
    assert "A" not in live()
    library({"a.md": FILES["a.md"]})
    assert "A" in live()


def test_a_removal_that_is_undone_no_longer_binds_imports(library):
    change = remove_topics([topic("A")])
    undo(change, user=None)
    assert "A" in live() and topic("A").chosen == []
    library({"a.md": "# A\n\nNew.\n"})
    assert Section.objects.get(topic__title="A").markdown == "New."


def test_a_removed_topic_that_stays_away_is_not_pruned_or_refused(library):
    remove_topics([topic("A")])
    report = library({"a.md": "# A\n\nNew.\n"}, prune=True)
    assert report.counts["topics removed"] == 0


def test_a_topic_is_moved_with_all_below_and_earlier_addresses_lead_there(library, client):
    change = move_topic(topic("Guide"), topic("A"), user=None, why="Tidy.")
    assert {t.title: t.path for t in Topic.objects.live()} == {
        "A": "a", "B": "b", "Guide": "a/guide", "One": "a/guide/one", "Two": "a/guide/two",
    }  # fmt: skip
    answer = client.get("/topics/guide/one/")
    assert (answer.status_code, answer["location"]) == (301, "/topics/a/guide/one/")
    assert (change.kind, change.why) == ("move", "Tidy.")
    undo(change, user=None)
    assert topic("One").path == "guide/one"


def test_imports_leave_a_moved_topic_where_it_is(library):
    move_topic(topic("One"), topic("A"), user=None)
    move_topic(topic("B"), None, slug="Bees & co", user=None)
    library({"guide/one.md": "# One\n\nNew.\n", "b.md": "# B\n\nNew.\n"})
    assert (topic("One").path, topic("B").path) == ("a/one", "bees-co")
    assert Section.objects.get(topic__title="One").markdown == "New."
    library({"guide/four.md": "# Four\n\nText.\n"})
    assert topic("Four").path == "guide/four"


@pytest.mark.parametrize("where", ["Guide", "One"])
def test_a_topic_cannot_be_below_itself(library, where):
    with pytest.raises(EditRefused):
        move_topic(topic("Guide"), topic(where), user=None)
    assert topic("Guide").path == "guide"


def test_an_address_that_is_taken_gets_a_number(library):
    move_topic(topic("One"), None, slug="a", user=None)
    assert topic("One").path == "a-1"


@pytest.mark.parametrize("slug", ["", "one", "One"])
def test_where_nothing_changes_there_is_no_change(library, slug):
    before = Change.objects.count()
    assert move_topic(topic("One"), topic("Guide"), slug=slug, user=None) is None
    assert Change.objects.count() == before and topic("One").chosen == []


def test_an_order_that_a_curator_gave_lasts(library):
    two, one = topic("Two"), topic("One")
    change = order_topics(topic("Guide"), [two.pk, one.pk], user=None)

    def order():
        below = Topic.objects.live().filter(parent=topic("Guide"))
        return list(below.order_by("position", "path").values_list("title", flat=True))

    assert order() == ["Two", "One"]
    library({"guide/one.md": "---\norder: -5\n---\n# One\n\nNew.\n"})
    assert order() == ["Two", "One"]
    undo(change, user=None)
    assert order() == ["One", "Two"]


def test_an_edit_of_a_moved_topic_keeps_it_there(library):
    move_topic(topic("One"), topic("A"), user=None)
    section = Section.objects.get(topic__title="One")
    save_section(section, markdown="Mine.", title="One", user=None)
    library({"guide/one.md": "# One\n\nText of one.\n\n## More\n\nNew.\n"})
    assert topic("One").path == "a/one"
    assert Section.objects.get(topic__title="One", anchor="").markdown == "Mine."
