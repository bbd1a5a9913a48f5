"""Readers propose edits and report problems; curators answer, and nothing typed is lost."""

import json

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from curating import proposals
from curating.models import Comment, Draft, Proposal
from importer import purge
from importer.edits import join, remove_sections, save_section
from importer.models import Change
from importer.purge import Wanted
from importer.run import import_paths
from learning.models import Bookmark
from tests.admin.pages import words
from topics.models import Section, Topic

BODY = "Ten connections.\n\nA lease each."
TEXT = f"# Pools\n\nIntro.\n\n## Sizes\n\n{BODY}\n\n## Time-outs\n\nWaiting ends.\n"
TWELVE = BODY.replace("Ten", "Twelve")


@pytest.fixture
def sizes(db, tmp_path):
    (tmp_path / "pools.md").write_text(TEXT)
    import_paths([str(tmp_path)])
    return Section.objects.select_related("topic").get(anchor="sizes")


def url(name, *args):
    return reverse(f"curating:{name}", args=args)


def opened(client, section):
    """What the form sends when nothing is typed."""
    form = client.get(url("edit", section.pk)).context["form"]
    return {name: form[name].value() or "" for name in ("title", "markdown", "why", "base")}


def propose(client, section, old="Ten", new="Twelve", **more):
    typed = opened(client, section)
    typed |= {"markdown": typed["markdown"].replace(old, new), "_send": "1", **more}
    return client.post(url("edit", section.pk), typed)


def text_of(section):
    section.refresh_from_db()
    return section.markdown


def test_a_learner_proposes_and_the_text_stays_until_a_curator_says_yes(
    learner, alice, curator, client, sizes
):
    answer = propose(learner, sizes, why="The default changed.")
    proposal = Proposal.objects.get()
    assert answer["location"] == url("proposal", proposal.pk)
    assert text_of(sizes) == BODY
    client.force_login(curator)
    assert "The default changed." in words(client.get(url("queue")))
    assert client.post(url("judge", proposal.pk), {"_accept": "1"})["location"] == url("queue")
    assert text_of(sizes) == TWELVE
    change = Change.objects.first()
    assert (change.kind, change.by, change.why) == ("edit", alice, "The default changed.")
    proposal.refresh_from_db()
    assert (proposal.status, proposal.decided_by, proposal.change) == ("accepted", curator, change)
    client.force_login(alice)
    assert "Accepted" in words(client.get(url("own")))


def test_accepting_joins_what_changed_since(learner, curator, client, sizes):
    propose(learner, sizes)
    save_section(sizes, markdown=f"{BODY}\n\nMore.", title="Sizes", user=None)
    client.force_login(curator)
    client.post(url("judge", Proposal.objects.get().pk), {"_accept": "1"})
    assert text_of(sizes) == f"{TWELVE}\n\nMore."


def test_a_conflict_is_settled_by_the_curator_before_it_is_accepted(
    learner, alice, curator, client, sizes
):
    propose(learner, sizes)
    save_section(sizes, markdown=BODY.replace("Ten", "Nine"), title="Sizes", user=None)
    client.force_login(curator)
    pk = Proposal.objects.get().pk
    page = client.get(url("proposal", pk))
    assert "Keep what is right of both sides" in words(page)
    settling = page.context["settling"]["markdown"]
    assert "Nine connections." in settling and "Twelve connections." in settling
    answer = client.post(url("judge", pk), {"_accept": "1"})
    assert answer.status_code == 200 and "&gt;&gt;&gt;&gt;" in answer.content.decode()
    assert text_of(sizes).startswith("Nine")
    typed = {"_accept": "1", "title": "Sizes", "base": page.context["latest"]}
    client.post(url("judge", pk), typed | {"markdown": "Nine or twelve."})
    assert text_of(sizes) == "Nine or twelve."
    assert Change.objects.first().by == alice


