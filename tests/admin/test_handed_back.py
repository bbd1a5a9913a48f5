"""Nothing that was typed is lost where a form is refused as a whole."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from curating.models import Draft, Proposal, TopicCare
from importer.edits import EditRefused, remove_topics
from importer.privacy import set_private
from tests.admin.pages import words
from tests.beginnings import beginning
from topics.models import Grant, Section, Topic

TYPED = "Ten connections\nserve <b>hundreds</b> & more."


@beginning
def pools(bring):
    bring({"pools.md": "# Pools\n\nIntro.\n", "pools/sizes.md": "# Sizes\n\nTen.\n"})
    return Topic.objects.get(title="Pools")


@pytest.fixture
def sizes(pools):
    return Section.objects.select_related("topic").get(topic__title="Sizes")


def url(name, *args):
    return reverse(f"curating:{name}", args=args)


def member_of(topic, right, user):
    group = Group.objects.create(name="team")
    user.groups.add(group)
    return Grant.objects.create(group=group, topic=topic, right=right)


def edited(section):
    return {"title": section.title, "markdown": TYPED, "base": "0", "why": "Because.", "_send": "1"}


def holds(answer, *texts):
    from html import escape

    page = answer.content.decode()
    return all(escape(text) in page for text in texts)


@pytest.mark.parametrize("took", ["right", "topic", "privacy"])
def test_what_was_typed_is_handed_back_where_the_right_was_taken_meanwhile(
    learner, alice, pools, sizes, took
):
    grant = member_of(pools, "propose", alice)
    set_private(pools, is_private=True, user=None)
    assert learner.get(url("edit", sizes.pk)).status_code == 200
    if took == "right":
        grant.delete()
    elif took == "topic":
        remove_topics([pools])
    else:
        alice.groups.clear()
    answer = learner.post(url("edit", sizes.pk), edited(sizes))
    assert answer.status_code == 404
    assert holds(answer, TYPED, "Because.") and "was taken" in words(answer)
    assert "no-store" in answer["Cache-Control"]
    assert not Proposal.objects.exists()


def test_what_is_not_there_and_what_is_not_to_be_seen_are_answered_alike(
    learner, alice, pools, sizes
):
    set_private(pools, is_private=True, user=None)
    hidden = learner.post(url("edit", sizes.pk), edited(sizes))
    nowhere = learner.post(url("edit", 99_999), edited(sizes))

    def told(answer):
        return words(answer).replace(str(sizes.pk), "").replace("99999", "")

    assert hidden.status_code == nowhere.status_code == 404 and told(hidden) == told(nowhere)


def test_the_draft_is_kept_and_is_there_when_the_right_is_back(learner, alice, pools, sizes):
    grant = member_of(pools, "propose", alice)
    set_private(pools, is_private=True, user=None)
    learner.post(url("draft", sizes.pk), {"title": "Sizes", "markdown": "First.", "base": "0"})
    Grant.objects.all().delete()
    assert learner.post(url("draft", sizes.pk), {"markdown": "Second."}).status_code == 404
    assert Draft.objects.get().markdown == "Second."
    page = learner.get(url("edit", sizes.pk))
    assert page.status_code == 404 and "Your draft is kept" in words(page)
    assert "Second." not in page.content.decode() and "Sizes" not in words(page)
    said = learner.post(url("edit", sizes.pk), edited(sizes))
    assert "Your draft is kept" in words(said) and Draft.objects.get().markdown == TYPED
    Grant.objects.create(group=grant.group, topic=pools, right="propose")
    assert holds(learner.get(url("edit", sizes.pk)), TYPED)


def test_nobody_makes_a_draft_of_what_she_may_not_edit(learner, alice, pools, sizes):
    set_private(pools, is_private=True, user=None)
    learner.post(url("edit", sizes.pk), edited(sizes))
    learner.post(url("draft", sizes.pk), {"markdown": "x"})
    assert not Draft.objects.exists()


def forms(pools, sizes):
    return {
        url("edit", sizes.pk): edited(sizes),
        url("edit_topic", pools.pk): {"markdown": TYPED, "base": "", "_publish": "1"},
        url("add_topic"): {"title": TYPED[:15], "markdown": TYPED},
        url("describe", pools.pk): {"summary": TYPED},
        url("move", sizes.pk): {"to": "pools", "why": TYPED},
        url("arrange", pools.pk): {"_care": "1", "review_by": TYPED},
        url("rights", pools.pk): {"_give": "1", "right": TYPED},
        url("weights"): {"title": TYPED},
        url("synonyms"): {"words": TYPED},
        url("undo", 1): {"why": TYPED},
    }


def test_after_a_log_out_each_form_comes_back_to_be_sent_again(client, curator, pools, sizes):
    for address, form in forms(pools, sizes).items():
        answer = client.post(address, form)
        assert answer.status_code == 403 and holds(answer, TYPED), address
        assert "Send it again" in words(answer) and "Log in in another tab" in words(answer)
    client.force_login(curator)
    page = client.post(url("add_topic"), forms(pools, sizes)[url("add_topic")])
    assert page.status_code == 302


def test_who_is_no_curator_any_more_gets_back_what_she_typed(admin, curator, pools, sizes):
    curator.groups.clear()
    for address, form in forms(pools, sizes).items():
        answer = admin.post(address, form)
        if address == url("edit", sizes.pk):
            assert answer.status_code == 302  # as everybody with an account she proposes it
        else:
            assert answer.status_code in (403, 404) and holds(answer, TYPED), address


def test_empty_forms_and_plain_addresses_are_refused_as_ever(client, alice, pools, sizes):
    assert client.post(url("restore"), {"topic": pools.pk}).status_code == 302
    client.force_login(alice)
    assert "Nothing was saved" not in words(client.post(url("restore"), {"topic": pools.pk}))
    assert client.get(url("edit", 99_999)).status_code == 404


def test_a_form_of_before_one_logged_in_again_is_handed_back(curator, pools, sizes):
    client = Client(enforce_csrf_checks=True)
    client.force_login(curator)
    ours = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
    stale = {**edited(sizes), "csrfmiddlewaretoken": "x" * 64}
    answer = client.post(url("edit", sizes.pk), stale, headers=ours)
    assert answer.status_code == 403 and holds(answer, TYPED) and "Send it again" in words(answer)
    again = {name: value for name, value in stale.items() if name != "csrfmiddlewaretoken"}
    again["csrfmiddlewaretoken"] = client.cookies["csrftoken"].value
    assert client.post(url("edit", sizes.pk), again, headers=ours).status_code == 302


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://testserver", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_what_another_site_sends_is_not_offered_to_be_sent_again(curator, sizes, headers):
    client = Client(enforce_csrf_checks=True)
    client.force_login(curator)
    answer = client.post(url("edit", sizes.pk), edited(sizes), headers=headers)
    assert answer.status_code == 403
    assert "Send it again" not in words(answer) and "hundreds" not in answer.content.decode()


def test_an_answer_that_comes_too_late_is_handed_back(admin, curator, alice, sizes):
    row = Proposal.objects.create(section=sizes, author=alice, markdown="x", status="declined")
    answer = admin.post(url("judge", row.pk), {"text": TYPED, "_decline": "1"})
    assert answer.status_code == 409 and holds(answer, TYPED)
    assert "has answered this proposal already" in words(answer)


def test_what_was_typed_stays_in_forms_whose_place_is_refused(admin, pools, sizes):
    TopicCare.objects.create(topic=pools, four_eyes=True)
    moved = admin.post(url("move", sizes.pk), {"to": "pools", "why": TYPED})
    assert "somebody else" in words(moved)
    placed = admin.post(url("arrange", sizes.topic_id), {"_move": "1", "slug": "x", "why": TYPED})
    assert "somebody else" in words(placed)
    care = {"_care": "1", "review_by": "2031-02-03", "withdraw_at": "2040-01-01T00:00"}
    cared = admin.post(url("arrange", sizes.topic_id), care)
    assert "only those who manage rights" in words(cared) and "2031-02-03" in cared.content.decode()


def test_too_many_comments_lose_nothing(admin, alice, sizes, settings):
    row = Proposal.objects.create(section=sizes, author=alice, markdown="x")
    answers = [admin.post(url("proposal", row.pk), {"text": TYPED}) for _ in range(11)]
    assert answers[-1].status_code == 429 and holds(answers[-1], TYPED)
    assert answers[-1]["Retry-After"]
    assert User.objects.filter(pk=alice.pk).exists()


# Django admin's own forms


def stock(pools, sizes):
    """The addresses of admin's forms, with what is typed there."""
    topic = {"summary": TYPED, "kind": "guide", "level": "", "tags": "a, b", "status": "published"}
    new = {"username": "Zoë", "password1": "s3cret words", "password2": "s3cret words"}
    return {
        reverse("admin:topics_section_change", args=[sizes.pk]): {
            "title": "Sizes",
            "markdown": TYPED,
        },
        reverse("admin:topics_topic_change", args=[pools.pk]): topic,
        reverse("admin:auth_group_add"): {"name": TYPED[:15], "permissions": ["1", "2"]},
        reverse("admin:auth_user_add"): new,
    }


