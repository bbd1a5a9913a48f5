"""Documents: text in, values out. No Django and no database."""

from .assembling import assemble
from .document import parse
from .headings import slug
from .links import resolve, split_href
from .naming import order_of, title_of, topic_slug
from .paging import split_pages
from .sanitising import sanitise, sanitise_inline
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
