"""What holds whatever people do to their files between two imports."""

import posixpath
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck, example, given, settings

from documents.parser_pool import LIMIT_BYTES, answer
from importer import root as roots
from importer.export import export_to
from importer.run import Report, import_paths
from tests.importing.histories import Files, first, steps, text
from topics.models import Address, Link, Section, Topic, TopicAddress


class Parsers:
    """The pool's work in this process, which saves starting two for each import."""

    def __enter__(self) -> "Parsers":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def imap(self, items):
        for path, data in items:
            yield path, answer(data, path, LIMIT_BYTES)


@pytest.fixture(autouse=True)
def parsing_here(monkeypatch):
    monkeypatch.setattr(roots, "ParserPool", Parsers)


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder and a database state that are both forgotten afterwards."""
    with tempfile.TemporaryDirectory() as name, transaction.atomic():
        folder = Path(name) / "notes"
        folder.mkdir()
        yield folder
        transaction.set_rollback(True)


def bring(files: Files, folder: Path, *, prune: bool = False) -> Report:
    files.write(folder)
    report = import_paths([str(folder)], prune=prune)
    connection.check_constraints()
    return report


def successor(section: Section) -> Section:
    while section.merged_into is not None:
        section = section.merged_into
    return section


def is_shown(section: Section) -> bool:
    return section.removed_at is None and section.topic.removed_at is None


def end_of(client: Client, url: str) -> tuple[int, str]:
    """The status at the end of the redirects from `url`, and the address there with its place."""
    for _ in range(5):
        response = client.get(urlsplit(url).path)
        if response.status_code not in (301, 302):
            return response.status_code, url
        url = response["Location"]
    raise AssertionError(f"{url} redirects for ever")


def shown_at(url: str) -> Section:
    """The live section that an address, with its place on the page, names."""
    parts = urlsplit(url)
    path = unquote(parts.path).removeprefix("/topics/").strip("/")
    place = unquote(parts.fragment)
    topic = Topic.objects.live().filter(path=path).first()
    if topic is None:
        path, _, last = path.rpartition("/")
        topic, place = Topic.objects.live().get(path=path), place or last
    return Section.objects.get(topic=topic, anchor=place, removed_at=None)


def check_sections(known: dict[int, str]) -> None:
    """Every section that ever was still exists, and leads to its text."""
    rows = {row.pk: row for row in Section.objects.select_related("topic", "merged_into__topic")}
    for key, words in known.items():
        assert key in rows
        row = successor(rows[key])
        if not is_shown(row):
            assert row.markdown or not words
    for row in rows.values():
        if is_shown(row):
            assert row.parent is None or is_shown(row.parent)
            assert row.page is not None and is_shown(row.page)
            assert row.page.topic_id == row.topic_id


def check_addresses(client: Client, addresses: dict[str, int]) -> None:
    """Every address that ever was shows its section, leads to its successor or says it is gone."""
    for url, key in addresses.items():
        status, end = end_of(client, url)
        row = successor(Section.objects.get(pk=key))
        if is_shown(row):
            assert (status, shown_at(end).pk) == (200, row.pk), url
        else:
            assert status == 410, url


def check_uniqueness() -> None:
    live = Section.objects.filter(removed_at=None, topic__removed_at=None)
    urls = [row.get_absolute_url() for row in live.select_related("topic")]
    assert len(urls) == len(set(urls))
    taken = set(Address.objects.values_list("topic", "anchor"))
    for row in live:
        assert (row.topic_id, row.anchor) not in taken or row.addresses.filter(
            anchor=row.anchor, topic=row.topic_id
        ).exists()
    paths = set(Topic.objects.live().values_list("path", flat=True))
    assert not paths & set(TopicAddress.objects.values_list("path", flat=True))


def check_links() -> None:
    """A link leads to the file and the heading that it names, wherever they are now."""
    topics = {topic.origin: topic for topic in Topic.objects.live()}
    live = Link.objects.filter(section__removed_at=None, section__topic__removed_at=None)
    for link in live.select_related("section__topic", "target__topic"):
        name, _, anchor = link.href.partition("#")
        folder = posixpath.dirname(link.section.topic.origin)
        topic = topics.get(posixpath.normpath(posixpath.join(folder, name)))
        if topic is None and link.target is None:
            assert link.kind == Link.Kind.PLANNED
            continue
        if topic is None:  # the file has another name, and its topic is still the same
            assert link.kind == Link.Kind.INTERNAL
            assert is_shown(link.target)
            continue
        assert link.target is not None and is_shown(link.target)
        named = Section.objects.live().filter(topic=topic, anchor=anchor).first()
        if named is not None:
            assert (link.kind, link.target) == (Link.Kind.INTERNAL, named)
        elif link.kind == Link.Kind.INTERNAL:  # an earlier address of a section
            assert Address.objects.filter(topic=topic, anchor=anchor, section=link.target).exists()
        else:
            assert (link.kind, link.target.topic, link.target.anchor) == ("broken", topic, "")


CHECKED = settings(
    max_examples=settings.default.max_examples // 7,  # each is a whole history of imports
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.django_db
@CHECKED
@given(first=first, steps=steps)
@example(  # a folder that is gone comes back
    first={"a/b.md": []},
    steps=[
        ([("delete file", 0, 0, 0), ("new file", 5, 0, 2)], True),
        ([("new file", 4, 0, 2)], False),
    ],
)
@example(  # a section that was removed comes back under another name
    first={"sizes.md": [(3, "*", text(27)), (2, "*", ""), (3, "What is `code`?", text(12))]},
    steps=[
        ([("merge", 0, 1, 0)], False),
        ([("add", 0, 0, 12), ("rename", 0, 0, 5)], True),
        ([("split", 0, 0, 4)], True),
    ],
)
@example(  # the larger part of a split section is not the one that keeps the heading
    first={"pools.md": [(4, "1. Start", text(22)), (3, "2. Order", "")]},
    steps=[([("split", 0, 0, 37)], True), ([("split", 0, 0, 25)], True)],
)
def test_whatever_is_edited_sections_stay_and_addresses_lead_to_them(first, steps):
    client = Client()
    with scratch() as folder:
        files = Files({path: list(pieces) for path, pieces in first.items()})
        bring(files, folder)
        known: dict[int, str] = {}
        addresses: dict[str, int] = {}
        for edits, prune in [*steps, ([], True)]:
            live = Section.objects.filter(removed_at=None, topic__removed_at=None)
            for row in live.select_related("topic"):
                known[row.pk] = row.markdown
                addresses[row.get_absolute_url()] = row.pk
            for what in edits:
                files.edit(*what)
            bring(files, folder, prune=prune)
            check_sections(known)
            check_uniqueness()
            check_links()
            check_addresses(client, addresses)


@pytest.mark.django_db
@CHECKED
@given(first=first, steps=steps)
@example(  # a file whose neighbour of nearly the same name is gone
    first={"pools.md": [], "01_pools.md": []}, steps=[([("delete file", 1, 0, 0)], False)]
)
def test_importing_again_changes_nothing_even_when_all_is_read(first, steps):
    with scratch() as folder:
        files = Files({path: list(pieces) for path, pieces in first.items()})
        bring(files, folder)
        for edits, prune in steps:
            for what in edits:
                files.edit(*what)
            bring(files, folder, prune=prune)
        before = list(Section.objects.order_by("pk").values())
        assert bring(files, folder).lines == []
        Topic.objects.exclude(file_hash="").update(file_hash="changed")
        assert bring(files, folder).lines == []
        assert list(Section.objects.order_by("pk").values()) == before


@pytest.mark.django_db
@CHECKED
@given(first=first, steps=steps)
@example(  # another topic has the path of one that was removed and comes back
    first={"01_pools.md": [], "pools.md": []},
    steps=[
        ([("delete file", 1, 0, 0)], True),
        ([("change", 0, 0, 1), ("add", 0, 0, 2)], True),
        ([("new file", 0, 19, 35), ("add", 0, 0, 3)], False),
    ],
)
@example(  # a folder keeps an address that its name would not give
    first={"a/b.md": [], "a/b/c.md": []}, steps=[([("delete file", 0, 0, 0)], True)]
)
@example(  # a section moves to another topic together with what stands below it
    first={
        "a/index.md": [(2, "Sizes", text(18)), (3, "Sizes", text(33)), (3, "Sizes", text(3))],
        "pools.md": [],
    },
    steps=[([("move", 0, 0, 1), ("move", 0, 0, 3), ("move", 0, 0, 3)], True)],
)
def test_export_import_export_is_byte_stable(first, steps):
    with scratch() as folder:
        files = Files({path: list(pieces) for path, pieces in first.items()})
        bring(files, folder)
        for edits, _ in steps:
            for what in edits:
                files.edit(*what)
            bring(files, folder, prune=True)
        before = library()
        export_to(folder.parent / "first")
        forget_everything()
        if (folder.parent / "first" / "notes").exists():
            import_paths([str(folder.parent / "first" / "notes")])
        export_to(folder.parent / "second")
        assert contents(folder.parent / "second") == contents(folder.parent / "first")
        assert library() == before


def forget_everything() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE topics_topic, topics_section CASCADE")


def contents(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def library() -> list[tuple[object, ...]]:
    """All but the links' targets: one to an earlier address needs the history, which stays here."""
    rows = Section.objects.filter(removed_at=None, topic__removed_at=None)
    return list(
        rows.order_by("topic__path", "position").values_list(
            "topic__path", "topic__title", "anchor", "number", "title", "written_html"
        )
    )
