"""What cards can be made from: questions and definitions of the text, and highlighted words."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from urllib.parse import quote
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from documents import Refused, sanitise
from documents.plain_text import text_and_code, tree_of
from learning.highlights import text_of
from learning.models import FRONT_LIMIT, Card, Highlight
from topics.addresses import place_url, section_url
from topics.models import Definition, Question, Section

GAP = "[…]"
WORDS_TO_FIND = 8  # of a paragraph, so that a browser finds it
MOST_AROUND = 300  # characters on each side of a gap
SENTENCE_END = re.compile(r"[.!?…][\"”’)]*\s")
Origin = Card.Origin


@dataclass(frozen=True, slots=True)
class Source:
    """What a card says, and where it is from: `key` is a row's, by the kind of `origin`.

    `html`, sanitised, is the answer as it is shown if that is more than its text, `back`.
    """

    origin: str
    key: int | None
    section: int
    front: str
    back: str
    html: str = ""

    @property
    def name(self) -> str:
        """How a form names it."""
        return f"{self.origin}-{self.key}"


def of_sections(section_ids: Collection[int]) -> list[Source]:
    """The questions and definitions of published sections, in reading order. Four queries."""
    rows = Section.objects.published().filter(pk__in=section_ids)
    order = list(rows.order_by("topic__path", "position").values_list("pk", flat=True))
    found = of_questions(Question.objects.filter(section__in=order))
    found += of_definitions(Definition.objects.filter(section__in=order))
    places = {pk: place for place, pk in enumerate(order)}
    return sorted(found, key=lambda source: places[source.section])


def of_questions(questions: Iterable[Question]) -> list[Source]:
    """Those that have an answer. Two queries besides that of the questions."""
    questions = list(questions)
    columns = ("title", "html", "parent_id")
    sections = Section.objects.only(*columns).in_bulk({q.section_id for q in questions})
    bare = [pk for pk, section in sections.items() if not section.html]
    below: dict[int, list[str]] = defaultdict(list)
    if bare:
        children = Section.objects.live().filter(parent__in=bare).order_by("position")
        for parent, title_html, html in children.values_list("parent", "title_html", "html"):
            below[parent or 0].append(f"<p><strong>{title_html}</strong></p>{html}")
    asked: dict[int, list[str]] = defaultdict(list)
    for question in questions:
        asked[question.section_id].append(question.text)
    found = []
    for question in questions:
        section = sections[question.section_id]
        html = section.html or "".join(below[section.pk])
        if question.text != section.title:
            html = answer_within(html, question.text)
        if back := words_of(html):
            front = question.text[:FRONT_LIMIT]
            found.append(Source(Origin.QUESTION, question.pk, section.pk, front, back, html))
    return found


def of_definitions(definitions: Iterable[Definition]) -> list[Source]:
    """Terms with what they mean, rows of tables among them. One query."""
    return [
        Source(Origin.DEFINITION, row.pk, row.section_id, row.term, row.text)
        for row in definitions
        if row.text
    ]


def of_highlight(mark: Highlight, text: str, front: str = "") -> Source:
    """A gap in the sentence of highlighted words, or a question that they answer.

    `text` is the section's, in which the highlight was found.
    """
    if front:
        return Source(Origin.WORDS, mark.pk, mark.section_id, front, mark.exact)
    front = with_gap(text, mark.start, mark.end)
    return Source(Origin.CLOZE, mark.pk, mark.section_id, front, mark.exact)


def with_gap(text: str, start: int, end: int) -> str:
    """The sentence around some words, with a gap in their place."""
    before, behind = text[max(0, start - MOST_AROUND) : start], text[end : end + MOST_AROUND]
    ends = [match.end() for match in SENTENCE_END.finditer(before)]
    if ends:
        before = before[ends[-1] :]
    elif start > MOST_AROUND:
        before = before.partition(" ")[2]
    if not SENTENCE_END.search(text[max(start, end - 2) : end] + " "):
        first = SENTENCE_END.search(behind)
        behind = behind[: first.end()] if first else behind
    else:
        behind = ""
    return f"{before}{GAP}{behind}".strip()


def words_of(html: str) -> str:
    """What an answer says: its text by lines, and its code."""
    try:
        text, code = text_and_code(tree_of(html))
    except Refused:
        return text_of(html)
    return f"{text}\n{code}".strip()


def place_of(section: Section, words: str = "") -> str:
    """The address of a section on the page that shows it. Needs the section's topic and page.

    Browsers scroll to the paragraph with the words, if any are given, and show them.
    """
    opener = section.page.anchor if section.page else section.anchor
    url = section_url(section.topic.path, opener)
    if opener != section.anchor:
        url = place_url(url, section.anchor)
    first = quote(" ".join(words.split()[:WORDS_TO_FIND]), safe="").replace("-", "%2D")
    return f"{url}{'' if '#' in url else '#'}:~:text={first}" if first else url


def answer_within(html: str, question: str) -> str:
    """What is between a question in bold and the next one; all of it if it is not found."""
    try:
        root = tree_of(html)
    except Refused:
        return html
    holder, place = _place_of(root, question)
    if holder is None:
        return html
    parts = []
    first = holder[place]
    rest = _without_question(first)
    if rest is not None:
        parts.append(rest)
    for element in list(holder)[place + 1 :]:
        if _asks(element):
            break
        parts.append(element)
    return sanitise("".join(ElementTree.tostring(e, encoding="unicode") for e in parts))


def _place_of(root: Element, question: str) -> tuple[Element | None, int]:
    wanted = " ".join(question.split())
    for holder in root.iter():
        for place, element in enumerate(holder):
            said = " ".join("".join(element.itertext()).split())
            if element.tag == "p" and _asks(element) and wanted in said:
                return holder, place
    return None, 0


def _asks(element: Element) -> bool:
    """Whether a paragraph begins with a bold question."""
    if element.tag != "p" or not len(element) or (element.text or "").strip():
        return False
    bold = " ".join("".join(element[0].itertext()).split())
    is_asked = bold.endswith("?") or re.match(r"Q(?:uestion)?\s*\d*\s*[:.)]", bold) is not None
    return element[0].tag in ("strong", "b") and is_asked


def _without_question(paragraph: Element) -> Element | None:
    """What a paragraph says behind its bold question on a line of its own; None if nothing."""
    bold = paragraph[0]
    tail = bold.tail or ""
    if not "".join(bold.itertext()).rstrip().endswith("?"):  # "**Q:** the question", one line
        tail = tail.partition("\n")[2]
    rest = Element("p")
    rest.text = tail.lstrip()
    rest.extend(list(paragraph)[1:])
    return rest if "".join(rest.itertext()).strip() else None
