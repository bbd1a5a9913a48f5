"""What waits for curators, each entry one click from being done."""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from topics.models import Topic
from topics.raw_sql import execute, statement
from topics.visibility import seen_sql

FEW = 5  # entries of a kind that are named


@dataclass(frozen=True)
class Entry:
    """Something to do: what it is about, and where it is done."""

    title: str
    url: str
    topic: str = ""


@dataclass
class Waiting:
    """One kind of what waits: how much of it, where all of it is, and its first entries."""

    what: str
    number: int
    url: str
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class Kind:
    """How a kind is called, where all of it is, and where one row of `waiting.sql` is done."""

    what: str | Promise
    every: Callable[[], str]
    entry: Callable[[int, str, str], Entry]


def _conflicts() -> str:
    return reverse("admin:topics_section_changelist") + "?state=conflict"


def _queue(kind: str) -> str:
    return f"{reverse('curating:queue')}?kind={kind}"


def _proposal(key: int, topic: str, title: str) -> Entry:
    return Entry(title, reverse("curating:proposal", args=[key]), topic)


def _search(key: int, count: str, query: str) -> Entry:
    times = ngettext("%(n)s time", "%(n)s times", int(count)) % {"n": count}
    return Entry(query, f"{reverse('curating:query')}?{urlencode({'q': query})}", times)


def _run(key: int, source: str, count: str) -> Entry:
    files = ngettext("%(n)s file", "%(n)s files", int(count)) % {"n": count}
    return Entry(files, reverse("admin:importer_importrun_change", args=[key]), source)


KINDS = {
    "conflicts": Kind(
        gettext_lazy("Conflicts with files"),
        _conflicts,
        lambda key, topic, title: Entry(
            title, reverse("admin:topics_section_change", args=[key]), topic
        ),
    ),
    "proposals": Kind(gettext_lazy("Proposals"), lambda: _queue("edits"), _proposal),
    "reports": Kind(gettext_lazy("Reports"), lambda: _queue("reports"), _proposal),
    "refused": Kind(
        gettext_lazy("Refused files"), lambda: reverse("admin:importer_importrun_changelist"), _run
    ),
    "broken": Kind(
        gettext_lazy("Broken links"),
        lambda: reverse("curating:links"),
        lambda key, topic, href: Entry(href, reverse("curating:edit", args=[key]), topic),
    ),
    "reviews": Kind(
        gettext_lazy("Overdue reviews"),
        lambda: reverse("curating:overdue"),
        lambda key, day, title: Entry(title, reverse("curating:arrange", args=[key]), day),
    ),
    "late": Kind(
        gettext_lazy("Not published at their moment"),
        lambda: f"{reverse('curating:overdue')}#kb:late",
        lambda key, day, title: Entry(title, reverse("curating:edit_topic", args=[key]), day),
    ),
    "dead": Kind(
        gettext_lazy("Dead links to other sites"),
        lambda: f"{reverse('curating:links')}?kind=dead",
        lambda key, note, url: Entry(url, f"{reverse('curating:links')}?kind=dead", note),
    ),
    "searches": Kind(
        gettext_lazy("Searches without a result"),
        lambda: reverse("curating:workbench"),
        _search,
    ),
}


def what_waits() -> list[Waiting]:
    """All kinds of which something waits that the curator may see, in the order of KINDS.

    One query.
    """
    sql = statement("curating/worklist").format(seen=seen_sql("t"))
    found: dict[str, Waiting] = {}
    for name, number, key, topic, title in execute(sql, {"few": FEW, "draft": Topic.Status.DRAFT}):
        kind = KINDS[name]
        waiting = found.setdefault(name, Waiting(str(kind.what), number, kind.every()))
        waiting.entries.append(kind.entry(key, topic, title))
    return [found[name] for name in KINDS if name in found]
