"""Whole topics and new ones are kept as one types them, for each person apart."""

import pytest
from django.contrib.auth.models import Group

from curating import topic_drafts
from curating.models import TopicDraft
from importer.edits import save_section
from importer.purge import Wanted, purge
from importer.written_topics import document_of
from tests.admin.pages import url, words
from tests.beginnings import beginning
from topics.models import Grant, Section, Topic

NEW = {"title": "Leases", "under": "pools", "markdown": "They end.", "why": "", "answers": "lease"}


@beginning
def pools(bring):
    bring({"pools.md": "# Pools\n\nIntro.\n\n## Sizes\n\nTen.\n\n## Costs\n\nLittle.\n"})
    return Topic.objects.get(path="pools")


def opened(client, address):
    form = client.get(address).context["form"]
    return {name: form[name].value() for name in form.fields}


def whole(topic, old="Ten.", new="Twelve."):
    text = document_of(topic)
    return {"markdown": text.replace(old, new), "base": text, "why": "Counted."}


def test_a_whole_topic_comes_back_as_it_was_typed(admin, pools):
    typed = whole(pools)
    assert admin.post(url("typed", pools.pk), typed).status_code == 204
    page = admin.get(url("edit_topic", pools.pk))
    assert "This is your draft." in words(page)
    assert opened(admin, url("edit_topic", pools.pk)) == typed
    assert "Ten." in document_of(pools)


def test_it_is_joined_with_what_others_saved_meanwhile_and_is_gone_once_published(admin, pools):
    admin.post(url("typed", pools.pk), whole(pools))
    costs = Section.objects.get(anchor="costs")
    save_section(costs, markdown="Much.", title="Costs", user=None)
    answer = admin.post(
        url("edit_topic", pools.pk), opened(admin, url("edit_topic", pools.pk)) | {"_publish": "1"}
    )
    assert answer.status_code == 302 and not TopicDraft.objects.exists()
    assert "Twelve." in document_of(pools) and "Much." in document_of(pools)


def test_a_button_that_saves_nothing_keeps_the_text_too(admin, pools):
    admin.post(url("edit_topic", pools.pk), whole(pools))
    assert "Twelve." in TopicDraft.objects.get().markdown
    admin.post(url("add_topic"), NEW | {"kind": "glossary", "status": "x"})
    admin.post(url("add_topic"), NEW | {"under": "nowhere"})
    assert TopicDraft.objects.count() == 1  # the form was refused: it is in the page


def test_a_new_topic_comes_back_and_is_gone_once_it_is_there(admin, pools):
    assert admin.post(url("new_typed"), NEW).status_code == 204
    assert "This is your draft." in words(admin.get(url("add_topic")))
    assert opened(admin, url("add_topic")) == NEW
    page = admin.get(url("add_topic"), {"title": "Clocks"})
    assert "You are writing another topic, “Leases”" in words(page)
    assert page.context["form"]["title"].value() == "Clocks"
    admin.post(url("add_topic"), opened(admin, url("add_topic")))
    assert Topic.objects.filter(path="pools/leases").exists()
    assert not TopicDraft.objects.exists()


@pytest.mark.parametrize("is_new", [True, False])
def test_a_draft_is_discarded_once_it_is_sure(admin, pools, is_new):
    keep, edit = ("new_typed", "add_topic") if is_new else ("typed", "edit_topic")
    keys, typed = ([], NEW) if is_new else ([pools.pk], whole(pools))
    admin.post(url(keep, *keys), typed)
    asked = admin.post(url(edit, *keys), typed | {"_discard": "1"})
    assert "It is gone for good then" in words(asked) and TopicDraft.objects.exists()
    back = admin.post(url(edit, *keys), asked.context["typed"] | {"_preview": "1"})
    assert back.context["form"]["markdown"].value() == typed["markdown"]
    assert Topic.objects.count() == 1
    admin.post(url(edit, *keys), typed | {"_discard": "1", "_sure": "1"})
    assert not TopicDraft.objects.exists()


def test_each_has_a_draft_of_her_own(admin, client, pools, bob):
    admin.post(url("typed", pools.pk), whole(pools))
    admin.post(url("new_typed"), NEW)
    group = Group.objects.create(name="writers")
    bob.groups.add(group)
    Grant.objects.create(topic=pools, group=group, right="publish")
    client.force_login(bob)
    assert "Ten." in opened(client, url("edit_topic", pools.pk))["markdown"]
    assert opened(client, url("add_topic"))["markdown"] in ("", None)
    assert client.post(url("typed", pools.pk), whole(pools)).status_code == 204


def test_what_one_may_not_write_is_not_kept(learner, client, pools):
    for address in (url("typed", pools.pk), url("new_typed")):
        assert learner.post(address, NEW).status_code == 403
    assert learner.post(url("typed", 10**9), NEW).status_code in (403, 404)
    client.logout()
    assert client.post(url("new_typed"), {}).status_code == 401
    assert not TopicDraft.objects.exists()


@pytest.mark.parametrize("text", ["\0", "a\0b", "x" * 600_000, "\r\n", ""])
@pytest.mark.parametrize("name", ["title", "under", "markdown", "base", "why", "answers"])
def test_odd_values_are_kept_as_far_as_they_fit(curator, pools, name, text):
    topic_drafts.keep(curator, None, {name: text})
    kept = topic_drafts.kept(curator, None)[name]
    assert text.replace("\0", "").replace("\r\n", "\n").startswith(kept)


def test_old_drafts_make_room(curator, pools, monkeypatch):
    monkeypatch.setattr(topic_drafts, "MOST", 1)
    topic_drafts.keep(curator, pools, {"markdown": "one"})
    topic_drafts.keep(curator, None, {"markdown": "two"})
    assert [draft.markdown for draft in TopicDraft.objects.all()] == ["two"]


def test_a_purged_text_is_in_no_draft(curator, pools):
    topic_drafts.keep(curator, pools, {"markdown": "A hunter22 b", "base": "hunter22"})
    assert not purge(Wanted(text="hunter22"), dry_run=False).left
    draft = TopicDraft.objects.get()
    assert "hunter22" not in draft.markdown + draft.base
    sizes = Section.objects.get(anchor="sizes")
    purge(Wanted(sections=frozenset([sizes.pk])), dry_run=False)
    assert not TopicDraft.objects.exists()
