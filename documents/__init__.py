"""Documents: text in, values out. No Django and no database."""

from .links import resolve, split_href
from .markdown_writer import assemble
from .page_breaks import split_pages
from .parser import parse
from .sanitizer import sanitise, sanitise_inline
from .slugs import order_of, slug, title_of, topic_slug
from .values import (
    Definition,
    Document,
    FrontMatter,
    Kind,
    Link,
    Notice,
    ParsedSection,
    PathStep,
    Question,
    Refused,
)

__all__ = [
    "Definition",
    "Document",
    "FrontMatter",
    "Kind",
    "Link",
    "Notice",
    "ParsedSection",
    "PathStep",
    "Question",
    "Refused",
    "assemble",
    "order_of",
    "parse",
    "resolve",
    "sanitise",
    "sanitise_inline",
    "slug",
    "split_href",
    "split_pages",
    "title_of",
    "topic_slug",
]
