"""What a page shows beyond its text because of its topic's kind."""

from typing import get_args

import pytest
from django.test import Client

from documents import Kind
from tests.pages.conftest import Bring
from tests.pages.html import links, part, text_of, words
from topics.kinds import KINDS
from topics.kinds.path import with_minutes
from topics.models import PathStep, Section, Topic
from topics.page import Step

pytestmark = pytest.mark.django_db

MATCH_HTML = '<a class="elsewhere" href="/topics/loop/">The event loop</a>'


def outline(parts: int, leaves: int) -> str:
    lines = ["# Course", ""]
    for a in range(1, parts + 1):
        lines.append(f"## {a}. Part {a}")
        for b in range(1, 4):
            lines += ["", f"### {a}.{b} Chapter {a} {b}", ""]
            lines += [f"- {a}.{b}.{c} Leaf {a} {b} {c}" for c in range(1, leaves + 1)]
    return "\n".join(lines) + "\n"


def article(response) -> str:
    return part(response, "<article", "</article>")


def test_an_outline_renders_two_levels_as_links(client: Client, bring: Bring) -> None:
    bring({"course.md": outline(5, 12)})
    shown = links(article(client.get("/topics/course/")))
    texts = [text for text, _ in shown]
    assert "1 Part 1" in texts
    assert "1.1 Chapter 1 1" in texts
    assert not any("Leaf" in text for text in texts)
    assert "200 entries" in words(text_of(client.get("/topics/course/")))


def test_an_outline_s_branches_open_and_close_without_a_script(
    client: Client, bring: Bring
) -> None:
    bring({"course.md": outline(5, 12)})
    assert article(client.get("/topics/course/")).count('<details class="fold" open>') == 5


@pytest.mark.thorough
def test_every_link_of_an_outline_leads_to_a_page_with_its_place(
    client: Client, bring: Bring
) -> None:
    bring({"course.md": outline(5, 12)})
    shown = links(
        part(client.get("/topics/course/?filter=leaf+2.1"), '<ul class="branches">', "</article>")
    )
    assert len(shown) == 14  # a part, its chapter, twelve leaves
    for _, href in shown:
        path, _, anchor = href.partition("#")
        response = client.get(path)
        assert response.status_code == 200, href
        assert not anchor or f'id="{anchor}"' in text_of(response), href


def test_the_filter_counts_what_it_finds(client: Client, bring: Bring) -> None:
    bring({"course.md": outline(5, 12)})
    page = text_of(client.get("/topics/course/?filter=Leaf+3"))
    assert "92 of 200 entries hold these words." in page
    assert '<meta name="robots" content="noindex">' in page


def test_the_filter_finds_by_number(client: Client, bring: Bring) -> None:
    bring({"course.md": outline(5, 12)})
    page = text_of(client.get("/topics/course/?filter=2.1"))
    assert "13 of 200 entries hold these words." in page


@pytest.mark.parametrize("query", ["%00", "%22%3E%3Cscript%3E", "%F0%9F%99%82", "a" * 3000, "."])
def test_an_odd_filter_is_no_error(client: Client, bring: Bring, query: str) -> None:
    bring({"course.md": outline(5, 12)})
    response = client.get(f"/topics/course/?filter={query}")
    assert response.status_code == 200
    assert "<script>" not in article(response)


def test_a_bare_item_leads_to_the_section_with_text(client: Client, bring: Bring) -> None:
    bring({"course.md": outline(1, 12), "loop.md": "# The event loop\n\nText.\n"})
    match = Section.objects.get(topic__path="loop", anchor="")
    Section.objects.filter(title="Leaf 1 1 2").update(match=match)
    assert MATCH_HTML in text_of(client.get("/topics/course/"))


def test_a_roadmap_s_steps_are_cards(client: Client, bring: Bring) -> None:
    step = "### {0}\n\n**Purpose**: Does {0}.\n\n- **Tool {0}** – helps.\n\n"
    steps = "".join(step.format(name) for name in ("Cache", "Queue", "Store"))
    bring({"map.md": f"# Map\n\n## Parts\n\n{steps}## After\n\nThe end.\n"})
    page = article(client.get("/topics/map/"))
    assert page.count('<div class="cards">') == 1
    assert page.count('<div class="card">') == 3
    assert page.index("Tool Store") < page.index('id="after"')


def test_a_path_numbers_its_steps_with_minutes(client: Client, bring: Bring) -> None:
    bring(
        {
            "one.md": f"# One\n\n{'word ' * 660}\n",
            "two.md": f"# Two\n\n{'word ' * 1100}\n",
            "way.md": "---\nkind: path\n---\n# Way\n\n1. [One](one.md) first.\n"
            "2. [Two](two.md) then.\n3. Rest.\n",
        }
    )
    response = client.get("/topics/way/")
    steps = part(response, '<div class="steps">', "</div>")
    assert words(steps) == "One (3 min) first. Two (5 min) then. Rest."
    assert "2 steps, 8 minutes in all" in words(text_of(response))


