"""The tables: topics and sections, their links, the search index, import runs."""

from topics.models.content import (
    Address,
    Asset,
    Definition,
    Link,
    PathStep,
    Question,
    Section,
    Topic,
    TopicAddress,
)
from topics.models.runs import ContentVersion, ImportRun, content_changed, content_version
from topics.models.search import (
    IndexedSection,
    IndexState,
    Posting,
    SearchLog,
    Synonym,
    Term,
    Word,
)

__all__ = [
    "Address",
    "Asset",
    "ContentVersion",
    "Definition",
    "ImportRun",
    "IndexState",
    "IndexedSection",
    "Link",
    "PathStep",
    "Posting",
    "Question",
    "SearchLog",
    "Section",
    "Synonym",
    "Term",
    "Topic",
    "TopicAddress",
    "Word",
    "content_changed",
    "content_version",
]
