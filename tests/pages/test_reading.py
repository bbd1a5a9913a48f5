"""The reading page and the ways from it."""

import re

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.test import Client

from tests.pages.conftest import Bring
from tests.pages.html import links, part, text_of, words
from topics.models import Section, Topic

pytestmark = pytest.mark.django_db

HTTP = "/topics/lib/web/http/"


def tree(client: Client, path: str) -> str:
    return part(client.get(path), '<nav class="tree"', "</nav>")


def sections(count: int) -> str:
    """A topic of many sections with long text, which is split into pages."""
    body = "".join(f"## Part {n}\n\n{'word ' * 100}\n\n### Inside {n}\n\n{'word ' * 60}\n\n"
                   for n in range(count))  # fmt: skip
    return f"# Long\n\n{body}"


@pytest.mark.parametrize("count", [1, 20, 120])
def test_reading_takes_three_queries_whatever_the_size(
    client: Client, bring: Bring, count: int, django_assert_num_queries
) -> None:
    linking = {f"more/{n}.md": f"# M{n}\n\n[Long](../long.md)\n" for n in range(count)}
    bring({"long.md": sections(count), **linking})
    client.get("/topics/long/")
    with django_assert_num_queries(3):  # page, topics around, areas
        assert client.get("/topics/long/").status_code == 200


@pytest.mark.parametrize("count", [1, 120])
def test_reading_takes_six_queries_with_an_account(
    learner: Client, bring: Bring, count: int, django_assert_num_queries
) -> None:
    bring({"long.md": sections(count)})
    with django_assert_num_queries(6):  # session, user, page, topics around, marks, areas
        assert learner.get("/topics/long/").status_code == 200


def test_a_page_is_never_a_wall(client: Client, bring: Bring) -> None:
    bring({"long.md": sections(120)})
    pages = Section.objects.filter(topic__path="long").values_list("page", flat=True)
    sizes = [Section.objects.filter(page=page).count() for page in set(pages)]
    assert max(sizes) <= 60
    response = client.get("/topics/long/part-3/")
    assert response.status_code == 200
    assert '<h2 id="inside-3" dir="auto">' in text_of(response)


def test_the_tree_opens_the_branch_one_is_in_and_no_other(client: Client, library: None) -> None:
    assert links(tree(client, HTTP)) == [
        ("Library", "/topics/lib/"),
        ("Web", "/topics/lib/web/"),
        ("HTTP", HTTP),
        ("TLS", "/topics/lib/web/tls/"),
        ("Data", "/topics/lib/data/"),
    ]


def test_the_tree_marks_the_page_one_is_on(client: Client, library: None) -> None:
    assert f'<a href="{HTTP}" aria-current="page">HTTP</a>' in tree(client, HTTP)
    assert tree(client, HTTP).count("aria-current") == 1


def test_the_tree_shows_what_is_below_a_group(client: Client, library: None) -> None:
    shown = [text for text, _ in links(tree(client, "/topics/lib/data/"))]
    assert shown == ["Library", "Web", "Data", "SQL"]


def test_the_tree_shows_a_window_of_many_neighbours(client: Client, bring: Bring) -> None:
    bring({f"all/{n:03}.md": f"# T{n}\n" for n in range(100)} | {"all/index.md": "# All\n"})
    shown = [text for text, _ in links(tree(client, "/topics/all/050/"))]
    assert shown == ["All", *[f"T{n}" for n in range(30, 70)]]
    assert "and 60 more" in tree(client, "/topics/all/050/")


@pytest.mark.parametrize(
    ("number", "first", "last"), [(0, 0, 40), (20, 0, 40), (21, 1, 41), (98, 60, 100)]
)
def test_the_window_ends_where_the_neighbours_end(
    client: Client, bring: Bring, number: int, first: int, last: int
) -> None:
    bring({f"all/{n:03}.md": f"# T{n}\n" for n in range(100)} | {"all/index.md": "# All\n"})
    shown = [text for text, _ in links(tree(client, f"/topics/all/{number:03}/"))]
    assert shown == ["All", *[f"T{n}" for n in range(first, last)]]


def test_a_topic_below_a_draft_is_read_and_has_its_neighbours(client: Client, bring: Bring) -> None:
    bring({"all/a.md": "# A\n", "all/b.md": "# B\n", "all/index.md": "---\nstatus: draft\n---\n"})
    assert [text for text, _ in links(tree(client, "/topics/all/a/"))] == ["A", "B"]


def test_the_pages_of_a_long_topic_stand_in_the_tree(client: Client, bring: Bring) -> None:
    bring({"long.md": sections(40)})
    shown = links(tree(client, "/topics/long/part-3/"))
    assert shown[0] == ("Long", "/topics/long/")
    assert shown[4] == ("Part 3", "/topics/long/part-3/")
    assert len(shown) == 41


