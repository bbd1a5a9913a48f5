"""What curators are told, what is counted, and what answers look like besides their text: nothing
of it says that there is a private part."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import timezone

from curating.models import HandledQuery, TopicCare
from importer.written_topics import new_topic
from kb import metrics
from tests.factories import make_user
from tests.rights.asking import answer
from tests.rights.conftest import Private, in_browser, make_private, outsiders
from tests.rights.test_ways import secrets_in, told
from topics.models import Section

pytestmark = pytest.mark.django_db


def test_a_preview_says_the_same_of_links_to_what_is_private_and_to_what_is_nowhere(
    private: Private,
) -> None:
    public = Section.objects.get(topic__path="notes/api", anchor="retries")
    clients = outsiders()

    def shown(client: Client, key: object, link: str) -> str:
        form = {"section": key, "title": "Retries", "markdown": f"See {link}."}
        answered = client.post("/curating/preview/", form)
        text = json.dumps(answered.json()) if answered.status_code == 200 else ""
        return f"{answered.status_code} {text.replace(link, '')}"

    pairs = [
        ("[x](/topics/notes/inner/plan/)", "[x](/topics/notes/inner/plxx/)"),
        ("[x](inner/plan.md)", "[x](inner/plxx.md)"),
        ("[x](inner/plan.md#xylomancy)", "[x](inner/plan.md#xyloxxxxx)"),
        ("[[Hidden plan]]", "[[Hidden plxx]]"),
        ("![[Hidden plan]]", "![[Hidden plxx]]"),
        ("![x](inner/drawing.png)", "![x](inner/drxxing.png)"),
    ]
    for who, client in clients.items():
        for key in (public.pk, "") if who == "curator" else (public.pk,):
            for link, nowhere in pairs:
                one, other = shown(client, key, link), shown(client, key, nowhere)
                hide = re.compile("plxx|plan|xyloxxxxx|xylomancy|drxxing|drawing", re.IGNORECASE)
                assert hide.sub("", one) == hide.sub("", other), (who, link)


def test_links_are_not_mended_to_a_private_address(private: Private) -> None:
    curator = outsiders()["curator"]
    link = Section.objects.get(topic__path="notes/api", anchor="").links.first()
    assert link is not None
    pages = [
        curator.post(
            "/curating/links/mend/",
            {"kind": "broken", "links": str(link.pk), "to": to},
            follow=True,
        )
        for to in ("/topics/notes/inner/plan/", "/topics/notes/inner/plxx/")
    ]
    assert "Nothing is published at this address." in pages[0].content.decode()
    assert told(pages[0]) == told(pages[1])


def test_moments_answers_and_own_actions_name_nothing_private(private: Private) -> None:
    asks = outsiders()
    section, boss = private.section(), make_user("boss")
    boss.is_superuser = boss.is_staff = True
    boss.save()
    draft = new_topic(
        "Quokka draft", "Zyzzogeton.", parent=private.top, user=None,
        description={"status": "draft"},
    )  # fmt: skip
    TopicCare.objects.create(topic=draft, publish_at=timezone.now() - timedelta(days=1))
    HandledQuery.objects.create(query="gateway", how="pin", first=section, results_after=1)
    former = make_user("former-curator")
    for user in (former, boss):
        LogEntry.objects.create(
            user=user, content_type=ContentType.objects.get_for_model(Section), action_flag=CHANGE,
            object_id=str(section.pk), object_repr=str(section), change_message="[]",
        )  # fmt: skip
    former.is_staff = True
    former.save()
    former.groups.add(Group.objects.get(name="curator"))
    asks["former"] = in_browser(former)
    paths = [
        "/curating/", "/curating/topics/overdue/", "/curating/search/?kind=handled", "/admin/",
        "/curating/search/query/?q=gateway", f"/admin/topics/section/{section.pk}/history/",
        f"/admin/topics/topic/{draft.pk}/history/",
    ]  # fmt: skip
    for who, client in asks.items():
        for path in paths:
            assert secrets_in(answer(client, path)[1], path) == [], (who, path)
    assert "Quokka draft" in answer(in_browser(boss), "/curating/")[1]


def test_figures_of_the_site_name_no_address_and_no_search(
    private: Private, insider: Client, settings
) -> None:
    settings.KB_METRICS_TOKEN = "a token"
    for path in ("/topics/notes/inner/plan/", "/search/?q=zyzzogeton", "/topics/hushhush/"):
        insider.get(path)
    for who, client in {**outsiders(), "insider": insider}.items():
        assert client.get(metrics.PATH).status_code == 404, who
    page = Client().get(metrics.PATH, headers={"Authorization": "Bearer a token"})
    assert page.status_code == 200
    assert secrets_in(page.content.decode()) == []
    assert "inner" not in page.content.decode()


def test_answers_have_the_same_headers_with_and_without_a_private_part(
    public: None, tmp_path: Path
) -> None:
    asks = outsiders()
    pages = [
        "/", "/topics/", "/topics/notes/", "/topics/notes/api/", "/topics/notes/inner/plan/",
        "/search/?q=zyzzogeton", "/api/v1/search?q=gateway", "/api/v1/suggest?q=zyz",
        "/sitemap.xml", "/sitemap-pages.xml", "/glossary/", "/glossary/terms.json",
    ]  # fmt: skip
    left_out = {"Set-Cookie", "Content-Length", "X-Request-ID", "Content-Security-Policy"}

    def headers() -> dict[tuple[str, str], dict[str, str]]:
        found = {}
        for who, client in asks.items():
            for path in pages:
                told = client.get(path).headers.items()
                timed = {"ETag"} if path.startswith("/api/v1/search") else set()
                found[who, path] = {k: v for k, v in told if k not in left_out | timed}
        return found

    before = headers()
    make_private(tmp_path / "inner")
    after = headers()
    differ = {key: after[key].items() ^ before[key].items() for key in after}
    assert {key: names for key, names in differ.items() if names} == {}
