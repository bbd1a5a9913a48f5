"""Learning paths: numbered steps, each with what it leads to and how long that takes to read.

The importer records the steps of a section in the order of its ordered lists (see
`documents.learning_paths`); the page finds the same items again and says at each what was recorded.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.utils.html import format_html
from django.utils.translation import ngettext

from topics.kinds.article import Article
from topics.models import Topic
from topics.page import Options, Shape, Step, minutes
from topics.page_query import Row, Rows

VOID = ("br", "hr", "img")


class Path(Article):
    """Its text has minutes after the link of each step, and a link where a step has none."""

    values = (Topic.Kind.PATH,)
    explains = False
    has_steps = True
    is_starting_point = True
    text_class = "steps"

    def shape(self, rows: Rows, options: Options) -> Shape:
        steps: dict[int, dict[int, Step]] = {}
        for goal in rows.steps:
            steps.setdefault(goal.holder, {})[goal.place] = _step(goal)
        return Shape(
            answers=self.answers(rows),
            html={r.id: with_minutes(r.html, steps[r.id]) for r in rows.sections if r.id in steps},
            steps=tuple(step for of_section in steps.values() for step in of_section.values()),
        )


def _step(goal: Row) -> Step:
    title = goal.title if goal.anchor else goal.topic_title
    time = minutes(goal.words_inside or 0)
    return Step(goal.step_number, goal.step_text, title, goal.heading.url, time)


def with_minutes(html: str, steps: dict[int, Step]) -> str:
    """A section's HTML with the minutes of its steps, which are keyed by their place (from 1).

    The HTML is ours (sanitised when it was stored), and it is only added to.
    """
    notes = []
    for place, item in enumerate(_Items(html).items, 1):
        if (step := steps.get(place)) is None:
            continue
        label = ngettext("%(n)d min", "%(n)d min", step.minutes) % {"n": step.minutes}
        note = format_html(' <span class="minutes">({})</span>', label)
        if (end := item.links.get(step.url)) is None:
            link = format_html(' <a class="elsewhere" href="{}">{}</a>', step.url, step.title)
            notes.append((item.end, link + note))
        else:
            notes.append((end, note))
    for end, note in sorted(notes, reverse=True):
        html = html[:end] + note + html[end:]
    return html


@dataclass
class _Item:
    """An item of a list, by places in the HTML: where its first line ends, and the links in it."""

    end: int = -1
    links: dict[str, int] = field(default_factory=dict)


class _Items(HTMLParser):
    """The items of a text's ordered lists: of those at its top, of two items or more."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.items: list[_Item] = []
        self._list: list[_Item] = []
        self._open: list[str] = []
        self._is_plain = False  # whether the outermost open list is one of those
        self._href = ""
        self._lines = [0, *(place for place, char in enumerate(html, 1) if char == "\n")]
        self.feed(html)
        self.close()

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def _end_line(self) -> None:
        if self._list[-1].end < 0:
            self._list[-1].end = self._here()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        if not self._open:
            self._is_plain = tag == "ol" and "class" not in dict(attrs)
            self._list = []
        elif self._is_plain and self._open == ["ol"]:
            self._list.append(_Item())
        elif self._list and len(self._open) == 2 and tag in ("ol", "ul", "pre"):
            self._end_line()
        if tag == "a":
            self._href = dict(attrs).get("href") or ""
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID or not self._open:
            return
        self._open.pop()
        if not self._open and len(self._list) > 1:
            self.items += self._list
        elif self._list and tag == "a":
            self._list[-1].links.setdefault(self._href, self._here() + len("</a>"))
        elif self._list and (len(self._open) == 1 or (len(self._open) == 2 and tag == "p")):
            self._end_line()
