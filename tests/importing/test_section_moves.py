"""A section that is moved to another topic: what leads to it follows, and it leads where it did."""

import pytest

from importer.privacy import set_private
from importer.section_moves import move_section
from importer.undo import undo
from learning.models import Bookmark
from tests.beginnings import beginning
from tests.factories import make_user
from tests.rights.conftest import PIXEL
from topics.models import Link, Section, Topic

INNER = (
    "[Stay](#stay), [root](one.md), [two](two.md#gamma), [far](../b/c/far.md), [own](#part),"
    " [by file](one.md#inner), [there](/topics/a/two/), [out](https://example.org/), `[c](#stay)`,"
    " [no](nowhere.md).\n\n![Red](../img/red%20dot.png)"
)


@beginning
def library(bring):
    bring(
        {
            "a/one.md": (
                "# One\n\nSee [Part](#part).\n\n## Part\n\n### Inner\n\n"
                f"{INNER}\n\n## Stay\n\nSee [inner](#inner).\n"
            ),
            "a/two.md": "# Two\n\n## Gamma\n\nText.\n",
            "b/c/far.md": "# Far\n\nFar away.\n",
            "img/red dot.png": PIXEL,
        }
    )


def part() -> Section:
    return Section.objects.select_related("topic").get(anchor="part", removed_at=None)


def inner() -> str:
    return Section.objects.get(anchor="inner", removed_at=None).markdown


def move(to: str):
    return move_section(part(), Topic.objects.get(path=to), user=None)


def leads() -> dict[str, str]:
    """Where the links of the inner section lead, by their words."""
    rows = Link.objects.filter(section__anchor="inner", section__removed_at=None)
    return {
        row.text: str(row.target_id or row.file_id or row.kind)
        for row in rows.exclude(text="").order_by("position")
    }


@pytest.mark.parametrize(
    ("to", "text"),
    [
        ("a/two", INNER.replace("[Stay](#stay)", "[Stay](one.md#stay)")),
        (
            "b/c/far",
            INNER.replace("[Stay](#stay)", "[Stay](../../a/one.md#stay)")
            .replace("(one.md)", "(../../a/one.md)")
            .replace("two.md#", "../../a/two.md#")
            .replace("../b/c/far.md", "far.md")
            .replace("../img/", "../../img/"),
        ),
    ],
)
def test_its_links_and_pictures_lead_where_they_did(library, to: str, text: str) -> None:
    before = leads()
    move(to)
    assert inner() == text.replace("one.md#inner", "#inner")
    assert leads() == before
    assert '<img src="/assets/' in Section.objects.get(anchor="inner", removed_at=None).html


@pytest.mark.parametrize("to", ["a/two", "b/c/far"])
def test_one_without_a_text_keeps_its_marks_and_address(library, client, to: str) -> None:
    key, address = part().pk, "/topics/a/one/part/"
    mark = Bookmark.objects.create(user=make_user("reader"), section=part())
    change = move(to)
    mark.refresh_from_db()
    assert (part().pk, part().topic.path, mark.section_id) == (key, to, key)
    assert client.get(address)["location"] == f"/topics/{to}/part/"
    assert Link.objects.get(text="Part").target_id == key
    undo(change, user=None)
    assert (part().pk, part().topic.path, inner()) == (key, "a/one", INNER)
    assert client.get(address)["location"] == "/topics/a/one/#part"


def test_it_comes_back_as_it_was(library) -> None:
    before = leads()
    key = part().pk
    move("b/c/far")
    move("a/one")
    assert (part().pk, part().topic.path, leads()) == (key, "a/one", before)
    left = Section.objects.exclude(removed_at=None).values_list("anchor", flat=True)
    assert list(left) == []


def test_what_is_private_is_not_named_where_it_is_moved_to(library, bring) -> None:
    bring({"b/c/hidden.md": "# Hidden\n\n## Leaving\n\n[a](#quokka)\n\n## Quokka\n\nx\n"})
    set_private(Topic.objects.get(path="b/c/hidden"), is_private=True, user=None)
    row = Section.objects.get(anchor="leaving")
    move_section(row, Topic.objects.get(path="a/two"), user=None)
    row.refresh_from_db()
    assert (row.topic.path, row.markdown) == ("a/two", "[a](#quokka)")


REFERENCES = """# Notes

[Here][far] and [own].

## Going

See [the far one][far], [own] and more[^1].

## Staying

Kept.[^2]

[far]: far.md
[own]: #staying

[^1]: Not much,
    in two lines.
"""


def test_what_its_references_mean_goes_along_and_stays(library, bring) -> None:
    text = REFERENCES.replace(
        "more[^1].", "more[^1].\n\n[^2]: Said there.\n\n[site]: https://example.org/x"
    )
    bring({"b/c/notes.md": text.replace("Kept.", "Kept [there][site].")})
    move_section(Section.objects.get(anchor="going"), Topic.objects.get(path="a/two"), user=None)
    moved = Section.objects.get(anchor="going", removed_at=None)
    links = Link.objects.filter(section=moved).select_related("target__topic").order_by("position")
    assert [(link.href, link.target.topic.path, link.target.anchor) for link in links] == [
        ("../b/c/far.md", "b/c/far", ""),
        ("../b/c/notes.md#staying", "b/c/notes", "staying"),
    ]
    assert "Not much,\nin two lines." in moved.html and "[far]" not in moved.html
    staying = Section.objects.get(anchor="staying")
    assert "Said there." in staying.html and 'href="https://example.org/x"' in staying.html
    assert Link.objects.filter(section__topic__path="b/c/notes", href="far.md").count() == 1