def test_admins_forms_too_come_back_after_a_log_out(admin, client, pools, sizes):
    client.logout()
    for address, form in stock(pools, sizes).items():
        answer = client.post(address, form)
        shown = [value for name, value in form.items() if name in ("markdown", "summary", "name")]
        assert answer.status_code == 403 and holds(answer, *shown), address
        assert "Send it again" in words(answer)
        assert "s3cret" not in answer.content.decode()


def test_what_comes_back_from_admin_is_whole_and_is_taken_when_it_is_sent_again(
    admin, client, curator, pools, sizes
):
    address, form = list(stock(pools, sizes).items())[1]
    client.logout()
    page = client.post(address, form)
    again = {name: value for name, _label, value in page.context["typed"]}
    again |= dict(page.context["hidden"])
    assert again == {name: value for name, value in form.items() if value or name == "level"}
    client.force_login(curator)
    assert client.post(address, again).status_code == 302
    pools.refresh_from_db()
    assert (pools.summary, pools.kind, pools.tags) == (TYPED, "guide", ["a", "b"])


def test_a_curator_whose_rights_were_taken_gets_back_what_she_typed_in_admin(
    admin, curator, pools, sizes
):
    curator.groups.clear()
    for address, form in list(stock(pools, sizes).items())[:2]:
        answer = admin.post(address, form)
        assert answer.status_code == 403 and holds(answer, TYPED), address
    curator.is_staff = False
    curator.save()
    for address, form in list(stock(pools, sizes).items())[:2]:
        answer = admin.post(address, form)
        assert answer.status_code == 403 and holds(answer, TYPED), address


