"""A curator looks at what changed, and takes it back."""

import json
import re

import pytest
from django.db import connection
from django.urls import reverse

from curating.differences import blocks, rendered_difference, source_difference
from curating.history import cut, paragraphs_of, versions_of
from importer.edits import remove_sections, save_section, save_topic
from importer.models import Change, Revision
from importer.written_topics import document_of, new_topic, save_documents
from learning.models import Bookmark
from tests.admin.pages import words
from tests.beginnings import beginning
from tests.jobs.running import run_due
from topics.models import Section, Topic

TEXT = "# Pools\n\nIntro.\n\n## Sizes\n\nTen connections.\n\n## Time-outs\n\nWaiting ends.\n"


@beginning
def sizes(bring):
    bring({"pools.md": TEXT})
    return Section.objects.select_related("topic").get(anchor="sizes")


def edit(section, markdown, user=None, why="", title="Sizes"):
    return save_section(section, markdown=markdown, title=title, user=user, why=why)


def pages(section):
    change = edit(section, "Twelve connections.")
    return [
        reverse("curating:changes"),
        reverse("curating:change", args=[change.pk]),
        reverse("curating:undo", args=[change.pk]),
        reverse("curating:section_history", args=[section.pk]),
        reverse("curating:section_authors", args=[section.pk]),
        reverse("curating:section_change", args=[section.pk, change.pk]),
        reverse("curating:topic_history", args=[section.topic_id]),
    ]


def test_the_pages_are_for_curators_alone(client, sizes, alice, curator):
    found = pages(sizes)
    for page in found:
        answer = client.get(page)
        assert (answer.status_code, answer["location"]) == (302, f"/accounts/login/?next={page}")
    client.force_login(alice)
    assert {client.get(page).status_code for page in found} == {403}
    client.force_login(curator)
    assert {client.get(page).status_code for page in found} == {200}


def test_nobody_keeps_a_copy_of_the_pages(admin, sizes):
    for page in pages(sizes):
        assert "no-store" in admin.get(page)["cache-control"]


def test_the_history_says_who_changed_what_when_and_why(admin, curator, sizes):
    edit(sizes, "Twelve connections wait.", curator, "The default changed.")
    edit(sizes, "Twelve connections wait.", curator, title="Size")
    page = words(admin.get(reverse("curating:section_history", args=[sizes.pk])))
    assert "The default changed." in page
    assert "· curator" in page
    assert "“Sizes” became “Size”." in page
    assert "+2 −1 words" in page


@pytest.mark.thorough
def test_the_history_goes_on_where_a_page_ends(admin, sizes, monkeypatch):
    monkeypatch.setattr("curating.history.PAGE", 3)
    for number in range(8):
        edit(sizes, f"Now {number}.")
    page = admin.get(reverse("curating:section_history", args=[sizes.pk]))
    older = re.search(r'href="\?before=(\d+)"', page.content.decode())[1]
    rest = versions_of(sizes, before=int(older))
    assert [(version.before, version.after) for version in rest][:2] == [
        ("Now 3.", "Now 4."), ("Now 2.", "Now 3."),
    ]  # fmt: skip
    assert (rest[-1].before, rest[-1].after) == ("Ten connections.", "Now 0.")
    assert len(rest) == 5


@pytest.mark.thorough
def test_a_history_of_10_000_revisions_takes_few_queries(
    admin, sizes, django_assert_max_num_queries
):
    change = edit(sizes, "Now.")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO importer_change (kind, at, why) SELECT 'edit', now(), ''"
            " FROM generate_series(1, 10000)"
        )
        cursor.execute(
            "INSERT INTO importer_revision (change_id, topic_id, section_id, title, markdown,"
            " state) SELECT c.id, %s, %s, 'Sizes', 'Text ' || c.id, %s FROM importer_change c"
            " WHERE c.id > %s",
            [sizes.topic_id, sizes.pk, json.dumps(change.revisions.get().state), change.pk],
        )
    assert Revision.objects.filter(section=sizes).count() == 10_001
    middle = change.pk + 5_000
    for name, args, most in [
        ("section_history", [sizes.pk], 9),
        ("section_authors", [sizes.pk], 9),
        ("topic_history", [sizes.topic_id], 10),
        ("changes", [], 12),
        ("section_change", [sizes.pk, middle], 70),
        ("undo", [middle], 45),
    ]:
        with django_assert_max_num_queries(most):
            assert admin.get(reverse(f"curating:{name}", args=args)).status_code == 200


def test_a_change_is_shown_as_readers_see_it_and_in_the_source(admin, sizes):
    change = edit(sizes, "Twelve *connections*.\n\n- a list")
    page = admin.get(reverse("curating:section_change", args=[sizes.pk, change.pk]))
    html = page.content.decode()
    assert "<del>Ten</del><ins>Twelve</ins>" in html
    assert re.search(r"<ins><ul>\s*<li>a list</li>\s*</ul></ins>", html)
    assert "<td><del>Ten</del> connections.</td>" in html