def test_a_settled_text_is_joined_with_what_changed_while_it_was_written(
    learner, curator, client, sizes
):
    propose(learner, sizes)
    nine = BODY.replace("Ten", "Nine")
    save_section(sizes, markdown=nine, title="Sizes", user=None)
    client.force_login(curator)
    pk = Proposal.objects.get().pk
    base = client.get(url("proposal", pk)).context["latest"]
    save_section(sizes, markdown=f"{nine}\n\nLast.", title="Sizes", user=None)
    typed = {"_accept": "1", "title": "Sizes", "base": base, "markdown": TWELVE}
    client.post(url("judge", pk), typed)
    assert text_of(sizes) == f"{TWELVE}\n\nLast."


def test_a_proposal_is_declined_with_a_reason_that_its_author_reads(
    learner, alice, curator, client, sizes
):
    propose(learner, sizes)
    pk = Proposal.objects.get().pk
    client.force_login(curator)
    assert client.post(url("judge", pk), {"_decline": "1", "text": ""}).status_code == 200
    client.post(url("judge", pk), {"_decline": "1", "text": "Ten is right."})
    client.force_login(alice)
    page = words(client.get(url("proposal", pk)))
    assert "Declined" in page and "Ten is right." in page
    assert text_of(sizes) == BODY


def test_changes_are_asked_for_and_the_author_sends_it_again(
    learner, alice, curator, client, sizes
):
    propose(learner, sizes)
    pk = Proposal.objects.get().pk
    client.force_login(curator)
    client.post(url("judge", pk), {"_changes": "1", "text": "Say why."})
    assert "Nothing waits." in words(client.get(url("queue")))
    client.force_login(alice)
    form = client.get(url("proposal", pk)).context["form"].initial
    again = {**form, "markdown": f"{TWELVE}\n\nBecause.", "_revise": "1"}
    client.post(url("proposal", pk), again)
    client.force_login(curator)
    client.post(url("judge", pk), {"_accept": "1"})
    assert text_of(sizes) == f"{TWELVE}\n\nBecause."


def test_an_answer_is_given_once(learner, curator, client, sizes):
    propose(learner, sizes)
    pk = Proposal.objects.get().pk
    client.force_login(curator)
    client.post(url("judge", pk), {"_decline": "1", "text": "No."})
    answer = client.post(url("judge", pk), {"_accept": "1"}, follow=True)
    assert "Somebody else has answered this proposal already." in words(answer)
    assert text_of(sizes) == BODY


def test_the_queue_and_the_page_tell_who_points_at_the_section(
    learner, alice, bob, curator, client, sizes, tmp_path
):
    propose(learner, sizes)
    for user in (alice, bob):
        Bookmark.objects.create(user=user, section=sizes, note="mine")
    (tmp_path / "reader.md").write_text("# Reader\n\n[sizes](pools.md#sizes)\n")
    import_paths([str(tmp_path)])
    client.force_login(curator)
    assert "2 marks of learners" in words(client.get(url("queue")))
    page = words(client.get(url("proposal", Proposal.objects.get().pk)))
    assert "2 bookmarks · 1 link · 0 steps of paths" in page
    assert "mine" not in page


def test_a_queue_of_200_costs_as_few_queries_as_one_of_two(
    curator, client, sizes, alice, django_assert_max_num_queries
):
    Proposal.objects.bulk_create(
        Proposal(section=sizes, author=alice, title="Sizes", markdown=f"{n}", why="x")
        for n in range(200)
    )
    client.force_login(curator)
    with django_assert_max_num_queries(8):
        assert client.get(url("queue")).context["page"].paginator.count == 200


def test_strangers_see_no_proposal_of_others(client, learner, bob, sizes):
    propose(learner, sizes)
    pk = Proposal.objects.get().pk
    client.force_login(bob)
    assert client.get(url("proposal", pk)).status_code == 404
    assert client.post(url("proposal", pk), {"text": "Hm."}).status_code == 404
    assert client.post(url("judge", pk), {"_accept": "1"}).status_code == 403
    assert client.get(url("queue")).status_code == 403
    client.logout()
    for page in (url("edit", sizes.pk), url("own"), url("proposal", pk), url("queue")):
        assert client.get(page)["location"].startswith("/accounts/login/")
    assert text_of(sizes) == BODY


