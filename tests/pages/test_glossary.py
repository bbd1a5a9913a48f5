"""The glossary of all topics."""

import re

import pytest
from django.test import Client

from tests.beginnings import beginning
from tests.pages.conftest import Bring
from tests.pages.html import links, part, text_of, words
from topics.models import Topic

pytestmark = pytest.mark.django_db


@beginning
def terms(bring: Bring) -> None:
    bring(
        {
            "a.md": "# Stores\n\n- **Redis** – keeps keys.\n- **acid** – four promises.\n"
            "- **2PC** – two phases.\n",
            "b.md": "# Caches\n\n## Kinds\n\n- **Redis** – a fast cache.\n- **Éviction** – out.\n",
        }
    )


def shown(client: Client, query: str) -> str:
    return words("<" + part(client.get(f"/glossary/{query}"), '<dl class="terms"', "</dl>"))


def test_the_letters_are_those_that_begin_a_term(client: Client, terms: None) -> None:
    letters = part(client.get("/glossary/"), '<ul class="letters">', "</ul>")
    assert [text for text, _ in links(letters)] == ["A", "E", "R", "#"]


def test_a_term_is_listed_once_with_each_meaning_and_its_section(
    client: Client, terms: None
) -> None:
    assert shown(client, "?letter=R") == "Redis keeps keys. Stores a fast cache. Caches: Kinds"
    page = part(client.get("/glossary/?letter=r"), '<dl class="terms"', "</dl>")
    assert [href for _, href in links(page)] == ["/topics/a/", "/topics/b/kinds/"]


def test_figures_stand_under_one_sign(client: Client, terms: None) -> None:
    assert shown(client, "?letter=%23") == "2PC two phases. Stores"


def test_the_first_letter_is_shown_when_none_is_asked_for(client: Client, terms: None) -> None:
    assert shown(client, "") == "acid four promises. Stores"


def test_a_word_finds_terms_of_all_letters(client: Client, terms: None) -> None:
    assert "acid" in shown(client, "?filter=AC")
    assert "1 term with “AC”" in text_of(client.get("/glossary/?filter=AC"))


@pytest.mark.parametrize("query", ["filter=%00", "filter=%25", "letter=%00", "letter=%F0%9F%99%82",
                                   "filter=%3Cscript%3E", f"filter={'a' * 3000}"])  # fmt: skip
def test_odd_input_is_no_error(client: Client, terms: None, query: str) -> None:
    response = client.get(f"/glossary/?{query}")
    assert response.status_code == 200
    assert "<script>" not in part(response, "<main", "</main>")


def test_drafts_define_nothing(client: Client, terms: None) -> None:
    Topic.objects.filter(path="b").update(status="draft")
    assert shown(client, "?letter=R") == "Redis keeps keys. Stores"


def test_three_queries_make_the_page(
    client: Client, terms: None, django_assert_num_queries
) -> None:
    with django_assert_num_queries(3):
        client.get("/glossary/?letter=R")


def test_without_any_term_it_says_so(client: Client) -> None:
    assert "No document defines a term yet." in text_of(client.get("/glossary/"))


def test_a_filter_is_cut_after_five_words(client: Client, terms: None) -> None:
    html = text_of(client.get("/glossary/", {"filter": "a e a i o u c d"}))
    assert 'value="a e i o u"' in html


def test_a_question_for_a_meaning_is_answered_by_a_card(client: Client, bring: Bring) -> None:
    bring(
        {
            "a.md": "# Queues\n\n- **Backoff**: waiting longer each time, says an article.\n",
            "g.md": "---\nkind: glossary\n---\n# Glossary\n\n## B\n\n"
            "- **Backoff**: waiting longer before each try.\n",
        }
    )
    for query in ("what is backoff", "What is a backoff?", "define backoffs", "backoff meaning"):
        card = part(
            client.get("/search/", {"q": query}), '<section class="definition"', "</section>"
        )
        assert "Backoff waiting longer before each try." in words("<" + card), query
        assert links(card) == [("Glossary: B", "/topics/g/b/")]
    for query in ("backoff", "what is jitter", "why backoff", "what is backoff&topic=a"):
        page = text_of(client.get(f"/search/?q={query}"))
        assert 'class="definition"' not in page, query


