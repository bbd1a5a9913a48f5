"""What a learner may take along: each room that keeps something of hers registers a part."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any, NamedTuple

from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from registry import Registry

Row = dict[str, Any]
_SIGNS = re.compile(r"([\\`*_\[\]<>#])")


class Said(NamedTuple):
    """A piece of the download for people: Markdown without headings, and what it is under.

    `group` is a topic's title, or what the rest is called; `file` names its file in a zip, without
    suffix, and `order` puts the pieces of all parts in one.
    """

    group: str
    heading: str
    text: str
    file: str = "account"
    order: tuple[Any, ...] = ()


class Taken(NamedTuple):
    """What became of the rows of a part that somebody brought along.

    `kept` ones have no place here, and are kept as they came.
    """

    new: int = 0
    known: int = 0
    kept: int = 0


class Part(NamedTuple):
    """`rows` are for programs, JSON; `said` is the same for people.

    `take_in` gives rows that `rows` made, here or on another site, to an account: what is there
    already is not doubled. Raises `Refused`, or `Wrong` with a place in the rows. Parts without
    it stay behind.
    """

    rows: Callable[[User], list[Row]]
    said: Callable[[User], Iterable[Said]]
    take_in: Callable[[User, list[Row]], Taken] | None = None
    title: Any = ""  # how a page names its rows


class Refused(Exception):
    """What somebody brought along cannot be taken in; the message says why."""


def too_many(what: str, most: int) -> Refused:
    """What to say where an account would have more of something than anybody can."""
    return Refused(
        _(
            "{what}: with yours they would be more than {most}, and nobody can have more. Remove"
            " some here, and bring the file once more."
        ).format(what=what, most=f"{most:,}")
    )


class Wrong(Exception):
    """Something at a place of a file is not what it should be.

    `why` says what, without an end; `path` has the names and places of what it is in, outermost
    first.
    """

    def __init__(self, why: str, *path: str | int) -> None:
        super().__init__(why)
        self.why, self.path = why, path

    def inside(self, *path: str | int) -> "Wrong":
        """The same, seen from further out."""
        return Wrong(self.why, *path, *self.path)


class File(NamedTuple):
    """A file of the zip besides: `write` gives its bytes for the learner and the site's address."""

    name: str
    write: Callable[[User, str], bytes]


PARTS: Registry[Part] = Registry("accounts.own_data.PARTS")
FILES: Registry[File] = Registry("accounts.own_data.FILES")
# Who hears that somebody took her data along.
LISTENERS: Registry[Callable[[User], None]] = Registry("accounts.own_data.LISTENERS")


def as_json(user: User) -> str:
    """The account and all registered parts, as a JSON object."""
    parts = {name: part.rows(user) for name, part in PARTS.items()}
    return json.dumps({"account": account(user), **parts}, ensure_ascii=False, indent=2)


def account(user: User) -> Row:
    """What is kept of the account itself."""
    return {
        "name": user.get_username(),
        "email": user.email,
        "addresses": list(EmailAddress.objects.filter(user=user).values("email", "verified")),
        "joined": user.date_joined.isoformat(),
        "last log-in": user.last_login.isoformat() if user.last_login else None,
    }


def said(user: User) -> list[Said]:
    """All pieces for people, topics first, in reading order."""
    pieces = [piece for part in PARTS for piece in part.said(user)]
    return sorted(pieces, key=lambda piece: (piece.file == "account", piece.order))


def as_markdown(user: User) -> str:
    """All of it for people, as a Markdown document."""
    parts = [f"# {plain(user.get_username())}", *_by_group(said(user), 2)]
    return "\n\n".join(parts) + "\n"


def by_file(user: User) -> Iterator[tuple[str, str]]:
    """The same as one Markdown document for each topic: its name without suffix, and its text."""
    for name, pieces in groupby(said(user), key=lambda piece: piece.file):
        yield name, "\n\n".join(_by_group(pieces, 1)) + "\n"


def _by_group(pieces: Iterable[Said], level: int) -> Iterator[str]:
    """Each group under a heading of this level, each section of it under one of the next."""
    for (_file, group), of_group in groupby(pieces, key=lambda piece: (piece.file, piece.group)):
        yield f"{'#' * level} {plain(group)}"
        for heading, of_section in groupby(of_group, key=lambda piece: piece.heading):
            if heading:
                yield f"{'#' * (level + 1)} {plain(heading)}"
            yield from (piece.text for piece in of_section)


def plain(text: str) -> str:
    """A text on one line whose signs mean nothing to Markdown."""
    return _SIGNS.sub(r"\\\1", " ".join(text.split()))


def quoted(text: str) -> str:
    """A text as it was written, as a quotation."""
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def item(*paragraphs: str) -> str:
    """Paragraphs as one item of a list; empty ones are left out."""
    text = "\n\n".join(filter(None, paragraphs))
    return f"- {text}".replace("\n", "\n  ").replace("\n  \n", "\n\n")
