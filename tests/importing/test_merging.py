import pytest

from importer.text_merge import merge

BASE = "one\ntwo\nthree\nfour\nfive"


@pytest.mark.parametrize(
    ("ours", "theirs", "merged"),
    [
        (BASE, BASE, BASE),
        ("ONE\ntwo\nthree\nfour\nfive", BASE, "ONE\ntwo\nthree\nfour\nfive"),
        (BASE, "one\ntwo\nthree\nfour\nFIVE", "one\ntwo\nthree\nfour\nFIVE"),
        (
            "ONE\ntwo\nthree\nfour\nfive",
            "one\ntwo\nthree\nfour\nFIVE",
            "ONE\ntwo\nthree\nfour\nFIVE",
        ),
        ("one\nTWO\nthree\nfour\nfive", "one\n2\nthree\nfour\nfive", None),
        ("same", "same", "same"),
        # What is added below the last line does not change that line.
        (
            "one\ntwo\nthree\nFOUR\nfive",
            f"{BASE}\n\nsix",
            "one\ntwo\nthree\nFOUR\nfive\n\nsix",
        ),
        ("", f"{BASE}\nsix", None),
        (f"{BASE}\n5a", f"{BASE}\n5b", None),
    ],
)
def test_changes_on_different_lines_join_and_changes_on_the_same_lines_conflict(
    ours, theirs, merged
):
    assert merge(BASE, ours, theirs) == merged
