"""What sanitised HTML says: plain text, code, links, definitions and questions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from .definitions import definitions_in, questions_in
from .links import kind_of
from .values import Definition, Link, Question, Refused

_VOID = re.compile(r"<(br|hr|img)((?: [a-z-]+=\"[^\"]*\")*)>")
_BLOCK_TAGS = (
    "p div li ul ol dl dt dd blockquote table thead tbody tfoot tr caption h1 h2 h3 h4 h5 h6 "
    "hr br pre details summary figure figcaption"
)
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_CELLS = frozenset({"td", "th"})
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
_WORD = re.compile(r"\w+(?:['\u2019.-]\w+)*")


@dataclass(slots=True)
class Extract:
    """All that is read from one section's HTML."""

    text: str = ""
    code: str = ""
    links: list[Link] = field(default_factory=list)
    definitions: list[Definition] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)


def tree_of(html: str) -> Element:
    """Sanitised HTML as a tree below one `div`."""
    source = _VOID.sub(r"<\1\2/>", html).replace("&nbsp;", "\u00a0")
    try:
        return ElementTree.fromstring(f"<div>{source}</div>")
    except ElementTree.ParseError as error:
        raise Refused(f"its HTML cannot be read: {error}") from None


def extract(html: str, title: str) -> Extract:
    """Read a section's HTML. `title` is what a bare `**Definition:**` defines."""
    if not html:
        return Extract()
    root = tree_of(html)
    text, code = text_and_code(root)
    return Extract(
        text=text,
        code=code,
        links=list(links_in(root)),
        definitions=definitions_in(root, title),
        questions=questions_in(root),
    )


def text_and_code(root: Element) -> tuple[str, str]:
    """What a tree says, a line for each block, and the code in it."""
    prose: list[str] = []
    code: list[str] = []
    _read(root, prose, code)
    return _tidy(prose), "\n".join(code)


def _read(root: Element, prose: list[str], code: list[str]) -> None:
    """Collect prose and code without recursion: nesting in raw HTML has no bound."""
    stack: list[tuple[Element, Iterator[Element]]] = []
    _enter(root, prose)
    stack.append((root, iter(root)))
    while stack:
        element, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            _leave(element, prose)
            if stack and element.tail:
                prose.append(element.tail)
            continue
        if (child.tag == "sup" and child.get("class") == "footnote") or (
            child.tag == "a" and child.get("href", "").startswith("#fnref--")
        ):
            prose.append(child.tail or "")
            continue
        if child.tag == "pre":
            code.append("".join(child.itertext()).rstrip("\n"))
            prose.append("\n" + (child.tail or ""))
            continue
        _enter(child, prose)
        stack.append((child, iter(child)))


def _enter(element: Element, prose: list[str]) -> None:
    if element.tag in _BLOCKS:
        prose.append("\n")
    if element.tag == "img":
        prose.append(element.get("alt") or "")
    if element.text:
        prose.append(element.text)


def _leave(element: Element, prose: list[str]) -> None:
    if element.tag in _CELLS:
        prose.append(" | ")
    elif element.tag in _BLOCKS:
        prose.append("\n")


def _tidy(prose: list[str]) -> str:
    text = _SPACES.sub(" ", "".join(prose))
    text = _LINES.sub("\n", text.replace(" | \n", "\n")).strip()
    return text.replace(" |\n", "\n").removesuffix(" |")


def links_in(root: Element) -> Iterator[Link]:
    """Links and images in reading order."""
    embeds: set[Element] = set()
    for element in root.iter():
        if element.tag == "a" and (href := element.get("href")):
            if not href.startswith(("#fn--", "#fnref--")):
                text = " ".join("".join(element.itertext()).split())
                yield Link(href, text, "embed" if element in embeds else kind_of(href))
        elif element.tag == "div" and element.get("class") == "embed":
            embeds.update(element)
        elif element.tag == "img" and (source := element.get("src")):
            yield Link(source, element.get("alt") or "", "image")


def plain(html: str) -> str:
    """The text of inline HTML on one line."""
    if "<" not in html and "&" not in html:
        return " ".join(html.split())
    prose: list[str] = []
    _read(tree_of(html), prose, prose)
    return " ".join("".join(prose).split())


def first_heading(html: str) -> str:
    """The text of the first `<h1>` in HTML, as READMEs with a centred title have it."""
    heading = tree_of(html).find(".//h1") if "<h1>" in html else None
    return "" if heading is None else " ".join("".join(heading.itertext()).split())


def count_words(text: str) -> int:
    """Words of a text; `don't`, `Node.js` and `key-value` are one each."""
    return sum(1 for _ in _WORD.finditer(text))
