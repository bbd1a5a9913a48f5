"""The one write path from files, and from an admin's edit, to topics and sections."""

from topics.importing.editing import (
    EditRefused,
    preview,
    remove_sections,
    remove_topics,
    save_section,
)
from topics.importing.files import Note, WrongPath
from topics.importing.run import ImportUnderWay, Report, import_paths

__all__ = [
    "EditRefused",
    "ImportUnderWay",
    "Note",
    "Report",
    "WrongPath",
    "import_paths",
    "preview",
    "remove_sections",
    "remove_topics",
    "save_section",
]
