"""What a reader may mean while still typing."""

from topics.search.searching import Hit, search


def suggest(q: str, limit: int = 8) -> list[Hit]:
    """At most `limit` sections for the words typed so far, the last as a prefix."""
    words = q.split()
    if words and words[-1].isalnum() and len(words[-1]) > 1:
        words[-1] += "*"
    return search(" ".join(words), limit=limit, snippets=False).hits
