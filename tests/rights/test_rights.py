"""Groups with rights by subtree, and the pages that say who can do what."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from curating import proposals
from curating.models import AuditEntry, Proposal
from importer.privacy import set_private
from importer.revisions import Text
from tests.factories import make_user
from tests.rights.conftest import Private, in_browser
from topics.models import Grant, Section, Topic, content_version
from topics.rights import held_at, holds, trees_of

pytestmark = pytest.mark.django_db
RIGHTS = ["read", "propose", "edit", "review", "publish", "manage"]


def member(private: Private, right: str, name: str = "member", path: str = "notes/inner") -> User:
    group = Group.objects.create(name=f"{name} group")
    Grant.objects.create(group=group, topic=Topic.objects.get(path=path), right=right)
    user = make_user(name)
    user.groups.add(group)
    return user


def boss() -> Client:
    return in_browser(User.objects.create_superuser("boss"))


def url(name: str, *args: object) -> str:
    return reverse(f"curating:{name}", args=args)


@pytest.mark.parametrize("right", RIGHTS)
def test_a_right_holds_those_before_it_and_for_all_below(private: Private, right: str) -> None:
    user = member(private, right)
    plan = Topic.objects.get(path="notes/inner/plan")
    assert [r for r in RIGHTS if holds(user, r, plan)] == RIGHTS[: RIGHTS.index(right) + 1]
    assert not any(holds(user, r, Topic.objects.get(path="notes")) for r in RIGHTS)
    assert trees_of(user) == (private.top.pk,)


@pytest.mark.parametrize(
    ("right", "statuses"),
    [
        ("read", {"edit": 404, "edit_topic": 403, "add_topic": 403, "queue": 403, "rights": 403}),
        ("propose", {"edit": 200, "edit_topic": 403, "queue": 403, "rights": 403}),
        ("edit", {"edit": 200, "edit_topic": 403, "add_topic": 403, "queue": 403, "rights": 403}),
        ("review", {"edit": 200, "edit_topic": 403, "queue": 200, "rights": 403}),
        ("publish", {"edit_topic": 200, "add_topic": 200, "queue": 200, "rights": 403}),
        ("manage", {"edit_topic": 200, "add_topic": 200, "queue": 200, "rights": 200}),
    ],
)
def test_each_page_takes_its_right(private: Private, right: str, statuses: dict[str, int]) -> None:
    client, section = in_browser(member(private, right)), private.section()
    args = {"edit": [section.pk], "edit_topic": [section.topic_id], "rights": [section.topic_id]}
    found = {name: client.get(url(name, *args.get(name, []))).status_code for name in statuses}
    assert found == statuses


@pytest.mark.parametrize(("right", "is_published"), [("propose", False), ("edit", True)])
def test_edits_are_published_at_once_by_the_right_to_edit_there_alone(
    private: Private, right: str, is_published: bool
) -> None:
    client, section = in_browser(member(private, right)), private.section()
    public = Section.objects.get(topic__path="notes/api", anchor="retries")
    for one, expected in [(section, is_published), (public, False)]:
        form = {"title": one.title, "markdown": "Another text.", "base": "0", "why": ""}
        client.post(url("edit", one.pk), {**form, "_publish": "1"})
        one.refresh_from_db()
        assert (one.markdown == "Another text.") is expected


def test_reviewers_answer_what_is_below_their_topic_and_see_nothing_else(
    private: Private,
) -> None:
    author, client = member(private, "propose", "author"), in_browser(member(private, "review"))
    public = Section.objects.get(topic__path="notes/api", anchor="retries")
    rows = [
        proposals.send(
            section, author=author, base=Text(section.title, section.markdown), why="",
            title=section.title, markdown=section.markdown + "\n\nMore.",
        )
        for section in (private.section(), public)
    ]  # fmt: skip
    page = client.get(url("queue")).content.decode()
    assert ("Xylomancy" in page, "Retries" in page) == (True, False)
    assert [client.get(url("proposal", row.pk)).status_code for row in rows] == [200, 404]
    answers = [client.post(reverse("curating:judge", args=[r.pk]), {"_accept": "1"}) for r in rows]
    assert [answer.status_code for answer in answers] == [302, 404]
    statuses = list(Proposal.objects.order_by("pk").values_list("status", flat=True))
    assert statuses == ["accepted", "open"]


def test_writers_add_topics_below_theirs_which_are_private_from_the_start(
    private: Private,
) -> None:
    client = in_browser(member(private, "publish"))
    form = {"title": "New", "markdown": "Zyzzogeton again.", "why": "", "answers": ""}
    assert client.post(url("add_topic"), {**form, "under": "notes"}).status_code == 403
    client.post(url("add_topic"), {**form, "under": "notes/inner"})
    topic = Topic.objects.get(title="New")
    assert topic.tree == private.top.pk
    assert Client().get(topic.get_absolute_url()).status_code == 404


def test_a_topic_is_made_private_and_public_on_its_page(private: Private) -> None:
    client, topic = boss(), Topic.objects.get(path="notes/api")
    page, before = url("rights", topic.pk), content_version()
    said = client.post(page, {"_private": "1"}, follow=True).content.decode()
    assert "Give a group a right first" in said  # nobody would see it any more
    client.post(page, {"_give": "1", "group": private.group.pk, "right": "read"})
    asked = client.post(page, {"_private": "1"})
    assert asked.status_code == 200 and "Make private all the same" in asked.content.decode()
    assert not Topic.objects.get(pk=topic.pk).is_private
    assert client.post(page, {"_private": "1", "_sure": "1"})["location"] == page
    topic.refresh_from_db()
    assert (topic.is_private, topic.tree) == (True, topic.pk)
    assert Client().get("/topics/notes/api/").status_code == 404
    assert content_version() > before
    client.post(page, {"_public": "1"})
    assert Client().get("/topics/notes/api/").status_code == 200
    noted = AuditEntry.objects.filter(kind="rights", target=topic.pk).order_by("pk")
    assert [row.action for row in noted] == ["right given", "made private", "made public"]
    assert noted[0].facts == {"group": private.group.pk, "right": "read"}


def test_a_right_is_raised_and_taken_away(private: Private) -> None:
    client, page = boss(), url("rights", private.top.pk)
    client.post(page, {"_give": "1", "group": private.group.pk, "right": "edit"})
    [grant] = Grant.objects.all()
    assert grant.right == "edit"
    client.post(page, {"_give": "1", "group": Group.objects.create(name="b").pk, "right": "read"})
    client.post(page, {"_take": str(grant.pk)})
    assert [row.group.name for row in Grant.objects.all()] == ["b"]


def test_the_last_right_to_a_private_topic_stays(private: Private) -> None:
    client, page = boss(), url("rights", private.top.pk)
    [grant] = Grant.objects.all()
    said = client.post(page, {"_take": str(grant.pk)}, follow=True).content.decode()
    assert "Nobody but superusers would see “Quokka Vault” any more" in said
    assert Grant.objects.count() == 1
    client.post(page, {"_public": "1"})
    client.post(page, {"_take": str(grant.pk)})
    assert not Grant.objects.exists()


def test_the_last_right_above_a_private_topic_stays_too(private: Private) -> None:
    client, notes = boss(), Topic.objects.get(path="notes")
    Grant.objects.update(topic=notes)
    [grant] = Grant.objects.all()
    said = client.post(url("rights", notes.pk), {"_take": str(grant.pk)}, follow=True)
    assert "Quokka Vault" in said.content.decode() and Grant.objects.count() == 1
    moved = client.post(url("arrange", private.top.pk), {"_move": "1", "under": "", "slug": "x"})
    assert "Nobody but superusers" in moved.content.decode()
    Grant.objects.create(group=Group.objects.create(name="own"), topic=private.top, right="read")
    client.post(url("arrange", private.top.pk), {"_move": "1", "under": "", "slug": "x"})
    assert Topic.objects.get(pk=private.top.pk).path == "x"


def test_a_group_that_alone_sees_a_private_topic_is_not_deleted(private: Private) -> None:
    client = boss()
    page = reverse("admin:auth_group_delete", args=[private.group.pk])
    assert "Nobody else sees this private topic: Quokka Vault" in client.get(page).content.decode()
    client.post(page, {"post": "yes"})
    assert Group.objects.filter(pk=private.group.pk).exists()
    Grant.objects.create(group=Group.objects.create(name="b"), topic=private.top, right="read")
    client.post(page, {"post": "yes"})
    assert not Group.objects.filter(pk=private.group.pk).exists()


def test_who_may_not_manage_changes_nothing(private: Private) -> None:
    for right in RIGHTS[:-1]:
        client = in_browser(member(private, right, f"{right}-member"))
        for what in (
            {"_public": "1"},
            {"_give": "1", "group": private.group.pk, "right": "manage"},
        ):
            assert client.post(url("rights", private.top.pk), what).status_code == 403
    private.top.refresh_from_db()
    assert private.top.is_private


def test_nobody_gives_herself_a_right_to_what_she_does_not_see(private: Private) -> None:
    Grant.objects.all().delete()
    user = member(private, "manage", path="notes/api")
    manager = in_browser(user)
    notes = Topic.objects.get(path="notes")
    assert manager.post(url("rights", notes.pk), {"_give": "1"}).status_code == 403
    Grant.objects.create(group=user.groups.get(), topic=notes, right="manage")
    Grant.objects.filter(topic=notes).delete()
    assert trees_of(User.objects.get(pk=user.pk)) == ()


def test_the_page_of_a_topic_and_of_a_person_say_who_can_do_what(private: Private) -> None:
    user = member(private, "edit", "erin")
    member(private, "read", "ron", path="notes")
    client = boss()
    assert [(held.user.username, held.right) for held in held_at(private.top, 9)] == [
        ("erin", "edit"),
        ("ron", "read"),
    ]
    page = client.get(url("rights", private.top.pk)).content.decode()
    assert all(word in page for word in ("erin", "ron", "boss", "erin group", "Quokka Vault"))
    page = client.get(f"{url('person')}?person=erin").content.decode()
    assert "Quokka Vault" in page and "Edit it" in page
    own = in_browser(user).get(url("person")).content.decode()
    assert "Quokka Vault" in own
    assert in_browser(user).get(f"{url('person')}?person=ron").status_code == 403
    assert Client().get(url("person")).status_code == 302


def test_what_lies_in_a_private_topic_follows_it_whatever_writes_the_rows(
    private: Private,
) -> None:
    below = Topic.objects.get(path="notes/inner/plan")
    Topic.objects.filter(pk=below.pk).update(tree=0)
    below.refresh_from_db()
    assert below.tree == private.top.pk
    set_private(Topic.objects.get(path="notes"), is_private=True, user=None)
    trees = set(Topic.objects.values_list("tree", flat=True))
    assert trees == {Topic.objects.get(path="notes").pk}
    set_private(Topic.objects.get(path="notes"), is_private=False, user=None)
    inner = set(Topic.objects.exclude(tree=0).values_list("path", flat=True))
    assert inner == set(
        Topic.objects.filter(path__startswith="notes/inner").values_list("path", flat=True)
    )


def test_curators_do_not_move_or_remove_what_holds_a_private_topic(private: Private) -> None:
    curator = make_user("blind")
    curator.is_staff = True
    curator.save()
    curator.groups.add(Group.objects.get(name="curator"))
    notes = Topic.objects.get(path="notes")
    said = in_browser(curator).post(url("arrange", notes.pk), {"_remove": "1"}, follow=True)
    assert "all that is below it" in said.content.decode()
    notes.refresh_from_db()
    assert notes.removed_at is None


@pytest.mark.parametrize("right", RIGHTS)
def test_the_edit_link_says_what_it_does(private: Private, right: str) -> None:
    client = in_browser(member(private, right))
    shown = client.get("/topics/notes/inner/plan/").content.decode()
    public = client.get("/topics/notes/api/").content.decode()
    may = RIGHTS.index(right)
    assert ("Suggest an edit of “Xylomancy”" in shown) is (right == "propose")
    assert ("Edit “Xylomancy”" in shown) is (may >= RIGHTS.index("edit"))
    assert "Suggest an edit of “Retries”" in public and "Edit “Retries”" not in public


def test_an_editor_of_a_public_part_edits_there(private: Private) -> None:
    client = in_browser(member(private, "edit", path="notes/api"))
    assert "Edit “Retries”" in client.get("/topics/notes/api/").content.decode()


def test_a_writer_sees_her_draft_and_publishes_it(private: Private) -> None:
    client = in_browser(member(private, "publish"))
    form = {"title": "New", "markdown": "Zyzzogeton.", "why": "", "under": "notes/inner"}
    made = client.post(url("add_topic"), {**form, "_draft": "1"}, follow=True)
    assert made.status_code == 200 and "This is a draft" in made.content.decode()
    topic = Topic.objects.get(title="New")
    assert client.get(url("describe", topic.pk)).status_code == 200
    client.post(url("describe", topic.pk), {"status": "published", "kind": "article"})
    topic.refresh_from_db()
    assert topic.status == "published"
    other = in_browser(member(private, "review", "reviewer"))
    assert other.get(url("describe", topic.pk)).status_code == 403
    assert other.get(url("topic_draft", topic.pk)).status_code == 403
