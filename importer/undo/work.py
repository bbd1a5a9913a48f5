"""One undoing on its way: what it has changed so far, and what it says about that."""

from collections.abc import Iterable

from importer.models import Change
from importer.publish import publish, texts_of
from importer.recorder import Recorder
from importer.undo.outcome import Line, Undone, What
from topics.models import Section, Topic


class Work:
    """What has been undone of `change`, and what still has to be written."""

    def __init__(self, change: Change, recorder: Recorder) -> None:
        self.change, self.recorder = change, recorder
        self.done = Undone()
        self.touched: set[int] = set()  # sections
        self.moved: set[int] = set()  # topics
        self.going: dict[int, Topic] = {}  # topics that are removed as a whole
        self.left: set[int] = set()  # topics that a section leaves again
        self.before: dict[int, str] = {}

    def note(self, ids: Iterable[int]) -> None:
        """Keep what these sections are now, before they change."""
        keys = list(ids)
        self.recorder.sections(keys)
        self.before |= {k: v for k, v in texts_of(keys).items() if k not in self.before}

    def say(self, what: What, topic: Topic, row: Section | None = None) -> None:
        """A line about a section, or about a topic."""
        marks = int(getattr(row, "marks", 0)) if row else 0
        line = Line(what, str(row or topic), topic.path, row.pk if row else None, marks)
        self.done.lines.append(line)

    def finish(self) -> None:
        """Publish what changed, with its revisions."""
        self.done.change = self.recorder.close()
        publish(self.touched, self.moved, before=self.before, change=self.done.change)