def test_a_learner_cannot_publish_and_sees_no_button_for_it(learner, sizes):
    page = learner.get(url("edit", sizes.pk)).content.decode()
    assert "_publish" not in page and "_send" in page
    answer = learner.post(
        url("edit", sizes.pk), {**opened(learner, sizes), "markdown": "X", "_publish": "1"}
    )
    assert answer.status_code == 200
    assert text_of(sizes) == BODY


def test_who_is_trusted_publishes_at_once(learner, alice, sizes):
    right = Permission.objects.get(codename="publish_at_once")
    alice.user_permissions.add(right)
    typed = {**opened(learner, sizes), "markdown": "X", "_publish": "1"}
    assert learner.post(url("edit", sizes.pk), typed).status_code == 302
    assert text_of(sizes) == "X"
    assert learner.get(url("queue")).status_code == 403


def test_a_curator_mends_a_typo_from_the_page_in_two_clicks(admin, curator, sizes):
    page = admin.get(sizes.topic.get_absolute_url()).content.decode()
    assert f'href="{url("edit", sizes.pk)}"' in page
    typed = {**opened(admin, sizes), "markdown": TWELVE, "_publish": "1"}
    answer = admin.post(url("edit", sizes.pk), typed)
    assert answer["location"] == sizes.get_absolute_url()
    assert text_of(sizes) == TWELVE
    assert Change.objects.first().by == curator


def test_two_curators_who_change_other_lines_are_joined(admin, sizes):
    typed = opened(admin, sizes)
    save_section(sizes, markdown=f"{BODY}\n\nTheirs.", title="Sizes", user=None)
    admin.post(url("edit", sizes.pk), typed | {"markdown": TWELVE, "_publish": "1"})
    assert text_of(sizes) == f"{TWELVE}\n\nTheirs."


def test_two_curators_who_change_the_same_line_lose_nothing(admin, sizes):
    typed = opened(admin, sizes)
    save_section(sizes, markdown=BODY.replace("Ten", "Nine"), title="Sizes", user=None)
    answer = admin.post(url("edit", sizes.pk), typed | {"markdown": TWELVE, "_publish": "1"})
    assert answer.status_code == 409
    both = answer.context["form"]["markdown"].value()
    assert "Nine connections." in both and "Twelve connections." in both
    settled = {**answer.context["form"].initial, "markdown": "Eleven.", "_publish": "1"}
    admin.post(url("edit", sizes.pk), settled)
    assert text_of(sizes) == "Eleven."


def test_a_draft_is_kept_as_one_types_and_comes_back(learner, alice, sizes):
    typed = {**opened(learner, sizes), "markdown": "Half a sen"}
    assert learner.post(url("draft", sizes.pk), typed).status_code == 204
    assert opened(learner, sizes)["markdown"] == "Half a sen"
    asked = learner.post(url("edit", sizes.pk), {**typed, "_discard": "1"})
    assert "Half a sen" in asked.content.decode()  # it goes only after a yes
    assert opened(learner, sizes)["markdown"] == "Half a sen"
    learner.post(url("edit", sizes.pk), {"_discard": "1", "_sure": "1"})
    assert opened(learner, sizes)["markdown"] == BODY


def test_a_draft_is_joined_with_what_changed_since_it_was_begun(admin, sizes):
    admin.post(url("draft", sizes.pk), {**opened(admin, sizes), "markdown": TWELVE})
    save_section(sizes, markdown=f"{BODY}\n\nTheirs.", title="Sizes", user=None)
    admin.post(url("edit", sizes.pk), {**opened(admin, sizes), "_publish": "1"})
    assert text_of(sizes) == f"{TWELVE}\n\nTheirs."
    assert Draft.objects.count() == 0


def test_what_is_refused_stays_in_the_form_and_in_the_draft(learner, sizes):
    answer = propose(learner, sizes, markdown="## A heading\n\nTyped.")
    assert "would be a section of its own" in words(answer)
    assert "Typed." in answer.content.decode()
    assert Proposal.objects.count() == 0
    assert opened(learner, sizes)["markdown"] == "## A heading\n\nTyped."


