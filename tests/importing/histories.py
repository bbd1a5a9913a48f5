"""Documents that people edit, at random: what Hypothesis makes histories of."""

from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import strategies as st

TITLES = ["Sizes", "Waiting", "Limits", "Sizes", "1. Start", "2. Order", "What is `code`?", "*"]
NAMES = ["pools.md", "01_pools.md", "a/index.md", "a/b.md", "a/b/c.md", "sizes.md", "a.md"]
WORDS = [
    "pool",
    "line",
    "queue",
    "cache",
    "token",
    "shard",
    "index",
    "batch",
    "lease",
    "route",
    "trace",
    "frame",
    "probe",
    "quota",
]


def text(number: int) -> str:
    """Nothing, a word, or a paragraph that is like no other one."""
    if number % 5 < 2:
        return ["", "Yes."][number % 5]
    words = [WORDS[(number * (i + 3) + i * i) % len(WORDS)] + str(number) for i in range(12)]
    return f"{' '.join(words)}.\n\nSee [it](b.md#sizes) and [that](pools.md)."


Piece = tuple[int, str, str]


@dataclass
class Files:
    """Documents by path: each a title and its sections, as level, title and text."""

    documents: dict[str, list[Piece]] = field(default_factory=dict)

    def edit(self, what: str, a: int, b: int, c: int) -> None:
        paths = sorted(self.documents)
        if what == "new file":
            self.documents.setdefault(NAMES[a % len(NAMES)], [(2, TITLES[b % 8], text(c))])
        elif paths:
            path = paths[a % len(paths)]
            getattr(self, f"_{what.replace(' ', '_')}")(path, self.documents[path], b, c)

    def _delete_file(self, path: str, pieces: list[Piece], b: int, c: int) -> None:
        del self.documents[path]

    def _rename_file(self, path: str, pieces: list[Piece], b: int, c: int) -> None:
        if NAMES[b % len(NAMES)] not in self.documents:
            self.documents[NAMES[b % len(NAMES)]] = self.documents.pop(path)

    def _rename_folder(self, path: str, pieces: list[Piece], b: int, c: int) -> None:
        folder, _, _ = path.rpartition("/")
        new = ["a", "01_a", "b", "b/a"][b % 4]
        if folder and not any(other.startswith(f"{new}/") for other in self.documents):
            for other in [other for other in self.documents if other.startswith(f"{folder}/")]:
                self.documents[other.replace(folder, new, 1)] = self.documents.pop(other)

    def _add(self, path: str, pieces: list[Piece], b: int, c: int) -> None:
        piece = (2 + c % 3, TITLES[c % len(TITLES)], text(c))
        pieces.insert(b % (len(pieces) + 1), piece)

    def _delete(self, path: str, pieces: list[Piece], b: int, c: int) -> None:
        if pieces:
            del pieces[b % len(pieces)]

    def _change(self, path: str, pieces: list[Piece], b: int, c: int) -> None:
        if pieces:
            level, title, old = pieces[b % len(pieces)]
            pieces[b % len(pieces)] = (level, title, f"{old} More {c}." if c % 2 else text(c))

    def _rename(self, path: str, pieces: list[Piece], b: int, c: int) -> None:
        if pieces:
            level, _, old = pieces[b % len(pieces)]
            pieces[b % len(pieces)] = (level, TITLES[c % len(TITLES)], old)

    def _level(self, path: str, pieces: list[Piece], b: int, c: int) -> None:
        if pieces:
            _, title, old = pieces[b % len(pieces)]
            pieces[b % len(pieces)] = (2 + c % 3, title, old)

    def _move(self, path: str, pieces: list[Piece], b: int, c: int) -> None:
        if pieces:
            piece = pieces.pop(b % len(pieces))
            others = self.documents[sorted(self.documents)[c % len(self.documents)]]
            others.insert(c % (len(others) + 1), piece)

    def _split(self, path: str, pieces: list[Piece], b: int, c: int) -> None:
        if pieces:
            place = b % len(pieces)
            level, title, old = pieces[place]
            half = len(old) // 2
            new = (level, TITLES[c % len(TITLES)], old[half:])
            pieces[place : place + 1] = [(level, title, old[:half]), new]

    def _merge(self, path: str, pieces: list[Piece], b: int, c: int) -> None:
        if len(pieces) > 1:
            place = b % (len(pieces) - 1)
            (level, title, one), (_, _, two) = pieces[place : place + 2]
            pieces[place : place + 2] = [(level, title, f"{one}\n\n{two}")]

    def write(self, folder: Path) -> None:
        for file in folder.rglob("*.md"):
            file.unlink()
        for path, pieces in self.documents.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            parts = [f"{'#' * level} {title}\n\n{body}\n" for level, title, body in pieces]
            file.write_text(f"# Title of {path}\n\nRoot of {path}.\n\n" + "\n".join(parts))


EDITS = [
    "new file", "delete file", "rename file", "rename folder", "add", "delete", "change", "rename",
    "level", "move", "split", "merge",
]  # fmt: skip
numbers = st.integers(0, 40)
edit = st.tuples(st.sampled_from(EDITS), numbers, numbers, numbers)
steps = st.lists(
    st.tuples(st.lists(edit, min_size=1, max_size=4), st.booleans()), min_size=1, max_size=4
)
first = st.dictionaries(
    st.sampled_from(NAMES),
    st.lists(st.tuples(st.integers(2, 4), st.sampled_from(TITLES), numbers.map(text)), max_size=6),
    min_size=1,
    max_size=3,
)
