"""What the log says is said in the reader's language."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from curating import audit, log_words
from curating.models import Proposal, Trial
from importer.models import Change
from learning.models import Bookmark
from tests.admin.pages import words
from tests.factories import make_section, make_topic
from topics.marks import POINTERS

LOG = "/curating/log/"


def actions_of(path):
    """What a module notes in the log by name."""
    for node in ast.walk(ast.parse(path.read_text())):
        name = getattr(getattr(node, "func", None), "attr", getattr(node, "func", None))
        name = getattr(name, "id", name)
        if isinstance(node, ast.Call) and name == "note" and len(node.args) == 2:
            what = node.args[1]
            if isinstance(what, ast.Constant):
                yield what.value


def test_each_action_that_is_noted_has_words():
    noted = {
        action
        for path in (Path(settings.BASE_DIR) / "curating").rglob("*.py")
        for action in actions_of(path)
    }
    assert {"signed in", "care", "own data", "right given"} <= noted
    noted |= {*Change.Kind.values, *Trial.Kind.values, "made private", "made public"}
    noted |= {f"proposal {status}" for status in ("accepted", "declined", "changes")}
    noted |= {"rights given", "rights taken", "all rights taken"}
    assert noted - set(log_words.ACTIONS) == set()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("sections", 3, "Abschnitte: 3"),
        ("is_staff", True, "Mitarbeit: ja"),
        ("is_superuser", False, "Superuser: nein"),
        ("keys", [1, 2], "Schlüssel: 1, 2"),
        ("new", "x", "new x"),
    ],
)
def test_facts_have_names(name, value, said):
    with translation.override("de"):
        assert log_words.fact(name, value) == said


def test_the_log_is_in_the_reader_s_language(admin, curator):
    section = make_section("Sizes", topic=make_topic("Pools"))
    row = Proposal.objects.create(section=section, kind="wrong", why="x")
    audit.note(audit.Kind.CONTENT, "proposal accepted", by=curator, target=row)
    audit.note(audit.Kind.CONTENT, "rollback", by=curator, target=section, sections=2)
    audit.note(audit.Kind.CONTENT, "of an earlier version", by=curator)
    german = words(admin.get(LOG, headers={"Accept-Language": "de"}))
    for said in (
        f"Vorschlag angenommen Vorschlag #{row.pk}",
        f"Rücknahme Abschnitt #{section.pk} Abschnitte: 2",
        "of an earlier version",
    ):
        assert said in german
    assert f"Proposal accepted Proposal #{row.pk}" in words(admin.get(LOG))


def test_marks_that_a_change_touches_are_counted_in_words(admin, alice):
    section = make_section("Sizes", topic=make_topic("Pools"))
    row = Proposal.objects.create(section=section, kind="wrong", why="x")
    Bookmark.objects.create(user=alice, section=section)
    page = f"/curating/proposals/{row.pk}/"
    assert "1 bookmark ·" in words(admin.get(page))
    assert "1 Lesezeichen ·" in words(admin.get(page, headers={"Accept-Language": "de"}))


def test_each_kind_of_mark_has_words():
    from curating.proposals import MARKS

    assert {kind for kind, _ in POINTERS.items()} == set(MARKS)
