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
    groups = list(merged.merge_groups())
    if any(kind == "conflict" for kind, *_ in groups):
        return None
    return "".join(line for _, lines in groups for line in lines)
