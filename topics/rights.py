"""What readers may do where: the private trees that they may see, and the rights of their groups.

`topics.visibility` is what applies the former to every question. A right holds for a topic and all
below it, and with all rights that come before it (`Grant.Right`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib.auth.models import Group, User
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS
from django.db.models import BigIntegerField, CharField, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from topics.models import Grant, Section, Topic
from topics.raw_sql import execute, statement
from topics.visibility import PUBLIC

Right = Grant.Right
STEPS = [str(right) for right in Right]
TREES = "private_trees"  # of a user who was read with them
HELD = "held_rights"  # the same: the rights that groups give her anywhere


def with_trees(users: QuerySet[User]) -> QuerySet[User]:
    """These users, each with the private trees that she may see and the rights that her groups
    give her anywhere: no query more."""
    sql = statement("topics/trees_of_reader").format(
        user='"auth_user"."id"', superuser='"auth_user"."is_superuser"'
    )
    keys = ArrayField(BigIntegerField())
    found = RawSQL(f"ARRAY({sql})", (), output_field=keys)  # noqa: S611 - a file of ours
    held = Grant.objects.filter(group__user=OuterRef("pk")).order_by().values("right").distinct()
    rights = ArraySubquery(held, output_field=ArrayField(CharField()))
    return users.annotate(**{TREES: found, HELD: rights})


def read_user(key: int) -> User | None:
    """The user with this key as `with_trees` finds her. One query, whose plan is kept: it is asked
    with every request of a reader with an account."""
    sql, names = _reading_a_user()
    rows = execute(sql, (key,), keeps_plan=True)
    if not rows:
        return None
    fields = dict(zip(names, rows[0], strict=True))
    trees, held = fields.pop(TREES), fields.pop(HELD)
    user = User.from_db(DEFAULT_DB_ALIAS, list(fields), list(fields.values()))
    setattr(user, TREES, trees)
    setattr(user, HELD, held)
    return user


@cache
def _reading_a_user() -> tuple[str, list[str]]:
    """The statement and the names of its columns, made once: to make it takes as long as to ask."""
    query = with_trees(User.objects.filter(pk=0)).query
    sql, _ = query.sql_with_params()
    fields = [field.attname for field in User._meta.concrete_fields]
    return sql, [*fields, TREES, HELD]


def trees_of(user: Any) -> tuple[int, ...]:
    """The keys of the private trees that somebody may see, in order; one query if need be."""
    if not (user.is_authenticated and user.is_active):
        return ()
    found = getattr(user, TREES, None)
    if found is None:
        found = with_trees(User.objects.filter(pk=user.pk)).values_list(TREES, flat=True).first()
    return tuple(found or ())


def somewhere(user: Any, right: str = Right.READ) -> bool:
    """Whether a group gives somebody this right to any topic; one query if need be."""
    if not (user.is_authenticated and user.is_active and user.pk):
        return False
    held = getattr(user, HELD, None)
    if held is None:
        held = Grant.objects.filter(group__user=user).values_list("right", flat=True)
    return not set(_from(right)).isdisjoint(held)


def holds(user: Any, right: str, topic: Topic) -> bool:
    """Whether a group gives somebody this right to a topic. One query with an account."""
    if not (user.is_authenticated and user.is_active):
        return False
    return grants_at(topic).filter(group__user=user, right__in=_from(right)).exists()


def within(user: Any, right: str, prefix: str = "") -> Q:
    """Topics to which groups give somebody this right; `prefix` leads to them. One query."""
    if not (user.is_authenticated and user.is_active):
        return Q(pk__in=[])
    held = Grant.objects.filter(group__user=user, right__in=_from(right))
    found = Q(pk__in=[])
    for path in held.filter(topic__removed_at=None).values_list("topic__path", flat=True):
        found |= Q(**{f"{prefix}path": path}) | Q(**{f"{prefix}path__startswith": f"{path}/"})
    return found


def held_in(user: Any, sections: Iterable[int]) -> dict[int, tuple[bool, set[str]]]:
    """Of each of these sections whether it is private, and the rights that groups give somebody
    there. Two queries."""
    grants = Grant.objects.filter(group__user=user, topic__removed_at=None)
    held = [(f"{path}/", right) for path, right in grants.values_list("topic__path", "right")]
    rows = Section.objects.filter(pk__in=sections).values_list("pk", "topic__tree", "topic__path")
    found = {}
    for key, tree, path in rows:
        here = [right for above, right in held if f"{path}/".startswith(above)]
        steps = {step for right in here for step in STEPS[: STEPS.index(right) + 1]}
        found[key] = (tree != PUBLIC, steps)
    return found


def grants_at(topic: Topic) -> QuerySet[Grant]:
    """The rights that hold at a topic: those given there, and at the topics above it."""
    return Grant.objects.filter(topic__in=line_of(topic))


@dataclass(frozen=True)
class Held:
    """The highest right that somebody has by one of her groups, where that was given."""

    user: User
    right: str
    group: Group
    topic: Topic

    @property
    def label(self) -> str:
        """The right in the reader's language."""
        return str(Right(self.right).label)


def held_at(topic: Topic, most: int) -> list[Held]:
    """Who has rights at a topic by a group, by name; at most so many people. Few queries."""
    grants = grants_at(topic).select_related("group", "topic")
    highest: dict[int, Grant] = {}
    for grant in grants:
        known = highest.get(grant.group_id)
        if known is None or STEPS.index(grant.right) > STEPS.index(known.right):
            highest[grant.group_id] = grant
    users = User.objects.filter(groups__in=highest, is_active=True).distinct()
    found = []
    for user in users.order_by("username").prefetch_related("groups")[:most]:
        own = [highest[group.pk] for group in user.groups.all() if group.pk in highest]
        best = max(own, key=lambda grant: STEPS.index(grant.right))
        found.append(Held(user, best.right, best.group, best.topic))
    return found


def has(held: str, right: str) -> bool:
    """Whether one right holds the other."""
    return STEPS.index(held) >= STEPS.index(right)


def _from(right: str) -> list[str]:
    """The rights that hold this one."""
    return STEPS[STEPS.index(right) :]


def line_of(topic: Topic) -> list[int]:
    """The keys of a topic and of all above it."""
    found, above = [topic.pk], topic.parent
    while above is not None and above.pk not in found:
        found.append(above.pk)
        above = above.parent
    return found
