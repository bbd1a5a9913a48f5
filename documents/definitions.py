"""What a text defines and asks, for the glossary and for study cards.

A definition is
- a list item that starts with bold words and a dash or colon: `- **Redis** – a key-value store`;
- a line `**Definition:** …` or `**Purpose**: …`, which defines the section's title;
- an entry of a definition list;
- a table row, where the first column holds concepts and another says what they mean.

A list item is none where its bold words are a clause or a case ("Data that may be lost", "With a
problem at hand") instead of a name, or where the heading asks why, when or how to, or names faults:
there lists hold reasons, cases and advice.

A question is a bold line that ends with a question mark, or a line `**Q:** …`; headings that ask
are added by parser.py.
"""

import re
from xml.etree.ElementTree import Element

from .values import Definition, Question

LONGEST = 2_000

_JOINT = re.compile(r"\s*(?:[:\u2013\u2014=]|--?(?=\s))\s*")
_ABOUT_TITLE = re.compile(r"(?:definition|purpose|what it is|meaning)\s*:?\s*", re.IGNORECASE)
_ASKED = re.compile(r"what\s+(?:is|are)\s+(?:an?\s+|the\s+)?(.+?)\s*\?", re.IGNORECASE)
_Q = re.compile(r"Q(?:uestion)?\s*\d*\s*[:.)]\s*", re.IGNORECASE)
_MOST_WORDS = 6  # of a name
_CLAUSE = re.compile(
    r"(?i:\b(?:that|which|who|what|is|are|was|were|may|can|cannot|must|should|will|you|your)\b)"
    r"|\bnot\b"  # a gate or operator is written NOT
)
_CASE = re.compile(
    r"(?:with|without|for|from|if|when|while|nothing|no)\s|an?(?:\s+\w\S*){2}", re.IGNORECASE
)
_NO_TERMS_BELOW = re.compile(
    r"(?:why|when|how\s+to)\b|.*\b(?:pitfalls?|go(?:es)?\s+wrong|mistakes?|bad\s+idea|when\s+not)\b",
    re.IGNORECASE,
)
_CONCEPT_WORDS = (
    "concept term name word type kind method pattern principle letter feature level strategy "
    "command tool keyword acronym abbreviation lock property symbol"
)
_CONCEPTS = frozenset(_CONCEPT_WORDS.split())
_MEANINGS = (
    "definition", "meaning", "description", "what it is", "what it means", "what it does",
    "purpose", "how it works", "simple explanation", "explanation",
)  # fmt: skip


def definitions_in(root: Element, title: str) -> list[Definition]:
    """The definitions in a section's HTML, in reading order, each term and text once."""
    found: list[Definition] = []
    lists_define = not _NO_TERMS_BELOW.match(title)
    for element in root.iter():
        tag = element.tag
        if tag == "li":
            term, text = _from_bold(_first_paragraph(element)) if lists_define else ("", "")
            if _is_name(term):
                _add(found, term, text)
        elif tag == "p":
            if title and (text := _about_title(element)):
                asked = _ASKED.fullmatch(title)
                _add(found, asked.group(1) if asked else title, text)
        elif tag == "table":
            _from_table(found, element)
        elif tag == "dl":
            _from_list(found, element)
    return found


def questions_in(root: Element) -> list[Question]:
    """The questions that paragraphs ask in bold."""
    questions = []
    for element in root.iter("p"):
        bold = _leading_bold(element)
        if bold is None:
            continue
        label = _text(bold)
        rest = _line(_own_text(element)[len(label) :])
        if _Q.fullmatch(label):
            if rest:
                questions.append(Question(rest))
        elif (asked := _Q.match(label)) or (label.endswith("?") and not rest):
            questions.append(Question(label[asked.end() :] if asked else label))
    return [question for question in questions if question.text]


def _add(found: list[Definition], term: str, text: str) -> None:
    if term and text and len(term) <= 200:
        definition = Definition(term, text[:LONGEST])
        if definition not in found[-50:]:
            found.append(definition)


