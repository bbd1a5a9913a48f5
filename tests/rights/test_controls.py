"""Every control that a page shows leads to what its reader may do; and each that she may do is
reachable by one.

A reader of each right goes through the pages as one who clicks: no link answers 403 or 404.
"""

import re
from html import unescape
from urllib.parse import urljoin

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client

from curating import proposals
from importer.edits import save_section, save_topic
from importer.revisions import Text
from tests.factories import make_user
from tests.rights.conftest import Private, in_browser
from tests.rights.test_rights import boss, member, url
from topics.models import Section, Topic

pytestmark = pytest.mark.django_db

STARTS = [
    "/", "/topics/", "/topics/notes/", "/topics/notes/api/", "/topics/notes/inner/plan/",
    "/topics/notes/inner/", "/curating/proposals/", "/curating/rights/",
]  # fmt: skip
MOST = 60
EACH = 2  # addresses of a kind, which differ by keys and filters
HREF = re.compile(r'<a\b[^>]*?\bhref="([^"#]+)')
LEFT_OUT = ("/accounts/", "/assets/", "/static/", "/learn/", "/admin/jsi18n", "/admin/logout")


def gone_through(client: Client) -> dict[str, int]:
    """The statuses of all pages that one reaches from STARTS by links, by address."""
    found: dict[str, int] = {}
    kinds: dict[str, set[str]] = {}
    waiting = list(STARTS)
    while waiting and len(found) < MOST:
        path = waiting.pop(0)
        if path in found:
            continue
        answer = client.get(path)
        found[path] = answer.status_code
        if answer.status_code != 200 or "html" not in answer.get("Content-Type", ""):
            continue
        for href in HREF.findall(answer.content.decode()):
            target = urljoin(path, unescape(href))
            kind = re.sub(r"\d+|=[^&]*", "", target)
            if not target.startswith("/") or target.startswith(LEFT_OUT) or target in found:
                continue
            if (seen := kinds.setdefault(kind, set())) >= {target} or len(seen) == EACH:
                continue
            seen.add(target)
            waiting.insert(0 if "/curating/" in target else len(waiting), target)
    return found


def prepared(private: Private) -> None:
    """Something of each kind in both parts: a proposal, a change, a draft."""
    author = member(private, "propose", "author")
    for section in (
        private.section(),
        Section.objects.get(topic__path="notes/api", anchor="retries"),
    ):
        seen = Text(section.title, section.markdown)
        proposals.send(
            section, author=author, base=seen, title=section.title, markdown="More.", why=""
        )
        save_section(section, markdown="Changed here.", title=section.title, user=author)
    draft = Topic.objects.get(path="notes/inner/way")
    draft.status = "draft"
    save_topic(draft, ["status"], user=None)


def refused(found: dict[str, int]) -> dict[str, int]:
    return {path: status for path, status in found.items() if status not in (200, 301, 302)}


def test_no_link_leads_others_to_what_they_may_not(private: Private) -> None:
    prepared(private)
    curator = make_user("curator")
    curator.is_staff = True
    curator.save()
    curator.groups.add(Group.objects.get(name="curator"))
    bare = User.objects.create_user("bare", is_staff=True)
    bare.user_permissions.add(Permission.objects.get(codename="change_section"))
    trusted = make_user("trusted")
    trusted.user_permissions.add(Permission.objects.get(codename="publish_at_once"))
    readers = {
        "nobody": Client(),
        "learner": in_browser(make_user("learner")),
        "curator": in_browser(curator),
        "bare": in_browser(bare),
        "trusted": in_browser(trusted),
        "boss": boss(),
    }
    starts = {"/topics/notes/inner/plan/", "/topics/notes/inner/"}
    for who, client in readers.items():
        found = refused(gone_through(client))
        assert {p: s for p, s in found.items() if who == "boss" or p not in starts} == {}, who


@pytest.mark.parametrize(
    ("right", "names"),
    [
        ("read", []),
        ("propose", ["edit", "person"]),
        ("edit", ["edit", "person"]),
        ("review", ["edit", "person", "queue"]),
        ("publish", ["edit", "person", "queue", "edit_topic", "describe", "add_topic"]),
        ("manage", ["edit", "person", "queue", "edit_topic", "describe", "add_topic", "rights"]),
    ],
)
def test_links_lead_a_member_to_what_she_may_and_to_nothing_else(
    private: Private, right: str, names: list[str]
) -> None:
    prepared(private)
    client, section = in_browser(member(private, right)), private.section()
    found = gone_through(client)
    assert refused(found) == {}
    keys = {
        "edit": [section.pk], "edit_topic": [private.top.pk], "rights": [private.top.pk],
        "describe": [private.top.pk],
    }  # fmt: skip
    kinds = {re.sub(r"\d+|\?.*", "", path) for path in found}
    for name in names:
        assert re.sub(r"\d+", "", url(name, *keys.get(name, []))) in kinds, name
