"""Three-way merges of texts, line by line. A section's text has no line break at its end."""

from merge3 import Merge3

HERE, THERE = "<<<<<<< now", ">>>>>>> your text"  # where both sides of a conflict begin and end


def merge(base: str, ours: str, theirs: str) -> str | None:
    """The text with the changes of both sides, or None where both changed the same lines."""
    if ours in (base, theirs):
        return theirs
    if theirs == base:
        return ours
    text, is_clean = join(base, ours, theirs)
    return text if is_clean else None


def join(base: str, ours: str, theirs: str) -> tuple[str, bool]:
    """The text with the changes of both sides; where both changed the same lines, it holds both
    between marks, and False is given."""
    # A last line without an end would differ from the same line in the middle.
    sides = [text.rstrip("\n") + "\n" if text.strip() else "" for text in (base, ours, theirs)]
    before, here, there = (side.splitlines(keepends=True) for side in sides)
    merged = Merge3(before, here, there)
    (start, name_a), (end, name_b) = HERE.split(" ", 1), THERE.split(" ", 1)
    lines = merged.merge_lines(name_a=name_a, name_b=name_b, start_marker=start, end_marker=end)
    text = "".join(lines)
    is_clean = not any(group[0] == "conflict" for group in merged.merge_groups())
    return text.rstrip("\n") if is_clean else text, is_clean


def is_unsettled(text: str) -> bool:
    """Whether a text still holds a mark of a conflict: both sides, or one that was half settled."""
    return not {HERE, THERE}.isdisjoint(line.strip() for line in text.splitlines())
