"""Directives of MyST and Sphinx, whatever their marks: `{note}`, `{code-block}`, `{figure}`. One
table says what becomes of the common ones."""

import csv
import re
from html import escape
from io import StringIO

from markdown_it.rules_block import StateBlock

from documents import boxes
from documents.slugs import title_of

from . import snippets, tabs, tags
from .dialect import reading_of
from .directive import Directive, line_of

_TITLED = {
    "versionadded": "New in version {}",
    "versionchanged": "Changed in version {}",
    "versionremoved": "Removed in version {}",
    "deprecated": "Deprecated since version {}",
    "rubric": "{}",
    "centered": "{}",
}
_BOXES = (
    "note tip hint important warning caution danger error attention seealso admonition todo topic "
    "sidebar margin exercise solution proof theorem lemma definition example remark corollary "
    "algorithm property proposition conjecture axiom assumption observation criterion question "
    "versionadded versionchanged versionremoved deprecated"
)
_CODE = (
    "code-block code sourcecode code-cell parsed-literal prompt productionlist graphviz digraph "
    "graph plantuml uml doctest testcode testsetup testoutput testcleanup ipython jsonschema"
)
_LAYOUT = (
    "grid grid-item div container only ifconfig rst-class table aside epigraph pull-quote "
    "highlights compound block-quote card-header hlist role article-info glue:figure glue:math "
    "card-carousel tab-set-layout figure-md"
)
_HIDDEN = (
    "contents tableofcontents sectnum index meta currentmodule module py:module py:currentmodule "
    "highlight bibliography raw default-role target tags nb-exec-table sectionauthor codeauthor "
    "tabularcolumns default-domain class"
)
KNOWN: dict[str, str] = {}
for _what, _names in (
    ("layout", _LAYOUT),
    ("hidden", _HIDDEN),
    ("code", _CODE),
    ("box", _BOXES),
    ("titled", "rubric centered"),
    ("described", "option envvar describe object confval"),
    ("fold", "dropdown toggle details collapse"),
    ("tabs", "tab-set tabs tab-set-code"),
    ("tab", "tab-item tab code-tab"),
    ("card", "card grid-item-card"),
    ("tree", "toctree"),
    ("picture", "figure image carousel-image"),
    ("math", "math"),
    ("mermaid", "mermaid"),
    ("glossary", "glossary"),
    ("rows", "list-table flat-table"),
    ("values", "csv-table"),
    ("file", "include literalinclude"),
    ("link", "button-link button-ref iframe video youtube embed"),
):
    KNOWN |= dict.fromkeys(_names.split(), _what)

# Names of code, and what an extension reads in the code itself.
_OF_CODE = re.compile(
    r"(?:(?:py|c|cpp|js|rst|std|http|go|rb|php|java|dn|ts):[a-z-]+|auto(?:module|class|function"
    r"|method|attribute|data|exception|property|summary|program|doxygen\w*))\Z"
)
_LABEL = re.compile(r"(?!kb:)[A-Za-z_][\w:.-]{0,100}")
_ENTRY = re.compile(r"(.*\S)[ \t]+<([^<>]+)>")
_ITEM = re.compile(r"([*-])[ \t]+([*-])(?:[ \t]+(.*))?")
_CELL = re.compile(r"[ \t]+[*-](?:[ \t]+(.*))?")
_PART = re.compile(r"(?:\^{3,}|\+{3,})[ \t]*")
_SIZE = re.compile(r"\d{1,4}%?")
MOST_ROWS = 2000


def is_known(name: str) -> bool:
    """Whether a directive is known, by its name or by what it describes."""
    return name in KNOWN or _OF_CODE.match(name) is not None


