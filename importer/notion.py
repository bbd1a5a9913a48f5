"""Pages of an export of Notion: what its database says of a page stands below its title, a line for
each property, in which other pages are named with where they lie in round brackets."""

import re

from documents.slugs import without_id

_PROPERTIES = re.compile(
    rb"\A(\xef\xbb\xbf)?(# [^\n]*\r?\n\r?\n)((?:[^:\n|#>\-][^:\n]{0,80}: [^\n]*\r?\n){1,100})"
    rb"(?=\r?\n|\Z)"
)
_RELATION = re.compile(
    rb"([^,:()\[\]\r\n]{1,200}?) \(((?:https://www\.notion\.so/|(?:\.\./)*)[^()\s,]{0,400}?[0-9a-f]{32}"
    rb"[^()\s,]{0,100})\)"
)


def is_page(name: str) -> bool:
    """Whether a file has the name of a page of an export."""
    stem, dot, suffix = name.rpartition(".")
    return bool(dot) and suffix == "md" and without_id(stem) != stem


def with_properties(data: bytes) -> bytes:
    """A page with each of its properties on a line of its own, whose pages are links."""
    found = _PROPERTIES.match(data)
    if not found:
        return data
    lines = [_linked(line.rstrip()) for line in found[3].splitlines()]
    return data[: found.start(3)] + b"\\\n".join(lines) + b"\n" + data[found.end() :]


def _linked(line: bytes) -> bytes:
    name, _, value = line.partition(b": ")
    return name + b": " + _RELATION.sub(rb"[\1](\2)", value)
