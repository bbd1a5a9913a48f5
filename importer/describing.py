"""What a document, its name and its front matter say of a topic as a whole."""

from documents import Document
from importer.tree import order_in_folder
from topics.models import Topic

DESCRIBING = [
    "summary",
    "tags",
    "level",
    "status",
    "kind",
    "prerequisites",
    "updated",
    "front_matter",
    "position",
]
# Those that a topic's sections are found by.
FOUND_BY = {"status", "kind", "front_matter"}


def describe(topic: Topic, document: Document) -> list[str]:
    """Set what the document says, but for what an admin chose; the names of what is new in it."""
    before = [getattr(topic, name) for name in DESCRIBING]
    front = document.front
    topic.title = document.title[:300]
    topic.title_anchor = document.title_anchor[:300]
    found = {
        "summary": front.summary,
        "tags": front.tags,
        "level": front.level if front.level in Topic.Level.values else "",
        "status": front.status or Topic.Status.PUBLISHED,
        "kind": document.kind,
    }
    for name, value in found.items():
        if name not in topic.chosen:
            setattr(topic, name, value)
    topic.prerequisites = front.prerequisites
    topic.updated = front.updated
    topic.front_matter = {
        "aliases": front.aliases,
        "encoding": front.encoding or "",
        "extra": front.extra,
    }
    order = order_in_folder(topic.origin) if front.order is None else front.order
    topic.position = max(0, order)
    return [
        name for name, old in zip(DESCRIBING, before, strict=True) if getattr(topic, name) != old
    ]
