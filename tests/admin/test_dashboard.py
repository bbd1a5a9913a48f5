"""Where a curator arrives: what waits, and each entry one click from being done."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from curating.models import Proposal
from importer.models import Change, ImportRun
from search.models import SearchLog
from tests.admin.pages import words
from tests.factories import PASSWORD, make_section, make_topic
from topics.models import Link, Section, Topic

DASHBOARD = "/curating/"


def fill(count=1):
    topic = make_topic("Pools")
    for n in range(count):
        section = make_section(f"Sizes {n}", topic=topic, conflict_markdown="Theirs.")
        Proposal.objects.create(section=section, markdown="x")
        Proposal.objects.create(section=section, kind="wrong", why="x")
        Link.objects.create(section=section, position=0, href=f"no-{n}.md", kind="broken")
        SearchLog.objects.create(query=f"quokka {n}", results=0, took_ms=1)
        refused = [{"level": "refused", "path": "a.md", "line": None, "message": "no"}]
        ImportRun.objects.create(source=f"notes-{n}", status="done", notes=refused)


def test_a_curator_arrives_where_her_work_waits(client, curator):
    curator.set_password(PASSWORD)
    curator.save()
    asked = {"login": "curator", "password": PASSWORD}
    assert client.post(reverse("account_login"), asked)["location"] == DASHBOARD
    client.logout()
    User.objects.create_user("reader", password=PASSWORD)
    asked["login"] = "reader"
    assert client.post(reverse("account_login"), asked)["location"] == "/"


def test_each_kind_of_what_waits_is_named_with_its_number_and_first_entries(admin):
    assert "Nothing is waiting." in words(admin.get(DASHBOARD))
    fill(7)
    waiting = admin.get(DASHBOARD).context["waiting"]
    assert [(kind.what, kind.number, len(kind.entries)) for kind in waiting] == [
        ("Conflicts with files", 7, 5),
        ("Proposals", 7, 5),
        ("Reports", 7, 5),
        ("Refused files", 7, 5),
        ("Broken links", 7, 5),
        ("Searches without a result", 7, 5),
    ]
    for kind in waiting:
        for url in (kind.url, *(entry.url for entry in kind.entries)):
            assert admin.get(url).status_code == 200, url


def test_what_is_done_or_gone_does_not_wait(admin):
    fill()
    Section.objects.update(conflict_markdown=None)
    Proposal.objects.update(status="accepted")
    ImportRun.objects.create(source="notes-0", status="done")
    Link.objects.update(kind="internal")
    SearchLog.objects.update(results=3)
    assert "Nothing is waiting." in words(admin.get(DASHBOARD))


def test_what_is_in_removed_topics_does_not_wait(admin):
    fill()
    Topic.objects.update(removed_at="2026-01-01T00:00Z")
    found = [kind.what for kind in admin.get(DASHBOARD).context["waiting"]]
    assert "Conflicts with files" not in found and "Broken links" not in found


@pytest.mark.thorough
def test_the_dashboard_takes_as_many_queries_for_much_as_for_little(
    admin, django_assert_max_num_queries
):
    fill(200)
    section = Section.objects.first()
    Change.objects.bulk_create(
        Change(kind="edit", at=section.created_at, why=f"{n}") for n in range(300)
    )
    with django_assert_max_num_queries(6):
        assert admin.get(DASHBOARD).status_code == 200


@pytest.mark.parametrize("name", ["reader", "staff"])
def test_nobody_else_sees_what_waits(client, db, name):
    assert client.get(DASHBOARD).status_code == 302
    client.force_login(User.objects.create_user(name, is_staff=name == "staff"))
    assert client.get(DASHBOARD).status_code == 403
    assert DASHBOARD not in client.get("/").content.decode()


def test_titles_of_what_waits_are_text(admin):
    section = make_section("<script>x</script>", topic=make_topic("<b>Pools</b>"))
    Proposal.objects.create(section=section, markdown="x")
    SearchLog.objects.create(query="<img src=x>&q=a?b", results=0, took_ms=1)
    page = admin.get(DASHBOARD).content.decode()
    assert "<script>x" not in page and "<b>Pools" not in page and "<img src=x" not in page
