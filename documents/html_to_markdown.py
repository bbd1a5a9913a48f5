"""HTML of a wiki's export as Markdown that says the same. Pure, and linear in the length.

Elements that Markdown has no word for are read for their text; what only a browser runs is dropped.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape, unescape

from .values import Refused

MOST = 400_000  # tags and texts of a page
DEEPEST = 60  # elements in elements; deeper ones are read as if they stood side by side
_TOKEN = re.compile(
    r"<!--(?:.*?-->|.*)|<!\[CDATA\[(?P<cdata>.*?)\]\]>|<[!?][^<>]*>"
    r"|<(?P<end>/?)(?P<tag>[a-zA-Z][\w:-]*)(?P<rest>(?>\"[^\"]*\"|'[^']*'|[^<>\"'])*+)>"
    r"|(?P<text>[^<]+|<)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([a-zA-Z][\w:-]*)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>/]+)))?")
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"]
)
_DROPPED = frozenset(
    ["script", "style", "head", "template", "noscript", "svg", "button", "form", "input", "select"]
)
# fmt: off
_BLOCKS = frozenset([
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section", "table", "ul",
])
# fmt: on
_CLOSES = {"li": {"li"}, "p": {"p"}, "dt": {"dt", "dd"}, "dd": {"dt", "dd"}}
_CLOSES |= {"tr": {"tr", "td", "th"}, "td": {"td", "th"}, "th": {"td", "th"}}
_WITHIN = frozenset(["table", "ul", "ol", "dl", "div", "blockquote"])
_WRAP = {"strong": "**", "b": "**", "em": "*", "i": "*", "del": "~~", "s": "~~", "strike": "~~"}
_KEPT = frozenset(["sub", "sup", "kbd", "mark"])
_SPECIAL = re.compile(r"[\\`*_\[\]<>|~${^]|==|::|&(?=#?\w{1,30};)|:(?=\w+:)")
_AT_START = re.compile(r"(?m)^(\s*)(?=[#+=-])|^(\s*\d{1,9})(?=[.)](?:\s|$))")


@dataclass(slots=True)
class Node:
    """An element with what is in it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Node | str]" = field(default_factory=list)

    def has(self, name: str) -> bool:
        """Whether the element has this class."""
        return name in self.attributes.get("class", "").split()

    def all(self) -> "Iterator[Node]":
        """The element and all below it, in the order of the document."""
        waiting: list[Node] = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += (c for c in reversed(node.children) if isinstance(c, Node))

    def find(self, *, name: str = "", **attributes: str) -> "Node | None":
        """The first element below with this class and these attributes."""
        for node in self.all():
            if (not name or node.has(name)) and attributes.items() <= node.attributes.items():
                return node
        return None

    def text(self) -> str:
        """All its text, as it is in the file."""
        parts: list[str] = []
        waiting: list[Node | str] = [self]
        while waiting:
            node = waiting.pop()
            if isinstance(node, str):
                parts.append(node)
            elif node.tag == "br":
                parts.append("\n")
            elif node.tag not in _DROPPED:
                waiting += reversed(node.children)
        return "".join(parts)


# Gives the Markdown of an element that a tool has its own meaning for; None of any other.
Special = Callable[[Node, "Writer"], str | None]


def parse_html(source: str) -> Node:
    """The elements of a page. What is not closed ends where its parent does. Raises Refused."""
    root = Node("")
    open_nodes = [root]
    for number, token in enumerate(_TOKEN.finditer(source)):
        if number >= MOST:
            raise Refused(f"has more than {MOST:,} tags")
        here = open_nodes[-1]
        if token["text"] is not None:
            here.children.append(unescape(token["text"]))
        elif token["cdata"] is not None:
            here.children.append(token["cdata"])
        elif token["tag"] is not None:
            tag = token["tag"].lower()
            if token["end"]:
                _close(open_nodes, tag)
                continue
            closed = _CLOSES.get(tag, set())
            if closed and here.tag in closed:
                open_nodes.pop()
                if tag == "tr" and open_nodes[-1].tag == "tr":
                    open_nodes.pop()
            node = Node(tag, _attributes(token["rest"]))
            open_nodes[-1].children.append(node)
            is_empty = tag in _VOID or token["rest"].endswith("/")
            if not is_empty and len(open_nodes) < DEEPEST:
                open_nodes.append(node)
    return root


def _close(open_nodes: list[Node], tag: str) -> None:
    for place in range(len(open_nodes) - 1, 0, -1):
        if open_nodes[place].tag == tag:
            del open_nodes[place:]
            return
        if open_nodes[place].tag in _WITHIN and tag not in _WITHIN:
            return


