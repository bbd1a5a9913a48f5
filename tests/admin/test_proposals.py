"""Readers propose edits and report problems; curators answer."""

import json

import pytest
from django.core import mail

from curating import mails, proposals
from curating.models import Comment, Draft, Proposal
from importer import purge
from importer.edits import remove_sections, save_section, save_topic
from importer.models import Change
from importer.purge import Wanted
from importer.revisions import Text
from learning.models import Bookmark
from tests.admin.editing import BODY, TWELVE, opened, propose, text_of
from tests.admin.pages import url, words
from topics.models import Section, Topic


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


def test_a_text_that_does_not_settle_a_conflict_stays_in_its_form(learner, curator, client, sizes):
    propose(learner, sizes)
    save_section(sizes, markdown=BODY.replace("Ten", "Nine"), title="Sizes", user=None)
    client.force_login(curator)
    pk = Proposal.objects.get().pk
    page = client.get(url("proposal", pk))
    both = page.context["settling"] | {"_accept": "1", "base": page.context["latest"]}
    for typed, said in [
        (both, "Both sides are still in it"),
        (both | {"markdown": "# Nine\n\nor twelve"}, "The text holds a heading"),
        (both | {"title": " ", "markdown": "Nine or twelve."}, "This field is required."),
    ]:
        answer = client.post(url("judge", pk), typed)
        assert said in words(answer) and "Who points at this section" in words(answer)
        assert answer.context["settle"]["markdown"].value() == typed["markdown"]
    assert text_of(sizes).startswith("Nine") and Proposal.objects.get().is_open


def test_a_proposal_for_a_text_that_was_joined_to_another_renames_nothing(
    learner, curator, client, sizes
):
    propose(learner, sizes, old="Ten connections.", new="Twelve connections, no more.")
    save_section(sizes, markdown=BODY.replace("Ten", "Nine"), title="Bounds", user=None)
    client.force_login(curator)
    page = client.get(url("proposal", Proposal.objects.get().pk))
    titles = [row for row in page.context["rows"] if "Sizes" in str(row)]
    assert titles == [] and page.context["settle"]["title"].value() == "Bounds"


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
    assert "Nothing is waiting." in words(client.get(url("queue")))
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
    answer = client.post(url("judge", pk), {"_decline": "1", "text": "Not so."})
    assert answer.status_code == 409 and "Not so." in words(answer)
    assert "copy it before you leave" in words(answer) and "Send it again" not in words(answer)
    assert text_of(sizes) == BODY


def test_an_author_who_sends_it_again_too_late_keeps_what_was_typed(learner, curator, sizes):
    propose(learner, sizes)
    row = Proposal.objects.get()
    sent = {"title": "Sizes", "markdown": "Thirteen.", "why": "", "base": "0", "_revise": "1"}
    proposals.decline(row, by=curator, reason="No.")
    answer = learner.post(url("proposal", row.pk), sent)
    assert answer.status_code == 409 and "Thirteen." in words(answer)
    assert learner.post(url("proposal", row.pk), {"_withdraw": "1"}).status_code == 302
    with pytest.raises(proposals.Answered):  # it was read before the answer
        proposals.revise(row, base=Text("a", "b"), title="a", markdown="c", why="")
    assert Proposal.objects.get().status == "declined"


def test_the_queue_and_the_page_tell_who_points_at_the_section(
    learner, alice, bob, curator, client, sizes, bring
):
    propose(learner, sizes)
    for user in (alice, bob):
        Bookmark.objects.create(user=user, section=sizes, note="mine")
    bring({"reader.md": "# Reader\n\n[sizes](pools.md#sizes)\n"})
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
    assert "Nothing is waiting." in words(client.get(url("queue"), {"kind": "edits"}))
    client.post(url("judge", Proposal.objects.get().pk), {"_accept": "1"})
    assert Proposal.objects.get().status == "accepted"


def test_reports_are_bounded_by_client_and_by_section(client, sizes):
    typed = {"kind": "wrong", "why": "x"}
    client.defaults["REMOTE_ADDR"] = "192.0.2.6"
    statuses = [client.post(url("report", sizes.pk), typed).status_code for _ in range(6)]
    assert statuses == [302] * 5 + [429]
    again = client.post(url("report", sizes.pk), typed | {"why": "A long report."})
    assert again.status_code == 429 and "A long report." in again.content.decode()
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


def test_a_day_has_so_many_proposals_of_one_person(learner, alice, sizes, monkeypatch):
    monkeypatch.setattr(proposals, "MOST_A_DAY", 1)
    propose(learner, sizes)
    learner.post(url("proposal", Proposal.objects.get().pk), {"_withdraw": "1"})
    assert "wait for some answers" in words(propose(learner, sizes))


@pytest.mark.parametrize("answer", ["_accept", "_decline"])
def test_an_answered_proposal_still_shows_what_it_proposed(learner, curator, client, sizes, answer):
    propose(learner, sizes)
    row = Proposal.objects.get()
    client.force_login(curator)
    client.post(url("judge", row.pk), {answer: "1", "text": "Because."})
    page = client.get(url("proposal", row.pk))
    assert "Twelve</ins>" in page.context["rendered"] and "Ten</del>" in page.context["rendered"]
    assert "It cannot be shown as a page" not in words(page)


SINCE = ("Quokka", "vault")


def withdraw(section):
    """The topic becomes a draft, and is rewritten."""
    topic = Topic.objects.get(pk=section.topic_id)
    topic.status = "draft"
    save_topic(topic, ["status"], user=None)
    row = Section.objects.get(pk=section.pk)
    save_section(row, markdown=f"{row.markdown}\n\nA vault.", title="Quokka", user=None)


def test_of_what_was_withdrawn_its_author_reads_nothing_that_is_new(
    learner, alice, sizes, settings
):
    settings.SITE_ADDRESS = "https://kb.example.org"
    propose(learner, sizes, why="The default changed.")
    learner.post(url("report", sizes.pk), {"text": "Wrong.", "what": "wrong"})
    withdraw(sizes)
    proposal = Proposal.objects.get(kind="edit")
    page = url("proposal", proposal.pk)
    latest = Change.objects.latest("pk").pk
    sent = {"title": "Sizes", "markdown": TWELVE, "why": "", "base": latest, "_revise": "1"}
    told = {
        "revised": learner.post(page, sent, follow=True).content.decode(),
        "own": learner.get(url("own")).content.decode(),
        "page": learner.get(page).content.decode(),
        "taken": json.dumps(proposals.own_rows(alice)),
    }
    mails.set_wish(alice, is_wanted=True)
    assert mails.tell_author(proposal.pk)
    told["mail"] = f"{mail.outbox[0].subject} {mail.outbox[0].body}"
    held = {place: [word for word in SINCE if word in text] for place, text in told.items()}
    assert {place: found for place, found in held.items() if found} == {}
    assert [place for place, text in told.items() if "Sizes" not in text] == []
    assert '"/topics/pools/sizes/"' in told["taken"]


def test_curators_read_how_what_was_withdrawn_reads_now(learner, curator, client, sizes):
    propose(learner, sizes)
    withdraw(sizes)
    client.force_login(curator)
    assert "Quokka" in words(client.get(url("proposal", Proposal.objects.get().pk)))
