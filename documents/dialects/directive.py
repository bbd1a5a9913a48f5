"""A directive of MyST or Sphinx: its name, what is behind it, its options and its lines."""

import re
from dataclasses import dataclass, field

from markdown_it.rules_block import StateBlock

_OPTION = re.compile(r":([A-Za-z][\w-]*):(?:[ \t]+(.*))?\s*")
_KEY = re.compile(r"([A-Za-z][\w-]*):[ \t]*(.*?)\s*")


@dataclass(slots=True)
class Directive:
    """One directive: its name, what is behind it, its options, and from which line to which
    (exclusive) its text goes."""

    name: str
    argument: str
    first: int
    last: int
    options: dict[str, str] = field(default_factory=dict)

    def get(self, *names: str) -> str:
        """The first of these options that has a value, or ""."""
        return next((value for name in names if (value := self.options.get(name))), "")


def line_of(state: StateBlock, line: int) -> str:
    """A line without what it is indented by."""
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def known_name(name: str) -> str:
    """A directive's name without that of the extension for proofs."""
    return name.lower().removeprefix("prf:")


def read(state: StateBlock, name: str, argument: str, first: int, last: int) -> Directive:
    """The directive whose options and text are from `first` to `last` (exclusive)."""
    found = Directive(known_name(name), argument.strip(), first, last)
    if first < last and line_of(state, first).rstrip() == "---":
        for line in range(first + 1, last):
            text = line_of(state, line)
            if text.rstrip() == "---":
                found.first = line + 1
                break
            if key := _KEY.fullmatch(text):
                found.options[key[1].lower()] = key[2].strip("\"'")
        else:
            found.options.clear()
    while found.first < last and (option := _OPTION.fullmatch(line_of(state, found.first))):
        found.options[option[1].lower()] = (option[2] or "").strip()
        found.first += 1
    return found
