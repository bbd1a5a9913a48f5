"""Internal links that need a hand: broken, planned, and those through an earlier address."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.contrib.auth.models import User
from django.db.models import F, Func, QuerySet, TextField, Value

from curating.care import taking_two
from curating.external_links import address_of
from curating.models import ExternalLink
from importer.link_edits import Mended, destination, mend
from topics.address_lookup import section_at
from topics.addresses import topic_url
from topics.models import Link, Section
from topics.raw_sql import execute, statement
from topics.visibility import live, seen, seen_sql

KINDS = ("broken", "planned", "redirected")
PAGE = 50
FEW = 5  # places that are named
MOST_LINKS = 500  # of one group that are mended at once


@dataclass(frozen=True)
class Spot:
    """A section that holds a link."""

    section: int
    topic: str
    title: str


@dataclass
class Group:
    """Links with one destination: how many, where, and what they lead to, if anything."""

    href: str
    wanted: str
    wanted_anchor: str
    target_id: int | None
    count: int
    links: list[int]
    spots: list[Spot]
    number: int  # of groups in all
    target: Section | None = field(default=None, compare=False)


def groups(kind: str, *, start: int = 0, most: int = PAGE) -> list[Group]:
    """The groups of one of KINDS, the largest first. Two queries."""
    values = {
        "kind": kind,
        "root": topic_url("").removesuffix("/"),
        "most_links": MOST_LINKS,
        "few": FEW,
        "most": most,
        "start": start,
    }
    found = []
    for *columns, places, number in execute(
        statement("curating/links").format(seen=seen_sql("t")), values
    ):
        spots = [Spot(*place) for place in places]
        href, wanted, anchor, target, count, links = columns
        found.append(Group(href, wanted, anchor, target, count, links, spots, number))
    targets = Section.objects.published().select_related("topic")
    by_key = targets.in_bulk({group.target_id for group in found if group.target_id})
    for group in found:
        group.target = by_key.get(group.target_id or 0)
    return found


def mend_group(links: Iterable[int], to: str, *, user: User, why: str = "") -> Mended | None:
    """Have links lead to an address: of this site, or of another. None if nothing is there."""
    target = section_at(to)
    is_elsewhere = bool(address_of(to)) and target is None
    if target is None and not is_elsewhere:
        return None
    rows = Link.objects.filter(seen("section__topic__"), pk__in=list(links))
    rows = rows.select_related("section__topic")
    wanted = {
        row.pk: (row.href, destination(row.section.topic, target) if target else to) for row in rows
    }
    return _mended(wanted, user=user, why=why)


def mend_redirected(found: Sequence[Group], *, user: User, why: str = "") -> Mended:
    """Have links lead straight to where they are redirected."""
    targets = {pk: group.target for group in found if group.target for pk in group.links}
    rows = Link.objects.filter(seen("section__topic__"), pk__in=targets)
    rows = rows.select_related("section__topic")
    wanted = {
        row.pk: (row.href, destination(row.section.topic, target))
        for row in rows
        if (target := targets[row.pk])
    }
    return _mended(wanted, user=user, why=why)


def _mended(wanted: dict[int, tuple[str, str]], *, user: User, why: str) -> Mended:
    """Mend the links but those in topics whose changes take the yes of somebody else."""
    rows = Link.objects.filter(pk__in=wanted).values_list("pk", "section__topic__path")
    paths = dict(rows)
    bound = taking_two(set(paths.values()))
    free = {pk: pair for pk, pair in wanted.items() if paths.get(pk) not in bound}
    done = mend(free, user=user, why=why)
    return replace(done, left=done.left + len(wanted) - len(free))


def places_of(links: Sequence[ExternalLink]) -> dict[str, list[Link]]:
    """The links to each of these addresses in live sections that the curator may see, by address.

    One query.
    """
    found: dict[str, list[Link]] = {link.url: [] for link in links}
    rows = Link.objects.filter(
        live("section__"), seen("section__topic__"), kind=Link.Kind.EXTERNAL
    ).extra(  # an index could not help: the place on the page is cut off
        where=["split_part(topics_link.href, '#', 1) = ANY(%s)"], params=[list(found)]
    )
    for row in rows.select_related("section__topic").order_by("section__topic__path", "pk"):
        found[address_of(row.href)].append(row)
    return found


def seen_external() -> QuerySet[ExternalLink]:
    """The external links that are in sections that the curator may see."""
    links = Link.objects.filter(
        live("section__"), seen("section__topic__"), kind=Link.Kind.EXTERNAL
    )
    address = Func(F("href"), Value("#"), Value(1), function="split_part", output_field=TextField())
    return ExternalLink.objects.filter(url__in=links.annotate(address=address).values("address"))


def mend_moved(links: Sequence[ExternalLink], *, user: User, why: str = "") -> Mended:
    """Have links to other sites lead to where these redirect for good; places on pages stay."""
    wanted = {}
    moved = {link.url: link.moved_to for link in links if link.moved_to}
    for url, rows in places_of(links).items():
        for row in rows:
            if url in moved:
                mark, place = row.href.partition("#")[1:]
                wanted[row.pk] = (row.href, moved[url] + mark + place)
    return _mended(wanted, user=user, why=why)
