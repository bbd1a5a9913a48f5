"""Where a topic stands among the topics: folders, slugs, paths, and what moving one entails."""

from collections import Counter
from collections.abc import Iterable
from pathlib import PurePosixPath

from django.db.models import Value
from django.db.models.functions import Concat, Substr

from topics.documents import order_of, topic_slug
from topics.importing.files import SourceFile
from topics.models import Section, Topic, TopicAddress

MAX_PATH = 480


def topic_origin(file: SourceFile) -> str:
    """A folder's index speaks for the folder; the root's own index is a topic beside the others."""
    return file.folder if file.is_index and file.folder else file.origin


def folders_of(origin: str) -> list[str]:
    """The origins of the folders above a topic, outermost first: `a/b/c.md` -> `a/`, `a/b/`."""
    parts = PurePosixPath(origin).parts[:-1]
    return ["/".join(parts[: i + 1]) + "/" for i in range(len(parts))]


def slugs_of(origins: Iterable[str]) -> dict[str, str]:
    """The slug of each origin; those of one folder that would collide get their prefix back."""
    origins = list(origins)
    short = {o: topic_slug(PurePosixPath(o).name) for o in origins}
    taken = Counter((PurePosixPath(o).parent, slug) for o, slug in short.items())
    return {
        o: slug
        if taken[PurePosixPath(o).parent, slug] == 1
        else topic_slug(PurePosixPath(o).name, keep_prefix=True)
        for o, slug in short.items()
    }


def order_in_folder(origin: str) -> int:
    """The numeric prefix of a name, else a number after all prefixes."""
    order = order_of(PurePosixPath(origin).name)
    return 100_000 if order is None else order


def place(topic: Topic, parent: Topic | None, slug: str) -> bool:
    """Give a topic its parent, slug and path, all below it included. True when the path changed.

    A path that another live topic, an earlier address or a section of the parent holds is not
    taken: the newcomer gets a number behind its slug.
    """
    old_path = topic.path
    topic.parent = parent
    above = f"{parent.path}/" if parent else ""
    if topic.pk and old_path.startswith(above) and _is_variant(old_path[len(above) :], slug):
        return False
    number = 0
    while True:
        topic.slug = f"{slug[:190]}-{number}" if number else slug[:190]
        topic.path = f"{above}{topic.slug}"[:MAX_PATH]
        if _is_free(topic, parent):
            break
        number += 1
    if topic.pk and old_path != topic.path:
        _remember_paths(topic, old_path)
    return old_path != topic.path


def _is_variant(last: str, slug: str) -> bool:
    head, _, number = last.rpartition("-")
    return last == slug[:190] or (head == slug[:190] and number.isdigit())


def _is_free(topic: Topic, parent: Topic | None) -> bool:
    if Topic.objects.live().filter(path=topic.path).exclude(pk=topic.pk).exists():
        return False
    if TopicAddress.objects.filter(path=topic.path).exclude(topic=topic.pk).exists():
        return False
    return not (
        parent and Section.objects.filter(topic=parent, anchor=topic.slug, removed_at=None).exists()
    )


def _remember_paths(topic: Topic, old_path: str) -> None:
    below = Topic.objects.live().filter(path__startswith=f"{old_path}/")
    earlier = [TopicAddress(path=old_path, topic=topic)]
    earlier += [TopicAddress(path=path, topic_id=pk) for pk, path in below.values_list("pk", "path")]
    TopicAddress.objects.filter(path=topic.path, topic=topic).delete()
    TopicAddress.objects.bulk_create(earlier, ignore_conflicts=True)
    below.update(path=Concat(Value(topic.path), Substr("path", len(old_path) + 1)))
