"""The synonyms that migration 0002 writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Group:
    words: Sequence[str]
    expansions: Sequence[str]


def starting_set() -> list[Group]:
    path = Path(__file__).parent / "data" / "synonyms.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_group(line) for line in lines if line.strip() and not line.startswith("#")]


def _group(line: str) -> Group:
    words, _, expansions = line.partition(" > ")
    return Group(
        [word.strip() for word in words.split(" = ")],
        [word.strip() for word in expansions.split(",") if word.strip()],
    )