def test_links_in_a_difference_lead_where_readers_are_led(admin, sizes):
    change = edit(sizes, "See [waiting](#time-outs).")
    html = admin.get(reverse("curating:section_change", args=[sizes.pk, change.pk]))
    assert 'href="/topics/pools/time-outs/"' in html.content.decode()
    sizes.refresh_from_db()
    assert sizes.markdown == "See [waiting](#time-outs)."


def test_a_removed_section_still_has_a_history(admin, sizes):
    change = edit(sizes, "Twelve.")
    remove_sections([sizes])
    page = words(admin.get(reverse("curating:section_history", args=[sizes.pk])))
    assert "It was removed." in page
    page = words(admin.get(reverse("curating:section_change", args=[sizes.pk, change.pk])))
    assert "It cannot be shown as a page: see the source." in page


def test_a_change_that_left_the_section_alone_is_not_found(admin, sizes):
    first = Change.objects.get()
    url = reverse("curating:section_change", args=[sizes.pk, first.pk])
    assert admin.get(url).status_code == 404


def test_each_paragraph_has_its_author(sizes, alice, bob):
    edit(sizes, "Ten connections.\n\nBy Alice.", alice)
    edit(sizes, "Ten connections.\n\nBy Alice.\n\nBy Bob.", bob)
    edit(sizes, "By Bob first.\n\nTen connections.\n\nBy Alice.\n\nBy Bob.", bob)
    sizes.refresh_from_db()
    told = [(p.text, p.change and p.change.by) for p in paragraphs_of(sizes)]
    assert told == [
        ("By Bob first.", bob), ("Ten connections.", None), ("By Alice.", alice), ("By Bob.", bob),
    ]  # fmt: skip


def test_a_fenced_block_is_one_paragraph():
    assert cut("a\n\n```\nb\n\nc\n```\n\nd\ne") == ["a", "```\nb\n\nc\n```", "d\ne"]


def test_undoing_asks_first_and_says_what_would_happen(admin, sizes, alice):
    Bookmark.objects.create(user=alice, section=sizes, note="mine")
    change = edit(sizes, "Twelve connections.")
    url = reverse("curating:undo", args=[change.pk])
    page = words(admin.get(url))
    assert "Sizes gets its earlier text back · 1 mark of a learner stays with it" in page
    sizes.refresh_from_db()
    assert sizes.markdown == "Twelve connections."
    answer = admin.post(url, {"why": "It was right."})
    made = Change.objects.first()
    assert answer["location"] == reverse("curating:change", args=[made.pk])
    assert (made.kind, made.by.username, made.why) == ("rollback", "curator", "It was right.")
    sizes.refresh_from_db()
    assert sizes.markdown == "Ten connections."


def test_undoing_what_changed_since_says_that_it_stays(admin, sizes):
    change = edit(sizes, "Twelve connections.")
    edit(sizes, "Thirteen connections.")
    url = reverse("curating:undo", args=[change.pk])
    assert "Some of it changed since and would stay as it is." in words(admin.get(url))
    answer = admin.post(url, follow=True)
    assert "Nothing was undone: what changed since stays." in words(answer)


def test_an_import_is_undone_from_its_page(admin, sizes, bring):
    bring({"pools.md": TEXT.replace("Ten", "Twelve")})
    change = Change.objects.first()
    page = admin.get(reverse("admin:importer_importrun_change", args=[change.run_id]))
    url = reverse("curating:change", args=[change.pk])
    assert f'href="{url}"' in page.content.decode()
    admin.post(reverse("curating:undo", args=[change.pk]), {"topic": sizes.topic_id})
    sizes.refresh_from_db()
    assert sizes.markdown == "Ten connections."


def test_a_learner_undoes_nothing(client, alice, sizes):
    change = edit(sizes, "Twelve connections.")
    client.force_login(alice)
    assert client.post(reverse("curating:undo", args=[change.pk])).status_code == 403
    assert Topic.objects.get().sections.get(anchor="sizes").markdown == "Twelve connections."


DIFFERENCES = [
    ("<p>a b c</p>", "<p>a x c</p>", "<p>a <del>b</del><ins>x</ins> c</p>"),
    ("<p>a</p>", "<p>a</p>\n<p>b</p>", "<p>a</p>\n<ins><p>b</p></ins>"),
    ("<p>a</p>\n<p>b</p>", "<p>b</p>", "<del><p>a</p></del>\n<p>b</p>"),
    ("<p>one</p>", "<h2>two</h2>", "<del><p>one</p></del><ins><h2>two</h2></ins>"),
    ("<p>a <em>b</em> c</p>", "<p>a x c</p>", "<p>a <del>b</del><ins>x</ins> c</p>"),
    ("<p>a b c</p>", "<p>a <em>b</em> c</p>", "<p>a <em>b</em> c</p>"),
    ("", "<p>a</p>", "<ins><p>a</p></ins>"),
    ("<p>a</p>", "", "<del><p>a</p></del>"),
    (
        "<ul><li>a b c</li><li>d</li></ul>",
        "<ul><li>a x c</li><li>d</li><li>e</li></ul>",
        "<ul><li>a <del>b</del><ins>x</ins> c</li>\n<li>d</li>\n<li><ins>e</ins></li></ul>",
    ),
    (
        "<ul><li>a</li><li>b</li></ul>",
        "<ul><li>b</li></ul>",
        "<ul><li><del>a</del></li>\n<li>b</li></ul>",
    ),
    ("<p>1 &lt; 2 now</p>", "<p>1 &lt; 3 now</p>", "<p>1 &lt; <del>2</del><ins>3</ins> now</p>"),
]


