"""What curators and learners save while a long import is about to end: all of it is answered."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse

from curating.models import Trial
from importer import run
from importer.run import import_paths
from learning.models import Bookmark
from search.models import Synonym
from tests.factories import make_user
from topics.models import Section, Topic

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = "# Pools\n\n## Sizes\n\nThe first line.\n\n## Costs\n\nLittle.\n\n## Ends\n\nAll.\n"
AFTER = "# Pools\n\n## Sizes of pools\n\nThe first line, longer.\n\n## Costs\n\nMuch.\n"
UNDER_WAY = "An import is under way. Nothing was saved"


@pytest.fixture
def library(folder: Path) -> Topic:
    (folder / "pools.md").write_text(BEFORE)
    import_paths([str(folder)])
    Synonym.objects.create(words=["lake", "sea"])
    return Topic.objects.get(path="pools")


@pytest.fixture
def curator(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("curator"))
    return client


@pytest.fixture
def importing(library: Topic, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An import that has written and published everything, and has not committed it."""
    reached, go_on = threading.Event(), threading.Event()
    finish = run.finish

    def wait(*arguments: object) -> None:
        finish(*arguments)
        reached.set()
        assert go_on.wait(60)

    monkeypatch.setattr(run, "finish", wait)
    (folder / "pools.md").write_text(AFTER)

    def work() -> None:
        import_paths([str(folder)])
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    assert reached.wait(60)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '4s'")  # as pages have
    yield
    go_on.set()
    thread.join()


def section(title: str) -> Section:
    return Section.objects.get(title=title)


def test_a_section_s_text_is_kept_in_the_form(curator: Client, importing: None) -> None:
    url = reverse("admin:topics_section_change", args=[section("Sizes").pk])
    page = curator.post(url, {"title": "Sizes", "markdown": "Typed."}, follow=True)
    assert page.status_code == 200
    assert UNDER_WAY in page.content.decode()
    assert "Typed.</textarea>" in page.content.decode()


def test_what_was_typed_of_a_topic_is_kept_in_the_form(curator: Client, importing: None) -> None:
    url = reverse("admin:topics_topic_change", args=[section("Sizes").topic_id])
    typed = {"summary": "Typed.", "kind": "guide", "level": "", "tags": "", "status": "draft"}
    page = curator.post(url, typed, follow=True)
    assert page.status_code == 200
    assert UNDER_WAY in page.content.decode()
    assert "Typed.</textarea>" in page.content.decode()
    assert Topic.objects.get().status == "published"


def test_a_synonym_that_was_tried_is_not_saved(curator: Client, importing: None) -> None:
    values = {"words": ["pool", "basin"], "expansions": [], "note": "Typed."}
    result = {"golden": [], "held": [0, 0, 0], "logged": [], "changed": 0, "asked": 0}
    trial = Trial.objects.create(kind="synonym", values=values, result=result)
    page = curator.post(reverse("curating:trial", args=[trial.pk]), follow=True)
    assert page.status_code == 200
    assert UNDER_WAY in page.content.decode()
    assert not Synonym.objects.filter(note="Typed.").exists()
    trial.refresh_from_db()
    assert trial.saved_at is None


@pytest.mark.parametrize("kind", ["topic", "section"])
def test_a_removal_is_refused_with_words(curator: Client, importing: None, kind: str) -> None:
    row = {"topic": Topic, "section": Section}[kind].objects.first()
    url = reverse(f"admin:topics_{kind}_delete", args=[row.pk])
    page = curator.post(url, {"post": "yes"}, follow=True)
    assert page.status_code == 200
    assert UNDER_WAY in page.content.decode()
    assert "was deleted successfully" not in page.content.decode()
    url = reverse(f"admin:topics_{kind}_changelist")
    chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    page = curator.post(url, chosen, follow=True)
    assert page.status_code == 200
    assert UNDER_WAY in page.content.decode()
    assert "Successfully deleted" not in page.content.decode()
    assert type(row).objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("title", ["Sizes", "Costs", "Ends"])
def test_learners_mark_what_is_being_renamed_rewritten_or_removed(
    importing: None, client: Client, title: str
) -> None:
    client.force_login(make_user("alice"))
    answer = client.post(f"/bookmarks/sections/{section(title).pk}/add/")
    assert answer.status_code == 302
    mark = Bookmark.objects.get()
    assert client.post(f"/bookmarks/{mark.pk}/note/", {"note": "Mine."}).status_code == 302
    assert client.post(f"/bookmarks/{mark.pk}/remove/", {"confirmed": "1"}).status_code == 302
