"""Jobs in the admin: superusers see them and try failed ones again."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.urls import reverse

from importer.tasks import start
from jobs.models import Job
from tests.jobs.running import run_due

LIST = "admin:jobs_job_changelist"


@pytest.fixture
def admin(client, db):
    client.force_login(User.objects.create_superuser("owner"))
    return client


@pytest.fixture
def failed(db) -> Job:
    start(4711)
    (job,) = run_due()
    assert job.state == "FAILED"
    return job


def choose(client, *jobs: Job) -> str:
    answer = client.post(
        reverse(LIST),
        {"action": "try_again", "_selected_action": [job.pk for job in jobs]},
        follow=True,
    )
    return answer.content.decode()


def test_failed_jobs_are_listed_with_their_error(admin, failed):
    page = admin.get(reverse(LIST), {"state": "FAILED"}).content.decode()
    assert "importer.import_upload" in page
    assert "NoRetry: There is no run 4711 any more." in page
    page = admin.get(reverse("admin:jobs_job_change", args=[failed.pk])).content.decode()
    assert "There is no run 4711 any more." in page
    assert 'type="submit"' not in page.partition("<main")[2]


def test_a_failed_job_is_tried_again(admin, failed):
    assert "Jobs that will be tried again: 1." in choose(admin, failed)
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == ("READY", 0)
    page = choose(admin, failed)
    assert "Jobs that have not failed, or of which the same is waiting already: 1." in page


def test_jobs_are_only_looked_at(admin, failed):
    assert admin.get(reverse("admin:jobs_job_add")).status_code == 403
    assert admin.get(reverse("admin:jobs_job_delete", args=[failed.pk])).status_code == 403
    admin.post(reverse("admin:jobs_job_change", args=[failed.pk]), {"state": "SUCCESSFUL"})
    choose(admin, failed)
    failed.refresh_from_db()
    assert failed.name == "importer.import_upload"
    assert "delete_selected" not in admin.get(reverse(LIST)).content.decode()


def test_nobody_but_a_superuser_sees_jobs(client, failed):
    user = User.objects.create_user("other", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="jobs"))
    user.groups.add(Group.objects.get(name="curator"))
    client.force_login(user)
    assert client.get(reverse(LIST)).status_code == 403
    assert client.get(reverse("admin:jobs_job_change", args=[failed.pk])).status_code == 403
    choose(client, failed)
    failed.refresh_from_db()
    assert failed.state == "FAILED"
    assert "jobs" not in client.get(reverse("admin:index")).content.decode().lower()
