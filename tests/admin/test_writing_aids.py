"""Beside a text that is written: a preview, its problems, pictures, links; and topics' order."""

import io
from itertools import count

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from curating import writing_aids
from curating.models import Proposal
from curating.writing_aids import problems_of
from importer.revisions import latest_change
from importer.written_topics import document_of
from search import time_limit
from tests.admin.pages import url, words
from tests.beginnings import beginning
from topics import rate_limits
from topics.models import Asset, Grant, Link, Section, Topic


@beginning
def sizes(bring):
    bring(
        {
            "pools.md": "# Pools\n\nIntro.\n\n## Sizes\n\nTen connections.\n",
            "more/b.md": "# Queues\n\nA queue waits.\n",
            "c.md": "# Caches\n\nA cache keeps.\n",
        }
    )
    return Section.objects.select_related("topic").get(anchor="sizes")


def picture(form="PNG", size=(4, 3)):
    data = io.BytesIO()
    Image.new("RGB", size, "red").save(data, form)
    return data.getvalue()


# The preview


@pytest.mark.parametrize("address", ["edit", "add_topic", "edit_topic"])
def test_the_text_stands_where_it_stays_once_scripts_run(admin, sizes, address):
    key = {"edit": [sizes.pk], "add_topic": [], "edit_topic": [sizes.topic_id]}[address]
    html = admin.get(reverse(f"curating:{address}", args=key)).content.decode()
    tools, text, preview = map(html.index, ('role="toolbar"', "<textarea name=", "data-shown"))
    assert tools < text < preview
    assert "hidden" not in html[tools : html.index(">", tools)]
    assert html.count('<textarea name="markdown"') == 1


def test_a_section_is_shown_as_readers_would_see_it(admin, sizes):
    values = {"section": sizes.pk, "title": "Sizes", "markdown": "See [q](more/b.md) *now*."}
    answer = admin.post(url("preview"), values).json()
    assert 'href="/topics/more/b/"' in answer["html"] and "<em>now</em>" in answer["html"]
    assert answer["words"] == 3 and answer["problems"] == []
    sizes.refresh_from_db()
    assert sizes.markdown == "Ten connections."


def test_a_new_topic_is_shown_with_its_headings(admin, sizes):
    values = {"title": "New", "markdown": "Text.\n\n## Part\n\n<script>x</script>More."}
    html = admin.post(url("preview"), values).json()["html"]
    assert "<h2>Part</h2>" in html and "More." in html and "<script" not in html


def test_links_and_pictures_of_a_new_topic_lead_where_they_will(admin, sizes):
    kept = put(admin, picture()).json()["markdown"]
    text = f"[q](/topics/more/b/) [gone](nowhere.md)\n\n{kept}\n\n![Not here](x.png)"
    html = admin.post(url("preview"), {"title": "New", "markdown": text}).json()["html"]
    assert 'href="/topics/more/b/"' in html and 'href="nowhere.md"' not in html
    assert f'src="/assets/{Asset.objects.get().digest}/' in html
    assert 'src="x.png"' not in html and "Not here" in html
    admin.post(url("add_topic"), {"title": "New", "markdown": text, "why": ""})
    assert html == Section.objects.get(topic__title="New").html


def test_who_may_see_a_preview(client, learner, sizes, settings):
    values = {"section": sizes.pk, "title": "Sizes", "markdown": "x"}
    assert learner.post(url("preview"), values).status_code == 200
    assert learner.post(url("preview"), {"markdown": "x"}).status_code == 403
    settings.KB_PROPOSALS = False
    assert learner.post(url("preview"), values).status_code == 404
    client.logout()
    assert client.post(url("preview"), values).status_code == 401


@pytest.mark.parametrize("text", ["# Another\n\nx", "x" * 200_001])
def test_what_cannot_be_shown_is_said(admin, sizes, text):
    values = {"section": sizes.pk, "title": "Sizes", "markdown": text}
    answer = admin.post(url("preview"), values)
    assert answer.status_code == 422 and answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("![](a.png)", [1]),
        ("![ ](a.png) ![alt](b.png)", [1]),
        ("```\n![](a.png)\n```\n`![](b.png)`", []),
        ("## A\n\n#### B\n\n### C", [3]),
        ("## A\n\n### B\n\n## C\n\n### D", []),
        ("[x](/topics/nowhere/) [y](/topics/pools/sizes/)", [1]),
        ("[x](</topics/no where/>)\n\n![](a)", [1, 3]),
    ],
)
def test_problems_are_named_with_their_lines(sizes, text, lines):
    assert [problem.line for problem in problems_of(text)] == lines


@pytest.mark.parametrize("of", ["section", "topic"])
def test_a_preview_says_that_both_sides_of_a_conflict_are_still_there(admin, sizes, of):
    text = "One.\n<<<<<<< now\nNine.\n=======\nTwelve.\n>>>>>>> your text\n"
    if of == "section":
        sent = {"section": sizes.pk, "title": "Sizes", "markdown": text}
    else:
        sent = {"topic": sizes.topic_id, "markdown": f"# Pools\n\nIntro.\n\n## Sizes\n\n{text}"}
    answer = admin.post(url("preview"), sent)
    assert answer.status_code == 422
    assert answer.json()["error"]["message"].startswith("Both sides are still in it")