def test_a_draft_without_an_account_asks_to_log_in(client, sizes):
    answer = client.post(url("draft", sizes.pk), {"markdown": "x"})
    assert (answer.status_code, json.loads(answer.content)["error"]["code"]) == (401, "log_in")


def test_two_people_at_one_section_are_told_of_each_other(admin, client, curator, bob, sizes):
    Draft.objects.create(user=bob, section=sizes, title="Sizes", markdown="x")
    page = words(admin.get(url("edit", sizes.pk)))
    assert "Somebody else is editing this section just now." in page and "(bob)" in page
    client.force_login(User.objects.create_user("dora"))
    page = words(client.get(url("edit", sizes.pk)))
    assert "Somebody else is editing this section just now." in page and "bob" not in page


def test_a_preview_shows_what_readers_would_see_and_publishes_nothing(learner, sizes):
    typed = {**opened(learner, sizes), "markdown": "See [it](#time-outs). <script>x</script>"}
    page = learner.post(url("edit", sizes.pk), typed | {"_preview": "1"}).content.decode()
    assert 'href="/topics/pools/time-outs/"' in page
    assert "<script>x" not in page
    assert text_of(sizes) == BODY


def test_an_edit_that_changes_nothing_is_not_sent(learner, sizes):
    assert "You have not changed anything yet." in words(propose(learner, sizes, new="Ten"))
    assert Proposal.objects.count() == 0


def test_nobody_floods_the_queue(learner, alice, sizes):
    for number in range(proposals.MOST_OPEN):
        Proposal.objects.create(section=sizes, author=alice, markdown=f"{number}")
    assert "wait for some answers" in words(propose(learner, sizes))
    assert Proposal.objects.count() == proposals.MOST_OPEN


def test_a_reader_without_an_account_reports_a_problem(client, curator, sizes):
    page = client.get(sizes.topic.get_absolute_url()).content.decode()
    root = Section.objects.get(anchor="")
    assert f'href="{url("report", root.pk)}"' in page
    typed = {"kind": "wrong", "why": "It is twelve."}
    answer = client.post(url("report", sizes.pk), typed, follow=True)
    assert "Thank you. A curator will read it." in words(answer)
    client.force_login(curator)
    page = words(client.get(url("queue"), {"kind": "reports"}))
    assert "Wrong" in page and "It is twelve." in page and "without an account" in page
    assert "Nothing waits." in words(client.get(url("queue"), {"kind": "edits"}))
    client.post(url("judge", Proposal.objects.get().pk), {"_accept": "1"})
    assert Proposal.objects.get().status == "accepted"


def test_reports_are_bounded_by_client_and_by_section(client, sizes):
    typed = {"kind": "wrong", "why": "x"}
    client.defaults["REMOTE_ADDR"] = "192.0.2.6"
    statuses = [client.post(url("report", sizes.pk), typed).status_code for _ in range(6)]
    assert statuses == [302] * 5 + [429]
    Proposal.objects.bulk_create(
        Proposal(section=sizes, kind="wrong", why="x") for _ in range(proposals.MOST_REPORTS)
    )
    client.defaults["REMOTE_ADDR"] = "192.0.2.7"
    assert "Many reports wait already" in words(client.post(url("report", sizes.pk), typed))


def test_both_are_switched_off_by_settings(client, learner, admin, settings, sizes, alice):
    settings.KB_PROPOSALS = settings.KB_REPORTS = False
    client.force_login(alice)
    assert client.get(url("edit", sizes.pk)).status_code == 404
    assert client.get(url("report", sizes.pk)).status_code == 404
    page = client.get(sizes.topic.get_absolute_url()).content.decode()
    assert "/curating/sections/" not in page


@pytest.mark.parametrize("hide", ["draft", "removed"])
def test_what_readers_do_not_see_they_do_not_edit(learner, sizes, hide):
    if hide == "draft":
        Topic.objects.update(status="draft")
    else:
        remove_sections([sizes])
    assert learner.get(url("edit", sizes.pk)).status_code == 404
    assert learner.get(url("report", sizes.pk)).status_code == 404
    assert learner.post(url("draft", sizes.pk), {"markdown": "x"}).status_code == 404


