"""Where each step of a learning path leads: to what it links to, or to the topic that it names."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db.models.functions import Length

from importer.bulk_rows import update_columns
from topics.models import Link, PathStep, Section, SectionQuerySet, Topic
from topics.raw_sql import execute, statement
from topics.visibility import PUBLIC, published_to_some, published_to_some_sql


def lead_steps(changed: set[int], topics: set[int], resolved: set[int]) -> None:
    """Give each step its goal again whose goal can be another one now.

    `changed` are sections and `topics` topics that changed, came or went, `resolved` the sections
    whose links were resolved. One query if the library has no steps.
    """
    held = PathStep.objects.order_by().values_list("section__topic", "section__topic__tree_path")
    paths = dict(held.distinct())
    if not paths:
        return
    given = {"changed": list(changed), "topics": list(topics), "resolved": list(resolved)}
    ids = {pk for (pk,) in execute(statement("importer/reached_steps"), given)}
    ids |= _that_name(changed, topics, paths)
    _resolve(PathStep.objects.filter(pk__in=ids).select_related("section__topic"))


def _that_name(changed: set[int], topics: set[int], paths: dict[int, str]) -> set[int]:
    """The steps of paths near one of these sections and topics that call it by its title."""
    sql = statement("importer/named_by_steps").format(published=published_to_some_sql("t", "s"))
    given = {"changed": list(changed), "topics": list(topics), "paths": list(paths)}
    titles = execute(sql, given)
    near: dict[int, list[str]] = {}
    for pk, path in paths.items():
        prefix = _beside(path)
        found = [_plain(name) for t, place, name in titles if t == pk or place.startswith(prefix)]
        if found:
            near[pk] = found
    steps = PathStep.objects.filter(section__topic__in=near)
    return {
        pk
        for pk, topic, names in steps.values_list("pk", "section__topic", "names")
        if any(title.startswith(name) for name in _plain_names(names) for title in near[topic])
    }


def _resolve(steps: Iterable[PathStep]) -> None:
    by_topic: dict[Topic, list[PathStep]] = defaultdict(list)
    for step in steps:
        by_topic[step.section.topic].append(step)
    altered = []
    for topic, group in by_topic.items():
        links = _linked(group)
        beside, inside = _known_titles(topic) if any(step.names for step in group) else ([], [])
        for step in group:
            linked = (links.get((step.section_id, href)) for href in step.hrefs)
            goal = next(filter(None, linked), None) or _named(step, beside, inside)
            if goal != step.target_id:
                altered.append((step.pk, goal))
    update_columns(PathStep, {"target_id": "bigint"}, altered)


def _linked(steps: Iterable[PathStep]) -> dict[tuple[int, str], int]:
    """The published sections that links of the steps' sections lead to, by section and href."""
    links = Link.objects.filter(
        section__in={step.section_id for step in steps},
        target__in=Section.objects.filter(published_to_some()),
    )
    return {(s, href): target for s, href, target in links.values_list("section", "href", "target")}


Titles = list[tuple[str, int]]


def _known_titles(topic: Topic) -> tuple[Titles, Titles]:
    """Plain titles and keys, the shortest first: of topics in the path's folder, of its sections"""
    seen = Section.objects.filter(published_to_some(), topic__tree__in=(PUBLIC, topic.tree))
    rows = seen.order_by(Length("title"), "pk")
    beside = rows.filter(anchor="", topic__tree_path__startswith=_beside(topic.tree_path))
    inside = rows.filter(topic=topic).exclude(anchor="")
    return _plain_titles(beside.exclude(topic=topic)), _plain_titles(inside)


def _plain_titles(sections: SectionQuerySet) -> Titles:
    return [(_plain(title), pk) for title, pk in sections.values_list("title", "pk")]


def _named(step: PathStep, beside: Titles, inside: Titles) -> int | None:
    for name in _plain_names(step.names):
        for titles in (beside, inside):
            if found := next((pk for title, pk in titles if title.startswith(name)), None):
                return found
    return None


def _beside(tree_path: str) -> str:
    """What the tree path of each topic in a path's folder, or below it, begins with."""
    folder, slash, _ = tree_path.rpartition("/")
    return folder + slash if slash else tree_path.partition(":")[0] + ":"


def _plain_names(names: Iterable[str]) -> Iterator[str]:
    return filter(None, map(_plain, names))


def _plain(name: str) -> str:
    """A name without number, case and punctuation: "04 - Data Layer" is "data layer"."""
    return " ".join(re.findall(r"[^\W\d_]\w*", name.lower()))
