"""The sections of a page as its template shows them, by kind of topic."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape

from django.utils.html import strip_tags
from django.utils.translation import ngettext

from topics.models import Section, Topic
from topics.navigation import section_url
from topics.page import minutes

# A step of a learning path: a list item that starts with a link to a topic or section.
_STEP = re.compile(r'<li>(?:<p>)?<a href="([^"]+)"[^>]*>.*?</a>', re.DOTALL)
_PURPOSE = "<p><strong>Purpose"
_TOOL = re.compile(r"<li>(?:<p>)?<strong>(.*?)</strong>", re.DOTALL)


@dataclass
class Node:
    """A section on its page. `heading` is 2 to 6; `children` are those below it.

    `is_twin` says that it only repeats the page's title, right below it.
    `elsewhere` is the label and address of a section with text on a bare item.
    """

    section: Section
    depth: int
    heading: int
    children: list["Node"] = field(default_factory=list)
    is_answer: bool = False
    is_twin: bool = False
    html: str = ""
    elsewhere: tuple[str, str] | None = None

    @property
    def is_card(self) -> bool:
        """A step of a roadmap: what it is for, and the tools for it."""
        return not self.children and self.section.html.startswith(_PURPOSE)


@dataclass
class Inner:
    """A page right below the one that is shown. `inner` are the pages right below it in turn.

    `purpose` (HTML) and `tools` are those of a roadmap's step.
    """

    section: Section
    url: str
    minutes: int
    inner: list["Inner"] = field(default_factory=list)
    purpose: str = ""
    tools: list[str] = field(default_factory=list)


def pages_below(topic: Topic, page: Section, openers: Iterable[Section]) -> list[Inner]:
    """The pages right below a page in order, and those below them."""
    by_key: dict[int, Inner] = {}
    found = []
    for opener in openers:
        entry = Inner(opener, section_url(topic, opener), 0)
        if opener.parent_id == page.pk:
            entry.minutes = minutes(opener.page_words or 0)  # type: ignore[attr-defined]
            if opener.html.startswith(_PURPOSE):
                entry.purpose = opener.html.partition("</p>")[0] + "</p>"
                entry.tools = [unescape(strip_tags(tool)) for tool in _TOOL.findall(opener.html)]
            by_key[opener.pk] = entry
            found.append(entry)
        elif above := by_key.get(opener.parent_id or 0):
            above.inner.append(entry)
    return found


def nodes_of(page: Section, sections: Iterable[Section]) -> list[Node]:
    """The sections below the page's own, flat and in order; `children` hold them as a tree."""
    by_key: dict[int, Node] = {}
    nodes = []
    for section in sections:
        if section.pk == page.pk:
            continue
        above = by_key.get(section.parent_id or 0)
        depth = above.depth + 1 if above else 1
        node = Node(section, depth, heading=min(6, depth + 1), html=section.html)
        if above:
            above.children.append(node)
        by_key[section.pk] = node
        nodes.append(node)
    if nodes and not page.html:
        nodes[0].is_twin = nodes[0].section.title == page.title
    return nodes


def items_of(nodes: Iterable[Node]) -> list[Node]:
    """The topmost numbered items; the rest hangs below them."""
    nodes = list(nodes)
    inner = {id(child) for node in nodes if node.section.is_item for child in node.children}
    return [node for node in nodes if node.section.is_item and id(node) not in inner]


def mark_answers(nodes: list[Node], *, is_interview: bool) -> bool:
    """Mark the nodes whose text answers their heading; False where the page asks nothing.

    On a page with headings that ask, these; of an interview without any, every text.
    """
    answered = [node for node in nodes if node.html and not node.section.is_item]
    asking = [node for node in answered if node.section.title.rstrip().endswith("?")]
    if not asking and is_interview:
        asking = answered
    for node in asking:
        node.is_answer = True
    return bool(asking)


def card_runs(nodes: list[Node]) -> list[tuple[bool, list[Node]]]:
    """The nodes in runs of cards and of others, so that cards stand in one grid."""
    runs: list[tuple[bool, list[Node]]] = []
    for node in nodes:
        if runs and runs[-1][0] == node.is_card:
            runs[-1][1].append(node)
        else:
            runs.append((node.is_card, [node]))
    return runs


def steps_with_minutes(html: str, targets: Iterable[Section]) -> tuple[str, int, int]:
    """A path's HTML with the minutes after each step; the count of steps and all their minutes.

    The HTML is ours (sanitised and written by the importer), and only constant tags are added.
    """
    words = {}
    for target in targets:
        words[_address(target)] = target.topic_words  # type: ignore[attr-defined]
    counted: list[int] = []

    def add(found: re.Match[str]) -> str:
        if found[1] not in words:
            return found[0]
        counted.append(minutes(words[found[1]]))
        label = ngettext("%(n)d min", "%(n)d min", counted[-1]) % {"n": counted[-1]}
        return f'{found[0]} <span class="minutes">({label})</span>'

    return _STEP.sub(add, html), len(counted), sum(counted)


def _address(target: Section) -> str:
    path = f"/topics/{target.topic_path}/"  # type: ignore[attr-defined]
    return f"{path}{target.anchor}/" if target.anchor else path
