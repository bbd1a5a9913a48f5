"""The patterns of Markdown's lines. Each is anchored and free of nested repetition."""

import re

QUOTE = re.compile(r" {0,3}> ?")
ATX = re.compile(r" {0,3}(#{1,6})(?=[ \t]|$)")
SETEXT = re.compile(r" {0,3}(=+|-+)[ \t]*$")
RULE = re.compile(r" {0,3}(?:(?:-[ \t]*){3,}|(?:_[ \t]*){3,}|(?:\*[ \t]*){3,})$")
FENCE = re.compile(r"( {0,3})(`{3,}(?=[^`]*$)|~{3,})(.*)$")
BULLET = re.compile(r" {0,3}([-+*])(?= |$)")
ORDERED = re.compile(r" {0,3}(\d{1,9}[.)])(?= |$)")
FOOTNOTE = re.compile(r" {0,3}\[\^([^\]\s]{1,100})\]:[ ]?")
ADMONITION = re.compile(r" {0,3}!!! ?([A-Za-z][\w-]{0,30})(?: +\"([^\"]{0,200})\")?[ \t]*$")
DEFINITION = re.compile(r" {0,3}:[ ]{1,3}(?=\S)")
REFERENCE = re.compile(
    r"\[((?!\^)(?:[^\[\]\\]|\\.){1,999})\]:[ \t]*"
    r"(?:<([^<>]*)>|([^\s<]\S*))"
    r"(?:[ \t]+(\"[^\"]*\"|'[^']*'|\([^()]*\)))?[ \t]*$"
)

_BLOCK_TAGS = (
    "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|"
    "dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h1|h2|h3|h4|h5|h6|"
    "head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|"
    "p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul"
)
_ATTRIBUTES = r"(?:[ \t]+[A-Za-z_:][\w.:-]*(?:[ \t]*=[ \t]*(?:[^\s\"'=<>`]+|'[^']*'|\"[^\"]*\"))?)*"

# Names of HTML elements. Anything else between angle brackets is text: `<T>`, `<int>`, `<Foo />`.
_OTHER_TAGS = (
    "a abbr acronym audio b bdi bdo big blink br button canvas cite code data datalist del dfn em "
    "embed font hgroup i img input ins kbd label map mark marquee math meter noembed noscript "
    "object output picture plaintext pre progress q rb rp rt rtc ruby s samp script select slot "
    "small source span strike strong style sub sup svg template textarea time tt u var video wbr "
    "xmp path circle rect g use line polygon"
)
HTML_TAGS = frozenset(_BLOCK_TAGS.split("|")) | frozenset(_OTHER_TAGS.split())
# Elements that hide what follows them until they are closed.
_HIDING_TAGS = (
    "script style title textarea xmp iframe noembed noframes noscript plaintext select form button "
    "svg math template object embed"
)
HIDING_TAGS = frozenset(_HIDING_TAGS.split())
TAG_NAME = re.compile(r"[ ]{0,3}</?([A-Za-z][^\s/>]*)")

# The seven kinds of HTML block of the specification: how each starts and what ends it
# (None is a blank line). The last cannot interrupt a paragraph.
HTML_STARTS: list[tuple[re.Pattern[str], re.Pattern[str] | None]] = [
    (
        re.compile(r" {0,3}<(?:script|pre|style|textarea)(?:[\s>]|$)", re.IGNORECASE),
        re.compile(r"</(?:script|pre|style|textarea)>", re.IGNORECASE),
    ),
    (re.compile(r" {0,3}<!--"), re.compile(r"-->")),
    (re.compile(r" {0,3}<\?"), re.compile(r"\?>")),
    (re.compile(r" {0,3}<![A-Za-z]"), re.compile(r">")),
    (re.compile(r" {0,3}<!\[CDATA\["), re.compile(r"\]\]>")),
    (re.compile(rf" {{0,3}}</?(?:{_BLOCK_TAGS})(?:[ \t]|/?>|$)", re.IGNORECASE), None),
    (
        re.compile(
            rf" {{0,3}}(?:<[A-Za-z][A-Za-z0-9-]*{_ATTRIBUTES}[ \t]*/?>"
            r"|</[A-Za-z][A-Za-z0-9-]*[ \t]*>)[ \t]*$"
        ),
        None,
    ),
]

_LEADING = re.compile(r"(?:[ \t>]|[-+*][ \t]|\d{1,9}[.)][ \t])*")
_DELIMITERS = re.compile(r"\|?[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+\|?")
_CELL_END = re.compile(r"(?<!\\)\|")


def indent_of(line: str) -> int:
    """Number of leading spaces."""
    return len(line) - len(line.lstrip(" "))


def atx_text(line: str, start: int) -> str:
    """The text of an ATX heading whose opening marks end at `start`, without closing marks."""
    text = line[start:].strip(" \t")
    bare = text.rstrip("#")
    return bare.rstrip(" \t") if not bare or bare[-1] in " \t" else text


def untab(line: str) -> str:
    """The line with the tabs before its text turned into spaces, by tab stops of four."""
    if "\t" not in line:
        return line
    end = _LEADING.match(line).end()  # type: ignore[union-attr]
    return line[:end].expandtabs(4) + line[end:]


def columns(line: str) -> list[str] | None:
    """The alignments ("", "left", "center", "right") of a table's delimiter row, or None."""
    if "-" not in line or ("|" not in line and ":" not in line):
        return None
    if not _DELIMITERS.fullmatch(line.strip()):
        return None
    aligns = []
    for cell in cells(line):
        left, right = cell.startswith(":"), cell.endswith(":")
        aligns.append("center" if left and right else "left" if left else "right" if right else "")
    return aligns


def cells(line: str) -> list[str]:
    """The cells of a table row. As in GFM, `\\|` is a bar inside a cell, in code too."""
    line = line.strip()
    if line.startswith("|"):
        line = line[1:]
    parts = _CELL_END.split(line)
    if len(parts) > 1 and not parts[-1].strip():
        parts.pop()
    return [part.strip().replace("\\|", "|") for part in parts]


def starts_leaf(line: str, *, interrupting: bool) -> bool:
    """Whether a heading, rule, fence or HTML block starts here, so that a paragraph ends."""
    indent = indent_of(line)
    if indent >= 4:
        return False
    first = line[indent]
    if first == "#":
        return ATX.match(line) is not None
    if first in "`~":
        return FENCE.match(line) is not None
    if first in "-_*":
        return RULE.match(line) is not None
    if first == "<":
        starts = HTML_STARTS[:-1] if interrupting else HTML_STARTS
        return any(start.match(line) for start, _ in starts)
    return False


def html_block(line: str) -> tuple[re.Pattern[str], re.Pattern[str] | None] | None:
    """How the HTML block that starts here starts and ends (None: at a blank line), if one does."""
    for start, end in HTML_STARTS:
        if start.match(line):
            name = TAG_NAME.match(line)
            return None if name and name[1].lower() not in HTML_TAGS else (start, end)
    return None
