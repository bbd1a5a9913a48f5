"""What a process keeps of pages, forgotten: a rolled back test gives its version numbers back."""

from topics import areas, topic_lists
from topics.page_cache import asked_for, memory


def forget() -> None:
    """Forget all pages and parts of pages."""
    for kept in (memory, asked_for, areas.memory, topic_lists.memory):
        kept.clear()
