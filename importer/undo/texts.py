"""Undoing what a change did to a section's title and text, beside what changed there since."""

from html import escape

from importer.models import Revision
from importer.own_sections import is_own
from importer.recorder import OF_FILE
from importer.revisions import moment_in
from importer.text_merge import merge
from importer.undo.outcome import After, What, plain
from importer.undo.work import Work
from topics.models import Section

FILE_COLUMNS = [name for name in OF_FILE if name != "merged_into_id"]


def undo_text(work: Work, row: Section, was: Revision, became: After) -> None:
    """Give a section its earlier title and text, joined with what changed since."""
    of_file = row.title_in_file, row.markdown_in_file
    old = row.title, row.markdown
    if was.title != became.title:
        if row.title == became.title:
            row.title, row.heading = was.title, was.state["heading"]
            row.title_html = "" if row.heading else escape(row.title)
            work.say(What.TITLE, row.topic, row)
        elif row.title != was.title:
            work.say(What.CONFLICT, row.topic, row)
    if was.markdown is not None and row.markdown != was.markdown:
        merged = merge(became.markdown, row.markdown, was.markdown)
        if merged is None:
            work.say(What.CONFLICT, row.topic, row)
        elif merged != row.markdown:
            is_whole = row.markdown == became.markdown
            row.markdown = merged
            work.say(What.TEXT if is_whole else What.JOINED, row.topic, row)
    if (row.title, row.markdown) != old:
        _say_who(work, row, was, became, of_file)
        row.changed_at = work.recorder.at
    elif (was.markdown, was.title) == (None, became.title) and _is_of_change(work, row, became):
        _as_before(row, was)


def _say_who(
    work: Work, row: Section, was: Revision, became: After, of_file: tuple[str, str]
) -> None:
    """What the file has is another thing than what is shown, from now on or no longer."""
    if _is_of_change(work, row, became):
        _as_before(row, was)
    elif not is_own(row):
        row.file_title, row.file_markdown = of_file
    row.edited_at, row.edited_by = work.recorder.at, work.recorder.by
    file_has = row.title_in_file, row.markdown_in_file
    if file_has == (row.title, row.markdown) and row.conflict_markdown is None:
        row.file_title = row.file_markdown = row.edited_at = row.edited_by = None


def _is_of_change(work: Work, row: Section, became: After) -> bool:
    """Whether what is kept of the file is what the change left there, and not an import's."""
    return work.change.run_id is None and all(
        plain(row, name) == became.state[name] for name in FILE_COLUMNS
    )


def _as_before(row: Section, was: Revision) -> None:
    for name in (*FILE_COLUMNS, "edited_by_id"):
        setattr(row, name, was.state[name])
    row.edited_at = moment_in(was.state, "edited_at")