@pytest.mark.parametrize(
    ("path", "previous", "following"),
    [
        ("/topics/lib/", None, "/topics/lib/web/"),
        ("/topics/lib/web/", "/topics/lib/", HTTP),
        (HTTP, "/topics/lib/web/", "/topics/lib/web/tls/"),
        ("/topics/lib/web/tls/", HTTP, "/topics/lib/data/"),
        ("/topics/lib/data/sql/", "/topics/lib/data/", None),
    ],
)
def test_previous_and_next_follow_the_reading_order(
    client: Client, library: None, path: str, previous: str | None, following: str | None
) -> None:
    found = dict.fromkeys(("prev", "next"))
    around = part(client.get(path), '<nav class="around"', "</nav>")
    for rel in found:
        for tag in around.split("<a ")[1:]:
            if f'rel="{rel}"' in tag:
                found[rel] = tag.partition('href="')[2].partition('"')[0]
    assert found == {"prev": previous, "next": following}


def test_previous_and_next_go_through_the_pages_of_a_topic(client: Client, bring: Bring) -> None:
    bring({"long.md": sections(40)})
    around = part(client.get("/topics/long/part-3/"), '<nav class="around"', "</nav>")
    assert links(around) == [
        ("Previous Part 2", "/topics/long/part-2/"),
        ("Next Part 4", "/topics/long/part-4/"),
    ]


def test_breadcrumbs_lead_up_to_all_topics(client: Client, bring: Bring, library: None) -> None:
    crumbs = part(client.get(HTTP), '<nav class="crumbs"', "</nav>")
    assert links(crumbs) == [
        ("Topics", "/topics/"),
        ("Library", "/topics/lib/"),
        ("Web", "/topics/lib/web/"),
    ]


def test_linked_from_names_each_section_once(client: Client, library: None) -> None:
    linked = part(client.get(HTTP), "Linked from</h2>", "</details>")
    assert links(linked) == [("TLS", "/topics/lib/web/tls/")]


def test_linked_from_ends_after_ten(client: Client, bring: Bring) -> None:
    bring({"a.md": "# A\n", **{f"b{n}.md": f"# B{n}\n\n[A](a.md)\n" for n in range(12)}})
    assert len(links(part(client.get("/topics/a/"), "Linked from</h2>", "</details>"))) == 10


def test_a_draft_is_not_shown_as_linking(client: Client, library: None) -> None:
    Topic.objects.filter(path="lib/web/tls").update(status="draft")
    assert "Linked from" not in text_of(client.get(HTTP))


def test_see_also_shows_the_stored_sections_best_first(client: Client, library: None) -> None:
    keys = [Section.objects.get(topic__path=path, anchor="").pk
            for path in ("lib/data/sql", "lib/web/tls")]  # fmt: skip
    Section.objects.filter(topic__path="lib/web/http", anchor="").update(see_also=keys)
    also = part(client.get(HTTP), "See also</h2>", "</section>")
    assert links(also) == [("SQL", "/topics/lib/data/sql/"), ("TLS", "/topics/lib/web/tls/")]


def test_see_also_forgets_what_was_removed(client: Client, library: None) -> None:
    gone = Section.objects.get(topic__path="lib/data/sql", anchor="")
    Section.objects.filter(topic__path="lib/web/http", anchor="").update(see_also=[gone.pk, 9**9])
    Section.objects.filter(pk=gone.pk).update(removed_at=gone.created_at)
    assert "See also" not in text_of(client.get(HTTP))


def test_a_page_says_its_minutes_level_and_source(client: Client, library: None) -> None:
    response = client.get("/topics/lib/data/sql/")
    meta = words("<" + part(response, '<div class="meta"', "</div>"))
    assert meta == "Article Beginner 1 minute"
    origin = words("<" + part(response, '<p class="origin', "</p>"))
    assert "Source notes/lib/02_data/01_sql.md" in origin


@pytest.mark.parametrize(
    ("front", "said"),
    [("verified: 2026-11-29", "29 November 2026"), ("verified: lately", ""), ("order: 1", "")],
)
def test_a_page_says_when_it_was_checked(
    client: Client, bring: Bring, front: str, said: str
) -> None:
    bring({"a.md": f"---\n{front}\n---\n# A\n\nText.\n"})
    origin = words("<" + part(client.get("/topics/a/"), '<p class="origin', "</p>"))
    assert ("Checked against sources on" in origin) == bool(said)
    assert said in origin


def test_only_curators_see_the_edit_link(
    client: Client, library: None, django_user_model: type[User]
) -> None:
    section = Section.objects.get(topic__path="lib/web/http", anchor="")
    link = f"/admin/topics/section/{section.pk}/change/"
    assert link not in text_of(client.get(HTTP))
    user = django_user_model.objects.create_user("carol", is_staff=True)
    client.force_login(user)
    assert link not in text_of(client.get(HTTP))
    user.groups.add(Group.objects.get_or_create(name="curator")[0])
    user.user_permissions.set([])
    user.is_superuser = True
    user.save()
    assert link in text_of(client.get(HTTP))