def test_a_card_is_not_said_again_below_it(client: Client, bring: Bring) -> None:
    bring(
        {
            "a.md": "# Queues\n\nA queue with backoff waits.\n",
            "g.md": "---\nkind: glossary\n---\n# Glossary\n\n## B\n\n"
            "- **Backoff**: waiting longer before each try.\n\n## J\n\n- **Jitter**: chance.\n",
        }
    )
    page = text_of(client.get("/search/?q=what+is+backoff"))
    assert page.count('href="/topics/g/b/"') == 1
    assert 'href="/topics/a/"' in page
    alone = text_of(client.get("/search/?q=what+is+jitter"))  # nothing else speaks of it
    assert "Nothing found" not in alone
    asked = client.get("/api/v1/search?q=what+is+backoff").json()
    assert asked["results"][0]["url"].endswith("/topics/g/b/")


def test_drafts_define_nothing_on_cards(client: Client, bring: Bring) -> None:
    bring({"a.md": "---\nstatus: draft\n---\n# Queues\n\n- **Backoff**: waiting longer.\n"})
    assert 'class="definition"' not in text_of(client.get("/search/?q=what+is+backoff"))


TERMS = {
    "words.md": "---\nkind: glossary\n---\n# Words\n\n"
    "- **ACID** – four promises.\n- **Queue** – waits.\n",
    "a.md": "# Stores\n\n- **Redis** – keeps keys.\n- **queue** – a list of jobs.\n",
}


def test_scripts_learn_the_names_of_the_terms_that_glossaries_hold(
    client: Client, bring: Bring
) -> None:
    bring(TERMS)
    assert client.get("/glossary/terms.json").json() == ["ACID", "Queue"]


def test_a_term_is_explained_by_the_glossary_before_an_article(
    client: Client, bring: Bring
) -> None:
    bring(TERMS)
    meaning = client.get("/glossary/meaning.json?term=queue").json()
    assert meaning == {"term": "Queue", "text": "waits.", "url": "/topics/words/"}


@pytest.mark.parametrize("term", ["", "nothing", "%00", "%25", "a" * 3000])
def test_what_is_no_term_is_not_explained(client: Client, bring: Bring, term: str) -> None:
    bring(TERMS)
    assert client.get(f"/glossary/meaning.json?term={term}").status_code == 404


@pytest.mark.parametrize(
    ("asked", "term"),
    [
        ("what is llm", "Large language model"),
        ("What are LLMs?", "Large language model"),
        ("what is mcp", "Model Context Protocol"),
        ("what is a 2pc", "2PC"),
        ("what is two-phase commit", "2PC"),
        ("what is a language", None),
        ("what is model", None),
    ],
)
def test_a_meaning_is_found_by_the_short_name_and_by_the_long_one(
    client: Client, bring: Bring, asked: str, term: str | None
) -> None:
    bring(
        {
            "words.md": "---\nkind: glossary\n---\n# Words\n\n"
            "- **Large language model** – A large language model (LLM) continues a text.\n"
            "- **Model Context Protocol** – The Model Context Protocol (MCP) offers tools.\n"
            "- **2PC** – Two phases, a vote and a commit; see llm, mcp, language, model.\n"
        }
    )
    page = client.get("/search/", {"q": asked}).content.decode()
    found = re.search(r"<dfn>(.*?)</dfn>", page)
    assert (found[1] if found else None) == term


def test_names_and_a_meaning_cost_one_query_each(
    client: Client, bring: Bring, django_assert_num_queries
) -> None:
    bring(TERMS)
    for address in ("/glossary/terms.json", "/glossary/meaning.json?term=acid"):
        with django_assert_num_queries(1):
            client.get(address)


def test_a_new_term_is_known_at_once(client: Client, bring: Bring) -> None:
    bring(TERMS)
    client.get("/glossary/terms.json")
    bring({**TERMS, "words.md": TERMS["words.md"] + "- **Log** – grows.\n"})
    assert client.get("/glossary/terms.json").json() == ["ACID", "Log", "Queue"]


def test_a_term_of_a_draft_is_nobodys(client: Client, bring: Bring) -> None:
    bring(TERMS)
    Topic.objects.filter(path="words").update(status="draft")
    assert client.get("/glossary/terms.json").json() == []