@pytest.mark.parametrize(("before", "after", "expected"), DIFFERENCES)
def test_a_difference_is_marked_by_words_within_blocks(before, after, expected):
    assert rendered_difference(before, after) == expected


def test_one_word_of_a_long_list_is_not_the_whole_list():
    items = [f"<li>The rule {n} says what holds for {n} things.</li>" for n in range(400)]
    before = f"<ul>{''.join(items)}</ul>"
    shown = rendered_difference(before, before.replace("for 7 things", "for all things"))
    assert shown.count("<del>") == shown.count("<ins>") == 1
    assert "for <del>7</del><ins>all</ins> things" in shown


@pytest.mark.parametrize(
    "html",
    ["<p>a <b>c</p>", "<table><tr><td>x</td></tr></table>", "a<br>b", "<p>&amp;&#39;x</p>"],
)
def test_blocks_lose_nothing(html):
    assert "".join(blocks(html)) == html


def test_a_difference_brings_in_nothing_that_pages_would_not_show():
    hostile = "<p>a <script>alert(1)</script><img src=x onerror=alert(1)></p>"
    shown = rendered_difference("<p>a b</p>", hostile)
    assert "script" not in shown and "onerror" not in shown


def test_the_source_is_compared_line_by_line_with_what_is_the_same_left_out():
    before = "\n".join(f"line {n}" for n in range(20))
    rows = source_difference(before, before.replace("line 10", "LINE 10"))
    assert [row.kind for row in rows] == ["same"] * 3 + ["changed"] + ["same"] * 3
    assert rows[0].skipped == 7
    assert rows[3].before_parts == ((True, "line"), (False, " 10"))


def test_a_worker_undoes_what_changed_many_sections(admin, sizes, monkeypatch):
    monkeypatch.setattr("curating.tasks.LARGE", 0)
    change = edit(sizes, "Twelve connections.")
    page = reverse("curating:undo", args=[change.pk])
    waiting = admin.get(page)["location"]
    assert "A worker is at it." in words(admin.get(waiting))
    assert admin.get(waiting)["refresh"] == "2"
    assert len(run_due()) == 1
    assert "Sizes gets its earlier text back" in words(admin.get(waiting))
    sizes.refresh_from_db()
    assert sizes.markdown == "Twelve connections."
    waiting = admin.post(page, {"why": "It was right."})["location"]
    assert len(run_due()) == 1
    answer = admin.get(waiting)
    assert answer["location"] == reverse("curating:change", args=[Change.objects.first().pk])
    sizes.refresh_from_db()
    assert sizes.markdown == "Ten connections."
    assert Change.objects.first().by.username == "curator"


def test_a_worker_undoes_what_changed_many_topics(admin, sizes, monkeypatch):
    monkeypatch.setattr("curating.tasks.LARGE", 0)
    sizes.topic.level = "advanced"
    change = save_topic(sizes.topic, ["level"])
    pages = [{}, {"topic": sizes.topic_id}]
    asked = [admin.get(reverse("curating:undo", args=[change.pk]), page) for page in pages]
    assert ["&job=" in page.get("location", "") for page in asked] == [True, True]


def test_another_change_s_job_is_not_shown(admin, sizes, monkeypatch):
    monkeypatch.setattr("curating.tasks.LARGE", 0)
    one, two = edit(sizes, "Twelve."), edit(sizes, "Thirteen.")
    waiting = admin.get(reverse("curating:undo", args=[one.pk]))["location"]
    query = waiting.partition("?")[2]
    assert admin.get(reverse("curating:undo", args=[two.pk]) + f"?{query}").status_code == 404


def listed(client):
    return words(client.get(reverse("curating:changes")))


def test_what_a_change_made_is_named_in_the_list(admin, curator, sizes):
    new_topic("Leases", "They end.", parent=sizes.topic, user=curator)
    page = listed(admin)
    assert "Creation" in page and "Leases" in page and "Import" in page and "Pools" in page
    text = document_of(sizes.topic)
    save_documents({sizes.topic_id: f"{text}\n## Idle ones\n\nThey cost.\n"}, user=curator)
    assert "Pools new: Idle ones" in listed(admin)
    history = words(admin.get(reverse("curating:topic_history", args=[sizes.topic_id])))
    assert "Edit" in history and "Import" in history
    leases = Topic.objects.get(title="Leases")
    assert "Creation" in words(admin.get(reverse("curating:topic_history", args=[leases.pk])))


def test_of_many_new_topics_the_first_are_named(admin, sizes, bring):
    bring({f"{name}.md": f"# Topic {name}\n\nText.\n" for name in "abcdef"})
    assert "Topic a, Topic b, Topic c and 3 more" in listed(admin)