def _is_name(term: str) -> bool:
    """Whether bold words before a dash name a thing: few words, and no clause or case."""
    return (
        len(term.split()) <= _MOST_WORDS
        and _CLAUSE.search(term) is None
        and _CASE.match(term) is None
    )


def _first_paragraph(item: Element) -> Element:
    """The element that holds a list item's first line: itself, or its first paragraph."""
    if len(item) and item[0].tag == "p" and not (item.text or "").strip():
        return item[0]
    return item


def _leading_bold(element: Element) -> Element | None:
    if len(element) and element[0].tag in ("strong", "b") and not (element.text or "").strip():
        return element[0]
    return None


def _from_bold(element: Element) -> tuple[str, str]:
    """`**Term** – text`, `**Term**: text`, `**Term:** text`, `**A** / **B** – text`."""
    if _leading_bold(element) is None:
        return "", ""
    term, index = "", 0
    for index, child in enumerate(element):
        if child.tag not in ("strong", "b"):
            return "", ""
        term += _text(child)
        tail = child.tail or ""
        joint = _JOINT.match(tail)
        if joint or term.endswith(":"):
            start = joint.end() if joint else 0
            rest = tail[start:] + "".join(map(_with_tail, _inline(element, index + 1)))
            return term.rstrip(": "), " ".join(rest.split())
        if tail.strip() not in ("/", ",", "&", "+", "or", "and") and not _is_aside(tail):
            return "", ""
        if _is_aside(tail):
            after = tail[tail.rindex(")") + 1 :] if ")" in tail else ""
            joint = _JOINT.match(after)
            if joint is None:
                return "", ""
            rest = after[joint.end() :] + "".join(map(_with_tail, _inline(element, index + 1)))
            return term, " ".join(rest.split())
        term += tail
    return "", ""


def _is_aside(tail: str) -> bool:
    """` (Elasticsearch, Kibana) – …` between the term and its dash."""
    return tail.lstrip().startswith("(") and ")" in tail


def _inline(element: Element, start: int) -> list[Element]:
    """The children from `start` on, up to the first nested block."""
    children = []
    for child in list(element)[start:]:
        if child.tag in ("ul", "ol", "p", "pre", "div", "blockquote", "table", "dl"):
            break
        children.append(child)
    return children


def _with_tail(element: Element) -> str:
    return _text(element) + (element.tail or "")


def _about_title(element: Element) -> str:
    """The text after a leading `**Definition:**`, up to the end of its line."""
    bold = _leading_bold(element)
    if bold is None:
        return ""
    label = _text(bold)
    if not _ABOUT_TITLE.fullmatch(label):
        return ""
    rest = _own_text(element)[len(label) :]
    if not label.rstrip().endswith(":") and not rest.lstrip().startswith(":"):
        return ""
    return _line(rest.lstrip(" :"))


def _line(text: str) -> str:
    return " ".join(text.strip().partition("\n")[0].split())


def _own_text(element: Element) -> str:
    return "".join(element.itertext()).lstrip()


def _text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _from_table(found: list[Definition], table: Element) -> None:
    rows = list(table.iter("tr"))
    if len(rows) < 2:
        return
    head = [_text(cell).lower() for cell in rows[0]]
    if len(head) < 2 or not set(head[0].split()) & _CONCEPTS:
        return
    column = next((head.index(name) for name in _MEANINGS if name in head[1:]), None)
    if column is None:
        return
    for row in rows[1:]:
        values = [_text(cell) for cell in row]
        if len(values) > column:
            _add(found, values[0], values[column])


def _from_list(found: list[Definition], element: Element) -> None:
    terms: list[str] = []
    fresh = True
    for child in element:
        if child.tag == "dt":
            terms = [_text(child)] if fresh else [*terms, _text(child)]
            fresh = False
        elif child.tag == "dd":
            fresh = True
            for term in terms:
                _add(found, term, _text(child))
