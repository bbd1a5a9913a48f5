"""LaTeX formulas as MathML, which browsers draw without a script.

`latex2mathml` reads them. What it gives is written again from a short list of elements, so that a
formula can bring neither an address nor a style; one that it cannot read whole stays as written.
"""

import re
from collections.abc import Iterator
from html import escape, unescape
from xml.etree.ElementTree import Element

LONGEST = 2_000  # characters of one formula
MOST = 200_000  # characters of all formulas of a document
DEEPEST = 60

# Each element and how many there must be in it; None for any number.
ELEMENTS: dict[str, int | None] = {
    "math": None, "mrow": None, "mstyle": None, "mpadded": None, "mphantom": None, "msqrt": None,
    "mi": 0, "mn": 0, "mo": 0, "mtext": 0, "mspace": 0,
    "mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2,
    "msubsup": 3, "munderover": 3,
    "mtable": None, "mtr": None, "mtd": None,
}  # fmt: skip
# Of each element the attributes that it may have, and their values.
_EITHER = "true|false"
ATTRIBUTES = {
    "math": {"display": "block|inline"},
    "mi": {"mathvariant": "normal"},
    "mo": {"stretchy": _EITHER, "fence": _EITHER, "form": "prefix|infix|postfix"},
    "mspace": {"width": r"-?[0-9](?:\.[0-9]{1,3})?em"},
    "mfrac": {"linethickness": "0(?:pt|px)?"},
    "mstyle": {"displaystyle": _EITHER},
    "mtable": {"displaystyle": _EITHER},
    "mtd": {"columnalign": "left|center|right"},
}
ROWS = {"math", "mrow", "mstyle", "mtd"}
THIN = '<mspace width="0.167em"></mspace>'
_BRACE = re.compile(r"\\.|([{}])", re.DOTALL)


def may_have(tag: str, name: str, value: str) -> bool:
    """Whether an element of a formula may have this attribute."""
    return re.fullmatch(ATTRIBUTES.get(tag, {}).get(name, "(?!)"), value) is not None


class _Unread(Exception):
    """The formula holds what is not known here."""


def mathml(source: str, *, is_block: bool = False) -> str | None:
    """The formula as a `math` element; None where it cannot be read."""
    braces = [found[1] for found in _BRACE.finditer(source) if found[1]]
    if len(source) > LONGEST or braces.count("{") != braces.count("}"):
        return None
    from latex2mathml.converter import convert_to_element

    try:
        root = convert_to_element(source.strip(), display="block" if is_block else "inline")
        return "".join(_written(root, 0, [""]))
    except RecursionError:
        return None
    except Exception:  # the library names some of its errors only
        return None


def _written(element: Element, depth: int, before: list[str]) -> Iterator[str]:
    """An element as HTML. `before` holds the text that came last: between two words is a
    space, which is not drawn, so that the words of a formula are found apart."""
    tag = element.tag
    if depth > DEEPEST or tag not in ELEMENTS or ELEMENTS[tag] not in (None, len(element)):
        raise _Unread(tag)
    text = unescape(element.text or "")
    if "\\" in text:  # a command that it does not know
        raise _Unread(text)
    if text and before[0][-1:].isalnum() and text[:1].isalnum():
        yield " "
    yield f"<{tag}{_attributes(element)}>{escape(text, quote=False)}"
    before[0] = text or before[0]
    above: Element | None = None
    for child in element:
        if tag in ROWS and above is not None and _stand_apart(above, child):
            yield THIN
        yield from _written(child, depth + 1, before)
        above = child
    yield f"</{tag}>"


def _stand_apart(one: Element, other: Element) -> bool:
    """Whether one of two neighbours is the name of a function, such as log, and the other is
    neither a sign nor a bracket."""
    texts = [next((unescape(e.text) for e in part.iter() if e.text), "") for part in (one, other)]
    is_name = [
        part.tag != "mo" and len(t) > 1 and t.isalpha()
        for part, t in zip((one, other), texts, strict=True)
    ]
    return any(is_name) and all(part.tag != "mo" for part in (one, other))


def _attributes(element: Element) -> str:
    return "".join(
        f' {name}="{value}"'
        for name, value in element.attrib.items()
        if may_have(element.tag, name, value)
    )
