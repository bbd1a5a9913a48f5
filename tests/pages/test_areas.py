"""The areas: what the header of every page names."""

import pytest
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from tests.pages.conftest import Bring
from tests.pages.html import links, part
from topics.areas import MOST_AREAS, areas
from topics.models import Topic

pytestmark = pytest.mark.django_db


def titles() -> list[str]:
    return [area.title for area in areas(RequestFactory().get("/"))]


def header(client: Client, path: str = "/") -> list[tuple[str, str]]:
    return links(part(client.get(path), '<nav class="areas"', "</nav>"))


def test_areas_are_folders_and_kinds_that_readers_go_for_with_paths_last(
    client: Client, bring: Bring
) -> None:
    bring(
        {
            "b/one.md": "# One\n\nText.\n",
            "a/index.md": "---\nshort_title: Short\n---\n# A very long title\n",
            "a/two.md": "# Two\n\nText.\n",
            "map.md": "---\nkind: roadmap\n---\n# The map\n\nText.\n",
            "map-2.md": "---\nkind: roadmap\n---\n# Another map\n\nText.\n",
            "talk.md": "---\nkind: interview\n---\n# Talk\n\nText.\n",
            "plain.md": "# Plain\n\nText.\n",
            "b/way.md": "---\nkind: path\n---\n# Way\n\nText.\n",
        }
    )
    assert header(client) == [
        ("Short", "/topics/a/"),
        ("B", "/topics/b/"),
        ("The map", "/topics/map/"),
        ("Talk", "/topics/talk/"),
        ("Paths", "/topics/?kind=path"),
    ]


def test_the_area_that_a_page_is_in_is_marked(client: Client, library: None) -> None:
    nav = part(client.get("/topics/lib/web/http/"), '<nav class="areas"', "</nav>")
    assert 'href="/topics/lib/" aria-current="true"' in nav
    assert "aria-current" not in part(client.get("/"), '<nav class="areas"', "</nav>")


def test_there_is_room_for_a_few_and_those_with_a_short_title_come_first(bring: Bring) -> None:
    named = {"z/index.md": "---\nshort_title: Z\n---\n# Last of all\n", "z/t.md": "# T\n\nText.\n"}
    bring(named | {f"g{n}/t.md": "# T\n\nText.\n" for n in range(9)})
    found = titles()
    assert len(found) == MOST_AREAS
    assert found[-1] == "Z"


def test_drafts_are_no_areas(client: Client, library: None) -> None:
    Topic.objects.filter(path="lib").update(status="draft")
    assert header(client) == []


@pytest.mark.parametrize("title", ["<b>x</b>", "[1, 2]", "x" * 500, "''", "{a: 1}"])
def test_an_odd_short_title_stays_text(client: Client, bring: Bring, title: str) -> None:
    bring({"a/index.md": f"---\nshort_title: {title}\n---\n# A\n", "a/b.md": "# B\n\nText.\n"})
    assert len(header(client)) == 1
    assert "<b>x" not in part(client.get("/"), "<header", "</header>")


def test_colours_follow_the_kind(bring: Bring) -> None:
    kinds = {
        f"{kind}.md": f"---\nkind: {kind}\n---\n# X\n\nText.\n" for kind in ("roadmap", "path")
    }
    bring(kinds | {"f/t.md": "# T\n\nText.\n"})
    assert {area.kind: area.hue for area in areas(RequestFactory().get("/"))} == {
        "article": 1,
        "roadmap": 5,
        "path": 6,
    }


def test_the_tree_opens_the_area_that_the_page_is_in(client: Client, bring: Bring) -> None:
    bring({f"{area}/{n}.md": f"# {area} {n}\n\nText.\n" for area in "abc" for n in (1, 2)})
    tree = links(part(client.get("/topics/b/2/"), '<nav class="tree"', "</nav>"))
    assert [text for text, _ in tree] == ["A", "B", "b 1", "b 2", "C"]


def test_documents_beside_the_areas_stand_in_the_tree_of_each_other(
    client: Client, bring: Bring
) -> None:
    bring({"a/1.md": "# In\n\nText.\n", "x.md": "# X\n\nText.\n", "y.md": "# Y\n\nText.\n"})
    tree = links(part(client.get("/topics/x/"), '<nav class="tree"', "</nav>"))
    assert [text for text, _ in tree] == ["X", "Y", "A"]


def test_areas_are_kept_until_the_content_changes(
    client: Client, bring: Bring, keeping: object, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    bring({"a/1.md": "# In\n\nText.\n"})
    assert titles() == ["A"]
    with django_assert_num_queries(1):  # the version
        assert titles() == ["A"]
    bring({"a/1.md": "# In\n\nText.\n", "b/1.md": "# In\n\nText.\n"})
    assert titles() == ["A", "B"]
