"""Before a topic is made private it is said which public texts name it; after it none does but
by what people wrote there."""

import pytest
from django.test import Client

from curating.mentions import places_naming
from importer.edits import remove_sections, save_section
from importer.privacy import set_private
from tests.beginnings import Bring, beginning
from tests.rights.asking import answer
from tests.rights.conftest import PRIVATE, PUBLIC, Private
from tests.rights.test_leaks import asked_by
from tests.rights.test_rights import boss, url
from topics.models import Grant, Section, Topic

pytestmark = pytest.mark.django_db


def named(topic: Topic) -> dict[str, list[str]]:
    return {
        str(place.section.get_absolute_url()): [str(how) for how in place.how]
        for place in places_naming(topic).places
    }


@beginning
def library(bring: Bring) -> Topic:
    """All of it public, in one source."""
    bring(
        {f"notes/{name}": text for name, text in PUBLIC.items()}
        | {f"notes/inner/{name}": text for name, text in PRIVATE.items()}
        | {
            "notes/said.md": "# Said\n\nIntro.\n\n## Where\n\nIn the quokka vault, as told.\n",
            "notes/first.md": "---\nprerequisites: [notes/inner/plan]\n---\n# First\n\nText.\n",
            "notes/sum.md": "---\nsummary: On the Quokka Vault.\n---\n# Sum\n\nText.\n",
            "notes/other.md": "# Other\n\nAnd quokkas in a vault.\n",
        }
    )
    return Topic.objects.get(path="notes/inner")


def test_public_texts_that_name_it_are_listed_with_how(library: Topic) -> None:
    assert named(library) == {
        "/topics/notes/api/": ["a link"],
        "/topics/notes/embed/": ["a link"],
        "/topics/notes/first/": ["a prerequisite"],
        "/topics/notes/road/": ["a link", "a step of a path"],
        "/topics/notes/said/where/": ["its title in the text"],
        "/topics/notes/sum/": ["its title in the text"],
    }


def test_what_is_removed_mended_or_private_itself_is_not_listed(library: Topic) -> None:
    where = Section.objects.get(topic__path="notes/said", anchor="where")
    remove_sections([where])
    root = Section.objects.get(topic__path="notes/api", anchor="")
    save_section(root, markdown="No links.", title=root.title, user=None)
    set_private(Topic.objects.get(path="notes/road"), is_private=True, user=None)
    assert set(named(library)) == {
        "/topics/notes/embed/",
        "/topics/notes/first/",
        "/topics/notes/sum/",
    }


def test_it_is_asked_before_and_each_place_is_one_click_from_being_mended(
    library: Topic, django_assert_max_num_queries
) -> None:
    client = boss()
    group = Private(library, Grant._meta.get_field("group").related_model.objects.create(name="g"))
    Grant.objects.create(group=group.group, topic=library, right="read")
    with django_assert_max_num_queries(45):
        page = client.post(url("rights", library.pk), {"_private": "1"})
    said = page.content.decode()
    assert "6 public texts name it" in said and "its title in the text" in said
    where = Section.objects.get(topic__path="notes/said", anchor="where")
    assert url("edit", where.pk) in said
    library.refresh_from_db()
    assert not library.is_private
    client.post(url("rights", library.pk), {"_private": "1", "_sure": "1"})
    library.refresh_from_db()
    assert library.is_private


def test_what_nothing_names_is_made_private_at_once(library: Topic) -> None:
    other = Topic.objects.get(path="notes/other")
    Grant.objects.create(
        group=Grant._meta.get_field("group").related_model.objects.create(name="g"),
        topic=other,
        right="read",
    )
    boss().post(url("rights", other.pk), {"_private": "1"})
    other.refresh_from_db()
    assert other.is_private


def test_after_it_pages_tell_what_was_written_and_nothing_more(
    settings, folder, tmp_path, library: Topic
) -> None:
    """As if it had never been public."""
    settings.KB_SEARCH_LIMIT = settings.KB_SUGGEST_LIMIT = settings.KB_PAGE_BUDGET_MS = 0
    set_private(library, is_private=True, user=None)
    told = {path: answer(Client(), path) for path in asked_by("anonymous")}
    written = {"the plan", "hidden plan", "on the quokka vault.", "in the quokka vault, as told."}
    for path, (_status, text) in told.items():
        left = text.lower()
        for words in written:
            left = left.replace(words, "")
        if "quokka" not in path and "grimthorpe" not in path:
            assert "grimthorpe plan" not in left and "quokka vault" not in left, path