def put(state: StateBlock, line: int, below: int, directive: Directive) -> bool:
    """Put what a directive stands for in its place; whether it is known."""
    what = KNOWN.get(directive.name)
    if what is None and _OF_CODE.match(directive.name):
        what = "described"
    label = directive.get("label", "name")
    if directive.name == "figure-md":
        label = directive.argument
    if label and _LABEL.fullmatch(label):
        token = state.push("html_block", "", 0)
        token.content, token.map = f'<a id="{label}"></a>\n', [line, line + 1]
    if what is None or (what in _MADE and state.env.get("depth", 0) >= snippets.DEEPEST):
        return False
    if what == "file":
        return _put_file(state, line, below, directive)
    if what in _MADE:
        _put_text(state, line, below, _MADE[what](directive, _lines(state, directive)))
    elif what in _WRITERS:
        _WRITERS[what](state, [line, below], directive)
    return True


def _put_fold(state: StateBlock, lines: list[int], directive: Directive) -> None:
    title = directive.argument or boxes.title_of("details")
    fold = "open" not in directive.options
    state.tokens += boxes.opening("note", title, state.level, lines, fold=fold)
    _fill(state, lines, directive)
    boxes.close(state, "details")


def _put_tabs(state: StateBlock, lines: list[int], directive: Directive) -> None:
    group = tabs.open_group(state, lines[0])
    group.map = lines
    _fill(state, lines, directive)
    tabs.close_group(state)


def _put_tab(state: StateBlock, lines: list[int], directive: Directive) -> None:
    tabs.open_tab(state, directive.argument or "Tab", lines[0])
    _fill(state, lines, directive)
    tabs.close_tab(state)


def _put_link(state: StateBlock, lines: list[int], directive: Directive) -> None:
    url, text = directive.argument, "\n".join(_lines(state, directive)).strip()
    if url:
        tags.paragraph(state, tags.link(directive.get("title") or text or url, url), lines[0])


def _put_title(state: StateBlock, lines: list[int], directive: Directive) -> None:
    tags.paragraph(state, f"**{directive.argument}**", lines[0])


def _put_described(state: StateBlock, lines: list[int], directive: Directive) -> None:
    """What is said of a name of code, below that name."""
    if directive.argument:
        tags.paragraph(state, f"`` {directive.argument} ``", lines[0])
    if directive.name.startswith("auto"):
        reading_of(state.env).unread[f"text of code left out: {directive.name}"] += 1
    else:
        _fill(state, lines, directive)


def _put_content(state: StateBlock, lines: list[int], directive: Directive) -> None:
    if directive.argument and directive.name == "table":
        tags.paragraph(state, directive.argument, lines[0])
    _fill(state, lines, directive)


def _put_box(state: StateBlock, lines: list[int], directive: Directive) -> None:
    kind, title = directive.name, directive.argument
    classes = directive.get("class").lower().split()
    if kind in _TITLED:
        version, _, rest = title.partition(" ")
        title = _TITLED[kind].format(version)
        title += f": {rest}" if rest else ""
    if kind in ("admonition", "topic", "sidebar"):
        kind = next((name for name in classes if name in boxes.CLASSES), "note")
    if kind == "seealso":
        title = title or "See also"
    fold = True if {"dropdown", "toggle"} & set(classes) else None
    if KNOWN[directive.name] != "card":
        title = title or boxes.title_of(kind)
    elif url := directive.get("link"):
        url = f"#{url}" if directive.get("link-type") == "ref" else url
        title = f"[{title or tags.escaped(url)}]({tags.destination(url)})"
    state.tokens += boxes.opening(kind, title, state.level, lines, fold=fold)
    if KNOWN[directive.name] == "card":
        _fill_card(state, lines, directive)
    else:
        _fill(state, lines, directive)
    boxes.close(state, "details" if fold else "div")


def _fill_card(state: StateBlock, lines: list[int], directive: Directive) -> None:
    """A card's head, text and foot, between lines of marks."""
    first = directive.first
    for line in range(directive.first, directive.last + 1):
        if line == directive.last or _PART.fullmatch(line_of(state, line)):
            boxes.fill(state, first, line, state.sCount[lines[0]], "container")
            first = line + 1


