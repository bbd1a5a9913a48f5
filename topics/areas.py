"""The areas of the library: what is at its top, as every page's header names it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db import Error
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from topics.addresses import topic_url
from topics.kinds import AREAS, KINDS
from topics.models import Topic
from topics.page_cache import Memory, keeps_pages, version_of
from topics.raw_sql import execute, statement
from topics.visibility import published_sql, trees

MOST_AREAS = 6  # beside the learning paths
HUES = 3  # of areas whose kind has none of its own, in turn
SIZE = 2000  # bytes of all areas, about


@dataclass(frozen=True, slots=True)
class Area:
    """A topic at the top, or all learning paths (without a path of its own).

    `hue`, from 1 to 6, is the colour by which pages tell areas apart.
    """

    path: str
    title: str
    kind: str
    url: str
    hue: int

    @property
    def icon(self) -> str:
        """The name of its drawing in `templates/_icons.html`."""
        return self.kind if KINDS[self.kind].hue else "book"

    def holds(self, path: str) -> bool:
        """Whether a topic with this path is in the area."""
        return bool(self.path) and f"{path}/".startswith(f"{self.path}/")


# To find them takes 12 ms among 10,000 topics, more than the rest of a page's database time.
memory: Memory[tuple[Area, ...]] = Memory(share=0.01)


def areas(request: HttpRequest) -> tuple[Area, ...]:
    """The areas in reading order, paths last; none while the database is away.

    At most one query where none of them changed.
    """
    try:
        if not keeps_pages():
            return _found()
        version, key = version_of(request), (get_language() or "", str(trees()))
        found = memory.get(version, key)
        if found is None:
            found = _found()
            memory.keep(version, key, found, SIZE)
    except Error:
        return ()
    return found


def _found() -> tuple[Area, ...]:
    values = {"kinds": AREAS, "most": MOST_AREAS, "path": Topic.Kind.PATH}
    rows = execute(statement("topics/areas").format(published=published_sql()), values)
    return tuple(_area(n, *row[:3]) for n, row in enumerate(rows))


def _area(number: int, path: str, title: str, kind: str) -> Area:
    hue = KINDS[kind].hue or number % HUES + 1
    if path:
        return Area(path, title, kind, topic_url(path), hue)
    return Area("", _("Paths"), kind, paths_url(), hue)


def paths_url() -> str:
    """Where all learning paths are listed."""
    return f"{reverse('topics:list')}?{urlencode({'kind': Topic.Kind.PATH})}"
