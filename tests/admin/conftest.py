import pytest
from django.contrib.auth.models import Group, User

from importer.run import import_paths
from search.models import Synonym
from tests.admin.editing import TEXT
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


@pytest.fixture
def sizes(db, tmp_path):
    """A section of an imported document."""
    (tmp_path / "pools.md").write_text(TEXT)
    import_paths([str(tmp_path)])
    return Section.objects.select_related("topic").get(anchor="sizes")


@pytest.fixture
def shelf(db):
    """Indexed sections, and no synonyms."""
    Synonym.objects.all().delete()
    return fill_shelf(notes=12)
