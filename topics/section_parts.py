"""What pages show at each section for one reader, such as the bookmark button: a named place."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser, User

from registry import Registry


@dataclass(frozen=True)
class Part:
    """Something that pages show at each of their sections and that depends on the reader.

    `states` finds it for all sections of a page with one query, and with none for a reader without
    an account. `template` renders it for one section, from `section` (a `SectionHeading`), `state`
    (None if there is none), `user` and `next` (a path to return to, or empty). Without an account
    it must render the same for everybody.
    """

    template: str
    states: Callable[[User | AnonymousUser, Sequence[int]], Mapping[int, Any]]


PARTS: Registry[Part] = Registry("topics.section_parts.PARTS")
