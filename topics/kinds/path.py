"""Learning paths: numbered steps, each with what it leads to and how long that takes to read.

The importer records the steps of a section in the order of its ordered lists; the page finds the
same items again (`documents.learning_paths.step_lists`) and says at each what was recorded.
"""

from xml.etree.ElementTree import Element, tostring

from django.utils.translation import ngettext

from documents.learning_paths import step_lists
from documents.plain_text import tree_of
from topics.addresses import on_path
from topics.kinds.article import Article
from topics.models import Topic
from topics.page import Options, Shape, Step
from topics.page_query import Row, Rows
from topics.summaries import minutes

BLOCKS = ("ol", "ul", "pre", "p")  # what ends the first line of an item


class Path(Article):
    """Its text has minutes after the link of each step, and a link where a step has none."""

    values = (Topic.Kind.PATH,)
    explains = False
    hue = 6
    has_steps = True
    is_starting_point = True
    aside = "topics/kinds/path_aside.html"
    text_class = "steps"

    def shape(self, rows: Rows, options: Options) -> Shape:
        steps: dict[int, dict[int, Step]] = {}
        for goal in rows.steps:
            steps.setdefault(goal.holder, {})[goal.place] = _step(goal)
        return Shape(
            answers=self.answers(rows),
            html={
                r.id: with_minutes(r.html, steps[r.id], r.topic_path)
                for r in rows.sections
                if r.id in steps
            },
            steps=tuple(step for of_section in steps.values() for step in of_section.values()),
        )


def _step(goal: Row) -> Step:
    title = goal.title if goal.anchor else goal.topic_title
    time = minutes(goal.words_inside or 0)
    return Step(goal.step_number, goal.step_text, title, goal.heading.url, time)


def with_minutes(html: str, steps: dict[int, Step], path: str) -> str:
    """A section's HTML with the minutes of its steps, which are keyed by their place (from 1).

    Links to the steps say that they are read along the path.
    """
    root = tree_of(html)
    items = (item for listed in step_lists(root) for item in listed)
    for place, item in enumerate(items, 1):
        if step := steps.get(place):
            _add_minutes(item, step, path)
    shown = tostring(root, "unicode", method="html")
    return shown.removeprefix("<div>").removesuffix("</div>")


def _add_minutes(item: Element, step: Step, path: str) -> None:
    """Write them behind the item's link to the goal, else with a link after its first line."""
    note = Element("span", {"class": "minutes"})
    note.text = f"({ngettext('%(n)d min', '%(n)d min', step.minutes) % {'n': step.minutes}})"
    for parent in item.iter():
        for index, child in enumerate(parent):
            if child.tag == "a" and child.get("href") == step.url:
                child.set("href", on_path(step.url, path))
                child.tail, note.tail = " ", child.tail
                parent.insert(index + 1, note)
                return
    link = Element("a", {"class": "elsewhere", "href": on_path(step.url, path)})
    link.text, link.tail = step.title, " "
    line = item[0] if len(item) and item[0].tag == "p" else item
    end = next((i for i, child in enumerate(line) if child.tag in BLOCKS), len(line))
    if end:
        line[end - 1].tail = f"{line[end - 1].tail or ''} "
    else:
        line.text = f"{line.text or ''} "
    line[end:end] = [link, note]