def test_every_kind_has_its_module() -> None:
    assert set(KINDS) == set(Topic.Kind.values) == set(get_args(Kind))


STEP = Step(1, "Read it.", "The <goal>", "/topics/goal/", 4)
NOTE = ' <span class="minutes">(4 min)</span>'
LINK = ' <a class="elsewhere" href="/topics/goal/?path=a/way">The &lt;goal&gt;</a>'


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        (
            '<ol><li><a href="/topics/goal/">Goal</a> first.</li><li>Rest.</li></ol>',
            f'<ol><li><a href="/topics/goal/?path=a/way">Goal</a>{NOTE} first.</li>'
            "<li>Rest.</li></ol>",
        ),
        (
            "<ol>\n<li><p>Read <b>it</b><br>.</p>\n<p>More.</p></li>\n<li>Rest.</li></ol>",
            f"<ol>\n<li><p>Read <b>it</b><br>.{LINK}{NOTE}</p>\n<p>More.</p></li>\n"
            "<li>Rest.</li></ol>",
        ),
        (
            "<p>&lt;ol&gt; &amp;</p><ol><li>It\n<ol><li>a</li><li>b</li></ol></li><li>c</li></ol>",
            f"<p>&lt;ol&gt; &amp;</p><ol><li>It\n{LINK}{NOTE}<ol><li>a</li><li>b</li></ol></li>"
            "<li>c</li></ol>",
        ),
        ("<ul><li>a</li><li>b</li></ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<ol><li>alone</li></ol>", "<ol><li>alone</li></ol>"),
        (
            '<ol class="notes"><li>a</li><li>b</li></ol>',
            '<ol class="notes"><li>a</li><li>b</li></ol>',
        ),
        ("<blockquote><ol><li>a</li><li>b</li></ol></blockquote>",) * 2,
        ("", ""),
    ],
)
def test_minutes_stand_where_the_step_leads_on(html: str, shown: str) -> None:
    assert with_minutes(html, {1: STEP}, "a/way") == shown


def test_a_step_that_only_names_its_goal_gets_a_link_to_it(client: Client, bring: Bring) -> None:
    bring(
        {
            "02_pools.md": f"# Connection pools\n\n{'word ' * 660}\n",
            "way.md": "---\nkind: path\n---\n# Learning path\n\n## The track\n\n"
            "3. Begin.\n4. Read **Connection pools** twice.\n\n5. See **The end**.\n\n"
            f"### The end\n\n{'word ' * 440}\n\n#### More\n\n{'word ' * 440}\n",
        }
    )
    response = client.get("/topics/way/")
    shown = words(part(response, '<ol start="3">', "</ol>"))
    assert shown == (
        "Begin. Read Connection pools twice. Connection pools (3 min) See The end. The end (4 min)"
    )
    assert "2 steps, 7 minutes in all" in words(text_of(response))
    Topic.objects.filter(path="pools").update(status="draft")
    assert "1 step, 4 minutes" in words(text_of(client.get("/topics/way/")))


def test_the_steps_of_a_path_cost_no_query(
    client: Client, bring: Bring, django_assert_num_queries
) -> None:
    steps = "".join(f"{n}. [T{n}](t{n}.md)\n" for n in range(1, 41))
    topics = {f"t{n}.md": f"# T{n}\n" for n in range(1, 41)}
    bring({**topics, "way.md": f"---\nkind: path\n---\n# Way\n\n{steps}"})
    assert PathStep.objects.filter(section__topic__path="way", target__isnull=False).count() == 40
    with django_assert_num_queries(3):  # page, topics around, areas
        assert "40 steps, 40 minutes in all" in words(text_of(client.get("/topics/way/")))


def test_answers_can_be_hidden_without_a_script(client: Client, bring: Bring) -> None:
    bring({"a.md": "# A\n\n## Why?\n\nBecause.\n\n## Text\n\nMore.\n"})
    shown = client.get("/topics/a/")
    assert ("Test yourself: hide the answers", "?answers=hidden") in links(article(shown))
    assert "<details" not in article(shown)
    hidden = client.get("/topics/a/?answers=hidden")
    answer = part(hidden, '<details class="answer">', "</details>")
    assert words(answer) == "Answer Because."
    assert article(hidden).count("<details") == 1
    assert '<meta name="robots" content="noindex">' in text_of(hidden)


def test_an_interview_without_questions_hides_every_text(client: Client, bring: Bring) -> None:
    bring({"a.md": "---\nkind: interview\n---\n# A\n\n## Indexes\n\nOne.\n\n## Locks\n\nTwo.\n"})
    hidden = client.get("/topics/a/?answers=hidden")
    assert article(hidden).count('<details class="answer">') == 2


def test_a_page_that_asks_nothing_offers_nothing_to_hide(client: Client, bring: Bring) -> None:
    bring({"a.md": "# A\n\n## Text\n\nMore.\n"})
    assert "answers" not in article(client.get("/topics/a/"))