def _attributes(source: str) -> dict[str, str]:
    found = _ATTRIBUTE.findall(source)
    return {name.lower(): unescape(a or b or c) for name, a, b, c in reversed(found)}


class Writer:
    """Writes elements as Markdown; `special` is asked first for each of them, `href` for each
    address."""

    def __init__(self, special: Special, href: Callable[[str], str]) -> None:
        self.special, self.href = special, href

    def blocks(self, nodes: "list[Node | str]") -> str:
        """Blocks, with a blank line between two."""
        parts: list[str] = []
        line: list[Node | str] = []

        def end_line() -> None:
            text = _lines(self.inline(line))
            if text:
                parts.append(_AT_START.sub(r"\1\2\\", text))
            line.clear()

        for node in nodes:
            if isinstance(node, str) or not self._is_block(node):
                line.append(node)
                continue
            end_line()
            if text := self._block(node):
                parts.append(text)
        end_line()
        return "\n\n".join(parts)

    def _is_block(self, node: Node) -> bool:
        if node.tag in _BLOCKS:
            return True
        return any(child.tag in _BLOCKS for child in node.all())

    def _block(self, node: Node) -> str:
        if node.tag in _DROPPED:
            return ""
        found = self.special(node, self)
        if found is not None:
            return found.strip("\n")
        if node.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            title = _lines(self.inline(node.children)).replace("\n", " ").replace("<br>", " ")
            name = node.attributes.get("id", "")
            mark = f'<a id="{escape(name)}"></a>\n\n' if name else ""
            level = min(6, int(node.tag[1]) + 1)  # the page's title is above them
            return f"{mark}{'#' * level} {title}" if title else ""
        if node.tag in ("ul", "ol"):
            return self._list(node)
        if node.tag == "pre":
            return code_block(node.text())
        if node.tag == "blockquote":
            return quoted(self.blocks(node.children))
        if node.tag == "table":
            return self._table(node)
        if node.tag == "hr":
            return "---"
        if node.tag == "dl":
            return self._terms(node)
        return self.blocks(node.children)

    def _list(self, node: Node) -> str:
        items: list[str] = []
        number = 1
        for child in node.children:
            if isinstance(child, str):
                continue
            if child.tag in ("ul", "ol") and items:  # a list straight in a list
                items[-1] += "\n" + _indented(self._list(child), 3 if node.tag == "ol" else 2)
                continue
            mark = f"{number}. " if node.tag == "ol" else "- "
            if child.has("checked") or child.attributes.get("data-inline-task-id"):
                mark += "[x] " if child.has("checked") else "[ ] "
            text = self.blocks(child.children)
            is_tight = not re.search(r"\n\n(?![ ]*(?:[-*]|\d+\.) )", text)
            text = re.sub(r"\n\n(?=[ ]*(?:[-*]|\d+\.) )", "\n", text) if is_tight else text
            width = 3 if node.tag == "ol" else 2
            items.append(mark + _indented(text, width).lstrip())
            number += 1
        return "\n".join(items)

    def _terms(self, node: Node) -> str:
        parts = []
        for child in node.children:
            if isinstance(child, Node):
                text = self.blocks(child.children)
                parts.append(text if child.tag == "dt" else f": {_indented(text, 2).lstrip()}")
        return "\n\n".join(parts)

    def _table(self, node: Node) -> str:
        rows = [list(_cells(row)) for row in _rows(node)]
        rows = [row for row in rows if row]
        if not rows:
            return ""
        width = min(60, max(len(row) for row in rows))
        has_head = all(cell.tag == "th" for cell in rows[0] if cell.tag)
        if not has_head:
            rows.insert(0, [])
        lines = [self._row(row, width) for row in rows]
        return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])

    def _row(self, row: list[Node], width: int) -> str:
        cells = [re.sub(r"\s*\n\s*", "<br>", self._cell(cell)) for cell in row[:width]]
        return f"| {' | '.join(cells + [''] * (width - len(cells)))} |"

    def _cell(self, cell: Node) -> str:
        parts = []
        for child in cell.all():
            if child.tag == "pre":
                lines = child.text().strip("\n").split("\n")
                child.children = [Node("code", {}, [text]) for text in lines if text.strip()]
                child.children = [n for code in child.children for n in (code, Node("br"))][:-1]
                child.tag = "div"
        for child in cell.all():
            if child.tag in ("code", "tt", "samp"):
                child.children = [child.text().replace("|", "\\|")]
        text = self.blocks(cell.children)
        for line in text.split("\n"):
            plain = re.sub(r"^\s*(?:[-*] |>\s?|#{1,6} |<a id=\"[^\"]*\"></a>$)", _in_cell, line)
            if plain.strip():
                parts.append(plain.strip())
        return "\n".join(parts)

    def inline(self, nodes: "list[Node | str]") -> str:
        """Text on one line; `<br>` for line breaks."""
        return "".join(
            _escaped(re.sub(r"\s+", " ", node.replace("\xa0", " ")))
            if isinstance(node, str)
            else self._inline(node)
            for node in nodes
        )

    def _inline(self, node: Node) -> str:
        if node.tag in _DROPPED:
            return ""
        found = self.special(node, self)
        if found is not None:
            return found
        if node.tag == "br":
            return "<br>"
        if node.tag == "img":
            return self._picture(node)
        if node.tag in ("code", "tt", "samp"):
            return code_span(node.text())
        text = self.inline(node.children)
        if node.tag == "a" and node.attributes.get("href"):
            return self._link(node, text)
        if node.tag in _WRAP:
            return _wrapped(text, _WRAP[node.tag])
        if node.tag in _KEPT and text.strip():
            return f"<{node.tag}>{text}</{node.tag}>"
        return text

    def _link(self, node: Node, text: str) -> str:
        href = _target(self.href(node.attributes["href"]))
        text = text.strip()
        return f"[{text}]({href})" if text else ""

    def _picture(self, node: Node) -> str:
        source = self.href(node.attributes.get("src", ""))
        if not source:
            return ""
        name, width = node.attributes.get("alt", ""), node.attributes.get("width", "")
        if width.isdigit():
            return f'<img src="{escape(source)}" alt="{escape(name)}" width="{width}">'
        return f"![{_escaped(name)}]({_target(source)})"


