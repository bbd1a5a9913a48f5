import io

import pytest

from tests.beginnings import Bring, beginning
from tests.factories import make_section, make_topic, make_user
from tests.learning.along import FIRST, SECOND, learning, mark_all, zip_of
from topics.models import Section, Topic


@pytest.fixture
def topic(db: None) -> Topic:
    return make_topic("Express")


@pytest.fixture
def routing(topic: Topic) -> Section:
    return make_section("Routing", topic=topic)


@beginning
def written(bring: Bring) -> tuple[io.BytesIO, str]:
    """What alice takes along after her texts were edited, and the JSON of it."""
    alice = make_user("alice")
    bring(FIRST)
    mark_all(alice)
    bring(SECOND)
    return zip_of(alice), learning(alice)
