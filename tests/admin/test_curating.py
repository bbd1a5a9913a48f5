"""A curator at work in the admin."""

import re

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse

from curating import previews
from curating.models import Proposal
from importer.edits import EditRefused
from learning.models import Bookmark
from search.engine import search
from search.models import SearchLog
from tests.beginnings import beginning
from topics.models import Link, Section, Topic

TEXT = "# Pools\n\nIntro.\n\n## Sizes\n\nTen connections.\n\n## Time-outs\n\nWaiting ends.\n"


@beginning
def sizes(bring):
    bring({"pools.md": TEXT})
    return Section.objects.get(anchor="sizes")


def change(section):
    return reverse("admin:topics_section_change", args=[section.pk])


def test_the_group_has_just_what_curating_needs(db):
    names = Group.objects.get(name="curator").permissions.values_list("codename", flat=True)
    assert set(names) == {
        "view_topic", "change_topic", "delete_topic",
        "view_section", "change_section", "delete_section",
        "view_importrun", "add_importrun", "view_link",
        "view_synonym", "add_synonym", "change_synonym", "delete_synonym", "view_searchlog",
    }  # fmt: skip


@pytest.mark.parametrize(
    "model",
    [
        "topics_topic", "topics_section", "topics_link", "importer_importrun", "search_synonym",
        "search_searchlog",
    ],
)  # fmt: skip
def test_a_curator_sees_the_lists(admin, sizes, model):
    assert admin.get(reverse(f"admin:{model}_changelist")).status_code == 200


def test_admin_loads_the_script_that_listens_to_unload_only_where_windows_open(admin, sizes):
    script = b"RelatedObjectLookups"
    user = User.objects.create_superuser("boss")
    for place, is_loaded in (
        (reverse("admin:topics_topic_changelist"), False),
        (reverse("admin:topics_section_changelist"), False),
        (reverse("admin:topics_topic_change", args=[sizes.topic_id]), False),
        (reverse("admin:topics_section_change", args=[sizes.pk]), False),
        (reverse("admin:auth_group_changelist"), False),
        (reverse("admin:auth_group_changelist") + "?_popup=1", True),
        (reverse("admin:auth_user_change", args=[user.pk]), True),
    ):
        if "/auth/" in place:
            admin.force_login(user)
        shown = admin.get(place).content
        assert (script in shown) == is_loaded, place
        assert "/change/" in place or b"admin/js/actions" in shown


def test_a_curator_sees_no_accounts_and_no_bookmarks(admin):
    page = admin.get(reverse("admin:index")).content.decode()
    assert "/admin/auth/" not in page
    assert "/admin/learning/" not in page


def test_staff_without_the_group_changes_nothing(client, sizes):
    client.force_login(User.objects.create_user("other", is_staff=True))
    answer = client.post(change(sizes), {"title": "X", "markdown": "Y"})
    assert answer.status_code == 403
    sizes.refresh_from_db()
    assert sizes.title == "Sizes"


def test_saving_renders_indexes_and_records(admin, curator, sizes):
    answer = admin.post(change(sizes), {"title": "Sizes", "markdown": "A **zebra**."})
    assert answer.status_code == 302
    sizes.refresh_from_db()
    assert sizes.html == "<p>A <strong>zebra</strong>.</p>"
    assert sizes.edited_by == curator
    assert search("zebra").total == 1
    assert search("connections").total == 0


def test_a_preview_shows_the_result_and_saves_nothing(admin, sizes):
    answer = admin.post(
        change(sizes), {"title": "Sizes", "markdown": "A *zebra*.", "_preview": "1"}
    )
    page = answer.content.decode()
    assert "<p>A <em>zebra</em>.</p>" in page
    assert "A *zebra*.</textarea>" in page
    sizes.refresh_from_db()
    assert "Ten" in sizes.markdown


def test_a_preview_is_sanitised(admin, sizes):
    bad = "<img src=x onerror=alert(1)><script>alert(1)</script>"
    answer = admin.post(change(sizes), {"title": "Sizes", "markdown": bad, "_preview": "1"})
    shown = answer.content.decode().partition('<div class="kb-shown">')[2].partition("</div>")[0]
    assert "onerror" not in shown and "<script" not in shown


def test_a_refused_text_comes_back_in_the_form(admin, sizes):
    answer = admin.post(change(sizes), {"title": "Sizes", "markdown": "## A heading\n\nTyped."})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "would be a section of its own" in page
    assert "Typed." in page


def test_deleting_a_section_keeps_its_marks(admin, curator, sizes):
    Bookmark.objects.create(user=curator, section=sizes, note="mine")
    url = reverse("admin:topics_section_delete", args=[sizes.pk])
    assert admin.get(url).status_code == 200
    assert admin.post(url, {"post": "yes"}).status_code == 302
    sizes.refresh_from_db()
    assert sizes.removed_at is not None
    assert Bookmark.objects.get().note == "mine"
    assert search("connections").total == 0


