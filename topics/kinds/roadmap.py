"""Roadmaps: steps, each with what it is for and the tools for it, shown as cards."""

import re
from collections.abc import Iterable
from dataclasses import replace
from html import unescape

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from topics.kinds.article import Article
from topics.models import Topic
from topics.page import InnerPage, Node, Run
from topics.page_query import Row

_PURPOSE = "<p><strong>Purpose"
_TOOL = re.compile(r"<li>(?:<p>)?<strong>(.*?)</strong>", re.DOTALL)


class Roadmap(Article):
    """A step is a section that begins with its purpose and has nothing below it."""

    values = (Topic.Kind.ROADMAP,)
    definition_order = 2
    is_area = True
    hue = 5
    has_cards = True
    aside = "topics/kinds/roadmap_aside.html"
    contents = "topics/kinds/cards.html"

    def runs(self, nodes: Iterable[Node]) -> tuple[Run, ...]:
        runs: list[Run] = []
        for node in nodes:
            is_card = not node.children and node.html.startswith(_PURPOSE)
            before = runs.pop().nodes if runs and runs[-1].is_cards == is_card else ()
            runs.append(Run((*before, node), is_card))
        return tuple(runs)

    def entry(self, row: Row, below: list[Row]) -> InnerPage:
        entry = super().entry(row, below)
        if not row.html.startswith(_PURPOSE):
            return entry
        tools = tuple(unescape(strip_tags(tool)) for tool in _TOOL.findall(row.html))
        return replace(entry, purpose=row.html.partition("</p>")[0] + "</p>", tools=tools)

    def contents_title(self, *, is_first: bool) -> str:
        return _("Steps")
