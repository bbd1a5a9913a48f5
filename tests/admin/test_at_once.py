"""A button that is pressed twice, or by two people, at the same moment: done once, and never a 500.

In each test the second press comes while what the first did is not committed yet.
"""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection, transaction
from django.test import Client

from curating.models import TopicCare
from importer.models import Change
from importer.run import import_paths
from search.models import GoldenQuery
from tests.admin.pages import url, words
from topics.models import Grant, Section, Topic

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "# Pools\n\nIntro.\n\n## Sizes\n\nTen.\n\n### Least\n\nOne.\n\n## Costs\n\nLittle.\n"
WAITING = """SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_locks
    WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database()))"""


@pytest.fixture
def library(folder):
    (folder / "pools.md").write_text(TEXT)
    (folder / "lakes.md").write_text("# Lakes\n\n## Deep\n\nWater.\n")
    import_paths([str(folder)])
    return Topic.objects.get(path="pools")


@pytest.fixture
def curator(client):
    user = User.objects.create_superuser("curator")
    client.force_login(user)
    return client


def pressed_twice(press: Callable[[], Any], again: Callable[[], Any] | None = None) -> list[Any]:
    """What both are answered, where `again` begins before `press` is committed."""
    answers: list[Any] = []

    def work() -> None:
        answers.append((again or press)())
        connection.close()

    thread = threading.Thread(target=work)
    with transaction.atomic():
        first = press()
        thread.start()
        with connection.cursor() as cursor:
            while thread.is_alive():
                cursor.execute(WAITING)
                if cursor.fetchone()[0]:
                    break
    thread.join()
    return [first, *answers]


def section(title: str) -> Section:
    return Section.objects.get(title=title, topic__path="pools")


def texts() -> dict[str, str]:
    rows = Section.objects.published().filter(topic__path="pools")
    return dict(rows.values_list("title", "markdown"))


def test_a_topic_that_is_removed_twice_comes_back_with_all_its_sections(library, curator):
    before = texts()
    pressed_twice(lambda: curator.post(url("arrange", library.pk), {"_remove": "1"}))
    assert Change.objects.filter(kind="removal").count() == 1
    curator.post(url("restore"), {"topic": library.pk})
    assert texts() == before
    assert Client().get("/topics/pools/").status_code == 200


def test_a_section_that_is_removed_twice_comes_back_with_those_below_it(library, curator):
    before = texts()
    sizes = section("Sizes")
    pressed_twice(lambda: curator.post(url("move", sizes.pk), {"_remove": "1"}))
    assert Change.objects.filter(kind="removal").count() == 1
    assert list(texts()) == ["Pools", "Costs"]
    curator.post(url("restore"), {"section": sizes.pk})
    assert texts() == before


def test_what_was_removed_is_restored_once(library, curator):
    sizes = section("Sizes")
    curator.post(url("move", sizes.pk), {"_remove": "1"})
    pressed_twice(lambda: curator.post(url("restore"), {"section": sizes.pk}))
    curator.post(url("arrange", library.pk), {"_remove": "1"})
    pressed_twice(lambda: curator.post(url("restore"), {"topic": library.pk}))
    assert Change.objects.filter(kind="restore").count() == 2


def test_a_change_is_undone_once(library, curator):
    curator.post(url("edit", section("Costs").pk), typed(section("Costs"), "Much."))
    change = Change.objects.latest("pk")
    pressed_twice(lambda: curator.post(url("undo", change.pk)))
    assert Change.objects.filter(undoes=change).count() == 1
    assert texts()["Costs"] == "Little."


def test_a_section_that_is_moved_takes_no_edit_of_its_neighbour_back(library, curator):
    costs = section("Costs")
    pressed_twice(
        lambda: curator.post(url("edit", costs.pk), typed(costs, "Much.")),
        lambda: curator.post(url("move", section("Sizes").pk), {"to": "lakes"}),
    )
    assert texts() == {"Pools": "Intro.", "Costs": "Much."}


def test_a_whole_topic_is_joined_with_what_is_saved_just_then(library, curator):
    costs = section("Costs")
    whole = curator.get(url("edit_topic", library.pk)).context["form"]["base"].value()
    mine = {"base": whole, "markdown": whole.replace("Ten.", "Twelve."), "_publish": "1"}
    pressed_twice(
        lambda: curator.post(url("edit", costs.pk), typed(costs, "Much.")),
        lambda: curator.post(url("edit_topic", library.pk), mine),
    )
    assert texts()["Costs"] == "Much." and texts()["Sizes"] == "Twelve."


def test_a_new_topic_is_made_once(library, curator):
    data = {"title": "Leases", "under": "pools", "markdown": "They end.", "why": ""}
    _first, second = pressed_twice(lambda: curator.post(url("add_topic"), data))
    assert "A topic of this title is there already: /topics/pools/leases/" in words(second)
    assert "They end." in second.content.decode()
    assert Topic.objects.filter(title="Leases").count() == 1


@pytest.mark.parametrize(
    ("path", "data", "rows"),
    [
        ("arrange", {"_care": "1", "review_by": "2027-01-01"}, TopicCare.objects),
        ("rights", {"group": "GROUP", "right": "read"}, Grant.objects),
        ("golden", {"query": "q", "address": "/topics/pools/", "within": "3"}, GoldenQuery.objects),
        ("/admin/auth/group/add/", {"name": "twice"}, Group.objects.filter(name="twice")),
    ],
    ids=["care", "rights", "golden", "group"],
)
def test_what_is_there_once_is_saved_once_and_the_second_hears_it(
    library, curator, path, data, rows
):
    group, _is_new = Group.objects.get_or_create(name="curator")
    data = {name: group.pk if value == "GROUP" else value for name, value in data.items()}
    keys = [library.pk] if path in ("arrange", "rights") else []
    address = path if path.startswith("/") else url(path, *keys)
    before = rows.count()
    first, second = pressed_twice(lambda: curator.post(address, data))
    assert rows.count() == before + 1
    assert (first.status_code, second.status_code) == (302, 409)
    assert "The same was saved at this very moment" in words(second)
    assert "Send it again" in words(second)


def test_two_topics_that_are_moved_to_one_address_are_both_there(library, curator):
    lakes = Topic.objects.get(path="lakes")
    place = {"_move": "1", "under": "", "slug": "water"}
    _first, second = pressed_twice(
        lambda: curator.post(url("arrange", library.pk), place),
        lambda: curator.post(url("arrange", lakes.pk), place),
    )
    assert second.status_code in (302, 409)
    assert Topic.objects.filter(path="water").count() == 1
    assert Topic.objects.live().filter(pk__in=[library.pk, lakes.pk]).count() == 2


def typed(row: Section, markdown: str) -> dict[str, Any]:
    base = Change.objects.latest("pk").pk
    return {"title": row.title, "markdown": markdown, "base": base, "_publish": "1"}
