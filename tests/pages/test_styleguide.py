"""The page of all components."""

import pytest
from django.test import Client

from tests.pages.html import text_of
from topics.models import Topic

pytestmark = pytest.mark.django_db


def test_the_guide_is_there_in_debug_only(client: Client, settings) -> None:
    assert client.get("/styleguide/").status_code == 404
    settings.DEBUG = True
    assert client.get("/styleguide/").status_code == 200


def test_the_guide_shows_every_kind_and_level_in_both_themes(client: Client, settings) -> None:
    settings.DEBUG = True
    page = text_of(client.get("/styleguide/"))
    for kind in Topic.Kind.values:
        assert page.count(f'chip-kind kind-of-{kind}"') == 2, kind
    for level in Topic.Level.values:
        assert page.count(f'chip-level level-{level}"') == 2, level
