import pytest

from documents import order_of, resolve, title_of, topic_slug
from documents.links import split_href


@pytest.mark.parametrize(
    ("name", "slug", "order", "title"),
    [
        ("01_introduction", "introduction", 1, "Introduction"),
        ("01_why_express.md", "why-express", 1, "Why express"),
        ("10-Sockets", "sockets", 10, "Sockets"),
        ("003. Load Testing.markdown", "load-testing", 3, "Load Testing"),
        ("000_4a11413b7df59257.txt", "4a11413b7df59257", 0, "4a11413b7df59257"),
        ("README.md", "readme", None, "README"),
        ("2024.md", "2024", None, "2024"),
        ("2fa.md", "2fa", None, "2fa"),
        ("v1.2.md", "v1-2", None, "V1.2"),
        ("Größe & Maß.md", "größe-maß", None, "Größe & Maß"),
        ("!!!.md", "topic", None, "!!!"),
        ("12_.md", "12", None, "12"),
        ("2024-05-01.md", "05-01", 2024, "2024-05-01"),
        ("2024-05-01-the_talk.md", "05-01-the-talk", 2024, "2024-05-01 the talk"),
    ],
)
def test_what_a_name_says(name: str, slug: str, order: int | None, title: str) -> None:
    assert (topic_slug(name), order_of(name), title_of(name)) == (slug, order, title)


def test_the_prefix_can_be_put_back_for_names_that_collide() -> None:
    assert topic_slug("01_pools.md") == topic_slug("02_pools.md") == "pools"
    assert topic_slug("01_pools.md", keep_prefix=True) == "01-pools"


@pytest.mark.parametrize(
    ("href", "target"),
    [
        ("b.md", ("x/b.md", "")),
        ("b.md#c", ("x/b.md", "c")),
        ("./b.md?raw=1", ("x/b.md", "")),
        ("../b.md", ("b.md", "")),
        ("/y/b.md", ("y/b.md", "")),
        ("sub/../b.md", ("x/b.md", "")),
        ("a%20b.md#%C3%BC", ("x/a b.md", "ü")),
        ("#c", ("x/a.md", "c")),
        ("", ("x/a.md", "")),
        ("..", ("", "")),
        ("../../b.md", None),
        ("/../b.md", None),
        ("%2e%2e/%2e%2e/etc/passwd", None),
    ],
)
def test_where_a_link_leads(href: str, target: tuple[str, str] | None) -> None:
    assert resolve(href, "x/a.md") == target


def test_an_unreadable_address_leads_nowhere() -> None:
    assert split_href("//[half") == ("", "")
