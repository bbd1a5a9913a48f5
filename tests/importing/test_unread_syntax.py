"""Syntax of other tools that is not understood, in the report of a run."""

from importer.report import Report


def test_each_kind_is_noted_once_with_its_commonest_names() -> None:
    report = Report()
    report.count_unread("a.md", {"shortcode shown as written: x": 2, "Liquid condition": 1})
    report.count_unread("b.md", {"shortcode shown as written: x": 1})
    report.count_unread("c.md", {f"shortcode shown as written: y{n}": 1 for n in range(9)})
    report.note_unread()
    assert [(note.level, note.path, note.line, note.message) for note in report.notes] == [
        ("warning", "a.md", None, "Liquid condition: 1 in 1 file"),
        (
            "warning",
            "a.md",
            None,
            "shortcode shown as written: 12 in 3 files (x 3, y0 1, y1 1, y2 1, y3 1, y4 1, y5 1, "
            "y6 1, …)",
        ),
    ]


def test_nothing_is_noted_where_all_was_understood() -> None:
    report = Report()
    report.count_unread("a.md", {})
    report.note_unread()
    assert report.notes == []
