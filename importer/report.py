"""What a run of the importer has to say: counts, notes on files and a line for each change."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from topics.models import Topic

MOST_NAMES = 8  # of one kind of syntax, in a note


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on a file. Level: warning, refused, conflict or kept; `line` is 1-based or None."""

    level: str
    path: str
    line: int | None
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.message}"

    def as_dict(self) -> dict[str, object]:
        """The note as JSON, as runs are recorded."""
        return asdict(self)


@dataclass
class Report:
    """What a run did. `lines` name each change; `counts` are the numbers of the summary;
    `not_stored` are the paths of files whose problem has a note."""

    dry_run: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    notes: list[Note] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    unread: dict[str, list[str]] = field(default_factory=dict)
    unread_times: Counter[str] = field(default_factory=Counter)
    odd: dict[str, list[str]] = field(default_factory=dict)
    not_stored: set[str] = field(default_factory=set)

    @property
    def refused(self) -> list[Note]:
        """The notes on files that were not taken in."""
        return [note for note in self.notes if note.level == "refused"]

    def say(self, sign: str, topic: Topic, what: str) -> None:
        """Add a line on a change: + added, ~ changed, - removed, → moved."""
        self.lines.append(f"{sign} {topic.path}: {what}")

    def count_unread(self, path: str, unread: Mapping[str, int]) -> None:
        """Count what a file holds of other tools' syntax that stays as it was written."""
        for kind, times in unread.items():
            self.unread.setdefault(kind, []).append(path)
            self.unread_times[kind] += times

    def note_unread(self) -> None:
        """A note for each kind of syntax that was not understood, never one for a file."""
        kinds: dict[str, Counter[str]] = {}
        for what, times in self.unread_times.items():
            kind, _, name = what.partition(": ")
            kinds.setdefault(kind, Counter())[name] += times
        for kind, names in sorted(kinds.items()):
            paths = [path for what in names for path in self.unread[_joined(kind, what)]]
            count = len(set(paths))
            message = f"{kind}: {names.total()} in {count} file{'s' if count > 1 else ''}"
            if said := ", ".join(
                f"{name} {n}" for name, n in names.most_common(MOST_NAMES) if name
            ):
                message += f" ({said}{', …' if len(names) > MOST_NAMES else ''})"
            self.note_file("warning", paths[0], message)

    def count_odd(self, path: str, message: str) -> None:
        """Remember what is odd about a file in the same words as about others."""
        self.odd.setdefault(message, []).append(path)

    def note_odd(self) -> None:
        """A note for each of the messages, however many files they are about."""
        for message, paths in self.odd.items():
            others = f" (so in {len(paths) - 1:,} other files)" if paths[1:] else ""
            self.note_file("warning", paths[0], message + others, None if others else 1)

    def note(self, level: str, topic: Topic, line: int | None, message: str) -> None:
        """Add a note on a topic's file."""
        self.notes.append(Note(level, topic.origin, line, message))

    def note_file(self, level: str, path: str, message: str, line: int | None = None) -> None:
        """Add a note on the file at `path`."""
        self.notes.append(Note(level, path, line, message))


def _joined(kind: str, name: str) -> str:
    return f"{kind}: {name}" if name else kind
