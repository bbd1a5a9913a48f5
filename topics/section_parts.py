"""What pages show for one reader: at their sections and at entries of lists. A named place."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser, User

from registry import Registry

Reader = User | AnonymousUser
# Of what kind something is asked, and at which keys: of sections, for some kinds of topics.
Asked = Mapping[str, Collection[int]]
# The answers by kind and key; what has none is left out.
Found = Mapping[str, Mapping[int, Any]]

# Where a page shows a part.
TOOLS = "tools"  # beside the heading of a section
END = "end"  # below the text of a section
ENTRY = "entry"  # at an entry of a list that leads to a section, or to it and more
TOPIC = "topic"  # at an entry of a list that leads to a topic
TOP = "top"  # above the text of a reading page
PAGE = "page"  # below all text of a reading page
ORIGIN = "origin"  # in the line below that, which says where the text comes from
HOME = "home"  # at the top of the home page


@dataclass(frozen=True)
class Part:
    """Something that pages show and that depends on the reader, such as the bookmark button.

    `states` finds what the reader has, with one query for all that is asked, and with none for a
    reader without an account; parts that share it share the query. `kind` is what the part asks it
    for. `template` renders the part with `found` (the answers by key) and `user`; in the places
    TOOLS and END with `section` (a `SectionHeading`), its `state` (None if there is none) and
    `next` (a path to return to, or empty); in ENTRY with the `words` of each key;
    in TOP, PAGE and ORIGIN with `section`, the page's, `shown` (what it shows, by key), the
    `extent` of its topic, the `words` of all sections there, the `walk` on which the page is read
    and its address `here`, on that walk. These three ask `about` "all" sections of the topic, those
    that are "shown", or the "topic" by its key. Without an account it must render the same for
    everybody.
    """

    template: str
    states: Callable[[Reader, Asked], Found]
    kind: str
    place: str = TOOLS
    about: str = "all"


PARTS: Registry[Part] = Registry("topics.section_parts.PARTS")


def parts_in(place: str) -> list[Part]:
    """The parts that are shown there, in the order in which they were registered."""
    return [part for part in PARTS if part.place == place]
