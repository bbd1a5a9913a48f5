"""Three-way merge of a section's text: what the file changed and what an admin changed."""

from merge3 import Merge3


def merge(base: str, ours: str, theirs: str) -> str | None:
    """The text with both sides' changes, or None where they touch the same lines."""
    if ours in (base, theirs):
        return theirs
    if theirs == base:
        return ours
    merged = Merge3(
        base.splitlines(keepends=True),
        ours.splitlines(keepends=True),
        theirs.splitlines(keepends=True),
    )
    text: list[str] = []
    for group in merged.merge_groups():
        if group[0] == "conflict":
            return None
        text += group[1]
    return "".join(text)