def code_block(code: str, info: str = "") -> str:
    """A fenced block of code, whatever is in it."""
    longest = max((len(run) for run in re.findall("`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{info}\n{code.strip(chr(10))}\n{fence}"


def code_span(code: str) -> str:
    """Code in a line of text."""
    code = re.sub(r"\s+", " ", code.replace("\xa0", " "))
    if not code.strip():
        return code
    longest = max((len(run) for run in re.findall("`+", code)), default=0)
    mark = "`" * (longest + 1)
    blank = " " if code[0] == "`" or code[-1] == "`" else ""
    return f"{mark}{blank}{code}{blank}{mark}"


def quoted(text: str, first: str = "") -> str:
    """Blocks as a quote, below a line of its own."""
    lines = ([first] if first else []) + text.split("\n")
    return "\n".join(f"> {line}".rstrip() for line in lines)


def plain(text: str) -> str:
    """Text that says itself in Markdown, on one line."""
    return _escaped(" ".join(text.split()))


def _rows(node: Node) -> Iterator[Node]:
    """The rows of a table, not those of tables in it."""
    for child in node.children:
        if isinstance(child, Node):
            if child.tag == "tr":
                yield child
            elif child.tag in ("thead", "tbody", "tfoot"):
                yield from _rows(child)


def _cells(row: Node) -> Iterator[Node]:
    """The cells of a row, with empty ones for those that one spans."""
    for child in row.children:
        if isinstance(child, Node) and child.tag in ("td", "th"):
            yield child
            span = child.attributes.get("colspan", "1")
            yield from (Node("") for _ in range(min(20, int(span) if span.isdigit() else 1) - 1))


def _in_cell(found: re.Match[str]) -> str:
    return "• " if found[0].strip() in ("-", "*") else ""


def _lines(text: str) -> str:
    """Text without blanks at the ends of its lines, and without breaks at its own."""
    text = re.sub(r"[ \t]+", " ", text).strip()
    return re.sub(r"^(?:<br>\s*)+|(?:\s*<br>)+$", "", text).replace("<br>", "<br>\n")


def _wrapped(text: str, mark: str) -> str:
    """Emphasis around text, without the blanks at its ends."""
    inner = text.strip()
    if not inner or inner.startswith(mark):
        return text
    start = text[: len(text) - len(text.lstrip())]
    return f"{start}{mark}{inner}{mark}{text[len(text.rstrip()) :]}"


def _indented(text: str, width: int) -> str:
    return "\n".join(" " * width + line if line else "" for line in text.split("\n"))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda found: f"\\{found[0]}", text)


def _target(href: str) -> str:
    """An address as the target of a link."""
    if re.search(r"[\s()<>]", href):
        return f"<{re.sub(r'[<>]', '', href)}>"
    return href
