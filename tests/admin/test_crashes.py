"""A fault in the middle of anything that a curator does leaves all as it was."""

from collections.abc import Callable

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.test import Client

from curating import proposals
from curating.models import AuditEntry, Draft, TopicDraft
from importer.edits import remove_topics, save_section
from importer.models import Change
from importer.revisions import Text
from learning.models import Bookmark
from tests.admin.pages import url
from topics.models import Grant, Link, Section, Topic

FILES = {
    "pools.md": "# Pools\n\nSee [nothing](no.md).\n\n## Sizes\n\nTen.\n\n## Times\n\nWait.\n",
    "pools/leases.md": "# Leases\n\nA lease ends.\n",
    "other.md": "# Other\n\nAnother text.\n",
    "gone.md": "# Gone\n\nIt was removed.\n",
}
ROOMS = ("topics", "importer", "curating", "learning", "search", "jobs")
LATE = {  # what is done last where content changes, and where anything is noted
    "in publish": "importer.publish.content_changed",
    "in the log": "curating.audit.AuditEntry.objects.create",
}


class Broken(Exception):
    pass


def everything() -> dict[str, list[str]]:
    """All rows; a draft is kept on purpose where publishing fails."""
    found = [m for room in ROOMS for m in apps.get_app_config(room).get_models()]
    models = [m for m in found if m not in (Draft, TopicDraft)]
    return {m.__name__: sorted(map(repr, m.objects.values_list())) for m in models}


@pytest.fixture
def library(bring, alice):
    bring(FILES)
    Bookmark.objects.create(user=alice, section=section("Sizes"))
    sizes = section("Sizes")
    seen = Text(sizes.title, sizes.markdown)
    proposals.send(sizes, author=alice, base=seen, title="Sizes", markdown="Twelve.", why="")
    save_section(section("Times"), markdown="Wait long.", title="Times", user=None)
    remove_topics([topic("Gone")])
    Grant.objects.create(
        group=Group.objects.create(name="team"), topic=topic("Pools"), right="read"
    )


def section(title: str) -> Section:
    return Section.objects.select_related("topic").get(title=title)


def topic(title: str) -> Topic:
    return Topic.objects.get(title=title)


def proposal() -> int:
    return int(proposals.queue().get().pk)


def change(kind: str) -> int:
    return int(Change.objects.filter(kind=kind).latest("pk").pk)


def links() -> dict[str, object]:
    return {"kind": "planned", "links": Link.objects.get(href="no.md").pk, "to": "/topics/other/"}


def whole() -> dict[str, object]:
    text = FILES["pools.md"].replace("Wait.", "Wait long.")
    split = text.replace("Ten.", "Ten.\n\n## More\n\nTwelve.")
    return {"markdown": split, "base": text, "_publish": "1"}


Act = Callable[[Client], object]
WAYS: dict[str, Act] = {
    "edit a section": lambda c: c.post(
        url("edit", section("Sizes").pk),
        {"title": "Size", "markdown": "Nine.", "base": "0", "_publish": "1"},
    ),
    "split a section": lambda c: c.post(url("edit_topic", topic("Pools").pk), whole()),
    "write a topic": lambda c: c.post(
        url("add_topic"), {"title": "New", "markdown": "Text.", "under": "pools"}
    ),
    "move a section": lambda c: c.post(url("move", section("Sizes").pk), {"to": "other"}),
    "remove a section": lambda c: c.post(url("move", section("Sizes").pk), {"_remove": "1"}),
    "remove a topic": lambda c: c.post(url("arrange", topic("Pools").pk), {"_remove": "1"}),
    "move a topic": lambda c: c.post(
        url("arrange", topic("Leases").pk), {"_move": "1", "under": "other", "slug": "lease"}
    ),
    "order topics": lambda c: c.post(url("arrange_top"), {"_down": topic("Other").pk}),
    "restore a topic": lambda c: c.post(url("restore"), {"topic": topic("Gone").pk}),
    "describe a topic": lambda c: c.post(
        url("describe", topic("Other").pk), {"summary": "In short.", "status": "draft"}
    ),
    "describe many": lambda c: c.post(
        url("describe_many"),
        {"topic": [topic("Pools").pk, topic("Other").pk], "add_tags": "x", "_save": "1"},
    ),
    "accept a proposal": lambda c: c.post(url("judge", proposal()), {"_accept": "1"}),
    "undo an edit": lambda c: c.post(url("undo", change("edit"))),
    "undo an import": lambda c: c.post(url("undo", change("removal"))),
    "mend links": lambda c: c.post(url("mend"), links()),
    "make a topic private": lambda c: c.post(
        url("rights", topic("Pools").pk), {"_private": "1"}
    ),
}  # fmt: skip
NOTED: dict[str, Act] = {
    "decline a proposal": lambda c: c.post(
        url("judge", proposal()), {"text": "No.", "_decline": "1"}
    ),
    "give a right": lambda c: c.post(
        url("rights", topic("Pools").pk),
        {"_give": "1", "group": Group.objects.get(name="team").pk, "right": "manage"},
    ),
    "take a right": lambda c: c.post(
        url("rights", topic("Pools").pk), {"_take": Grant.objects.get().pk}
    ),
    "look after a topic": lambda c: c.post(
        url("arrange", topic("Pools").pk), {"_care": "1", "review_by": "2031-02-03"}
    ),
}
POINTS = [(name, "in publish") for name in WAYS] + [(n, "in the log") for n in (*WAYS, *NOTED)]


@pytest.mark.parametrize(("way", "point"), POINTS, ids=" ".join)
def test_a_fault_leaves_all_as_it_was(library, curator, monkeypatch, way, point):
    curator.is_superuser = True
    curator.save()
    client = Client()
    client.force_login(curator)
    act = {**WAYS, **NOTED}[way]
    before, entries = everything(), AuditEntry.objects.count()

    def fail(*args, **kwargs):
        raise Broken

    with monkeypatch.context() as patched, pytest.raises(Broken):
        patched.setattr(LATE[point], fail)
        act(client)
    now = everything()
    assert {name: now[name] for name in now if now[name] != before[name]} == {}
    act(client)  # and it goes well the next time
    assert everything() != before and AuditEntry.objects.count() > entries