def test_deleting_a_topic_keeps_rows_and_marks(admin, curator, sizes):
    Bookmark.objects.create(user=curator, section=sizes, note="mine")
    url = reverse("admin:topics_topic_delete", args=[sizes.topic_id])
    assert admin.post(url, {"post": "yes"}).status_code == 302
    assert Topic.objects.live().count() == 0
    assert Bookmark.objects.get().note == "mine"


def test_the_list_is_searched_with_the_sites_own_search(admin, sizes):
    page = admin.get(reverse("admin:topics_section_changelist"), {"q": "connection"})
    assert [s.anchor for s in page.context["cl"].result_list] == ["sizes"]


def test_a_draft_leaves_pages_and_search_at_once(admin, client, sizes):
    topic = sizes.topic
    data = {"summary": "", "kind": topic.kind, "level": "", "tags": "", "status": "draft"}
    url = reverse("admin:topics_topic_change", args=[topic.pk])
    assert admin.post(url, data).status_code == 302
    assert search("connections").total == 0
    client.logout()
    assert client.get("/topics/pools/").status_code == 404


def test_what_an_admin_chose_for_a_topic_survives_the_next_import(admin, sizes, bring):
    data = {"summary": "Mine", "kind": "interview", "level": "", "tags": "", "status": "published"}
    admin.post(reverse("admin:topics_topic_change", args=[sizes.topic_id]), data)
    bring({"pools.md": "---\nlevel: expert\nsummary: Its\n---\n" + TEXT})
    topic = Topic.objects.get()
    assert (topic.kind, topic.summary, topic.level) == ("interview", "Mine", "expert")


def test_the_notes_of_others_are_nowhere_in_the_admin(admin, sizes):
    other = User.objects.create_user("learner")
    Bookmark.objects.create(user=other, section=sizes, note="secret thought")
    for url in [change(sizes), reverse("admin:topics_section_changelist"), "/bookmarks/"]:
        assert "secret thought" not in admin.get(url).content.decode()


def test_a_conflict_is_shown_side_by_side_and_settled(admin, sizes, bring):
    admin.post(change(sizes), {"title": "Sizes", "markdown": "Mine & <b>."})
    bring({"pools.md": TEXT.replace("Ten", "Twenty")})
    page = admin.get(change(sizes)).content.decode()
    assert "Twenty" in page.partition('<table class="diff"')[2]
    assert "&lt;b&gt;" in page and "Mine & <b>" not in page
    admin.post(change(sizes), {"title": "Sizes", "markdown": "Both.", "resolved": "on"})
    sizes.refresh_from_db()
    assert (sizes.markdown, sizes.conflict_markdown) == ("Both.", None)


def test_titles_that_changed_on_both_sides_are_shown_side_by_side(admin, sizes, bring):
    long = "Ten connections serve hundreds of requests, because each holds one for a moment only."
    text = TEXT.replace("Ten connections.", long)
    bring({"pools.md": text})
    admin.post(change(sizes), {"title": "How large", "markdown": long})
    bring({"pools.md": text.replace("## Sizes", "## Dimensions")})
    table = admin.get(change(sizes)).content.decode().partition('<table class="diff"')[2]
    assert "Dimensions" in table.replace('<span class="diff_chg">', "").replace("</span>", "")


def opened(client, section):
    """What the section's form holds when it is opened, with the state that it was opened at."""
    return client.get(change(section)).context["adminform"].form.initial


def test_who_saves_second_is_told_and_loses_nothing(admin, admin_client, sizes):
    first, second = opened(admin, sizes), opened(admin_client, sizes)
    assert admin.post(change(sizes), {**first, "markdown": "By the first."}).status_code == 302
    answer = admin_client.post(change(sizes), {**second, "markdown": "By the second."})
    page = answer.content.decode()
    assert "Somebody saved this section after you opened it." in page
    assert f'href="../../{sizes.pk}/change/"' in page
    assert "By the second.</textarea>" in page
    sizes.refresh_from_db()
    assert sizes.markdown == "By the first."
    again = answer.context["adminform"].form.data
    assert admin_client.post(change(sizes), again).status_code == 302
    sizes.refresh_from_db()
    assert sizes.markdown == "By the second."


def test_a_preview_remembers_what_was_opened(admin, admin_client, sizes):
    first = opened(admin, sizes)
    admin_client.post(change(sizes), {**opened(admin_client, sizes), "markdown": "Meanwhile."})
    page = admin.post(change(sizes), {**first, "markdown": "Typed.", "_preview": "1"})
    assert "Somebody saved this section after you opened it." in page.content.decode()


