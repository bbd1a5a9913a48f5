"""Who looks after topics: reviews, moments of publishing, edits that take two, e-mails."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from curating import care, mails, proposals, tasks
from curating.models import AuditEntry, Proposal, TopicCare
from importer.edits import EditRefused, remove_topics, save_section
from importer.models import Change
from learning.models import Bookmark
from tests.admin.pages import url, words
from tests.beginnings import beginning
from tests.jobs.running import run_due
from topics.models import Section, Topic


@beginning
def pools(bring):
    bring({"pools.md": "# Pools\n\nIntro.\n", "pools/sizes.md": "# Sizes\n\nTen.\n"})
    return Topic.objects.get(title="Pools")


def minutes(count):
    return timezone.now() + timedelta(minutes=count)


def looked_after(topic, **values):
    return TopicCare.objects.create(topic=topic, **values)


def status_of(topic):
    topic.refresh_from_db()
    return topic.status


# Reviews


def test_an_overdue_review_is_said_to_curators_on_the_page_and_where_they_arrive(
    admin, client, curator, pools, alice
):
    care_form = {"_care": "1", "owner": curator.pk, "review_by": "2026-01-31"}
    admin.post(url("arrange", pools.pk), care_form)
    row = TopicCare.objects.get()
    assert (row.owner, row.review_by, row.four_eyes) == (curator, date(2026, 1, 31), False)
    assert AuditEntry.objects.get(action="care").target == pools.pk
    page = words(admin.get("/topics/pools/"))
    assert "To be read again by 31 January 2026: overdue" in page and "curator" in page
    assert "Overdue reviews" in words(admin.get("/curating/"))
    assert "Pools" in words(admin.get(url("overdue")))
    client.force_login(alice)
    assert "overdue" not in words(client.get("/topics/pools/"))
    client.logout()
    assert "overdue" not in words(client.get("/topics/pools/"))


@pytest.mark.parametrize("days", [0, 1, None])
def test_a_review_that_is_not_over_is_not_overdue(admin, pools, days):
    day = None if days is None else timezone.now().date() + timedelta(days=days)
    looked_after(pools, review_by=day)
    assert "overdue" not in words(admin.get("/topics/pools/"))
    assert "Overdue reviews" not in words(admin.get("/curating/"))


# Moments


def test_a_topic_is_published_and_withdrawn_at_its_moments(pools, curator, client):
    Topic.objects.filter(pk=pools.pk).update(status="draft")
    looked_after(pools, owner=curator, publish_at=minutes(-1), withdraw_at=minutes(5))
    assert client.get("/topics/pools/").status_code == 404
    assert care.change_states() == 1
    assert status_of(pools) == "published" and client.get("/topics/pools/").status_code == 200
    change = Change.objects.first()
    assert (change.by, change.why) == (curator, "As scheduled")
    assert care.change_states() == 0
    assert care.change_states(minutes(6)) == 1 and status_of(pools) == "draft"
    row = TopicCare.objects.get()
    assert (row.publish_at, row.withdraw_at) == (None, None)


def test_what_was_published_by_hand_before_stays(pools):
    looked_after(pools, publish_at=minutes(-1))
    assert care.change_states() == 0 and status_of(pools) == "published"


def test_a_topic_whose_both_moments_passed_while_nothing_ran_ends_withdrawn(pools):
    Topic.objects.filter(pk=pools.pk).update(status="draft")
    looked_after(pools, publish_at=minutes(-9), withdraw_at=minutes(-5))
    care.change_states()
    assert status_of(pools) == "draft"


def test_a_moment_during_an_import_waits(pools, monkeypatch):
    looked_after(pools, withdraw_at=minutes(-1))

    def refuse(*args, **kwargs):
        raise EditRefused("An import is under way.")

    monkeypatch.setattr(care, "save_topic", refuse)
    tasks.publish_and_withdraw.enqueue()
    assert [job.state for job in run_due()[:1]] == ["READY"]
    assert TopicCare.objects.get().withdraw_at is not None and status_of(pools) == "published"


def test_a_removed_topic_is_left_alone(pools):
    looked_after(pools, withdraw_at=minutes(-1))
    Topic.objects.update(removed_at=timezone.now())
    assert care.change_states() == 0


def test_it_cannot_be_withdrawn_before_it_is_published(admin, pools):
    values = {"_care": "1", "publish_at": "2026-05-02T10:00", "withdraw_at": "2026-05-02T09:00"}
    assert "It would end before it begins." in words(admin.post(url("arrange", pools.pk), values))
    assert not TopicCare.objects.exists()


def test_only_curators_own_topics(admin, pools, alice):
    admin.post(url("arrange", pools.pk), {"_care": "1", "owner": alice.pk})
    assert not TopicCare.objects.exists()


# Four eyes


def test_edits_of_such_a_topic_and_those_below_take_somebody_elses_yes(admin, curator, pools):
    looked_after(pools, four_eyes=True)
    section = Section.objects.get(topic__title="Sizes")
    values = {"title": "Sizes", "markdown": "Twelve.", "base": ""}
    edit = url("edit", section.pk)
    assert "somebody else" in words(admin.post(edit, {**values, "_publish": "1"}))
    form = {"markdown": "# Sizes\n\nTwelve.\n", "base": "# Sizes\n\nTen.\n", "_publish": "1"}
    assert "somebody else" in words(admin.post(url("edit_topic", section.topic_id), form))
    stock = reverse("admin:topics_section_change", args=[section.pk])
    assert "somebody else" in words(admin.post(stock, values))
    removal = admin.post(url("arrange", section.topic_id), {"_remove": "1"}, follow=True)
    assert "somebody else" in words(removal)
    section.refresh_from_db()
    assert section.markdown == "Ten."
    admin.post(edit, {**values, "_send": "1"})
    proposal = Proposal.objects.get()
    answer = admin.post(url("judge", proposal.pk), {"_accept": "1"}, follow=True)
    assert "somebody else" in words(answer)
    second = User.objects.create_user("second", is_staff=True)
    second.groups.add(Group.objects.get(name="curator"))
    admin.force_login(second)
    admin.post(url("judge", proposal.pk), {"_accept": "1"})
    section.refresh_from_db()
    assert section.markdown == "Twelve."


@pytest.mark.parametrize(
    "typed",
    [
        {},  # four_eyes unticked
        {"four_eyes": "on", "withdraw_at": "2020-01-01T00:00"},
        {"withdraw_at": "2040-01-01T00:00"},
    ],
)
def test_nobody_gets_round_four_eyes_by_the_care_of_the_topic(admin, curator, pools, typed):
    looked_after(pools, four_eyes=True)
    answer = admin.post(url("arrange", pools.pk), {"_care": "1", **typed}, follow=True)
    assert "only those who manage rights" in words(answer)
    row = TopicCare.objects.get()
    assert (row.four_eyes, row.publish_at, row.withdraw_at) == (True, None, None)
    care.change_states()
    assert status_of(pools) == "published"
    owned = {"_care": "1", "four_eyes": "on", "owner": curator.pk}
    admin.post(url("arrange", pools.pk), owned)
    assert TopicCare.objects.get().owner == curator
    admin.force_login(User.objects.create_superuser("root"))
    admin.post(url("arrange", pools.pk), {"_care": "1"})
    assert TopicCare.objects.get().four_eyes is False


def test_nobody_adds_a_topic_alone_below_one_that_takes_two(admin, pools):
    looked_after(pools, four_eyes=True)
    typed = {"title": "Leases", "under": "pools", "markdown": "They end.", "why": ""}
    assert "somebody else" in words(admin.post(url("add_topic"), typed))
    assert not Topic.objects.filter(path="pools/leases").exists()


def test_other_topics_take_no_second_person(admin, bring, pools):
    bring({"poolside.md": "# Poolside\n\nText.\n"})
    looked_after(pools, four_eyes=True)
    paths = ["pools", "pools/sizes", "poolside"]
    assert care.taking_two(paths) == {"pools", "pools/sizes"}


# E-mails


def test_authors_are_told_by_e_mail_if_they_want_that(client, curator, alice, pools):
    section = Section.objects.select_related("topic").get(topic=pools)
    for is_wanted in (False, True):
        mails.set_wish(alice, is_wanted=is_wanted)
        row = Proposal.objects.create(section=section, author=alice, markdown="x")
        proposals.decline(row, by=curator, reason="Said in confidence.")
        run_due()
    [sent] = mail.outbox
    assert sent.to == ["alice@example.org"] and "Pools" in sent.subject
    assert url("proposal", row.pk) in sent.body and "confidence" not in sent.body


def test_nobody_is_told_of_what_she_did_herself(curator, pools):
    mails.set_wish(curator, is_wanted=True)
    section = Section.objects.get(topic=pools)
    row = Proposal.objects.create(section=section, author=curator, markdown="x")
    proposals.decline(row, by=curator, reason="Mine.")
    assert run_due() == [] and mail.outbox == []


def test_the_wish_is_set_on_the_page_of_proposals(learner, alice):
    assert "Tell me by e-mail" in words(learner.get(url("own")))
    learner.post(url("own"), {"mail": "1"})
    assert mails.wants_mail(alice)
    learner.post(url("own"))
    assert not mails.wants_mail(alice)


# Who takes two is told so where the button would be


@pytest.fixture
def second(db):
    user = User.objects.create_user("second", is_staff=True)
    user.groups.add(Group.objects.get(name="curator"))
    return user


def test_no_button_is_shown_that_would_be_refused_and_it_is_said_who_can(
    admin, curator, second, pools
):
    section = Section.objects.get(topic__title="Sizes")
    change = save_section(section, markdown="Nine.", title="Sizes", user=second)
    gone = Section.objects.get(topic=pools, anchor="")
    gone_change = remove_topics([Topic.objects.get(title="Sizes")])
    pages = {
        url("edit", gone.pk): 'name="_publish"',
        url("edit_topic", pools.pk): 'name="_publish"',
        url("describe", pools.pk): ">Save<",
        url("move", gone.pk): "Move it",
        url("arrange", pools.pk): "Remove it",
        url("undo", change.pk): ">Undo<",
        url("undo", gone_change.pk): ">Undo<",
        url("removed"): ">Restore<",
    }
    for page, button in pages.items():
        assert button in admin.get(page).content.decode(), page
    looked_after(pools, four_eyes=True)
    for page, button in pages.items():
        shown = admin.get(page)
        assert button not in shown.content.decode(), page
        if page != url("removed"):
            assert "These can say yes: second." in words(shown), page
    assert "takes two people" in words(admin.get(url("removed")))
    assert 'name="_care"' in admin.get(url("arrange", pools.pk)).content.decode()
    assert 'name="_send"' in admin.get(url("edit", gone.pk)).content.decode()


def test_ones_own_proposal_is_not_offered_to_be_accepted(admin, curator, second, pools):
    looked_after(pools, four_eyes=True)
    section = Section.objects.get(topic=pools)
    own = Proposal.objects.create(section=section, author=curator, title="Pools", markdown="x")
    page = admin.get(url("proposal", own.pk))
    assert 'name="_accept"' not in page.content.decode()
    assert "somebody else accepts it" in words(page) and "second" in words(page)
    admin.force_login(second)
    assert 'name="_accept"' in admin.get(url("proposal", own.pk)).content.decode()


def test_who_may_lift_it_is_led_there(admin, curator, pools):
    looked_after(pools, four_eyes=True)
    User.objects.create_superuser("root")
    assert "These can lift that: root." in words(admin.get(url("edit_topic", pools.pk)))
    admin.force_login(User.objects.get(username="root"))
    page = admin.get(url("edit_topic", pools.pk))
    assert f"{url('arrange', pools.pk)}#kb:care" in page.content.decode()


def test_the_admins_form_of_a_topic_is_no_way_round(admin, pools):
    looked_after(pools, four_eyes=True)
    values = {"summary": "Mine.", "kind": "article", "level": "", "tags": "", "status": "draft"}
    stock = reverse("admin:topics_topic_change", args=[pools.pk])
    assert "somebody else" in words(admin.post(stock, values))
    assert status_of(pools) == "published"


def test_the_page_says_how_many_marks_go_with_a_topic_and_all_below_it(admin, bring, alice):
    bring({"a/index.md": "# A\n\nx\n", "a/b.md": "# B\n\n## C\n\ny\n", "ab.md": "# Ab\n\nz\n"})
    for section in Section.objects.all():
        Bookmark.objects.create(user=alice, section=section)
    top = Topic.objects.get(path="a")
    assert "3 marks of learners stay with it." in words(admin.get(url("arrange", top.pk)))
