"""Documents: text in, values out. No Django and no database."""

from .links import resolve
from .markdown_writer import assemble
from .page_breaks import split_pages
from .parser import parse
from .sanitizer import sanitise
from .slugs import order_of, slug, title_of, title_slug, topic_slug
from .values import (
    Definition,
    Document,
    FrontMatter,
    Kind,
    ParsedSection,
    PathStep,
    Refused,
)

__all__ = [
    "Definition",
    "Document",
    "FrontMatter",
    "Kind",
    "ParsedSection",
    "PathStep",
    "Refused",
    "assemble",
    "order_of",
    "parse",
    "resolve",
    "sanitise",
    "slug",
    "split_pages",
    "title_of",
    "title_slug",
    "topic_slug",
]
