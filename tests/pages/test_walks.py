"""Reading along a learning path: the bar, previous and next, and links that stay on it."""

import pytest
from django.test import Client

from tests.beginnings import beginning
from tests.pages.conftest import Bring
from tests.pages.html import links, part, text_of, words
from topics.addresses import on_path
from topics.models import Topic
from topics.walks import spans

pytestmark = pytest.mark.django_db

LONG = "# Long\n\n" + "".join(f"## Part {n}\n\n{'word ' * 900}\n\n" for n in range(3))
WAY = """---
kind: path
---
# Way

1. [Two](two.md) first.
2. [One](one.md#second-half) then.
3. [Long](long.md) at last.
4. Rest.
"""


@beginning
def way(bring: Bring) -> None:
    bring(
        {
            "one.md": "# One\n\nText.\n\n## Second half\n\nMore.\n",
            "two.md": "# Two\n\nText.\n",
            "other.md": "# Other\n\nText.\n",
            "long.md": LONG,
            "ways/way.md": WAY.replace("](", "](../"),
        }
    )


def around(client: Client, path: str) -> list[tuple[str, str]]:
    return links(part(client.get(path), '<nav class="around"', "</nav>"))


def bar(client: Client, path: str) -> str:
    return words("<" + part(client.get(path), '<nav class="path-bar"', "</nav>"))


@pytest.mark.parametrize(
    ("url", "along"),
    [
        ("/topics/a/", "/topics/a/?path=p/q"),
        ("/topics/a/#b", "/topics/a/?path=p/q#b"),
    ],
)
def test_an_address_on_a_path_keeps_its_place(url: str, along: str) -> None:
    assert on_path(url, "p/q") == along
    assert on_path("/topics/a/", "p&q#=") == "/topics/a/?path=p%26q%23%3D"


def test_the_steps_of_a_path_lead_along_it(client: Client, way: None) -> None:
    steps = links(part(client.get("/topics/ways/way/"), '<div class="steps">', "</div>"))
    assert [url for _, url in steps] == [
        "/topics/two/?path=ways/way",
        "/topics/one/second-half/?path=ways/way",
        "/topics/long/?path=ways/way",
    ]


def test_a_step_says_where_it_stands_and_what_follows(client: Client, way: None) -> None:
    assert bar(client, "/topics/two/?path=ways/way") == "Way Step 1 of 3"
    assert around(client, "/topics/two/?path=ways/way") == [
        ("Next Second half", "/topics/one/second-half/?path=ways/way")
    ]


def test_a_section_of_a_page_is_reached_on_the_path(client: Client, way: None) -> None:
    answer = client.get("/topics/one/second-half/?path=ways/way")
    assert (answer.status_code, answer["Location"]) == (
        302,
        "/topics/one/?path=ways/way#second-half",
    )
    assert bar(client, "/topics/one/?path=ways/way") == "Way Step 2 of 3"


def test_a_step_of_several_pages_is_read_to_its_end(client: Client, way: None) -> None:
    first = around(client, "/topics/long/?path=ways/way")
    assert first[-1] == ("Next Part 0", "/topics/long/part-0/?path=ways/way")
    assert bar(client, "/topics/long/part-1/?path=ways/way") == "Way Step 3 of 3"
    last = around(client, "/topics/long/part-2/?path=ways/way")
    assert [text for text, _ in last] == ["Previous Second half"]


@pytest.mark.parametrize(
    "path", ["", "nix", "ways", "two", "../x", "%00", "a" * 3000, "ways/way%23"]
)
def test_what_is_no_path_changes_nothing(client: Client, way: None, path: str) -> None:
    page = client.get(f"/topics/two/?path={path}")
    assert page.status_code == 200
    assert "path-bar" not in text_of(page).partition("<main")[2]
    assert around(client, f"/topics/two/?path={path}") == around(client, "/topics/two/")


MANY = """---
kind: path
---
# Way

1. [One](../one.md) first.
2. [Its second half](../one.md#second-half) then.
3. [Two](../two.md).
4. [Its end](../one.md#end) at last.
"""


def test_a_page_of_several_steps_names_all_of_them(client: Client, bring: Bring) -> None:
    """Whichever of its steps one came for: browsers keep the place on a page to themselves."""
    one = "# One\n\nText.\n\n## Second half\n\nMore.\n\n## End\n\nLast.\n"
    bring({"one.md": one, "two.md": "# Two\n\nText.\n", "ways/way.md": MANY})
    for url in ("/topics/one/", "/topics/one/second-half/", "/topics/one/end/"):
        answer = client.get(f"{url}?path=ways/way", follow=True)
        shown = "<" + part(answer, '<nav class="path-bar"', "</nav>")
        assert words(shown) == "Way Steps 1–2, 4 of 4"
        assert '<progress value="4" max="4"' in shown
    assert bar(client, "/topics/two/?path=ways/way") == "Way Step 3 of 4"
    assert around(client, "/topics/one/?path=ways/way") == [
        ("Next Two", "/topics/two/?path=ways/way")
    ]
    assert bar_in_german(client, "/topics/one/?path=ways/way") == "Way Schritte 1–2, 4 von 4"


def bar_in_german(client: Client, path: str) -> str:
    page = client.get(path, headers={"Accept-Language": "de"})
    return words("<" + part(page, '<nav class="path-bar"', "</nav>"))


@pytest.mark.parametrize(
    ("numbers", "said"),
    [((), ""), ((2,), "2"), ((1, 2), "1–2"), ((1, 2, 3, 5, 7, 8), "1–3, 5, 7–8")],
)
def test_numbers_are_written_as_spans(numbers: tuple[int, ...], said: str) -> None:
    assert spans(numbers) == said


def test_a_page_beside_the_path_is_no_step_of_it(client: Client, way: None) -> None:
    assert bar(client, "/topics/other/?path=ways/way") == "<"


def test_the_canonical_address_is_the_one_without_the_path(client: Client, way: None) -> None:
    page = text_of(client.get("/topics/two/?path=ways/way"))
    assert '<link rel="canonical" href="http://testserver/topics/two/">' in page


def test_drafts_are_no_steps(client: Client, way: None) -> None:
    Topic.objects.filter(path="one").update(status="draft")
    assert bar(client, "/topics/two/?path=ways/way") == "Way Step 1 of 2"
    Topic.objects.filter(path="ways/way").update(status="draft")
    assert bar(client, "/topics/two/?path=ways/way") == "<"


def test_a_step_costs_one_query_more(client: Client, way: None, django_assert_num_queries) -> None:
    with django_assert_num_queries(4):  # page, topics around, path, areas
        client.get("/topics/two/?path=ways/way")
