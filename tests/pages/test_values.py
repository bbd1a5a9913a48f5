"""Pages exist as values before they are rendered, so that a program can be told the same."""

import json
from dataclasses import asdict
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.core.serializers.json import DjangoJSONEncoder
from django.test import RequestFactory

from learning import bookmarks
from search.forms import SearchForm
from search.results import results_page
from tests.pages.conftest import Bring
from topics import address_lookup
from topics.glossary_page import find_terms
from topics.models import Section
from topics.page import Options, ReadingPage
from topics.topic_lists import Filters, choices, home, topic_list

pytestmark = pytest.mark.django_db


def as_json(value: Any) -> Any:
    """The value as a program would get it. Fails where it holds a row of the database."""
    return json.loads(json.dumps(asdict(value), cls=DjangoJSONEncoder))


def page_at(path: str, **options: Any) -> ReadingPage:
    page = address_lookup.read(path, Options(**options))
    assert isinstance(page, ReadingPage)
    return page


def test_a_reading_page(library: None) -> None:
    page = page_at("lib/web/http")
    assert page.description == "HTTP"
    told = as_json(page)
    assert told["section"]["title"] == "HTTP"
    assert [node["section"]["anchor"] for node in told["nodes"]] == ["methods", "caching"]
    assert [place["url"] for place in told["above"]] == ["/topics/lib/", "/topics/lib/web/"]
    assert told["linking"] == [{"title": "TLS", "url": "/topics/lib/web/tls/", "number": ""}]


def test_the_steps_of_a_path(bring: Bring) -> None:
    bring(
        {
            "one.md": "# One\n\n## Part\n\nText.\n",
            "way.md": "# Learning path\n\n1. Read [it](one.md#part) twice.\n2. Rest.\n",
        }
    )
    assert as_json(page_at("way"))["steps"] == [
        {
            "number": 1,
            "text": "Read it twice.",
            "title": "Part",
            "url": "/topics/one/part/",
            "minutes": 1,
        }
    ]


def test_an_outline_filtered(bring: Bring) -> None:
    items = "".join(f"- 1.{n} Item {n}\n" for n in range(1, 14))
    bring({"course.md": f"# Course\n\n## 1. Part\n\n{items}"})
    outline = as_json(page_at("course", filter="item 1.2"))["outline"]
    assert (outline["total"], outline["matches"], outline["is_cut"]) == (14, 1, False)
    (part,) = outline["items"]
    assert [item["title"] for item in part["children"]] == ["Item 2"]


def test_an_address_that_leads_elsewhere(library: None) -> None:
    moved = address_lookup.read("lib/web/http/caching", Options())
    assert moved == address_lookup.Moved("/topics/lib/web/http/#caching", is_permanent=False)
    Section.objects.filter(anchor="methods").update(removed_at="2026-03-01T00:00:00Z")
    gone = address_lookup.read("lib/web/http/methods", Options())
    assert isinstance(gone, address_lookup.Gone)
    assert (gone.title, gone.topic and gone.topic.title) == ("Methods", "HTTP")
    assert address_lookup.read("nothing", Options()) is None


def test_home_and_the_list_of_topics(library: None) -> None:
    shown = as_json(home())
    assert [group["topic"]["title"] for group in shown["groups"]] == ["Library"]
    assert shown["document_count"] == 3
    chosen = as_json(topic_list(Filters(level="beginner"), choices(RequestFactory().get("/"))))
    assert [topic["title"] for topic in chosen["topics"]] == ["SQL"]
    assert chosen["levels"] == [["beginner", "Beginner"]]


def test_the_glossary(bring: Bring) -> None:
    bring({"a.md": "# Stores\n\n- **Redis** – keeps keys.\n"})
    (term,) = as_json(find_terms(letter="r"))["terms"]
    place = {"title": "Stores", "url": "/topics/a/", "number": ""}
    key = Section.objects.get(anchor="").pk
    meaning = {"text": "keeps keys.", "place": place, "section": key}
    assert term == {"term": "Redis", "meanings": [meaning]}


def test_a_results_page(library: None) -> None:
    request = RequestFactory().get("/search/?q=caching")
    request.user = AnonymousUser()
    form = SearchForm(request.GET)
    assert form.is_valid()
    page = as_json(results_page(request, form.cleaned_data))
    hit, section = page["found"]["hits"][0]
    assert (hit["title"], section["anchor"]) == ("Caching", "caching")
    assert page["found"]["start"] == 1


def test_the_lines_of_the_bookmark_list(library: None, django_user_model: type[User]) -> None:
    alice = django_user_model.objects.create_user("alice")
    section = Section.objects.get(anchor="caching")
    bookmarks.bookmark_add(user=alice, section=section)
    (line,) = bookmarks.entries(
        user=alice, sections=bookmarks.marked_sections(user=alice, words=[])
    )
    told = as_json(line)
    assert told["topic"] == {
        "id": section.topic_id,
        "title": "HTTP",
        "url": "/topics/lib/web/http/",
    }
    assert told["marks"][0]["note"] == ""
    assert told["is_published"]