def test_each_heading_has_its_lasting_address_and_a_named_button(
    client: Client, library: None
) -> None:
    page = text_of(client.get(HTTP))
    assert '<h2 id="methods" dir="auto">Methods</h2>' in page
    assert re.search(r'href="/topics/lib/web/http/methods/"\s+aria-label="Link to “Methods”"', page)
    assert 'aria-label="Bookmark “Methods” (log in)"' in page


def test_a_section_opens_its_page_at_its_place(client: Client, library: None) -> None:
    response = client.get(f"{HTTP}caching/")
    assert (response.status_code, response["Location"]) == (302, f"{HTTP}#caching")


def test_an_address_that_never_was_is_not_found(client: Client, library: None) -> None:
    for path in (
        f"{HTTP}nothing/",
        "/topics/nothing/",
        "/topics/lib/%00/",
        f"/topics/{'a' * 2000}/",
    ):
        assert client.get(path).status_code == 404


def test_a_topic_s_address_wins_over_a_section_s(client: Client, bring: Bring) -> None:
    bring({"a/index.md": "# A\n\n## B\n\nA section.\n", "c.md": "# The topic\n"})
    Topic.objects.filter(path="c").update(path="a/b")
    assert '<h1 dir="auto">The topic</h1>' in text_of(client.get("/topics/a/b/"))


def test_drafts_are_not_shown(client: Client, library: None) -> None:
    Topic.objects.filter(path="lib/web/http").update(status="draft")
    assert client.get(HTTP).status_code == 404
    assert "HTTP" not in [text for text, _ in links(tree(client, "/topics/lib/web/tls/"))]


def test_a_removed_section_says_so(client: Client, library: None) -> None:
    section = Section.objects.get(topic__path="lib/web/http", anchor="caching")
    Section.objects.filter(pk=section.pk).update(removed_at=section.created_at)
    response = client.get(f"{HTTP}caching/")
    assert response.status_code == 410
    assert "This section was removed on" in text_of(response)


def test_every_page_describes_itself_and_names_its_address(client: Client, library: None) -> None:
    sql = text_of(client.get("/topics/lib/data/sql/"))
    assert '<meta name="description" content="Tables.">' in sql
    assert '<link rel="canonical" href="http://testserver/topics/lib/data/sql/">' in sql
    http = text_of(client.get(HTTP))
    assert '<meta name="description" content="HTTP">' in http


def test_a_description_holds_no_markup(client: Client, bring: Bring) -> None:
    bring({"a.md": '# A\n\nUse `a < b` & "c".\n\n- one\n- two\n'})
    page = text_of(client.get("/topics/a/"))
    expected = "A. Use a &lt; b &amp; &quot;c&quot;. one two"
    assert f'<meta name="description" content="{expected}">' in page


def test_a_hostile_title_stays_text(client: Client, bring: Bring) -> None:
    bring({"a.md": '# A "><img src=x onerror=alert(1)>\n\n## B "><svg onload=x>\n\nText.\n'})
    page = text_of(client.get("/topics/a/"))
    assert "<img src=x" not in page
    assert "<svg onload" not in page


def test_a_heading_that_repeats_the_title_is_not_shown_twice(client: Client, bring: Bring) -> None:
    bring({"a.md": "---\ntitle: The map\n---\n## The map\n\nText.\n\n### Roads\n\nMore.\n"})
    page = client.get("/topics/a/")
    assert '<h2 id="the-map" class="visually-hidden">The map</h2>' in text_of(page)
    assert links(part(page, '<nav class="on-page"', "</nav>")) == [("Roads", "#roads")]


def test_no_heading_takes_an_id_of_the_page_itself(client: Client, bring) -> None:
    names = ["App", "Main", "Words", "Palette", "Shortcuts", "Contents", "Facets", "Q"]
    text = "".join(f"## {name}\n\nText.\n\n" for name in names) + "## Own {#kb:words}\n\nText.\n"
    bring({"ids.md": f"# Ids\n\n{text}"})
    ids = re.findall(r'\bid="([^"]*)"', client.get("/topics/ids/").content.decode())
    assert len(ids) == len(set(ids))
    assert {"words", "kb:words", "kb:main"} <= set(ids)


def test_the_ids_that_templates_write_are_none_of_a_heading() -> None:
    """Below `kb:`, which no heading gets, or Django's own in forms, on pages without a text."""
    written = {
        (template.name, found)
        for template in (settings.BASE_DIR / "templates").rglob("*.html")
        for found in re.findall(r'\bid="([^"{]+)', template.read_text())
        if not found.startswith("kb:") and template.parent.name != "admin"
    }
    assert written == {("unsaved.html", "id_")}
