"""Searches for what two things differ in: a table that compares them."""

import pytest

from search.comparisons import comparison_in, sides_of
from tests.factories import make_section, make_topic
from topics.models import Section

TABLE = """<p>Both.</p><div class="table" tabindex="0"><table><thead><tr><th></th><th>Session</th>
<th>JWT access token</th><th>API key</th></tr></thead><tbody>
<tr><td>State</td><td>server &amp; <code>a&lt;b</code></td><td>token</td><td>none</td></tr>
<tr><td>Ends</td><td>at once</td><td><a href="/x">later</a></td><td>never</td></tr>
</tbody></table></div>"""
TURNED = """<table><tr><th>Name</th><th>Order</th></tr>
<tr><td><strong>TCP</strong></td><td>yes</td></tr>
<tr><td>UDP</td><td>no</td></tr><tr><td>QUIC</td><td>yes</td></tr></table>"""
VERSIONS = """<table><tr><th></th><th>HTTP/1.0</th><th>HTTP/1.1</th><th>HTTP/2</th></tr>
<tr><td>Year</td><td>1996</td><td>1997</td><td>2015</td></tr></table>"""
MERGED = """<table><tr><th></th><th>A</th><th>B</th></tr>
<tr><td colspan="2">x</td><td>y</td></tr></table>"""


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("sessions vs jwt", ("sessions", "jwt")),
        ("Sessions vs. JWT?", ("Sessions", "JWT")),
        ("difference between tcp and udp", ("tcp", "udp")),
        ("compare REST with GraphQL", ("REST", "GraphQL")),
        ("a versus b", ("a", "b")),
        ("vs", None),
        ("a vs", None),
        ("sessions and jwt", None),
    ],
)
def test_a_comparison_has_two_sides(text: str, sides: tuple[str, str] | None) -> None:
    assert sides_of(text) == sides


def section(html: str) -> Section:
    return make_section("S", topic=make_topic(), html=html)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("title", "cells", "is_shown"),
    [
        ("Common attacks", ("SQL injection", "NoSQL injection"), False),
        ("SQL injection", ("SQL injection", "NoSQL injection"), False),
        ("SQL vs. NoSQL", ("SQL databases", "NoSQL databases"), True),
        ("Stores", ("SQL (PostgreSQL)", "NoSQL (MongoDB)"), True),
        ("Stores", ("SQL", "NoSQL databases"), True),
        ("Stores", ("SQL for reports, joins and sums", "NoSQL for documents"), False),
        ("SQL or NoSQL", ("SQL for reports, joins and sums", "NoSQL for documents"), True),
    ],
)
def test_what_is_said_of_both_sides_is_not_said_of_something_of_each(
    title: str, cells: tuple[str, str], is_shown: bool
) -> None:
    html = f"""<table><tr><th></th><th>{cells[0]}</th><th>{cells[1]}</th></tr>
    <tr><td>Harm</td><td>much</td><td>more</td></tr></table>"""
    one = make_section(title, topic=make_topic(), html=html)
    found = comparison_in([one.pk], ("sql", "nosql"))
    assert (found.rows if found else None) == ((("Harm", "much", "more"),) if is_shown else None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("html", "sides", "shown"),
    [
        (
            TABLE,
            ("sessions", "JWT"),
            [
                ("", "Session", "JWT access token"),
                ("State", "server &amp; <code>a&lt;b</code>", "token"),
                ("Ends", "at once", '<a href="/x">later</a>'),
            ],
        ),
        (
            TABLE,
            ("api keys", "session"),
            [
                ("", "API key", "Session"),
                ("State", "none", "server &amp; <code>a&lt;b</code>"),
                ("Ends", "never", "at once"),
            ],
        ),
        (TURNED, ("udp", "tcp"), [("Name", "UDP", "<strong>TCP</strong>"), ("Order", "no", "yes")]),
        (
            VERSIONS,
            ("http/1.1", "http/2"),
            [("", "HTTP/1.1", "HTTP/2"), ("Year", "1997", "2015")],
        ),
        (TABLE, ("session", "cookie"), None),
        (TABLE, ("session", "sessions"), None),
        (TABLE, ("state", "session"), None),
        (MERGED, ("a", "b"), None),
        ("<p>Session vs JWT</p>", ("session", "jwt"), None),
        ("<table></table>", ("a", "b"), None),
        ("<table><tr><th></th><th>A</th><th>B</th></tr></table>", ("a", "b"), None),
        (TABLE, ("", "***"), None),
    ],
)
def test_a_table_is_shown_with_both_sides_alone(
    html: str, sides: tuple[str, str], shown: list[tuple[str, ...]] | None
) -> None:
    found = comparison_in([section(html).pk], sides)
    assert (found and [found.head, *found.rows]) == shown


@pytest.mark.django_db
def test_the_first_result_that_has_one_is_asked_and_at_the_cost_of_one_query(
    django_assert_num_queries,
) -> None:
    none, second, first = section("<p>x</p>"), section(TABLE), section(TABLE)
    with django_assert_num_queries(1):
        found = comparison_in([none.pk, first.pk, second.pk], ("session", "jwt"))
    assert found
    assert found.section_id == first.pk


@pytest.mark.django_db
def test_a_long_table_is_cut() -> None:
    rows = "".join(f"<tr><td>{n}</td><td>a</td><td>b</td></tr>" for n in range(50))
    html = f"<table><tr><th></th><th>A</th><th>B</th></tr>{rows}</table>"
    found = comparison_in([section(html).pk], ("a", "b"))
    assert found
    assert len(found.rows) == 12
