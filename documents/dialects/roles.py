"""Roles of MyST and Sphinx in running text: `` {ref}`x` ``, `` {doc}`Title <page>` ``,
`` {kbd}`Ctrl+C` ``."""

import re
from collections.abc import Callable
from html import escape

from markdown_it.rules_inline import StateInline

from documents import maths
from documents.slugs import title_of

from . import tags
from .dialect import parse_inside, reading_of

_ROLE = re.compile(r"\{([A-Za-z][\w:+.-]{0,60})\}(`{1,3})(?!`)(.{1,1000}?)(?<!`)\2(?!`)", re.DOTALL)
_TITLED = re.compile(r"(.*\S)\s*<([^<>]+)>", re.DOTALL)
_ABBREVIATION = re.compile(r"(.*\S)\s*\(([^()]+)\)", re.DOTALL)
_ELEMENTS = {
    "kbd": "kbd",
    "sub": "sub",
    "subscript": "sub",
    "sup": "sup",
    "superscript": "sup",
    "strong": "strong",
    "guilabel": "strong",
    "menuselection": "strong",
    "emphasis": "em",
    "dfn": "em",
    "title-reference": "em",
    "del": "del",
    "strike": "del",
    "u": "ins",
    "underline": "ins",
}
_CODE_NAMES = (
    "code literal file samp command program option envvar func meth class attr mod exc data const "
    "obj type func-sig regexp token makevar mimetype newsgroup bash python js html css sql "
    "confval setting djadmin ttag tfilter lookup fieldlookup macro member keyword source"
)
_CODE = frozenset(_CODE_NAMES.split())
_DOMAINS = (
    "py:",
    "c:",
    "cpp:",
    "js:",
    "rst:",
    "go:",
    "rb:",
    "php:",
    "external:",
    "external+",
    "http:",
)
_PLAIN = frozenset(("term", "std:term", "cite", "cite:p", "cite:t", "cite:ps", "cite:ts", "fn"))
_LABELS = frozenset(("ref", "std:ref", "numref", "eq", "prf:ref", "any", "xref"))
_FILES = frozenset(("doc", "std:doc", "download", "any-doc"))
_SERIES = {
    "pep": ("PEP {}", "https://peps.python.org/pep-{:0>4}/"),
    "rfc": ("RFC {}", "https://www.rfc-editor.org/rfc/rfc{}"),
}
_BADGE = re.compile(r"bdg(-ref|-link)?(?:-[a-z]+){0,2}\Z")  # sphinx-design
_BUTTONS = frozenset(("button", "button-link", "button-ref"))
_HIDDEN = re.compile(r"(?:index|octicon|fa[srlb]?|material-\w+|icon|eval)\Z")
_SPACE = re.compile(r"\s+")


def inline(state: StateInline, silent: bool) -> bool:
    """A role with its text."""
    if state.src[state.pos] != "{":
        return False
    found = _ROLE.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    name, text = found[1].lower(), _SPACE.sub(" ", found[3]).strip()
    put = _reader(name)
    if put is None:
        if not silent:
            reading_of(state.env).unread[f"role shown as written: {name}"] += 1
        return False
    if not silent:
        put(state, name, text)
    state.pos = found.end()
    return True


def _reader(name: str) -> Callable[[StateInline, str, str], None] | None:
    """What puts a role's text in its place; None for a role that is not known."""
    if name.startswith(_DOMAINS):
        return _put_code
    if badge := _BADGE.match(name):
        return _put_goal if badge[1] else _put_plain
    return _put_nothing if _HIDDEN.match(name) else _READERS.get(name)


def _titled(text: str) -> tuple[str, str]:
    """The title and the target that a text names; no title if it is the target alone."""
    found = _TITLED.fullmatch(text)
    return (found[1], found[2].strip()) if found else ("", text)


def _put_element(state: StateInline, name: str, text: str) -> None:
    tag = _ELEMENTS[name]
    text = text.replace("-->", "\u2192").replace("&", "") if name == "menuselection" else text
    state.push("html_inline", "", 0).content = f"<{tag}>{escape(text, quote=False)}</{tag}>"


def _put_link(state: StateInline, name: str, text: str) -> None:
    title, target = _titled(text)
    is_filled_in = not title and name in _LABELS | _FILES and name not in ("download", "eq")
    if name in _SERIES:
        number, _, place = target.partition("#")
        said, address = _SERIES[name]
        url = address.format(number) + (f"#{place}" if place else "")
        source = tags.link(title or said.format(number), url)
    elif name in _LABELS:
        if not title or "%s" in title or "{" in title:
            title = target.replace("-", " ").replace("_", " ").replace(":", " ")
        source = tags.link(title, f"#{target}")
    else:
        page = target.removesuffix(".md").rstrip("/").rpartition("/")[2]
        source = tags.link(title or (page if name == "download" else title_of(page)), target)
    parse_inside(state, source)
    for token in state.tokens[-3:] if is_filled_in else ():
        if token.type == "link_open":
            token.attrs["class"] = "titled"  # by the importer, which knows the title


def _put_goal(state: StateInline, name: str, text: str) -> None:
    """A badge or button that leads to an address, a page or a label."""
    title, target = _titled(text)
    is_label = name.startswith(("bdg-ref", "button-ref")) and not re.search(r"[/.]", target)
    parse_inside(state, tags.link(title or target, f"#{target}" if is_label else target))


def _put_code(state: StateInline, name: str, text: str) -> None:
    title, target = _titled(text)
    shown = title or (target.rpartition(".")[2] if target.startswith("~") else target.lstrip("!"))
    state.push("code_inline", "code", 0).content = shown


def _put_plain(state: StateInline, name: str, text: str) -> None:
    title, target = _titled(text)
    state.push("text", "", 0).content = title or (f"[{target}]" if "cite" in name else target)


def _put_abbreviation(state: StateInline, name: str, text: str) -> None:
    found = _ABBREVIATION.fullmatch(text)
    short, long = (found[1], found[2]) if found else (text, "")
    html = f'<abbr title="{escape(long)}">{escape(short, quote=False)}</abbr>'
    state.push("html_inline", "", 0).content = html


def _put_formula(state: StateInline, name: str, text: str) -> None:
    maths.put(state, f"${text}$", text)


def _put_nothing(state: StateInline, name: str, text: str) -> None:
    """What has no words: an icon, an entry of an index."""


_READERS: dict[str, Callable[[StateInline, str, str], None]] = {
    **dict.fromkeys(_ELEMENTS, _put_element),
    **dict.fromkeys([*_LABELS, *_FILES, *_SERIES], _put_link),
    **dict.fromkeys(_CODE, _put_code),
    **dict.fromkeys(_PLAIN, _put_plain),
    **dict.fromkeys(_BUTTONS, _put_goal),
    **dict.fromkeys(("sc", "smallcaps"), _put_plain),
    "abbr": _put_abbreviation,
    "math": _put_formula,
}
