"""Numbers before titles: `1.1.2 Title`, `10 - Title`, `1. Title`, `A. Title`, `1️⃣ Title`.

A prefix of two or more parts is a number. One of a single part is a number only where a sibling
carries the number before or after it in the same form, or where a child continues it (`1.1`
below `1.`), so that `404 - Not Found` stays a title.
"""

import re
from dataclasses import dataclass

_KEYCAPS = {f"{digit}\ufe0f\u20e3": str(digit) for digit in range(10)}
_KEYCAPS |= {f"{digit}\u20e3": str(digit) for digit in range(10)} | {"\U0001f51f": "10"}

_CHECK = r"(?:[\u2705\u2611\u2714\u2610\u2b1c\U0001f532\U0001f533]\ufe0f?[ \t]*)*"
_KEYCAP = r"(?:[0-9]\ufe0f?\u20e3){1,3}|\U0001f51f"
_PREFIX = re.compile(
    rf"(?P<check>{_CHECK})(?:"
    rf"(?P<keycap>{_KEYCAP})[ \t]*[.:)\-\u2013\u2014]?[ \t]+"
    r"|(?P<dotted>\d{1,4}(?:\.\d{1,4}){1,9})(?:[.:)]|[ \t]+[\-\u2013\u2014:])?[ \t]+"
    r"|(?P<single>\d{1,3})(?P<mark>[.:)]|[ \t]+[\-\u2013\u2014:])[ \t]+"
    r"|(?P<letter>[A-Z])(?P<stop>[.)])[ \t]+"
    r")(?=\S)"
)
_BOLD_NUMBER = re.compile(r"(\*\*|__)(\d[\d.]{0,40}[.:)]?)\1(?=[ \t])")
_DATE = re.compile(r"[\s(\[]*\d{4}-\d\d(?:-\d\d)?[\s)\]]*")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Prefix:
    """A number found before a title. `certain` means that it needs no sibling to confirm it.

    text    all that is before the title, without the emphasis of a bold number
    length  how much of the source that is
    number  "1.1.2", "10", "A"
    form    what siblings must share for a sequence
    """

    text: str
    length: int
    number: str
    form: str
    certain: bool


def find_prefix(source: str) -> Prefix | None:
    """The number that a heading's source may start with."""
    bold = _BOLD_NUMBER.match(source)
    marks = 2 * len(bold[1]) if bold else 0
    plain = f"{bold[2]}{source[bold.end() :]}" if bold else source
    found = _PREFIX.match(plain)
    if not found:
        return None
    length = found.end() + marks
    rest = plain[found.end() :]
    if not _LETTER.search(rest) or _DATE.fullmatch(rest):
        return None
    if found["dotted"]:
        return Prefix(found[0], length, found["dotted"], "dotted", True)
    if found["keycap"]:
        return Prefix(found[0], length, _from_keycaps(found["keycap"]), "keycap", False)
    if found["single"]:
        number = found["single"]
        if len(number) == 3 and not number.startswith("0"):
            return None
        return Prefix(found[0], length, number, "single", False)
    return Prefix(found[0], length, found["letter"], "letter", False)


def _from_keycaps(text: str) -> str:
    for keycap, digit in sorted(_KEYCAPS.items(), key=lambda pair: -len(pair[0])):
        text = text.replace(keycap, digit)
    return text


def confirm(prefixes: list[Prefix | None], below: list[set[str]]) -> list[bool]:
    """For the headings of one parent, in order: whose prefix is a number.

    `below` holds for each the first parts of the dotted numbers of its own children.
    """
    places: dict[str, set[int]] = {}
    for prefix in prefixes:
        if prefix is not None and not prefix.certain:
            places.setdefault(prefix.form, set()).add(_place(prefix))
    result = []
    for prefix, parts in zip(prefixes, below, strict=True):
        if prefix is None or prefix.certain:
            result.append(prefix is not None)
            continue
        place, known = _place(prefix), places[prefix.form]
        result.append(place - 1 in known or place + 1 in known or prefix.number in parts)
    return result


def _place(prefix: Prefix) -> int:
    return ord(prefix.number) if prefix.form == "letter" else int(prefix.number)
