"""Reading along a learning path: which of its steps a page is, and where it goes on."""

from collections.abc import Iterable
from dataclasses import dataclass

from topics.addresses import on_path, section_url, topic_url
from topics.models import PathStep
from topics.page import Walk
from topics.page_query import Row
from topics.summaries import Place
from topics.visibility import published


@dataclass(frozen=True, slots=True)
class _Goal:
    """A step's goal; the fields are those that `_goals` asks for."""

    path_title: str
    page_id: int | None
    topic_id: int
    topic_path: str
    topic_title: str
    anchor: str
    title: str

    def place(self, path: str) -> Place:
        url = section_url(self.topic_path, self.anchor)
        return Place(self.title if self.anchor else self.topic_title, on_path(url, path))


def walk(path: str, page: Row, following: Place | None) -> Walk | None:
    """The page on the learning path at `path`; None if it is no step of it. One query.

    Where a step is a topic of several pages, these come first: `following` is the next page in
    reading order. Steps that lead to the same page are one stop, which says all of their numbers.
    """
    goals = _goals(path)
    here = [n for n, goal in enumerate(goals) if goal.page_id == page.id]
    here = here or [
        n for n, goal in enumerate(goals) if goal.topic_id == page.topic_id and not goal.anchor
    ]
    if not here:
        return None
    at = here[0]
    earlier = [goal for goal in goals[:at] if goal.page_id != page.id]
    later = [goal for goal in goals[at:] if goal.page_id not in (page.id, goals[at].page_id)]
    on = later[0].place(path) if later else None
    if following and not goals[at].anchor and following.url.startswith(topic_url(page.topic_path)):
        on = Place(following.title, on_path(following.url, path), following.number)
    return Walk(
        topic=path,
        path=Place(goals[at].path_title, topic_url(path)),
        numbers=tuple(n + 1 for n in here),
        count=len(goals),
        previous=earlier[-1].place(path) if earlier else None,
        following=on,
    )


def spans(numbers: Iterable[int]) -> str:
    """Numbers in their order as people write them: "2", "1–3", "1–2, 4"."""
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][-1] == number - 1:
            found[-1][1:] = [number]
        else:
            found.append([number])
    return ", ".join("–".join(map(str, span)) for span in found)


def _goals(path: str) -> list[_Goal]:
    steps = PathStep.objects.filter(
        published("section__"), published("target__"), section__topic__path=path
    )
    rows = steps.order_by("section__position", "pk").values_list(
        "section__topic__title", "target__page_id", "target__topic_id", "target__topic__path",
        "target__topic__title", "target__anchor", "target__title",
    )  # fmt: skip
    return [_Goal(*row) for row in rows]
