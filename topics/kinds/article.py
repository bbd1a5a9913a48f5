"""Articles and guides: the plain kind, which every other kind builds on."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from topics.models import Topic
from topics.page import InnerPage, Node, Options, Run, Shape
from topics.page_query import Row, Rows
from topics.summaries import minutes


class Article:
    """What a kind of topic decides. A kind of its own overrides what it does differently."""

    values: tuple[str, ...] = (Topic.Kind.ARTICLE, Topic.Kind.GUIDE)

    explains = True  # its sections may explain the bare items of an outline
    has_steps = False  # its pages show the steps of a learning path
    definition_order = 1  # where kinds define the same term, the lowest comes first
    is_area = False  # at the top of the library a topic is an area even with nothing below it
    hue = 0  # of its area, if not the next in turn: see `topics.areas`
    is_starting_point = False  # the home page offers its topics under "Where to begin"
    has_cards = False  # its first page shows the pages below as cards, from their text
    has_contents = True  # its first page lists the pages below

    body = "topics/kinds/article.html"
    contents = "topics/kinds/contents.html"
    aside = "topics/kinds/article_aside.html"  # for the column beside the text
    text_class = ""  # of the elements that hold the text

    def shape(self, rows: Rows, options: Options) -> Shape:
        """What is shown beyond the text. May cost a query."""
        return Shape(answers=self.answers(rows))

    def answers(self, rows: Rows) -> frozenset[int]:
        """The sections of a page whose text answers their heading: where that is a question."""
        return frozenset(r.id for r in texts(rows) if r.title.rstrip().endswith("?"))

    def runs(self, nodes: Iterable[Node]) -> tuple[Run, ...]:
        """The sections as the page shows them."""
        return (Run(tuple(node for node in nodes if not node.is_item)),)

    def inner(self, rows: Rows) -> tuple[InnerPage, ...]:
        """The pages right below a page in order, and those right below them."""
        if not self.has_contents:
            return ()
        below: dict[int | None, list[Row]] = {}
        for row in rows.openers:
            below.setdefault(row.parent_id, []).append(row)
        return tuple(self.entry(row, below.get(row.id, [])) for row in below.get(rows.page.id, []))

    def entry(self, row: Row, below: list[Row]) -> InnerPage:
        """A page in the list of contents, with the pages right below it."""
        inner = tuple(other.heading for other in below)
        return InnerPage(row.heading, row.heading.url, minutes(row.words_inside or 0), inner)

    def contents_title(self, *, is_first: bool) -> str:
        """The heading of the list of pages below, on the first page of a topic or a later one."""
        return _("Contents")

    def hide_label(self) -> str:
        """The link that hides the answers."""
        return _("Test yourself: hide the answers")

    def has_answers(self, answers: frozenset[int], *, has_contents: bool) -> bool:
        """Whether there is anything to hide here or on the pages that this one leads to."""
        return bool(answers)


def texts(rows: Rows) -> list[Row]:
    """The sections of the page, its own apart, that have a heading and a text."""
    return [row for row in rows.below if row.html and not row.is_item]
