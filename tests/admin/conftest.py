import pytest
from django.contrib.auth.models import Group, User


@pytest.fixture
def curator(db):
    user = User.objects.create_user("curator", is_staff=True)
    user.groups.add(Group.objects.get(name="curator"))
    return user


@pytest.fixture
def admin(client, curator):
    client.force_login(curator)
    return client
