"""Topics, sections, what the importer found in them, and the version of all that."""

from topics.models.found import Asset, Definition, Link, PathStep, Question
from topics.models.grants import Grant
from topics.models.sections import Address, Section, SectionQuerySet
from topics.models.topics import Topic, TopicAddress, TopicQuerySet
from topics.models.versions import (
    ContentChange,
    ContentVersion,
    content_changed,
    content_version,
    topics_changed,
)

__all__ = [
    "Address",
    "Asset",
    "ContentChange",
    "ContentVersion",
    "Definition",
    "Grant",
    "Link",
    "PathStep",
    "Question",
    "Section",
    "SectionQuerySet",
    "Topic",
    "TopicAddress",
    "TopicQuerySet",
    "content_changed",
    "content_version",
    "topics_changed",
]
