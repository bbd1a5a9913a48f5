"""What is private is for those who may read it, wherever it could be met."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from curating import proposals
from curating.models import TopicCare
from importer.edits import save_section
from importer.models import ImportRun
from importer.revisions import Text
from importer.run import import_paths
from importer.topic_moves import move_topic
from learning import cards, collections, highlights
from learning.anchoring import Quote
from learning.figures import FEWEST
from learning.models import Bookmark, Collection, Reading, Review
from learning.portable.places import sections_at
from search.engine import search
from search.log import write_waiting
from search.models import GoldenQuery, SearchLog
from search.suggestions import suggest
from tests.factories import make_user
from tests.rights.asking import CURATORS, LEARNERS, answer
from tests.rights.conftest import SECRETS, Private, in_browser, outsiders
from topics.models import Grant, Section, Topic
from topics.page_cache import etag_of
from topics.visibility import by_everybody, read_by

pytestmark = pytest.mark.django_db


def test_insiders_and_superusers_see_all_of_it(private: Private, insider: Client) -> None:
    boss = make_user("boss")
    boss.is_superuser = boss.is_staff = True
    boss.save()
    for client in (insider, in_browser(boss)):
        status, text = answer(client, "/topics/notes/inner/plan/")
        assert (status, "zyzzogeton" in text) == (200, True)
        assert "Quokka Vault" in answer(client, "/topics/notes/")[1]
        assert "Quokka Vault" in answer(client, "/topics/")[1]
        assert "Zyzzogeton" in answer(client, "/glossary/?letter=Z")[1]
        assert "Zyzzogeton" in answer(client, "/glossary/terms.json")[1]
        assert "hushhush" in answer(client, "/topics/")[1]
        assert "Grimthorpe plan" in answer(client, "/search/?q=zyzzogeton")[1]
        assert "Grimthorpe plan" in answer(client, "/api/v1/search?q=grimthorpe")[1]
        assert "Grimthorpe plan" in answer(client, "/api/v1/suggest?q=grimth")[1]
        assert client.get(private.picture).status_code == 200
        assert client.get(private.picture)["Cache-Control"] == "private, no-store"
        assert client.get("/api/v1/suggest?q=g")["Cache-Control"] == "private, no-store"


def test_kept_pages_of_insiders_are_theirs_alone(
    settings, private: Private, insider: Client
) -> None:
    settings.KB_PAGE_MEMORY_MB = 8
    asks = outsiders()
    paths = ["/topics/", "/topics/notes/", "/topics/notes/inner/plan/", "/search/?q=gateway"]
    for path in paths:
        first = insider.get(path)
        assert "quokka" in first.content.decode().lower() or "Grimthorpe" in first.content.decode()
        assert first["Cache-Control"] == "private, no-store"
        for who, client in asks.items():
            text = answer(client, path)[1].lower()
            assert not [word for word in SECRETS if word in text and word not in path], (who, path)
            etag = {"If-None-Match": etag_of(first.content)}
            assert client.get(path, headers=etag).status_code in (200, 404), (who, path)


def test_a_file_of_private_topics_is_not_handed_out(private: Private, insider: Client) -> None:
    for who, client in outsiders().items():
        assert client.get(private.picture).status_code == 404, who


def test_whoever_loses_the_right_loses_sight_of_all_at_once(private: Private) -> None:
    user = make_user("former")
    user.groups.add(private.group)
    section = private.section()
    Bookmark.objects.create(user=user, section=section, note="grimthorpe note")
    Reading.objects.create(user=user, section=section, state="read")
    mine = collections.create(user, "Mine")
    collections.add(user, mine, section)
    collections.share(user, mine, is_shared=True)
    card = cards.add_own(user, section, "What is xylomancy?", "A gateway")
    for _ in range(FEWEST):
        Review.objects.create(
            user=user, card=card.pk, rating=3, phase=2, is_first=True, before={},
            reviewed_at=timezone.now(),
        )  # fmt: skip
    text = highlights.text_of(section.html)
    at = text.index("xylomancy")
    highlights.add(user, section, Quote.of(text, at, at + len("xylomancy")), "yellow")
    client = in_browser(user)
    asked = [
        *LEARNERS,
        f"/learn/collections/{mine.pk}/",
        "/accounts/my-bookmarks.json",
        "/accounts/my-bookmarks.md",
    ]
    assert "xylomancy" in answer(client, "/bookmarks/")[1].lower()
    assert "xylomancy" in answer(client, "/learn/review/")[1].lower()
    assert "Grimthorpe plan" in answer(client, "/learn/figures/")[1]
    user.groups.clear()
    token = Collection.objects.get(pk=mine.pk).token
    for path in [*asked, f"/learn/shared/{token}/"]:
        text = answer(client, path)[1].lower()
        assert not [word for word in SECRETS if word in text], path
    taken = ZipFile(BytesIO(b"".join(client.get("/accounts/my-data.zip"))))
    held = b"".join(taken.read(name) for name in taken.namelist()).decode(errors="replace").lower()
    assert not [word for word in SECRETS if word in held]
    assert Bookmark.objects.filter(user=user).count() == 1
    user.groups.add(private.group)
    assert "grimthorpe note" in answer(client, "/bookmarks/")[1]


def test_a_collection_is_shared_without_what_its_reader_may_not_see(
    private: Private, insider: Client
) -> None:
    owner = make_user("owner")
    owner.groups.add(private.group)
    mine = collections.create(owner, "For you")
    collections.add(owner, mine, private.section())
    collections.share(owner, mine, is_shared=True)
    path = f"/learn/shared/{Collection.objects.get(pk=mine.pk).token}/"
    assert "Xylomancy" in answer(insider, path)[1]
    for who, client in outsiders().items():
        assert "xylomancy" not in answer(client, path)[1].lower(), who


def test_changes_proposals_and_runs_of_private_topics_are_told_to_nobody_else(
    private: Private,
) -> None:
    section, author = private.section(), make_user("author")
    author.groups.add(private.group)
    change = save_section(
        section, markdown="Hushhush.", title="Xylomancy", user=author, why="vault"
    )
    assert change is not None
    base = Text(section.title, section.markdown)
    mine = proposals.send(
        section, author=author, base=base, title="Xylomancy", markdown="A quokka", why="grimthorpe"
    )
    proposals.keep_draft(author, section, {"title": "Vault", "markdown": "", "why": "", "base": 0})
    TopicCare.objects.create(topic=section.topic, review_by="2020-01-01")
    GoldenQuery.objects.create(query="golden quokka", section=section)
    author.groups.clear()
    paths = [
        f"/curating/changes/{change.pk}/", f"/curating/changes/{change.pk}/undo/",
        f"/curating/sections/{section.pk}/changes/{change.pk}/", f"/curating/proposals/{mine.pk}/",
        *CURATORS, *LEARNERS,
    ]  # fmt: skip
    asks = {**outsiders(), "author": in_browser(author)}
    for who, client in asks.items():
        for path in paths:
            text = answer(client, path)[1].lower()
            assert not [w for w in SECRETS if w in text and w not in path], (who, path)


def test_an_address_that_led_into_a_private_topic_says_nothing(private: Private) -> None:
    topic = Topic.objects.get(path="notes/terms")
    move_topic(topic, Topic.objects.get(path="notes/inner"), user=None)
    topic.refresh_from_db()
    assert (topic.tree, topic.path) == (private.top.pk, "notes/inner/terms")
    for who, client in outsiders().items():
        assert client.get("/topics/notes/terms/").status_code == 404, who
        assert "forwards" not in answer(client, "/glossary/")[1], who
        assert "Terms" not in answer(client, "/api/v1/search?q=forwards+terms")[1], who


def test_what_is_moved_out_of_a_private_topic_is_for_everybody(private: Private) -> None:
    topic = Topic.objects.get(path="notes/inner/plan")
    move_topic(topic, Topic.objects.get(path="notes"), user=None)
    topic.refresh_from_db()
    assert topic.tree == 0
    assert Client().get("/topics/notes/plan/").status_code == 200
    assert search("xylomancy").total > 0


def test_searches_of_insiders_are_not_logged(settings, private: Private, insider: Client) -> None:
    settings.SEARCH_LOG, settings.SEARCH_LOG_THREAD = True, False
    write_waiting()
    SearchLog.objects.all().delete()
    insider.get("/search/?q=zyzzogeton+secret")
    insider.post("/search/opened", {"q": "gateway", "section": private.section().pk})
    Client().get("/search/?q=gateway")
    write_waiting()
    assert list(SearchLog.objects.values_list("query", "opened")) == [("gateway", None)]


def test_an_export_leaves_private_topics_out_unless_asked(private: Private, tmp_path) -> None:
    call_command("export_content", str(tmp_path / "public"))
    call_command("export_content", str(tmp_path / "all"), "--private")

    def held(name: str) -> list[str]:
        files = [file for file in (tmp_path / name).rglob("*") if file.is_file()]
        return [
            str(f.relative_to(tmp_path / name))
            for f in files
            if b"zyzzogeton" in f.read_bytes().lower()
        ]

    assert held("public") == []
    assert not (tmp_path / "public" / "inner").exists()
    assert len(held("all")) >= 3


def test_each_statement_without_a_reader_sees_what_is_public(private: Private) -> None:
    assert search("zyzzogeton").total == 0
    assert suggest("zyzz") == []
    assert not Section.objects.published().filter(topic__tree=private.top.pk).exists()
    with read_by(lambda: (private.top.pk,)):
        assert search("zyzzogeton").total > 0
        assert Section.objects.published().filter(topic__tree=private.top.pk).exists()
        with by_everybody():
            assert search("zyzzogeton").total == 0


def test_a_right_above_or_at_a_private_topic_opens_it_and_one_below_does_not(
    private: Private,
) -> None:
    user = make_user("reader")
    client = in_browser(user)
    for path, expected in [("notes", 200), ("notes/inner", 200), ("notes/inner/plan", 404)]:
        Grant.objects.all().delete()
        Grant.objects.create(group=private.group, topic=Topic.objects.get(path=path), right="read")
        user.groups.set([private.group])
        assert client.get("/topics/notes/inner/plan/").status_code == expected, path


def test_runs_that_would_bring_something_into_a_private_topic_are_told_to_nobody_else(
    private: Private, tmp_path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "quokka.md").write_text("# Quokka\n\nHushhush.\n")
    (other / "vault.md").write_bytes(b"\0\1\2 zyzzogeton")
    for is_dry in (True, False):
        import_paths([str(other)], under="notes/inner", dry_run=is_dry)
        for who, client in outsiders(f"{is_dry}-").items():
            runs = ImportRun.objects.order_by("pk").values_list("pk", flat=True)
            for path in [
                "/admin/importer/importrun/", "/curating/",
                *(f"/admin/importer/importrun/{pk}/change/" for pk in runs),
            ]:  # fmt: skip
                text = answer(client, path)[1].lower()
                assert not [w for w in (*SECRETS, "other") if w in text], (who, path)


def test_what_the_log_says_was_opened_is_for_those_who_may_see_it(private: Private) -> None:
    SearchLog.objects.create(query="gateway", results=1, took_ms=1, opened=private.section())
    curator = outsiders()["curator"]
    assert "xylomancy" not in answer(curator, "/admin/search/searchlog/")[1].lower()
    [entry] = SearchLog.objects.filter(query="gateway")
    page = answer(curator, f"/admin/search/searchlog/{entry.pk}/change/")
    assert page[0] == 200
    assert "xylomancy" not in page[1].lower()


def test_a_private_section_is_no_best_result_and_no_golden_answer(private: Private) -> None:
    boss = make_user("boss")
    boss.is_superuser = boss.is_staff = True
    boss.save()
    client, section = in_browser(boss), private.section()
    said = client.post(
        "/curating/search/answer/", {"q": "gateway", "section": section.pk, "_pin": "1"}
    )
    assert "Say which section" in said.content.decode()
    said = client.post(
        "/curating/search/golden/",
        {"query": "gateway", "address": section.get_absolute_url(), "within": "3"},
    )
    assert not GoldenQuery.objects.exists()


def test_what_a_browser_keeps_goes_with_the_right(private: Private) -> None:
    user = make_user("keeper")
    user.groups.add(private.group)
    client, root = in_browser(user), private.section("")
    found = client.get(f"/learn/offline/sets/topic/{root.pk}/").json()
    assert "Grimthorpe plan" in str(found)
    known = f"/learn/offline/check/?{found['key']}={found['digest']}"
    assert client.get(known).json()["changed"] == {}
    user.groups.clear()
    assert client.get(known).json()["changed"] == {found["key"]: {}}  # so the browser drops it
    assert client.get(f"/learn/offline/sets/topic/{root.pk}/").status_code == 404


def test_a_file_that_names_private_addresses_does_not_find_out_whether_they_are_there(
    private: Private,
) -> None:
    there, nowhere = private.section().get_absolute_url(), "/topics/notes/inner/no/where/"
    assert sections_at([there, nowhere]) == {}
    with read_by(lambda: (private.top.pk,)):
        assert list(sections_at([there, nowhere])) == [there]