def test_an_edit_during_an_import_keeps_what_was_typed(admin, sizes, monkeypatch):
    def refuse(*args, **kwargs):
        raise EditRefused("An import is under way.")

    monkeypatch.setattr("curating.admin.content.save_section", refuse)
    page = admin.post(change(sizes), {"title": "Sizes", "markdown": "Typed."}).content.decode()
    assert "An import is under way." in page
    assert "Typed.</textarea>" in page


def test_a_title_is_one_line(admin, sizes):
    admin.post(change(sizes), {"title": " Sizes\n of  pools ", "markdown": "Text."})
    sizes.refresh_from_db()
    assert sizes.title == "Sizes of pools"


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"words": "", "expansions": ""},
        {"words": "pool"},
        {"words": "pool\0, basin"},
        {"words": "x" * 101 + ", basin"},
        {"words": ",,", "expansions": ","},
    ],
)
def test_a_wrong_synonym_is_said_in_the_form(admin, data):
    asked = admin.get(reverse("admin:search_synonym_add"))
    answer = admin.post(asked["location"], {**data, "_synonym": "1"})
    assert answer.status_code == 200
    assert answer.context["form"].errors


def test_the_best_hit_stands_first_unless_a_column_is_chosen(admin, bring):
    drivers = "# A\n\n## Drivers\n\nThey open a pool of sockets.\n"
    bring({"a.md": drivers, "b.md": "# B\n\n## Pool\n\nWhat is kept open.\n"})

    def titles(**query):
        page = admin.get(reverse("admin:topics_section_changelist"), query)
        return [section.title for section in page.context["cl"].result_list]

    assert titles(q="pool") == ["Pool", "Drivers"]
    assert titles(q="pool", o="1") == ["Drivers", "Pool"]
    assert titles(q="xylophone") == []


def test_a_conflict_is_asked_about_only_where_there_is_one(admin, sizes):
    asked = {"title": "Sizes", "markdown": "Text.", "_preview": "1"}
    assert "settles the conflict" not in admin.post(change(sizes), asked).content.decode()
    Section.objects.filter(pk=sizes.pk).update(conflict_markdown="Theirs.")
    assert "settles the conflict" in admin.post(change(sizes), asked).content.decode()


def test_a_topic_saved_during_an_import_is_refused_with_a_message(admin, sizes, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise EditRefused("An import is under way.")

    monkeypatch.setattr("curating.admin.content.save_topic", refuse)
    data = {"summary": "Mine", "kind": "guide", "level": "", "tags": "", "status": "draft"}
    url = reverse("admin:topics_topic_change", args=[sizes.topic_id])
    page = admin.post(url, data, follow=True).content.decode()
    assert "An import is under way." in page and "was changed successfully" not in page
    assert Topic.objects.get().status == "published"


def test_texts_are_read_one_at_a_time(admin, sizes, monkeypatch):
    monkeypatch.setattr(previews, "WAIT", 0.01)
    asked = {"title": "Sizes", "markdown": "A *zebra*.", "_preview": "1"}
    with previews.turn():
        page = admin.post(change(sizes), asked).content.decode()
    assert "Another text is being read just now" in page
    assert "A *zebra*." in page
    assert "<em>zebra</em>" in admin.post(change(sizes), asked).content.decode()


def test_the_start_page_says_what_waits_each_one_click_away(admin, sizes):
    page = admin.get(reverse("admin:index")).content.decode()
    assert "Nothing is waiting." in page
    Section.objects.filter(pk=sizes.pk).update(conflict_markdown="Theirs.")
    Proposal.objects.create(section=sizes, markdown="x")
    Proposal.objects.create(section=sizes, kind="wrong", why="x")
    Link.objects.create(section=sizes, position=0, href="no.md", kind="broken")
    SearchLog.objects.create(query="quokka", results=0, took_ms=1)
    page = admin.get(reverse("admin:index")).content.decode()
    found = re.findall(r'<li><a href="([^"]*)">([^<]*)</a>: (\d+)</li>', page)
    assert [(what, count) for _, what, count in found] == [
        ("Conflicts with files", "1"), ("Proposals", "1"), ("Reports", "1"), ("Broken links", "1"),
        ("Searches without a result", "1"),
    ]  # fmt: skip
    assert {admin.get(url).status_code for url, _, _ in found} == {200}


def test_the_start_page_tells_staff_without_the_right_of_nothing_that_waits(client, sizes):
    client.force_login(User.objects.create_user("other", is_staff=True))
    assert "kb:waits" not in client.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize("key", ["", " ", "x", "²", "1.5", "\U0001f600", "//", "a\0b"])
@pytest.mark.parametrize("kind", ["topics/topic", "topics/section", "auth/user"])
def test_rows_that_no_list_can_have_are_not_asked_for(client, db, kind, key):
    client.force_login(User.objects.create_superuser("chief"))
    chosen = {"action": "delete_selected", "_selected_action": ["1", key]}
    assert client.post(f"/admin/{kind}/", chosen).status_code == 400
