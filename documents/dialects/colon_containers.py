"""Containers between colons: `:::tip Title` … `:::` (VitePress, Docusaurus, Pandoc, MyST, Learn)."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from documents import boxes
from documents.attributes import read

from . import directives, snippets, tabs, tags
from .dialect import INTERRUPTING, Dialect, reading_of, signs
from .directive import read as read_directive
from .pairs import ending

_OPENER = re.compile(
    r"(?:[ \t>]|[-*+][ \t]|\d{1,9}[.)][ \t])*(:{3,})((?![^\n]*:::\s*$|\s*(?:moniker|zone)\b)[^\n]*)"
)
_INFO = re.compile(
    r"\s*(?:\{(?P<role>[A-Za-z][\w:-]*)\}|(?P<list>\{[^{}]*\})|(?P<name>[A-Za-z][\w-]*))"
    r"(?:\[(?P<label>[^\]]*)\])?[ \t]*(?P<title>(?:[^{]|\{[A-Za-z][\w-]*\}`[^`\n]*`)*)(?P<more>\{[^{}]*\})?\s*"
)
# Texts for some versions or choices only: all are shown.
_VERSION = re.compile(r":::\s*(?:moniker|zone)(?:-end\s*|\s[^\n]*)")
_LEAF = re.compile(r":::\s*([A-Za-z][\w-]*)([^\n]{0,500}?):::\s*")
# MkDocs fills in what the code's own comments say of it.
_OBJECT = re.compile(r"\s+\w+(?:\.\w+)+\s*")
_OPTION = re.compile(r"\s*:[A-Za-z][\w-]*:")
_TAB = re.compile(r"\s*(?:==|@tab(?::active)?)[ \t]+(\S[^\n]*)")
# Containers that only arrange what is in them.
_LAYOUT = frozenset(
    [
        "raw",
        "v-pre",
        "row",
        "column",
        "columns",
        "column-margin",
        "zone",
        "moniker",
        "steps",
        "cards",
        "card",
        "card-grid",
        "grid",
        "div",
        "section",
        "center",
        "left",
        "right",
        "container",
        "page-layout-full",
        "no-loc",
        "demo",
        "only",
        "example-block",
    ]
)
_TABS = frozenset(("code-group", "code-tabs", "tabs", "tab-set"))
# Parts for another form of the same text, a book for instance (Quarto).
_UNSEEN = re.compile(
    r"content-hidden(?!.*unless-format)(?!.*when-format=[\"']?+(?!html))"
    r"|content-visible.*(?:when-format=[\"']?+(?!html)|unless-format=[\"']?html)"
)
_HEADING = re.compile(r"(#{1,6})[ \t]+(\S.*?)[ \t#]*\Z")
_TONES = {"info": "info", "warn": "warning", "alert": "danger"}
_FOLDS = frozenset(("details", "dropdown", "spoiler", "collapse"))
_COLLAPSE = re.compile(r"[\s{]collapse\s*=\s*[\"']?(true|false)")
_OPEN = re.compile(r"(?<![\w.#=-])open(?![\w-])")
_TEXT = re.compile(r"(?:alt-text|alt|title)=\"([^\"]*)\"")
_VALUE = re.compile(r"(\w+)=\"([^\"]*)\"")
_SOURCE = re.compile(r"source=\"([^\"]*)\"")


def _container(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith(":::", start) or state.is_code_block(line):
        return False
    text = state.src[start : state.eMarks[line]]
    if leaf := _LEAF.fullmatch(text):
        return silent or _leaf(state, line, end, leaf)
    if _VERSION.fullmatch(text):
        state.line = line if silent else line + 1
        return True
    info = text.lstrip(":")
    found = _INFO.fullmatch(info)
    if not info.strip() or not found:
        return False
    if _OBJECT.fullmatch(info):
        if not silent:
            _put_object(state, line, end, info.strip())
        return True
    lines = ending(state, line, end, _OPENER)
    if lines is None or (lines[0] == lines[1] and _named(found)[0] not in boxes.CLASSES):
        return False
    if silent:
        return True
    if lines[0] == lines[1]:
        reading_of(state.env).unread["::: container without its end"] += 1
    _open(state, line, lines[0], found)
    state.line = lines[1]
    return True


def _put_object(state: StateBlock, line: int, end: int, name: str) -> None:
    """The name of what MkDocs would describe from the code, which links mean; how it would is left
    out."""
    reading_of(state.env).unread["description of code by ::: left out"] += 1
    state.push("html_block", "", 0).content = f'<a id="{name}"></a>\n'
    tags.paragraph(state, f"`{name}`", line)
    state.line = boxes.indented_end(state, line + 1, end, state.sCount[line] + 4)


def _open(state: StateBlock, line: int, last: int, found: re.Match[str]) -> None:
    if found["role"]:
        argument = state.src[state.bMarks[line] : state.eMarks[line]].partition("}")[2]
        directive = read_directive(state, found["role"], argument, line + 1, last)
        if directives.put(state, line, last, directive):
            return
    kind, title = _named(found)
    if found["list"] and _UNSEEN.search(found["list"]):
        return
    first = line + 1
    while found["role"] and first < last and _OPTION.match(_line(state, first)):
        first += 1
    if kind == "mermaid":
        token = state.push("fence", "code", 0)
        token.info, token.map = "mermaid", [line, last + 1]
        token.content = state.getLines(first, last, state.sCount[line], True)
    elif kind in _TABS or kind == "panel-tabset":
        _tabs(state, line, first, last, by_heading=kind == "panel-tabset")
    elif kind in _LAYOUT or (found["list"] and kind not in boxes.CLASSES and kind not in _FOLDS):
        boxes.fill(state, first, last, state.sCount[line], "container")
    else:
        fold = _fold(kind, found["more"] or found["list"] or "")
        if "callout-" in found[0] and not title:  # Quarto: its heading is its title
            top = next((n for n in range(first, last) if not state.isEmpty(n)), first)
            if heading := _HEADING.match(_line(state, top)):
                first, title = top + 1, heading[2]
        title = title or boxes.title_of(kind.removeprefix("callout-"))
        kind = kind.removeprefix("callout-")
        state.tokens += boxes.opening(kind, title, state.level, [line, last + 1], fold=fold)
        boxes.fill(state, first, last, state.sCount[line], "container")
        boxes.close(state, "div" if fold is None else "details")


def _fold(kind: str, attributes: str) -> bool | None:
    """Whether a container is a fold, and closed at first: `{open}`, `{collapse="true"}`."""
    collapse = _COLLAPSE.search(attributes)
    if kind not in _FOLDS and not collapse:
        return None
    return collapse[1] == "true" if collapse else not _OPEN.search(attributes)


def _named(found: re.Match[str]) -> tuple[str, str]:
    """Kind and title of a container."""
    title = (found["label"] or found["title"] or "").strip()
    more = read(found["more"]) if found["more"] else None
    if found["more"] and not more and not title:
        more = read(found["more"].replace("{", "{: ", 1))
    if found["list"]:
        more = read(found["list"])
        classes = [name.removeprefix("callout-") for name in more.classes] if more else []
        known = [name for name in classes if name in boxes.CLASSES]
        kind = (known or classes or ["div"])[0]
    else:
        kind = found["role"] or found["name"]
    if kind in ("note", "message") and title in _TONES:  # Qiita, Zenn
        kind, title = _TONES[title], ""
    if more and not title:
        title = more.values.get("title", "")
    return kind.lower(), title


def _tabs(state: StateBlock, line: int, first: int, last: int, *, by_heading: bool = False) -> None:
    """Tabs by lines that name them, by headings of the highest rank, or one for each code block."""
    group = tabs.open_group(state, line)
    group.map = [line, last + 1]
    name_of = _heading_of(state, first, last) if by_heading else _TAB
    starts = [number for number in range(first, last) if name_of.match(_line(state, number))]
    indent = state.sCount[line]
    if starts:
        boxes.fill(state, first, starts[0], indent, "container")
        for start, end in zip(starts, [*starts[1:], last], strict=True):
            name = name_of.match(_line(state, start))
            tabs.open_tab(state, name[1].strip() if name else "", start)
            boxes.fill(state, start + 1, end, indent, "container")
            tabs.close_tab(state)
    else:
        before = len(state.tokens)
        boxes.fill(state, first, last, indent, "container")
        state.tokens[before:] = tabs.around_code(state, state.tokens[before:])
    tabs.close_group(state)


def _heading_of(state: StateBlock, first: int, last: int) -> re.Pattern[str]:
    """What the first heading of these lines, and all others of its rank, look like."""
    ranks = (_HEADING.match(_line(state, number)) for number in range(first, last))
    rank = next((len(found[1]) for found in ranks if found), 1)
    return re.compile(rf"#{{{rank}}}[ \t]+(\S.*?)(?:[ \t]+\{{[^{{}}]*\}})?[ \t#]*\Z")


def _leaf(state: StateBlock, line: int, end: int, found: re.Match[str]) -> bool:
    """Learn's directives of one line: a picture, or a part of the page with its end, which only
    arranges; what is indented in it is no code."""
    closing = f":::{found[1]}-end:::"
    last = line + 1
    while last < end and _line(state, last).rstrip() != closing:
        last += 1
    if found[1] in ("row", "column") and last < end:
        indents = [state.sCount[n] for n in range(line + 1, last) if not state.isEmpty(n)]
        boxes.fill(state, line + 1, last, min(indents, default=0), "container")
        state.line = last + 1
        return True
    source, text = _SOURCE.search(found[2]), _TEXT.search(found[2])
    if found[1].lower() == "code" and source and _put_code(state, line, source[1], found[2]):
        state.line = line + 1
        return True
    if found[1].lower() in ("image", "video", "code") and source:
        state.push("paragraph_open", "p", 1).map = [line, line + 1]
        token = state.push("inline", "", 0)
        bang = "!" if found[1].lower() == "image" else ""
        name = text[1] if text else source[1].rpartition("/")[2]
        token.content, token.children = f"{bang}[{_escaped(name)}](<{source[1]}>)", []
        token.map = [line, line + 1]
        state.push("paragraph_close", "p", -1)
    state.line = line + 1
    return True


def _put_code(state: StateBlock, line: int, path: str, options: str) -> bool:
    """The lines or the part of a file that are asked for, where it can be had."""
    said = dict(_VALUE.findall(options))
    part = said.get("id") or snippets.lines_listed(said.get("range", ""))
    info = f"{{{said['highlight']}}}" if said.get("highlight") else ""
    wanted = snippets.Wanted("::: code", path, part, info)
    return snippets.take_in(state, line, line + 1, wanted, as_code=True)


def _escaped(text: str) -> str:
    return re.sub(r"([\\\[\]`*_<>])", r"\\\1", text)


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _rules(markdown: MarkdownIt) -> None:
    markdown.block.ruler.before("fence", "colon_container", _container, INTERRUPTING)


DIALECT = Dialect(
    signs=signs(r":::"),
    rules=_rules,
    examples=(
        (
            ":::tip Use a pool\n\nOpen it **once**.\n\n:::",
            '<div class="note note-tip"><p class="note-title">Use a pool</p>'
            "<p>Open it <strong>once</strong>.</p></div>",
        ),
        (
            "::: warning\nText.\n:::\nBelow.",
            '<div class="note note-warning"><p class="note-title">Warning</p><p>Text.</p></div>'
            "<p>Below.</p>",
        ),
        (
            ":::note[Own *title*]\nText.\n:::",
            '<div class="note"><p class="note-title">Own <em>title</em></p><p>Text.</p></div>',
        ),
        (
            "::::info\n:::danger\nText.\n:::\n::::",
            '<div class="note"><p class="note-title">Info</p><div class="note note-caution">'
            '<p class="note-title">Danger</p><p>Text.</p></div></div>',
        ),
        (
            "::: details More\nText.\n:::",
            '<details class="note"><summary class="note-title">More</summary><p>Text.</p></details>',
        ),
        (
            '::: {.callout-note title="T"}\nText.\n:::',
            '<div class="note"><p class="note-title">T</p><p>Text.</p></div>',
        ),
        (
            ":::{warning} Mind\n:class: dropdown\nText.\n:::",
            '<details class="note note-warning"><summary class="note-title">Mind</summary><p>Text.</p></details>',
        ),
        (
            "1. Step\n\n   :::note\n   In.\n   :::\n",
            '<ol><li><p>Step</p><div class="note"><p class="note-title">Note</p><p>In.</p></div>'
            "</li></ol>",
        ),
        (
            "::: code-group\n```sh [npm]\na\n```\n```sh\nb\n```\n:::",
            '<div class="tabs"><details class="tab" name="tabs-0-49" open=""><summary class="tab-title">npm</summary>'
            '<pre class="code" tabindex="0" data-language="sh"><code>a\n</code></pre></details>'
            '<details class="tab" name="tabs-0-49"><summary class="tab-title">sh</summary>'
            '<pre class="code" tabindex="0" data-language="sh"><code>b\n</code></pre></details></div>',
        ),
        (
            ":::tabs\n== One\na\n== Two\nb\n:::",
            '<div class="tabs"><details class="tab" name="tabs-0-30" open=""><summary class="tab-title">One</summary><p>a</p></details>'
            '<details class="tab" name="tabs-0-30"><summary class="tab-title">Two</summary><p>b</p></details></div>',
        ),
        ("::: v-pre\n{{ x }}\n:::", "<p>{{ x }}</p>"),
        (
            ':::image source="a.png" alt-text="Alt":::',
            '<p><img src="a.png" alt="Alt"></p>',
        ),
        (
            ":::tip\nText.\n\n- a\n\n## b",
            '<div class="note note-tip"><p class="note-title">Tip</p><p>Text.</p><ul><li>a</li></ul>'
            "</div><h2>b</h2>",
        ),
        (":::some\nText.", "<p>:::some\nText.</p>"),
        ("Note::: text\n:::", "<p>Note::: text\n:::</p>"),
        ("```\n:::tip\n```", '<pre class="code" tabindex="0"><code>:::tip\n</code></pre>'),
    ),
)
