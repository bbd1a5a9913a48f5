"""The one place where HTML is made safe to show."""

import re
from html import escape

import nh3
from pygments.token import STANDARD_TYPES

from . import formulas

MOST_ROUNDS = 5

_ALLOWED = (
    "a abbr b bdi bdo blockquote br caption cite code dd del details dfn div dl dt em figcaption "
    "figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp small span "
    "strong sub summary sup table tbody td tfoot th thead tr u ul var"
)
_TAGS = set(_ALLOWED.split()) | set(formulas.ELEMENTS)
# What is inside these is code or foreign markup, never prose.
_GONE_WITH_CONTENT = {"script", "style", "template", "iframe", "noscript", "svg"}
_ATTRIBUTES = {
    "a": {"href", "title", "id"},
    "abbr": {"title"},
    "details": {"open", "name"},
    "dfn": {"title"},
    "img": {"src", "alt", "title", "width", "height"},
    "li": {"value", "id"},
    "ol": {"start"},
    "pre": {f"data-{name}" for name in ("language", "title", "start", "lines", "added", "removed")},
    "span": {"aria-label", "data-line"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    **{tag: set(names) for tag, names in formulas.ATTRIBUTES.items()},
}
_FIXED_VALUES = {
    "span": {"role": {"img"}},
    "div": {"tabindex": {"0"}},
    "pre": {"tabindex": {"0"}},
}
_DIRECTED = "p div h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote table td th span details summary"
for _tag in _DIRECTED.split():
    _FIXED_VALUES.setdefault(_tag, {})["dir"] = {"ltr", "rtl", "auto"}
_ALIGNED = {"align-left", "align-center", "align-right"}
LINES = ("code-line", "line-mark", "line-added", "line-removed")
_NOTES = {"note", "note-tip", "note-important", "note-warning", "note-caution"}
_CLASSES = {
    "a": {"titled"},
    "details": {*_NOTES, "tab", "diagram"},
    "div": {*_NOTES, "table", "tabs", "embed", "formula"},
    "img": {"only-dark", "only-light"},
    "li": {"task", "task-done"},
    "ol": {"footnotes"},
    "p": {"note-title"},
    "pre": {"code"},
    "span": {"task-mark", *LINES, *(name for name in STANDARD_TYPES.values() if name)},
    "summary": {"note-title", "tab-title"},
    "sup": {"footnote"},
    "td": _ALIGNED,
    "th": _ALIGNED,
    "ul": {"tasks"},
}
# Links by the name of a note or the id of a page, which the importer turns into addresses.
_SCHEMES = {"http", "https", "mailto", "wiki", "xref"}
# The tabs of one group share a name, so that only one is open.
_GROUP = re.compile(r"tabs-[0-9-]{1,40}")
_FOOTNOTE_ID = re.compile(r"(?:fn|fnref)--[\w-]+")
# Characters that a reference such as `&#3;` can name, but that no page and no XML may hold.
_NO_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SMALL_NUMBER = re.compile(r"\d{1,4}")
_LINE_NUMBER = re.compile(r"\d{1,7}")
_SIZE = re.compile(r"(\d{1,4}|\d{1,3}%)(?:px)?", re.IGNORECASE)
_SIZES = {"width", "height"}
_NUMERIC = {"width", "height", "start", "value", "colspan", "rowspan"}


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Ids only for footnotes, so that no document can name itself a part of the page."""
    if name == "id":
        return value if _FOOTNOTE_ID.fullmatch(value) else None
    if name == "name":
        return value if _GROUP.fullmatch(value) else None
    if name in formulas.ATTRIBUTES.get(tag, ()):
        return value if formulas.may_have(tag, name, value) else None
    if name in _SIZES and tag == "img":
        found = _SIZE.fullmatch(value.strip())
        return found[1] if found else None
    if name == "data-line":
        return value if _LINE_NUMBER.fullmatch(value) else None
    if name in _NUMERIC:
        return value if _SMALL_NUMBER.fullmatch(value) else None
    return value


_BLOCK = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_GONE_WITH_CONTENT,
    attributes=_ATTRIBUTES,
    attribute_filter=_attribute,
    tag_attribute_values=_FIXED_VALUES,
    allowed_classes=_CLASSES,
    url_schemes=_SCHEMES,
    link_rel=None,
)
_INLINE = nh3.Cleaner(
    tags={"code", "em", "strong", "del", "sub", "sup", "kbd"},
    clean_content_tags=_GONE_WITH_CONTENT,
    attributes={},
    url_schemes=_SCHEMES,
    link_rel=None,
)


def sanitise(html: str) -> str:
    """Return balanced HTML without scripts, styles, forms, frames, foreign ids or odd schemes.

    What is returned parses to itself, so that a browser sees what was checked here: markup that
    changes when it is parsed once more is how sanitisers are slipped past.
    """
    for _ in range(MOST_ROUNDS):
        cleaned = _NO_CHARACTER.sub("", _BLOCK.clean(html))
        if cleaned == html:
            return cleaned
        html = cleaned
    return escape(html)


def sanitise_inline(html: str) -> str:
    """Return what a heading may hold: code, emphasis and text; no links, no images."""
    if "<" not in html and "&" not in html:
        return html.replace(">", "&gt;")
    return _NO_CHARACTER.sub("", _INLINE.clean(html))
