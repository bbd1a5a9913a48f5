"""Which files of a source are no pages for its tool: parts that documents take in, templates."""

import posixpath
import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache

MOST = 200  # patterns of one source
LONGEST = 200  # characters of one
DEEPEST = 3  # times that one may leave the depth open
_BRACES = re.compile(r"\{([^{}]*)\}")


def matches(path: str, patterns: Sequence[str]) -> bool:
    """Whether a file, or a folder that it lies in, has one of these names; the last that it has
    counts, and one with `!` in front takes it out again.

    `*` is any part of a name, `**` any folders, `{a,b}` one of these. All begin at the root.
    """
    parts = tuple(path.split("/"))
    found = False
    for pattern in patterns:
        is_out = pattern.startswith("!")
        if found is is_out:
            found = found is not _fits(parts, _steps(pattern.removeprefix("!")))
    return found


def _fits(parts: Sequence[str], steps: Sequence[str]) -> bool:
    if not steps:
        return True
    if steps[0] == "**":
        return any(_fits(parts[i:], steps[1:]) for i in range(len(parts)))
    return bool(parts) and fnmatchcase(parts[0], steps[0]) and _fits(parts[1:], steps[1:])


@lru_cache(maxsize=500)
def _steps(pattern: str) -> tuple[str, ...]:
    """The names that a pattern asks for, one below the other."""
    steps: list[str] = []
    for step in pattern.strip("/").split("/"):
        if step.startswith("**") and step != "**":  # Sphinx: any folders, too
            steps += ["**", step[1:]]
        elif step != "**" or steps[-1:] != ["**"]:
            steps.append(step)
    return tuple(steps)


def below(folder: str, patterns: Iterable[str]) -> list[str]:
    """Patterns of a folder, which is "" or ends with a slash, as patterns from the root. One that
    begins with a slash holds from the root anyway."""
    found: list[str] = []
    for written in patterns:
        is_out, pattern = written.startswith("!"), written.removeprefix("!")
        place = posixpath.normpath(pattern if pattern.startswith("/") else folder + pattern)
        found += [("!" if is_out else "") + one.lstrip("/") for one in _each(place)]
    usable = (one for one in found if one.strip("!/.") and len(one) <= LONGEST)
    return [one for one in usable if one.count("**") <= DEEPEST][:MOST]


def _each(pattern: str) -> list[str]:
    """A pattern once for each of the names in its braces."""
    found = [pattern]
    for _ in range(3):
        found = [
            f"{one[: braces.start()]}{name}{one[braces.end() :]}" if braces else one
            for one in found
            for braces in [_BRACES.search(one)]
            for name in (braces[1].split(",") if braces else [""])
        ][:MOST]
    return found


def of_ignore_file(text: str) -> list[str]:
    """The patterns of a text in the form of `.gitignore`, from the folder that it speaks of."""
    found = []
    for line in text.splitlines():
        pattern = line.strip()
        if not pattern or pattern.startswith("#"):
            continue
        is_out, pattern = pattern.startswith("!"), pattern.removeprefix("!")
        is_placed = "/" in pattern.rstrip("/")
        place = pattern.strip("/") if is_placed else f"**/{pattern.strip('/')}"
        found.append(("!" if is_out else "") + place)
    return found