def test_a_removed_section_s_proposal_cannot_be_accepted(learner, curator, client, sizes):
    propose(learner, sizes)
    remove_sections([sizes])
    client.force_login(curator)
    pk = Proposal.objects.get().pk
    page = words(client.get(url("proposal", pk)))
    assert "The section has been removed since." in page and "Accept and publish" not in page
    answer = client.post(url("judge", pk), {"_accept": "1"}, follow=True)
    assert "This section was removed in the meantime." in words(answer)
    assert Proposal.objects.get().status == "open"


def test_an_author_withdraws_and_comments(learner, alice, sizes):
    propose(learner, sizes)
    pk = Proposal.objects.get().pk
    learner.post(url("proposal", pk), {"text": "See the manual."})
    assert "See the manual." in words(learner.get(url("proposal", pk)))
    learner.post(url("proposal", pk), {"_withdraw": "1"})
    assert Proposal.objects.get().status == "withdrawn"


def test_an_author_takes_the_proposals_along_and_leaves_them_nameless(learner, alice, sizes):
    propose(learner, sizes, why="Because.")
    taken = json.loads(learner.get("/accounts/my-bookmarks.json").content)["proposals"]
    assert [(row["why"], row["markdown"], row["status"]) for row in taken] == [
        ("Because.", TWELVE, "open")
    ]
    alice.delete()
    assert Proposal.objects.get().author is None
    assert Draft.objects.count() == 0


def test_a_purged_text_is_in_no_proposal_comment_or_draft(learner, alice, sizes):
    secret = "zebrafinch hunter2"
    propose(learner, sizes, new=secret, why=secret)
    Comment.objects.create(proposal=Proposal.objects.get(), text=f"A {secret}")
    learner.post(url("draft", sizes.pk), {"markdown": secret, "why": secret})
    found = purge.purge(Wanted(secret), dry_run=True).found
    assert {"proposals", "comments on proposals", "drafts"} <= set(found)
    assert purge.purge(Wanted(secret), dry_run=False).left == {}
    purge.purge(Wanted(sections=frozenset([sizes.pk])), dry_run=False)
    assert (Proposal.objects.count(), Comment.objects.count(), Draft.objects.count()) == (0, 0, 0)


def test_an_author_does_not_see_in_a_proposal_what_readers_no_longer_see(learner, sizes):
    propose(learner, sizes)
    save_section(sizes, markdown="Secret plans.", title="Sizes", user=None)
    Topic.objects.update(status="draft")
    page = words(learner.get(url("proposal", Proposal.objects.get().pk)))
    assert "Twelve connections." in page
    assert "Secret" not in page


def test_old_drafts_make_room(learner, alice, sizes, monkeypatch):
    monkeypatch.setattr(proposals, "MOST_DRAFTS", 1)
    other = Section.objects.get(anchor="time-outs")
    learner.post(url("draft", other.pk), {"markdown": "one"})
    learner.post(url("draft", sizes.pk), {"markdown": "two"})
    assert [draft.markdown for draft in Draft.objects.all()] == ["two"]


def test_a_day_has_so_many_proposals_of_one_person(learner, alice, sizes, monkeypatch):
    monkeypatch.setattr(proposals, "MOST_A_DAY", 1)
    propose(learner, sizes)
    learner.post(url("proposal", Proposal.objects.get().pk), {"_withdraw": "1"})
    assert "wait for some answers" in words(propose(learner, sizes))


JOINS = [
    ("a\nb\nc", "A\nb\nc", "a\nb\nC", "A\nb\nC", True),
    ("a", "a", "b", "b", True),
    ("a", "b", "a", "b", True),
    ("a", "b", "b", "b", True),
    ("", "a", "", "a", True),
    ("a\nb", "a\nb\nc", "a\nB", "a\n<<<<<<< now\nb\nc\n=======\nB\n>>>>>>> your text\n", False),
]


@pytest.mark.parametrize(("base", "ours", "theirs", "text", "is_clean"), JOINS)
def test_texts_are_joined_or_both_sides_are_shown(base, ours, theirs, text, is_clean):
    assert join(base, ours, theirs) == (text, is_clean)
