"""Editing a section from its page: what is typed is joined with what changed, and never lost."""

import json

import pytest
from django.contrib.auth.models import Permission, User

from curating import proposals
from curating.models import Draft, Proposal
from importer.edits import join, save_section
from importer.models import Change
from tests.admin.editing import BODY, TWELVE, opened, propose, text_of
from tests.admin.pages import url, words
from topics.models import Section


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


def test_old_drafts_make_room(learner, alice, sizes, monkeypatch):
    monkeypatch.setattr(proposals, "MOST_DRAFTS", 1)
    other = Section.objects.get(anchor="time-outs")
    learner.post(url("draft", other.pk), {"markdown": "one"})
    learner.post(url("draft", sizes.pk), {"markdown": "two"})
    assert [draft.markdown for draft in Draft.objects.all()] == ["two"]


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


@pytest.mark.parametrize("base", ["9" * 18, "9" * 19, "9" * 40, "-1", "x", "²", "1e3"])
@pytest.mark.parametrize("button", ["_publish", "_send", "_preview"])
def test_a_form_of_a_change_that_never_was_loses_nothing(admin, sizes, base, button):
    typed = {"title": "Sizes", "markdown": TWELVE, "why": "", "base": base, button: "1"}
    answer = admin.post(url("edit", sizes.pk), typed)
    assert answer.status_code in (200, 302)
    assert text_of(sizes) in (BODY, TWELVE)
    assert answer.status_code == 302 or TWELVE in answer.context["form"]["markdown"].value()
