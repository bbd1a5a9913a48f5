"""Headings that start no section: those in folds, boxes, tabs, quotes and lists."""

import pytest

from .reading import read

FOLD = "<details>\n<summary>s</summary>\n\n{}\n\n</details>\n"


def outline(text: str) -> list[tuple[str, str, list[str]]]:
    return [(s.title, s.anchor, s.anchors) for s in read(text).sections]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (FOLD.format("### In it"), [("", "", ["in-it"])]),
        ("## A\n\n" + FOLD.format("### B"), [("", "", []), ("A", "a", ["b"])]),
        ("## A\n\n" + FOLD.format("### A"), [("", "", []), ("A", "a", ["a-1"])]),
        (FOLD.format("### A") + "\n## A\n", [("", "", ["a"]), ("A", "a-1", [])]),
        (FOLD.format("## A {#x}") + "\n## X\n", [("", "", ["x"]), ("X", "x-1", [])]),
        (FOLD.format(FOLD.format("# A")), [("", "", ["a"])]),
        (FOLD.format("A\n==="), [("", "", ["a"])]),
        ("<details>\n\n## A\n", [("", "", []), ("A", "a", [])]),
        ("</details>\n\n## A\n", [("", "", []), ("A", "a", [])]),
        ("<details>\n\n" + FOLD.format("## A") + "\n## B\n", [("", "", ["a"]), ("B", "b", [])]),
        ("`<details>`\n\n## A\n\n`</details>`\n", [("", "", []), ("A", "a", [])]),
        ('??? note "N"\n    ## A\n\n## B\n', [("", "", ["a"]), ("B", "b", [])]),
        ("> ## A\n\n## A\n", [("", "", ["a-1"]), ("A", "a", [])]),
        ("- ## A {#b}\n", [("", "", ["b"])]),
        ("# T\n\n> [!tip]\n> ## A `b`\n", [("T", "", ["t", "a-b"])]),
    ],
)
def test_a_nested_heading_is_a_name_of_the_section_around(
    text: str, expected: list[tuple[str, str, list[str]]]
) -> None:
    assert outline(text) == expected


def test_text_behind_a_fold_stays_behind_it() -> None:
    html = read("# F\n\n" + FOLD.format("### A\n\nin") + "\nafter\n").sections[0].html
    assert html.index("in<") < html.index("</details>") < html.index("after")


def test_a_thousand_folds_within_each_other_are_read() -> None:
    document = read("<details>\n\n" * 1000 + "## A\n\n" + "</details>\n\n" * 1000)
    assert [section.anchors for section in document.sections] == [["a"]]
