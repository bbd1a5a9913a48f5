"""The button on pages that show sections."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import connection
from django.template import Context, Template
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from learning.models import Bookmark
from tests.factories import make_section
from topics.models import Section, Topic
from topics.rights import with_trees
from topics.summaries import SectionHeading

pytestmark = pytest.mark.django_db

PAGE = Template(
    "{% load topics_tags %}{% parts_for sections as parts %}"
    "{% for section in sections %}{% parts_at section parts %}{% endfor %}"
)


def as_a_reader(user: User) -> User:
    """The user as a request has her."""
    return next(iter(with_trees(User.objects.filter(pk=user.pk))))


def rendered(user: User | AnonymousUser, sections: list[Section]) -> str:
    request = RequestFactory().get("/topics/express/")
    request.user = user
    shown = [SectionHeading.of(section) for section in sections]
    return PAGE.render(Context({"request": request, "sections": shown, "csrf_token": "TOKEN"}))


def test_sixty_sections_cost_one_query(alice: User, topic: Topic) -> None:
    sections = [make_section(f"S{n}", topic=topic) for n in range(60)]
    Bookmark.objects.bulk_create(Bookmark(user=alice, section=s) for s in sections[::2])
    reader = as_a_reader(alice)
    with CaptureQueriesContext(connection) as queries:
        html = rendered(reader, sections)
    assert len(queries) == 1
    assert html.count('aria-pressed="true"') == 30
    assert html.count('aria-pressed="false"') == 30


def test_without_an_account_there_is_no_query_and_no_form_token(topic: Topic) -> None:
    sections = [make_section(f"S{n}", topic=topic) for n in range(60)]
    with CaptureQueriesContext(connection) as queries:
        html = rendered(AnonymousUser(), sections)
    assert len(queries) == 0
    links = re.findall(r'href="(/bookmarks/sections/\d+/wanted/)"', html)
    assert len(set(links)) == 60
    assert "<form" not in html
    assert "TOKEN" not in html


def test_the_form_says_what_it_does(alice: User, routing: Section) -> None:
    html = rendered(alice, [routing])
    assert f'action="/bookmarks/sections/{routing.pk}/add/"' in html
    assert f'name="next" value="{routing.get_absolute_url()}"' in html
    assert 'aria-label="Bookmark “Routing”"' in html
    assert "TOKEN" in html
    mark = Bookmark.objects.create(user=alice, section=routing)
    html = rendered(alice, [routing])
    assert f'action="/bookmarks/sections/{routing.pk}/remove/"' in html
    assert f'href="/bookmarks/{mark.pk}/note/?next=%2Ftopics%2F' in html


def test_another_s_bookmark_does_not_press_the_button(
    alice: User, bob: User, routing: Section
) -> None:
    Bookmark.objects.create(user=bob, section=routing)
    assert 'aria-pressed="false"' in rendered(alice, [routing])


def test_a_hostile_title_stays_text(alice: User, topic: Topic) -> None:
    section = make_section('"><script>alert(1)</script>', topic=topic)
    for user in (alice, AnonymousUser()):
        assert "<script>" not in rendered(user, [section])
