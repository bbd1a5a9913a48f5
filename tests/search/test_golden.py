"""Our own questions over `content/` and the sample documents, with floors that may only rise.

Each line of `golden.tsv` holds a kind, a query and a pattern for the topic's path, the headings
and the number of an answer.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from importer.run import import_paths
from search.engine import search
from search.hits import Hit

HERE = Path(__file__).parent
ROOT = HERE.parent.parent

FLOORS = {  # kind: share of questions whose first row, and one of whose first three, answers
    "exact": (0.9, 1.0),
    "inflected": (0.85, 0.9),
    "misspelt": (0.85, 0.9),
    "abbreviated": (0.8, 0.9),
    "question": (0.7, 0.85),
    "code": (0.85, 0.9),
    "phrase": (0.8, 0.9),
    "exclusion": (1.0, 1.0),
    "number": (1.0, 1.0),
    "everyday": (0.75, 0.9),
    "subject": (1.0, 1.0),
    "part": (0.75, 0.85),
    "symptom": (0.7, 0.9),
    "beginning": (0.85, 1.0),
    "meaning": (1.0, 1.0),
}


@dataclass(frozen=True)
class Question:
    kind: str
    query: str
    answer: re.Pattern[str]

    def place(self) -> int:
        """The first row that answers, from 1; 0 for none of the first ten."""
        for place, hit in enumerate(search(self.query).hits, 1):
            if self.answer.search(described(hit)):
                return place
        return 0


def described(hit: Hit) -> str:
    return " | ".join([hit.topic_path.replace("-", "_"), *hit.breadcrumbs, hit.number, hit.title])


def questions() -> list[Question]:
    lines = (HERE / "golden.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    return [Question(kind, query, re.compile(answer, re.I)) for kind, query, answer in rows]


def test_there_are_at_least_280_questions_of_fifteen_kinds() -> None:
    asked = questions()
    assert len(asked) >= 280
    assert {question.kind for question in asked} == set(FLOORS)


@pytest.mark.django_db
def test_the_floors_hold() -> None:
    import_paths([str(ROOT / "content"), str(ROOT / "tests" / "samples")])
    places: dict[str, list[int]] = {}
    missed = []
    for question in questions():
        place = question.place()
        places.setdefault(question.kind, []).append(place)
        if place != 1:
            missed.append(f"{question.kind}: {question.query} ({place or 'not found'})")
    for kind, found in places.items():
        first = sum(place == 1 for place in found) / len(found)
        among_three = sum(0 < place <= 3 for place in found) / len(found)
        assert first >= FLOORS[kind][0], (kind, first, missed)
        assert among_three >= FLOORS[kind][1], (kind, among_three, missed)
