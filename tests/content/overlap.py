"""Shows where the prose of content/ shares a run of words with other documents.

    scripts/check-overlap DIR...

Prose is what stands in paragraphs, lists and tables. Front matter, headings, code and links are
left out, and so are the numbers of outlines. The other documents are read whole. Exits with 1
when a run of RUN words or more is shared, and with 2 for wrong usage.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from .articles import Article, read_all

RUN = 12

_LEFT_OUT = re.compile(r"`[^`]*`|\[[^\]]*\]\([^)]*\)|<!--.*?-->|https?://\S+")
_WORD = re.compile(r"[a-z0-9]+")

Word = tuple[str, int]


def shared_runs(article: Article, known: set[str]) -> Iterator[str]:
    """The article's runs of words that `known` has, each as a fault with its first line."""
    end = 0
    for number, (text, line) in enumerate(runs(prose_words(article))):
        if text in known and number >= end:
            end = number + RUN
            yield article.at(line, f"shared: {text}")


def runs(words: Iterable[Word]) -> Iterator[Word]:
    """Every run of RUN words that follow each other, with the line of its first word."""
    window: list[Word] = []
    for word in words:
        window = [*window[1 - RUN :], word]
        if len(window) == RUN:
            yield " ".join(text for text, _ in window), window[0][1]


def prose_words(article: Article) -> Iterator[Word]:
    """The words of the prose with their lines."""
    for number, line in enumerate(article.prose, 1):
        if not line.startswith("#"):
            yield from _words(_LEFT_OUT.sub(" ", line), number)


def known_runs(folder: Path) -> set[str]:
    """The runs of words in every file below the folder."""
    known = set()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        words = (word for number, line in enumerate(lines, 1) for word in _words(line, number))
        known |= {text for text, _ in runs(words)}
    return known


def main(folders: list[str]) -> int:
    """Print the shared runs of all articles and return the exit code."""
    if not folders or not all(Path(folder).is_dir() for folder in folders):
        print("usage: scripts/check-overlap DIR...", file=sys.stderr)
        return 2
    known = set().union(*(known_runs(Path(folder)) for folder in folders))
    articles = read_all()
    found = [fault for article in articles for fault in shared_runs(article, known)]
    for fault in found:
        print(fault)
    print(
        f"{len(articles)} files, {len(known):,} runs of {RUN} words in the given documents, "
        f"{len(found)} shared"
    )
    return 1 if found else 0


def _words(line: str, number: int) -> Iterator[Word]:
    for word in _WORD.findall(line.lower()):
        yield word, number


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
