"""Learning paths: ordered steps under a heading such as "Beginner Path".

A section is a path when its title, or its parent's, says so and it holds an ordered list of at
least two items, or a code block of at least three numbered lines. Where front matter says that the
document is one and no title does, every such section is.
"""

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element

from .plain_text import tree_of
from .values import ParsedSection, PathStep

_TITLE = re.compile(
    r"\b(?:path|track)\b(?:\s*\([^)]*\))?\s*$"
    r"|\b(?:learning paths?|roadmap|reading order|study plan|curriculum)\b",
    re.IGNORECASE,
)
_LINE = re.compile(r"^\s*(\d{1,3})[.)]\s+(\S.*?)\s*$")


def find_steps(
    sections: Sequence[ParsedSection], title: str, *, is_path: bool = False
) -> list[PathStep]:
    """The steps of all paths of a document in reading order; `is_path` as front matter says."""
    named: list[PathStep] = []
    others: list[PathStep] = []
    for index, section in enumerate(sections):
        if "<ol" not in section.html and not section.code:
            continue
        parent = sections[section.parent].title if section.parent is not None else ""
        names = (section.title or title, parent if section.parent else "")
        steps = named if any(_TITLE.search(name) for name in names) else others
        if is_path or steps is named:
            steps += _from_list(section, index) or _from_code(section, index)
    return named or others


def _from_list(section: ParsedSection, index: int) -> list[PathStep]:
    if "<ol" not in section.html:
        return []
    steps = []
    for listed in step_lists(tree_of(section.html)):
        first = int(listed.get("start") or 1)
        steps += [_step(item, first + offset, index) for offset, item in enumerate(listed)]
    return steps


def step_lists(root: Element) -> list[Element]:
    """The lists in a section's HTML whose items are steps: ordered, at its top, two items or more.

    `root` is what `plain_text.tree_of` makes of the HTML.
    """
    return [e for e in root if e.tag == "ol" and not e.get("class") and len(e) > 1]


def _step(item: Element, position: int, index: int) -> PathStep:
    names: list[str] = []
    hrefs: list[str] = []
    for element in item.iter():
        if element.tag in ("strong", "b", "a"):
            name = " ".join("".join(element.itertext()).split())
            if name and name not in names:
                names.append(name)
        if element.tag == "a" and (href := element.get("href")):
            hrefs.append(href)
    text = " ".join("".join(item.itertext()).split())
    return PathStep(position, text, names, hrefs, index)


def _from_code(section: ParsedSection, index: int) -> list[PathStep]:
    found = [match for line in section.code.split("\n") if (match := _LINE.match(line))]
    if len(found) < 3:
        return []
    return [PathStep(int(match[1]), match[2], [match[2]], [], index) for match in found]
