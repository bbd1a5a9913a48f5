"""Addresses that a source's site leads on: links to them lead to the page, and so do they here."""

from collections.abc import Mapping

from importer.changes import Changes
from importer.link_names import A_FILE, names_of_topic, rooted, split_href
from importer.names import folder_of_index, page_name
from importer.tools import Project
from importer.topic_tree import LED, Places, remember_aliases
from topics.models import Topic

TREE = "source:"  # before names while they are compared
MOST_STEPS = 10  # from one address to the next


def lead_on(
    topics: Mapping[str, Topic],
    project: Project,
    tree_root: str,
    site_root: str,
    places: Places,
    changes: Changes,
) -> None:
    """Give each topic of a source the addresses that the project says lead to it.

    `topics` are by origin; links name them from `tree_root`, addresses begin with `site_root`.
    """
    found = _by_origin(topics, project) if project.redirects else {}
    above = tree_root.partition(":")[2]
    altered = []
    for origin, topic in topics.items():
        names = found.get(origin, [])
        if (led := [page_name(above + name) for name in names]) == topic.front_matter.get(LED, []):
            continue
        topic.front_matter = {**topic.front_matter, LED: led}
        altered.append(topic)
        changes.topics.add(topic.pk)
        remember_aliases(topic, (), [f"/{name}" for name in names], site_root, places)
    Topic.objects.bulk_update(altered, ["front_matter"], batch_size=500)


def _by_origin(topics: Mapping[str, Topic], project: Project) -> dict[str, list[str]]:
    """The names of before of each topic, from the root of the source."""
    origins: dict[str, tuple[int, str]] = {}
    for origin, topic in sorted(topics.items()):
        front = topic.front_matter
        addresses, aliases = front.get("addresses") or [], front.get("aliases") or []
        for name, rank in names_of_topic(TREE + origin, addresses, aliases):
            origins[name] = min((rank, origin), origins.get(name, (rank, origin)))
    olds: dict[str, tuple[str, str]] = {}
    for old, target in project.redirects.items():
        for place in rooted(f"/{old.lstrip('/')}", "", project.site):
            name = page_name(place)
            folder = folder_of_index(name)
            olds.setdefault(TREE + (name if folder is None else folder), (old, target))
    found: dict[str, list[str]] = {}
    for name, (old, target) in olds.items():
        origin = _end(old, target, project, origins, olds)
        if origin and origins.get(name, (1, ""))[0]:  # no page has this address itself
            found.setdefault(origin, []).append(name.removeprefix(TREE))
    return found


def _end(
    old: str,
    target: str,
    project: Project,
    origins: Mapping[str, tuple[int, str]],
    olds: Mapping[str, tuple[str, str]],
) -> str:
    """The origin of the topic where the addresses of a chain end, or ""."""
    for _ in range(MOST_STEPS):
        wanted = split_href(target, f"{TREE}{project.site.docs}{old.lstrip('/')}", project.site)
        names = [name.removesuffix(A_FILE) for name in wanted.names]
        if ends := [origins[name][1] for name in (*wanted.names, *names) if name in origins]:
            return ends[0]
        step = next((olds[name] for name in names if name in olds), None)
        if step is None:
            break
        old, target = step
    return ""
