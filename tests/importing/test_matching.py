"""Identity of sections across edits, as pure values."""

import pytest

from importer.identity.sections import Candidate, match, shingles, swallowed

LONG = "a connection pool keeps a few connections open and hands them out one after the other"
MORE = "each connection costs the server some megabytes and a process of its own while it stays"
OTHER = "an index is a sorted copy of some columns that a query can walk instead of the table"


def section(key, title, text="", *, parents=(), number="", is_item=False, parent=None):
    return Candidate(key, title, number, text, tuple(parents), is_item, parent, shingles(text))


def test_a_section_with_edited_text_under_the_same_title_is_the_same():
    old = [section(1, "Pooling", LONG)]
    new = [section(0, "Pooling", OTHER)]
    assert match(old, new) == {0: 1}


def test_a_renamed_heading_with_its_text_is_the_same():
    assert match([section(1, "Pooling", LONG)], [section(0, "Connection pools", LONG)]) == {0: 1}


def test_a_renamed_heading_with_slightly_edited_text_is_the_same():
    new = [section(0, "Connection pools", LONG.replace("a few", "some"))]
    assert match([section(1, "Pooling", LONG)], new) == {0: 1}


def test_a_short_text_under_another_title_is_a_new_section():
    assert match([section(1, "Pooling", "See above.")], [section(0, "Caching", "See above.")]) == {}


def test_a_short_text_that_a_document_has_once_says_which_section_it_is():
    text = "Ten of them serve hundreds."
    old = [section(1, "Size", text, parents=["Set up"]), section(2, "Notes", "See above.")]
    new = [section(0, "Sizes of pools", text, parents=["Options"]), section(1, "See", "See above.")]
    assert match(old, new, is_document=True) == {0: 1}
    twice = [*new, section(2, "Again", text)]
    assert match(old, twice, is_document=True) == {}


def test_a_section_under_another_parent_is_the_same():
    old = [section(1, "Pooling", LONG, parents=["Databases"])]
    new = [section(0, "Pooling", LONG, parents=["Networking"])]
    assert match(old, new) == {0: 1}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Registering new hooks", "Registering New Hooks"),
        ("The `hotUpdate` hook", "The hotUpdate Hook"),
        ("What is it", "What is it?"),
        ("Über uns", "ÜBER UNS"),
        ("C++", "C++"),
        ("步骤：一", "步骤: 一"),
    ],
)
def test_a_heading_stays_the_same_when_its_case_or_signs_are_mended(before, after):
    old = [section(1, "Guide"), section(2, before, LONG, parents=["Guide"]), section(3, "End")]
    new = [section(0, "Guide"), section(1, after, OTHER, parents=["Guide"]), section(2, "End")]
    assert match(old, new, is_document=True)[1] == 2


def test_a_heading_that_is_there_twice_without_its_signs_is_no_proof():
    old = [section(1, "C", LONG), section(2, "C++", MORE)]
    new = [section(0, "c", OTHER)]
    assert match(old, new, is_document=True) == {}


def test_repeated_titles_are_told_apart_by_their_text():
    old = [section(1, "Logging", LONG), section(2, "Logging", OTHER)]
    new = [section(0, "Logging", OTHER), section(1, "Logging", LONG)]
    assert match(old, new) == {0: 2, 1: 1}


def test_repeated_titles_with_equal_text_are_matched_in_order():
    old = [section(1, "Example"), section(2, "Example")]
    new = [section(0, "Example"), section(1, "Example")]
    assert match(old, new) == {0: 1, 1: 2}


def test_a_bare_item_is_matched_by_number_and_title_then_by_title_and_parents():
    old = [
        section(1, "Streams", number="1.2", is_item=True, parents=["Node"]),
        section(2, "Buffers", number="1.3", is_item=True, parents=["Node"]),
    ]
    new = [
        section(0, "Streams", number="1.2", is_item=True, parents=["Runtime"]),
        section(1, "Buffers", number="1.9", is_item=True, parents=["Node"]),
    ]
    assert match(old, new) == {0: 1, 1: 2}


def test_a_bare_item_is_never_matched_by_likeness():
    old = [section(1, "Error handling", LONG, number="1.1", is_item=True)]
    new = [section(0, "Errors", LONG, number="2.2", is_item=True)]
    assert match(old, new) == {}


def test_the_larger_part_of_a_split_section_keeps_the_row():
    old = [section(1, "All", f"{LONG} {MORE} {OTHER}")]
    new = [section(0, "Small", OTHER), section(1, "Large", f"{LONG} {MORE}")]
    assert match(old, new) == {1: 1}


def test_of_merged_sections_the_larger_keeps_the_row_and_the_other_is_swallowed():
    small, large = (
        section(1, "Small", OTHER),
        section(2, "Large", LONG + " and never more than that"),
    )
    new = [section(0, "Both", f"{large.text} {OTHER}")]
    assert match([small, large], new) == {0: 2}
    assert swallowed(small, new) == 0


def test_a_renamed_heading_without_text_is_found_by_its_children():
    old = [section(1, "Data"), section(2, "Pooling", LONG, parents=["Data"], parent=1)]
    new = [section(0, "Data layer"), section(1, "Pooling", LONG, parents=["Data layer"], parent=0)]
    assert match(old, new) == {0: 1, 1: 2}


def test_what_is_gone_is_swallowed_by_nothing():
    assert swallowed(section(1, "Pooling", LONG), [section(0, "Indexes", OTHER)]) is None
