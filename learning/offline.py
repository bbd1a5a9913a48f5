"""What a learner keeps in her browser: the pages of a topic or a path, their search and cards.

A set is a topic with all below it, or a path with all that its steps lead to. Which pages it has is
asked again each time, of what readers may see then, so that a browser learns what is gone.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import F, Q
from django.utils.crypto import salted_hmac

from learning import paths
from learning.models import Card, Plan
from search.portable_index import index_of
from topics.addresses import section_url
from topics.kinds import WITH_STEPS
from topics.models import Section, Topic
from topics.raw_sql import execute, statement
from topics.visibility import published_sql

MOST_PAGES = 400
MOST_SECTIONS = 4_000
MOST_CARDS = 500  # those that are asked first
TOPIC, PATH = "topic", "path"


class TooLarge(Exception):
    """A set has more pages or sections than anybody may keep: how many, of what, and the limit."""

    def __init__(self, count: int, what: str, most: int) -> None:
        super().__init__(f"{count} {what}, at most {most}")
        self.count, self.what, self.most = count, what, most


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a set: `print` is another once something of it has changed."""

    id: int
    url: str
    title: str
    print: str
    sections: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A set as it is today; without pages it is gone, or not for this reader.

    `along` is the path of the learning path on which its pages are read, if it is one.
    """

    key: str
    title: str
    url: str
    pages: tuple[Page, ...]
    along: str = ""

    @property
    def sections(self) -> list[int]:
        """The sections of all its pages."""
        return [pk for page in self.pages for pk in page.sections]

    @property
    def digest(self) -> str:
        """Another one as soon as a page is."""
        told = " ".join(f"{page.id}:{page.print}" for page in self.pages)
        return hashlib.blake2b(told.encode(), digest_size=12).hexdigest()

    def check(self) -> "Kept":
        """The set itself. Raises TooLarge."""
        for count, what, most in [
            (len(self.pages), "pages", MOST_PAGES),
            (len(self.sections), "sections", MOST_SECTIONS),
        ]:
            if count > most:
                raise TooLarge(count, what, most)
        return self


def account_of(user: User) -> str:
    """Whose browser it is, in letters that say nothing elsewhere."""
    return salted_hmac("learning.offline", str(user.pk), algorithm="sha256").hexdigest()[:24]


def kept(key: str) -> Kept | None:
    """The set with this key ("topic-12", "path-7"); None where there is none. Four queries at most.

    The number is that of the topic; of a path it is the topic that is its text.
    """
    kind, _, number = key.partition("-")
    if kind not in (TOPIC, PATH) or not (
        number.isascii() and number.isdigit() and len(number) < 19
    ):
        return None
    topic = Topic.objects.published().filter(pk=int(number)).first()
    if topic is None or (kind == PATH and topic.kind not in WITH_STEPS):
        return None
    pages = Section.objects.published().filter(page_id=F("pk"))
    inside = Q(topic=topic) if kind == PATH else _below(topic)
    if kind == PATH:
        goals = Section.objects.filter(pk__in=paths.sections_of(topic.pk)).values("page_id")
        inside |= Q(pk__in=goals)
    keys = list(pages.filter(inside).values_list("pk", flat=True)[: 10 * MOST_PAGES])
    along = topic.path if kind == PATH else ""
    return Kept(f"{kind}-{topic.pk}", topic.title, topic.get_absolute_url(), _pages(keys), along)


def _below(topic: Topic) -> Q:
    return Q(topic=topic) | Q(topic__path__startswith=f"{topic.path}/")


def _pages(keys: Collection[int]) -> tuple[Page, ...]:
    sql = statement("learning/kept_pages").format(published=published_sql("topic", "page"))
    rows = execute(sql, {"pages": list(keys)})
    return tuple(
        Page(pk, section_url(path, anchor), title, mark, tuple(sections))
        for pk, path, anchor, title, mark, sections in rows
    )


def as_json(found: Kept) -> dict[str, Any]:
    """All that a browser needs to keep a set, cards apart."""
    return {
        "key": found.key,
        "title": found.title,
        "url": found.url,
        "along": found.along,
        "digest": found.digest,
        "pages": [[page.id, page.url, page.title, page.print] for page in found.pages],
        "search": index_of(found.sections),
    }


def changes(known: dict[str, str]) -> dict[str, dict[int, str]]:
    """Of sets that a browser has, by key and digest, those that are others today: their pages.

    By key, with the fingerprint of each; none where nothing of a set is left for this reader.
    """
    found = {}
    for key, digest in known.items():
        now = kept(key)
        if now is None or now.digest != digest:
            found[key] = {page.id: page.print for page in now.pages} if now else {}
    return found


def cards_of(user: User, found: Kept, plan: Plan) -> list[Card]:
    """The learner's cards in a set that may be asked offline: as they are due, then new ones.

    Of new ones there are no more than she wants in a day. Two queries.
    """
    own = Card.objects.of(user).showing(found.sections).filter(is_suspended=False)
    known = own.filter(due__isnull=False).order_by("due", "pk")[:MOST_CARDS]
    return [*known, *own.filter(due=None).order_by("pk")[: plan.new_a_day]]
