"""Users in the admin: a learner's marks are nobody's business there."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from learning.models import Bookmark
from tests.factories import make_section, make_topic


@pytest.fixture
def marked(bob):
    section = make_section("Isolation levels", topic=make_topic())
    return Bookmark.objects.create(user=bob, section=section, note="private words")


@pytest.fixture
def superuser(client, db):
    client.force_login(User.objects.create_superuser("root"))
    return client


@pytest.mark.django_db
def test_deleting_a_user_shows_no_mark_and_takes_them_along(superuser, bob, marked):
    url = reverse("admin:auth_user_delete", args=[bob.pk])
    page = superuser.get(url).content.decode()
    assert "Account bob, with all that belongs to it" in page
    for words in ("Isolation", "private", "ookmark"):
        assert words not in page
    assert superuser.post(url, {"post": "yes"}).status_code == 302
    assert not User.objects.filter(pk=bob.pk).exists()
    assert not Bookmark.objects.exists()


@pytest.mark.django_db
def test_deleting_several_shows_no_mark_either(superuser, alice, bob, marked):
    form = {"action": "delete_selected", "_selected_action": [alice.pk, bob.pk]}
    url = reverse("admin:auth_user_changelist")
    page = superuser.post(url, form).content.decode()
    assert "Account alice" in page
    assert "ookmark" not in page
    assert superuser.post(url, {**form, "post": "yes"}).status_code == 302
    assert not User.objects.filter(pk__in=[alice.pk, bob.pk]).exists()


@pytest.mark.django_db
def test_a_name_given_in_the_admin_is_no_address_and_one_from_before_may_stay(superuser, bob):
    new = {"username": "a@example.org", "usable_password": "false"}
    page = superuser.post(reverse("admin:auth_user_add"), new).content.decode()
    assert "A username cannot contain @." in page
    url = reverse("admin:auth_user_change", args=[bob.pk])
    fields = {"date_joined_0": "2026-01-01", "date_joined_1": "00:00:00", "is_active": "on"}
    page = superuser.post(url, fields | {"username": "b@example.org"}).content.decode()
    assert "A username cannot contain @." in page
    User.objects.filter(pk=bob.pk).update(username="old@example.org")
    form = fields | {"username": "old@example.org", "first_name": "Bob"}
    assert superuser.post(url, form).status_code == 302
    bob.refresh_from_db()
    assert (bob.username, bob.first_name) == ("old@example.org", "Bob")


@pytest.mark.django_db
def test_whoever_may_not_delete_users_cannot(client, alice, bob):
    alice.is_staff = True
    alice.save()
    client.force_login(alice)
    assert client.get(reverse("admin:auth_user_delete", args=[bob.pk])).status_code == 403
