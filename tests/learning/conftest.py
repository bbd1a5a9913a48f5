import pytest

from tests.factories import make_section, make_topic
from topics.models import Section, Topic


@pytest.fixture
def topic(db: None) -> Topic:
    return make_topic("Express")


@pytest.fixture
def routing(topic: Topic) -> Section:
    return make_section("Routing", topic=topic)