def _put_code(state: StateBlock, lines: list[int], directive: Directive) -> None:
    token = state.push("fence", "code", 0)
    first, last = directive.first, directive.last
    while first < last and state.isEmpty(first):
        first += 1
    token.content = state.getLines(first, last, state.sCount[lines[0]], True)
    token.map = lines
    if KNOWN[directive.name] != "code":
        token.info = directive.name
        token.content = token.content or f"{directive.argument}\n"
        return
    info = [_language(directive)]
    if title := directive.get("caption", "filename", "name"):
        plain = title.replace('"', "'")
        info.append(f'title="{plain}"')
    if marked := directive.get("emphasize-lines"):
        info.append("{" + marked.replace(" ", "") + "}")
    if start := directive.get("lineno-start"):
        info.append(f"start={start}")
    elif "linenos" in directive.options or "number-lines" in directive.options:
        info.append("showLineNumbers")
    token.info = " ".join(info)


def _language(directive: Directive) -> str:
    """What the code is written in; a cell's kernel names it with a number."""
    language = directive.argument.split(" ")[0].strip("{}") or "text"
    if directive.name in ("code-cell", "ipython"):
        return {"ipython3": "python", "ipython": "python", "text": "python"}.get(language, language)
    return language if directive.name in ("code-block", "code", "sourcecode") else "text"


def _put_picture(state: StateBlock, lines: list[int], directive: Directive) -> None:
    size = directive.get("width", "scale").replace(" ", "").removesuffix("px")
    if directive.argument:
        width = f' width="{size}"' if _SIZE.fullmatch(size) else ""
        text = escape(directive.get("alt"))
        picture = f'<img src="{escape(directive.argument)}" alt="{text}"{width}>'
        if target := directive.get("target"):
            picture = f"[{picture}]({tags.destination(target)})"
        tags.paragraph(state, picture, lines[0])
    if directive.name == "figure":
        _fill(state, lines, directive)


def _put_file(state: StateBlock, line: int, below: int, directive: Directive) -> bool:
    """The other file's text, or a link to it."""
    if not directive.argument:
        return False
    kind = f"{{{directive.name}}}"
    as_code = directive.name == "literalinclude"
    wanted = snippets.Wanted(
        kind, directive.argument, _wanted_lines(directive), _said_of_code(directive)
    )
    names = ("start-after", "end-before", "start-at", "end-at")
    between = tuple(directive.get(name).strip("\"'") for name in names)
    moved = directive.get("relative-docs")
    if not snippets.take_in(
        state, line, below, wanted, as_code=as_code, between=between, moved=moved
    ):
        name = directive.argument.rpartition("/")[2]
        tags.paragraph(state, tags.link(name, directive.argument), line, below)
    return True


def _wanted_lines(directive: Directive) -> str:
    """The lines of a file that are wanted: `1-3,5`, or from one on and up to another."""
    if name := directive.get("pyobject"):
        return f"def {name}"
    lines = directive.get("lines").replace(" ", "")
    start, end = directive.get("start-line"), directive.get("end-line")
    if lines:  # `2,4` are two lines here
        parts = lines.split(",")
        return ",".join(f"{part}-{part}" if part.isdecimal() else part for part in parts)
    if not (start + end).isdecimal():
        return ""
    return f"{int(start or 0) + 1}:{end}"


def _said_of_code(directive: Directive) -> str:
    marked, title = directive.get("emphasize-lines").replace(" ", ""), directive.get("caption")
    return (f"{{{marked}}}" if marked else "") + (f"[{title}]" if title else "")


def put_values(state: StateBlock, line: int, text: str) -> None:
    """Values between commas as a table whose first row is its head."""
    directive = Directive("csv-table", "", line, line, {"header-rows": "1"})
    _put_text(state, line, line + 1, _values(directive, text.splitlines()))


