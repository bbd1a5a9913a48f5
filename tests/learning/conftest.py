import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.learning.factories import make_section, make_topic, make_user
from topics.models import Section, Topic


@pytest.fixture
def alice(db: None) -> User:
    return make_user("alice")


@pytest.fixture
def bob(db: None) -> User:
    return make_user("bob")


@pytest.fixture
def topic(db: None) -> Topic:
    return make_topic("Express")


@pytest.fixture
def routing(topic: Topic) -> Section:
    return make_section("Routing", topic=topic)


@pytest.fixture
def learner(client: Client, alice: User) -> Client:
    """A browser in which alice is logged in."""
    client.force_login(alice)
    return client
