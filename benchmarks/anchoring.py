"""Follows every sentence of Markdown files through the edits in a repository's history.

    python -m benchmarks anchoring REPOSITORY [PATH...] [--most 1000]

A sentence that is in the text once before and once after an edit has to be found there, word for
word; one that was edited (at least 85 % alike, by difflib) where the sentence most like it is now.
"""

import argparse
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher

from documents import Refused, parse
from documents.plain_text import tree_of
from learning.anchoring import Edit, Quote, plain

SENTENCE = re.compile(r"[^.!?:]+[.!?:]?")
SHORTEST = 15  # characters of a sentence
ALIKE, SAME_PLACE = 0.85, 0.6


def git(repository: str, *arguments: str) -> bytes:
    return subprocess.run(
        ["git", "-C", repository, *arguments], check=False, capture_output=True
    ).stdout


def edits(repository: str, paths: list[str]) -> Iterator[tuple[str, str]]:
    """The text of each section that a commit changed, before and after, the newest first."""
    shown = ["log", "--format=@%H", "--name-only", "--diff-filter=M", "--no-merges", "--", *paths]
    commit = ""
    for line in git(repository, *shown).decode(errors="replace").splitlines():
        if line.startswith("@"):
            commit = line[1:]
        elif line.endswith(".md"):
            try:
                before = texts(git(repository, "show", f"{commit}~1:{line}"), line)
                after = texts(git(repository, "show", f"{commit}:{line}"), line)
            except Refused:
                continue
            for anchor in before.keys() & after.keys():
                if before[anchor] != after[anchor] and before[anchor] and after[anchor]:
                    yield before[anchor], after[anchor]


def texts(data: bytes, path: str) -> dict[str, str]:
    sections = parse(data, path=path).sections
    return {s.anchor: plain("".join(tree_of(s.html).itertext())) for s in sections}


def sentences(text: str) -> list[tuple[int, str]]:
    found = [
        (m.start() + len(m[0]) - len(m[0].lstrip()), m[0].strip()) for m in SENTENCE.finditer(text)
    ]
    return [(at, words) for at, words in found if len(words) >= SHORTEST]


def ratio(one: str, other: str) -> float:
    """How much alike they are; 0, and soon said, where half of their words are others."""
    words, others = set(one.split()), set(other.split())
    if 2 * len(words & others) < min(len(words), len(others)):
        return 0.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def follow(old: str, new: str, counts: Counter[tuple[str, str]]) -> None:
    """Count what becomes of each sentence."""
    edit = Edit(old, new)
    written = [words for _, words in sentences(new) if words not in old]
    for start, words in sentences(old):
        found = edit.follow(Quote.of(old, start, start + len(words)))
        if old.count(words) == new.count(words) == 1:
            is_right = found is not None and found[1].start == new.index(words)
            counts["verbatim", "kept" if is_right else "lost" if found is None else "wrong"] += 1
        elif words not in new:
            likest = max(written, key=lambda other: ratio(words, other), default="")
            if ratio(words, likest) < ALIKE:
                counts["rewritten", "orphaned" if found is None else "changed"] += 1
                continue
            is_near = found is not None and ratio(found[1].exact, likest) >= SAME_PLACE
            counts["edited", "kept" if is_near else "lost" if found is None else "wrong"] += 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repository")
    parser.add_argument("paths", nargs="*", default=["."])
    parser.add_argument("--most", type=int, default=1000)
    arguments = parser.parse_args()
    counts: Counter[tuple[str, str]] = Counter()
    number = 0
    for number, (old, new) in enumerate(edits(arguments.repository, arguments.paths), 1):
        follow(old, new, counts)
        if number == arguments.most:
            break
    print(f"{number:,} edited sections")
    for (kind, became), count in sorted(counts.items()):
        print(f"{kind:>10} {became:<9} {count:>6,}")