@pytest.mark.parametrize("button", ["_preview", "_send", "_publish"])
def test_each_button_says_that_both_sides_of_a_conflict_are_still_there(admin, sizes, button):
    text = "One.\n<<<<<<< now\nNine.\n=======\nTwelve.\n>>>>>>> your text\n"
    sent = {"title": "Sizes", "markdown": text, "why": "", "base": latest_change(), button: "1"}
    page = words(admin.post(url("edit", sizes.pk), sent))
    assert "Both sides are still in it" in page and "holds a heading" not in page
    sizes.refresh_from_db()
    assert sizes.markdown == "Ten connections." and not Proposal.objects.exists()


NOWHERE = "[a](more/b.md) [b](#sizes)\n\n[c](#gone) [d](nowhere.md) [e](x.yaml) [f](more/b.md#no)"


def test_links_that_lead_nowhere_are_named_as_one_writes(admin, sizes):
    told = [[3, f"{href} leads nowhere."] for href in ("#gone", "nowhere.md", "x.yaml")]
    told.append([3, "more/b.md#no leads nowhere."])
    section = {"section": sizes.pk, "title": "Sizes", "markdown": NOWHERE}
    assert admin.post(url("preview"), section).json()["problems"] == told
    whole = {"topic": sizes.topic_id, "markdown": f"# Pools\n\n{NOWHERE}\n\n## Sizes\n\nTen."}
    found = admin.post(url("preview"), whole).json()["problems"]
    assert found == [[5, message] for _line, message in told]
    Topic.objects.filter(pk=sizes.topic_id).update(status="draft")
    assert admin.post(url("preview"), section).json()["problems"] == told


def test_a_whole_topic_is_shown_as_readers_would_see_it(admin, sizes):
    text = (
        "# Pools\n\nSee [q](more/b.md), [s](#sizes), [n](#new).\n\n## Sizes\n\nTen.\n\n## New\n\nx"
    )
    answer = admin.post(url("preview"), {"topic": sizes.topic_id, "markdown": text}).json()
    assert answer["html"].startswith("<p>See ") and "<h2>New</h2>" in answer["html"]
    assert 'href="/topics/more/b/"' in answer["html"]
    assert 'href="/topics/pools/sizes/"' in answer["html"]
    assert answer["problems"] == []


def test_who_writes_a_topic_sees_its_preview(learner, alice, sizes):
    values = {"topic": sizes.topic_id, "markdown": "# Pools\n\nx"}
    assert learner.post(url("preview"), values).status_code == 403
    group = Group.objects.create(name="writers")
    alice.groups.add(group)
    Grant.objects.create(topic=sizes.topic, group=group, right="publish")
    assert learner.post(url("preview"), values).status_code == 200
    assert learner.post(url("preview"), {"title": "New", "markdown": "x"}).status_code == 200
    other = Topic.objects.get(title="Queues")
    assert learner.post(url("preview"), values | {"topic": other.pk}).status_code == 403


# Links


def test_the_picker_finds_sections_and_says_how_to_link_to_them(admin, sizes):
    query = {"q": "queue", "topic": sizes.topic_id}
    [found] = admin.get(url("targets"), query).json()["results"]
    assert found == {"title": "Queues", "topic": "Queues", "href": "more/b.md"}
    other = Topic.objects.get(title="Queues")
    [found] = admin.get(url("targets"), {"q": "ten", "topic": other.pk}).json()["results"]
    assert found["href"] == "../pools.md#sizes"
    assert admin.get(url("targets"), {"q": "ten"}).json()["results"][0]["href"] == (
        "/topics/pools/sizes/"
    )
    assert admin.get(url("targets"), {"q": " ", "topic": "x"}).json() == {"results": []}