def test_what_was_typed_of_a_text_that_became_private_or_is_none_comes_back_alike(
    admin, pools, sizes
):
    set_private(pools, is_private=True, user=None)
    for address, form in list(stock(pools, sizes).items())[:2]:
        hidden = admin.post(address, form)
        elsewhere = admin.post(address.replace(str(sizes.pk), "99999"), form)
        assert hidden.status_code == elsewhere.status_code == 404 and holds(hidden, TYPED)
        assert "Pools" not in words(hidden)


def test_an_import_that_begins_meanwhile_loses_nothing_of_a_description(
    admin, pools, sizes, monkeypatch
):
    def refuse(*args, **kwargs):
        raise EditRefused("An import is under way.")

    monkeypatch.setattr("curating.admin.content.save_topic", refuse)
    address, form = list(stock(pools, sizes).items())[1]
    answer = admin.post(address, form)
    assert answer.status_code == 409 and holds(answer, TYPED, "An import is under way.")


def test_a_stale_form_of_admin_is_handed_back_and_another_sites_is_not(curator, pools, sizes):
    client = Client(enforce_csrf_checks=True)
    client.force_login(curator)
    ours = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
    address, form = next(iter(stock(pools, sizes).items()))
    stale = {**form, "csrfmiddlewaretoken": "x" * 64}
    answer = client.post(address, stale, headers=ours)
    assert answer.status_code == 403 and holds(answer, TYPED) and "Send it again" in words(answer)
    foreign = client.post(address, stale, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403 and "hundreds" not in foreign.content.decode()


def test_lists_actions_and_pages_of_admin_are_refused_as_ever(admin, client, pools, sizes):
    client.logout()
    chosen = {"action": "delete_selected", "_selected_action": [str(pools.pk)]}
    for address, form in (
        (reverse("admin:topics_topic_changelist"), chosen),
        (reverse("admin:topics_topic_delete", args=[pools.pk]), {"post": "yes"}),
        (reverse("admin:password_change"), {"old_password": "a", "new_password1": "b"}),
    ):
        assert client.post(address, form).status_code == 302, address
    assert client.get(reverse("admin:topics_topic_change", args=[pools.pk])).status_code == 302
