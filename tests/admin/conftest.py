import pytest
from django.contrib.auth.models import Group, User

from search.models import Synonym
from tests.admin.editing import TEXT
from tests.beginnings import beginning
from tests.shelf import fill_shelf
from topics.models import Section


@pytest.fixture
def curator(db):
    user = User.objects.create_user("curator", is_staff=True)
    user.groups.add(Group.objects.get(name="curator"))
    return user


@pytest.fixture
def admin(client, curator):
    client.force_login(curator)
    return client


@beginning
def sizes(bring):
    """A section of an imported document."""
    bring({"pools.md": TEXT})
    return Section.objects.select_related("topic").get(anchor="sizes")


@beginning
def shelf():
    """Indexed sections, and no synonyms."""
    Synonym.objects.all().delete()
    return fill_shelf(notes=12)