def test_the_picker_searches_within_the_limits_of_searches(alice, client, settings, monkeypatch):
    client.force_login(alice)
    settings.KB_SUGGEST_LIMIT = 2
    monkeypatch.setattr(rate_limits, "time", lambda: 60_010.0)
    monkeypatch.setattr(rate_limits, "counts", rate_limits.Counts())
    answers = [client.get(url("targets"), {"q": "ten"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2]["Retry-After"] == "50"
    assert answers[2].json()["error"]["code"] == "too_many_requests"


def test_the_picker_spends_the_time_of_searches(alice, client, settings, monkeypatch):
    client.force_login(alice)
    settings.KB_SEARCH_BUDGET_MS = 100
    monkeypatch.setattr(rate_limits, "counts", rate_limits.Counts())
    clock = count(step=0.2)
    monkeypatch.setattr(time_limit, "perf_counter", lambda: next(clock))
    answers = [client.get(url("targets"), {"q": "ten"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert client.get("/search/", {"q": "ten"}).status_code == 429


# Pictures


def put(admin, data, *, name="A photo.png", alt="A red square", topic=None):
    values = {"picture": SimpleUploadedFile(name, data), "alt": alt}
    return admin.post(reverse("picture"), values | ({"topic": topic.pk} if topic else {}))


def test_a_picture_is_kept_once_and_shown_in_the_text(admin, sizes):
    answer = put(admin, picture(), topic=sizes.topic).json()
    assert put(admin, picture(), name="b.gif", topic=sizes.topic).json() == answer
    asset = Asset.objects.get()
    assert (asset.content_type, asset.width, asset.source) == ("image/png", 4, sizes.topic.source)
    values = {"section": sizes.pk, "title": "Sizes", "markdown": answer["markdown"]}
    html = admin.post(url("preview"), values).json()["html"]
    assert f'src="/assets/{asset.digest}/' in html and 'alt="A red square"' in html
    assert "a-photo-" in answer["markdown"]


def test_a_picture_is_asked_for_its_text(admin, sizes):
    answer = put(admin, picture(), alt="  ")
    assert answer.status_code == 422 and "cannot see it" in answer.json()["error"]["message"]
    assert not Asset.objects.exists()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "no picture"),
        (b"<html>", "no picture"),
        (b"", "no picture"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 50, "no picture"),
        (b"x" * 5_000_001, "larger than 5 MB"),
    ],
)
def test_what_is_no_picture_is_refused(admin, sizes, data, says):
    values = {"picture": io.BytesIO(data), "alt": "x"}
    values["picture"].name = "a.png"
    answer = put(admin, data) if data else admin.post(reverse("picture"), values)
    assert answer.status_code == 422 and not Asset.objects.exists()
    if data:
        assert says in answer.json()["error"]["message"]


def test_too_many_pixels_are_refused(admin, sizes, monkeypatch):
    monkeypatch.setattr(writing_aids, "MOST_PIXELS", 11)
    answer = put(admin, picture(size=(4, 3)))
    assert "million pixels" in answer.json()["error"]["message"] and not Asset.objects.exists()


def test_an_alternative_text_cannot_break_out(admin, sizes):
    markdown = put(admin, picture(), alt="a](javascript:x) [b\n#", topic=sizes.topic).json()[
        "markdown"
    ]
    values = {"section": sizes.pk, "title": "Sizes", "markdown": markdown}
    html = admin.post(url("preview"), values).json()["html"]
    assert "javascript" not in html.replace('alt="a](javascript:x) [b #"', "")


def test_learners_keep_no_pictures(learner, sizes):
    assert put(learner, picture()).status_code == 403


# Topics as a whole


def order(parent=None):
    rows = Topic.objects.live().filter(parent=parent).order_by("position", "path")
    return list(rows.values_list("title", flat=True))


def test_topics_are_put_in_order_by_buttons_and_by_dragging(admin, sizes):
    titles = order()
    assert titles[0] == "Caches" and len(titles) == 3
    keys = {title: Topic.objects.get(title=title).pk for title in titles}
    admin.post(url("arrange_top"), {"_down": keys["Caches"]})
    assert order() == [titles[1], "Caches", titles[2]]
    admin.post(url("arrange_top"), {"_up": keys[titles[1]]})
    assert order() == [titles[1], "Caches", titles[2]]
    dragged = [keys[title] for title in reversed(titles)]
    admin.post(url("arrange_top"), {"order": dragged})
    assert order() == titles[::-1]
    admin.post(url("arrange_top"), {"order": ["x", "99999999", str(dragged[1])]})
    assert order()[0] == titles[1]


def test_a_topic_is_moved_and_removed_on_its_page(admin, sizes):
    topic = sizes.topic
    page = url("arrange", topic.pk)
    assert "pools" in admin.get(page).content.decode()
    wrong = admin.post(page, {"_move": "1", "under": "nowhere", "slug": ""})
    assert "There is no such topic" in words(wrong)
    admin.post(page, {"_move": "1", "under": "c", "slug": "Basins"})
    topic.refresh_from_db()
    assert topic.path == "c/basins"
    below = words(admin.post(page, {"_move": "1", "under": "c/basins"}, follow=True))
    assert "This topic cannot be moved there." in below
    answer = admin.post(page, {"_remove": "1", "why": "Old."}, follow=True)
    assert "It can be restored." in words(answer)
    assert admin.get(page).status_code == 404
    admin.post(url("restore"), {"topic": topic.pk})
    assert admin.get(page).status_code == 200


def test_nobody_else_arranges_topics(learner, sizes):
    assert learner.get(url("arrange_top")).status_code == 403
    assert learner.post(url("arrange", sizes.topic_id), {"_remove": "1"}).status_code == 403
    assert Topic.objects.live().filter(pk=sizes.topic_id).exists()


def test_a_link_that_was_picked_is_an_internal_one(admin, sizes):
    values = {"title": "Sizes", "markdown": "See [q](/topics/more/b/).", "_publish": "1"}
    admin.post(url("edit", sizes.pk), values)
    link = Link.objects.get(section=sizes)
    assert (link.kind, link.target.topic.title) == ("internal", "Queues")
    assert "(/topics/more/b/)" in document_of(sizes.topic)
