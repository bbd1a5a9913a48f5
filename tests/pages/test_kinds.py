"""What a page shows beyond its text because of its topic's kind."""

import pytest
from django.test import Client

from tests.pages.conftest import Bring
from tests.pages.html import links, part, text_of, words
from topics.models import Section
from topics.views.nodes import steps_with_minutes

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
    assert article(client.get("/topics/course/")).count('<details class="branch" open>') == 5


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


def test_only_known_addresses_get_minutes() -> None:
    html = '<ul><li><a href="https://example.org/">Out</a></li></ul>'
    assert steps_with_minutes(html, []) == (html, 0, 0)


def test_answers_can_be_hidden_without_a_script(client: Client, bring: Bring) -> None:
    bring({"a.md": "# A\n\n## Why?\n\nBecause.\n\n## Text\n\nMore.\n"})
    shown = client.get("/topics/a/")
    assert ("Hide the answers", "?answers=hidden") in links(article(shown))
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
