import pytest

from importer.section_writer import merge

BASE = "one\ntwo\nthree\nfour\nfive\n"


@pytest.mark.parametrize(
    ("ours", "theirs", "merged"),
    [
        (BASE, BASE, BASE),
        ("ONE\ntwo\nthree\nfour\nfive\n", BASE, "ONE\ntwo\nthree\nfour\nfive\n"),
        (BASE, "one\ntwo\nthree\nfour\nFIVE\n", "one\ntwo\nthree\nfour\nFIVE\n"),
        (
            "ONE\ntwo\nthree\nfour\nfive\n",
            "one\ntwo\nthree\nfour\nFIVE\n",
            "ONE\ntwo\nthree\nfour\nFIVE\n",
        ),
        ("one\nTWO\nthree\nfour\nfive\n", "one\n2\nthree\nfour\nfive\n", None),
        ("same\n", "same\n", "same\n"),
    ],
)
def test_changes_on_different_lines_join_and_changes_on_the_same_lines_conflict(
    ours, theirs, merged
):
    assert merge(BASE, ours, theirs) == merged