def _put_text(state: StateBlock, line: int, below: int, text: str) -> None:
    """The blocks of Markdown of our own making."""
    for token in state.env["parse"](text, {"depth": state.env.get("depth", 0) + 1}):
        token.map = [line, below] if token.map else None
        token.level += state.level
        state.tokens.append(token)


def _fill(state: StateBlock, lines: list[int], directive: Directive) -> None:
    boxes.fill(state, directive.first, directive.last, state.sCount[lines[0]], "container")


def _lines(state: StateBlock, directive: Directive) -> list[str]:
    if directive.first >= directive.last:
        return []
    indent = state.sCount[directive.first - 1]
    return state.getLines(directive.first, directive.last, indent, False).split("\n")


def _tree(directive: Directive, lines: list[str]) -> str:
    """The pages below this one; none where the tool shows them at the side only."""
    if "hidden" in directive.options:
        return ""
    rows = [f"**{tags.escaped(title)}**\n"] if (title := directive.get("caption")) else []
    for line in filter(None, map(str.strip, lines)):
        entry = _ENTRY.fullmatch(line)
        url = entry[2] if entry else line
        if line.startswith("#") or "*" in url or url == "self":
            continue
        name = entry[1] if entry else title_of(url.rstrip("/").rpartition("/")[2])
        rows.append(f"- {tags.link(name, url)}")
    return "\n".join(rows)


def _glossary(directive: Directive, lines: list[str]) -> str:
    """Terms with what is indented below them, as a list of definitions."""
    text: list[str] = []
    is_first = False
    for line in lines:
        if line and not line[0].isspace():
            text += ["", line] if not is_first else [line]
            is_first = True
        elif is_first and line.strip():
            text.append(f": {line.strip()}")
            is_first = False
        else:
            text.append(f"  {line.strip()}" if line.strip() else "")
    return "\n".join(text)


def _rows(directive: Directive, lines: list[str]) -> str:
    """A list of lists as a table; as it is where a cell has more than text."""
    rows: list[list[str]] = []
    for line in filter(str.strip, lines):
        if item := _ITEM.fullmatch(line):
            rows.append([item[3] or ""])
        elif rows and (cell := _CELL.fullmatch(line)):
            rows[-1].append(cell[1] or "")
        elif rows and line[0].isspace() and "```" not in line:
            rows[-1][-1] += f" {line.strip()}"
        else:
            title = [directive.argument, ""] if directive.argument else []
            return "\n".join([*title, *lines])
    return _table(directive, rows)


def _values(directive: Directive, lines: list[str]) -> str:
    given = directive.get("header")
    text = "\n".join(([given] if given else []) + lines)
    try:
        found = csv.reader(StringIO(text.strip() + "\n"), skipinitialspace=True)
        rows = [row for row in found if row]
    except csv.Error:
        return text
    if given:
        directive.options["header-rows"] = "1"
    return _table(directive, rows)


def _table(directive: Directive, rows: list[list[str]]) -> str:
    if not rows or len(rows) > MOST_ROWS:
        return ""
    width = max(map(len, rows))
    head = rows.pop(0) if directive.get("header-rows").strip("0") else []
    cells = [
        [cell.replace("\n", " ").replace("|", "\\|") for cell in row] + [""] * (width - len(row))
        for row in (head, *rows)
    ]
    table = [f"| {' | '.join(row)} |" for row in cells]
    table.insert(1, "|" + " --- |" * width)
    title = f"{directive.argument}\n\n" if directive.argument else ""
    return title + "\n".join(table)


_MADE = {"tree": _tree, "glossary": _glossary, "rows": _rows, "values": _values}
_WRITERS = {
    "box": _put_box,
    "card": _put_box,
    "fold": _put_fold,
    "tabs": _put_tabs,
    "tab": _put_tab,
    "code": _put_code,
    "math": _put_code,
    "mermaid": _put_code,
    "picture": _put_picture,
    "link": _put_link,
    "titled": _put_title,
    "described": _put_described,
    "layout": _put_content,
}
