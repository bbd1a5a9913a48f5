"""What a reading page needs of the sections: one statement, whatever the size of the topic."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from topics.raw_sql import execute, statement
from topics.summaries import SectionHeading
from topics.visibility import published_sql

LINKING = 10  # at most so many sections under "linked from"


class Row(NamedTuple):
    """A row of `sql/reading_page.sql`: a section in one of its roles, columns in order.

    `words_inside` counts all that an opener's page, or the goal of a step, holds. `place` to
    `step_text` are those of a step: which one of its section (from 1), that section, its number,
    its text. `extent` is for `Extent.of`, on the row that opens the page.
    """

    role: str
    id: int
    topic_id: int
    parent_id: int | None
    page_id: int | None
    position: int
    anchor: str
    number: str
    title: str
    title_html: str
    is_item: bool
    words: int
    match_id: int | None
    html: str
    is_empty: bool
    words_inside: int | None
    topic_path: str
    topic_title: str
    place: int
    holder: int
    step_number: int
    step_text: str
    extent: list[list[int]] | None

    @property
    def heading(self) -> SectionHeading:
        """The section as pages name it."""
        return SectionHeading(
            self.id, self.topic_path, self.anchor, self.number, self.title, self.title_html
        )

    @property
    def label(self) -> str:
        """The topic's title, and the section's after it."""
        return f"{self.topic_title}: {self.title}" if self.anchor else self.topic_title


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows by role. `page` opens the page, `sections` are it and all below it on the page.

    `target` is the section of the address; `openers` open the topic's pages, this one among them;
    `steps` are the goals of the page's steps, in the order of its sections and their steps.
    """

    page: Row
    target: Row
    sections: list[Row]
    openers: list[Row]
    linking: list[Row]
    alike: list[Row]
    matches: dict[int, Row]
    steps: list[Row]

    @property
    def below(self) -> list[Row]:
        """The sections of the page below the one that opens it."""
        return [row for row in self.sections if row.id != self.page.id]


def rows_at(
    path: str, *, with_steps: Sequence[str], with_cards: Sequence[str], with_extent: bool = False
) -> Rows | None:
    """The rows of the page that shows the section or topic at `path`; None if none is readable.

    `with_steps` are the kinds whose pages show steps, `with_cards` those that show cards.
    """
    head, _, last = path.rpartition("/")
    values = {
        "full": path, "head": head, "last": last, "linking": LINKING,
        "with_steps": list(with_steps), "with_cards": list(with_cards),
        "with_extent": with_extent,
    }  # fmt: skip
    sql = statement("topics/reading_page").format(published=published_sql("topic", "section"))
    roles: dict[str, list[Row]] = {}
    for row in map(Row._make, execute(sql, values, keeps_plan=True)):
        roles.setdefault(row.role, []).append(row)
    sections = roles.get("page", [])
    page = next((row for row in sections if row.id == row.page_id), None)
    if page is None:
        return None
    anchor = "" if page.topic_path == path else last
    target = next((row for row in sections if row.anchor == anchor), None)
    if target is None:
        return None
    openers = [page, *(row for row in roles.get("opener", []) if not _is_empty_twin(row))]
    places = {row.id: row.position for row in sections}
    return Rows(
        page=page,
        target=target,
        sections=sections,
        openers=sorted(openers, key=lambda row: row.position),
        linking=roles.get("linking", []),
        alike=sorted(roles.get("alike", []), key=lambda row: row.place),
        matches={row.id: row for row in roles.get("match", [])},
        steps=sorted(roles.get("step", []), key=lambda r: (places.get(r.holder, 0), r.place)),
    )


def _is_empty_twin(row: Row) -> bool:
    """A heading with nothing under it that repeats the topic's title: no page to go to."""
    return row.is_empty and row.title == row.topic_title
