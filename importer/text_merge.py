"""Three-way merges of texts, line by line. A section's text has no line break at its end."""

from merge3 import Merge3


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
    lines = merged.merge_lines(
        name_a="now", name_b="your text", start_marker="<" * 7, end_marker=">" * 7
    )
    text = "".join(lines)
    is_clean = not any(group[0] == "conflict" for group in merged.merge_groups())
    return text.rstrip("\n") if is_clean else text, is_clean
