"""What kind of document a text is, when its front matter does not say.

The first rule that holds decides:

1. outline: it has numbered items (see outline.py);
2. roadmap: at least three sections, and at least half of those with text, have a line
   `**Purpose**: …` above bullets that start in bold;
3. interview: its title says "interview", or at least five of its headings, and half of all,
   ask a question;
4. path: sections that hold the steps of a learning path are at least a third of those with text;
5. guide: it has at least twenty sections;
6. article: anything else.
"""

import re
from collections.abc import Sequence

from .values import Kind, ParsedSection, PathStep

_PURPOSE = re.compile(r"^\*\*Purpose:?\*\*", re.MULTILINE | re.IGNORECASE)
_BOLD_BULLET = re.compile(r"^\s*[-*+]\s+\*\*\S", re.MULTILINE)
_INTERVIEW = re.compile(r"\binterviews?\b", re.IGNORECASE)

GUIDE_SECTIONS = 20


def kind_of_document(
    title: str, sections: Sequence[ParsedSection], steps: Sequence[PathStep]
) -> Kind:
    """The kind by the rules above."""
    if any(section.is_item for section in sections):
        return "outline"
    with_text = sum(1 for section in sections if section.markdown) or 1
    purposes = sum(
        1
        for section in sections
        if _PURPOSE.search(section.markdown) and _BOLD_BULLET.search(section.markdown)
    )
    if purposes >= 3 and purposes * 2 >= with_text:
        return "roadmap"
    asking = sum(1 for section in sections if section.title.endswith("?"))
    if _INTERVIEW.search(title) or (asking >= 5 and asking * 2 >= len(sections)):
        return "interview"
    if steps and len({step.section for step in steps}) * 3 >= with_text:
        return "path"
    return "guide" if len(sections) > GUIDE_SECTIONS else "article"