def test_a_glossary_topic_has_its_letters(client: Client, bring: Bring) -> None:
    bring({"a.md": "---\nkind: glossary\n---\n# A\n\n## Lock\n\n## ACID\n\n## Log\n"})
    letters = part(client.get("/topics/a/"), '<ul class="letters"', "</ul>")
    assert links(letters) == [("A", "#acid"), ("L", "#lock")]


def test_a_topic_of_many_pages_begins_with_its_contents(client: Client, bring: Bring) -> None:
    body = "".join(f"## Part {n}\n\n{'word ' * 440}\n\n" for n in range(1, 9))
    bring({"long.md": f"# Long\n\nAll of it.\n\n{body}"})
    response = client.get("/topics/long/")
    contents = part(response, '<nav class="inner"', "</nav>")
    assert links(contents)[:2] == [
        ("Part 1", "/topics/long/part-1/"),
        ("Part 2", "/topics/long/part-2/"),
    ]
    assert "Part 8 2 min" in words(contents)
    assert "9 pages, 16 minutes in all" in words(text_of(response))
    assert '<nav class="inner"' not in text_of(client.get("/topics/long/part-1/"))


def test_the_contents_go_two_levels_down(client: Client, bring: Bring) -> None:
    body = "".join(
        f"## Part {n}\n\n### One {n}\n\n{'word ' * 1400}\n\n### Two {n}\n\n{'word ' * 1400}\n\n"
        for n in (1, 2)
    )
    bring({"long.md": f"# Long\n\n{body}"})
    contents = part(client.get("/topics/long/"), '<nav class="inner"', "</nav>")
    shown = [text for text, _ in links(contents)]
    assert shown == ["Part 1", "One 1", "Two 1", "Part 2", "One 2", "Two 2"]


def test_a_roadmap_of_many_pages_shows_purpose_and_tools_on_cards(
    client: Client, bring: Bring
) -> None:
    step = (
        "## {0}. Step {0}\n\n**Purpose**: Does {0}.\n\nMore.\n\n"
        "- **Tool `a<b>`** – helps.\n\n{1}\n\n"
    )
    body = "".join(step.format(n, "word " * 300) for n in range(1, 12))
    bring({"map.md": f"---\nkind: roadmap\n---\n# Map\n\n{body}"})
    response = client.get("/topics/map/")
    cards = part(response, '<ol class="cards route">', "</ol>")
    assert cards.count('<li class="card">') == 11
    first = words(cards.partition("</li>")[0])
    assert first == "1 Step 1 Purpose: Does 1. Tool a<b>"
    assert links(cards)[0] == ("1 Step 1", "/topics/map/1-step-1/")


def test_a_glossary_of_many_pages_has_its_letters_as_links(client: Client, bring: Bring) -> None:
    body = "".join(f"## {letter}\n\n{'word ' * 900}\n\n" for letter in "ABC")
    bring({"terms.md": f"---\nkind: glossary\n---\n# Terms\n\n{body}"})
    letters = part(client.get("/topics/terms/"), '<ul class="letters">', "</ul>")
    assert links(letters) == [(x, f"/topics/terms/{x.lower()}/") for x in "ABC"]


def test_an_empty_heading_that_repeats_the_title_is_no_page_to_go_to(
    client: Client, bring: Bring
) -> None:
    text = outline(5, 12).replace("# Course\n", "---\ntitle: Course\n---\n### Course\n")
    bring({"course.md": text})
    page = client.get("/topics/course/")
    tree = part(page, '<nav class="tree"', "</nav>")
    assert [text for text, _ in links(tree)][:2] == ["Course", "1 Part 1"]
    around = part(page, '<nav class="around"', "</nav>")
    assert [text for text, _ in links(around)] == ["Next Part 1"]
    twin = Section.objects.get(topic__path="course", anchor="course")
    assert twin.page_id == twin.pk


def test_the_answers_of_a_long_interview_stay_hidden_from_page_to_page(
    client: Client, bring: Bring
) -> None:
    body = "".join(f"## Why {n}?\n\n{'because ' * 440}\n\n" for n in range(1, 9))
    bring({"talk.md": f"---\nkind: interview\n---\n# Talk\n\nHello.\n\n{body}"})
    start = client.get("/topics/talk/?answers=hidden")
    assert ("Hide the answers", "?answers=hidden") in links(article(client.get("/topics/talk/")))
    contents = part(start, '<nav class="inner"', "</nav>")
    assert links(contents)[0] == ("Why 1?", "/topics/talk/why-1/?answers=hidden")
    assert "Hello." in words(article(start))
    page = client.get("/topics/talk/why-2/?answers=hidden")
    answer = part(page, '<details class="answer">', "</details>")
    assert words(answer).startswith("Answer because because")
    around = part(page, '<nav class="around"', "</nav>")
    assert [href for _, href in links(around)] == [
        "/topics/talk/why-1/?answers=hidden",
        "/topics/talk/why-3/?answers=hidden",
    ]
    assert "<details" not in article(client.get("/topics/talk/why-2/"))
