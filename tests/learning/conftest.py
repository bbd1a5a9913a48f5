import io
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.factories import make_section, make_topic
from tests.learning.along import FIRST, SECOND, learning, mark_all, zip_of
from topics.models import Section, Topic


@pytest.fixture
def topic(db: None) -> Topic:
    return make_topic("Express")


@pytest.fixture
def routing(topic: Topic) -> Section:
    return make_section("Routing", topic=topic)


@pytest.fixture
def written(bring: Callable[..., Any], alice: User) -> tuple[io.BytesIO, str]:
    """What alice takes along after her texts were edited, and the JSON of it."""
    bring(FIRST)
    mark_all(alice)
    bring(SECOND)
    return zip_of(alice), learning(alice)
