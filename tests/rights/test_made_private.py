"""What was public, was marked, pinned, searched and spoken of, and is private now: no page, file,
e-mail or other answer names it any more to those who may not read it."""

from itertools import chain
from pathlib import Path

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.test import Client
from django.urls import reverse

from curating import mails, proposals, searches
from curating.external_links import gather
from curating.models import Draft, ExternalLink, HandledQuery, LinkCheck, TopicCare, TopicDraft
from importer.edits import save_section
from importer.privacy import set_private
from importer.revisions import Text
from importer.run import import_paths
from learning import cards, collections, highlights
from learning.anchoring import Quote
from learning.models import Bookmark, Reading
from search.models import GoldenQuery, Pin, SearchLog
from search.pins import key_of_text
from tests.factories import make_user
from tests.rights.asking import CURATORS, FILTERED, LEARNERS, PAGES, SEARCHES, answer
from tests.rights.conftest import PRIVATE, in_browser, outsiders, write
from tests.rights.test_leaks import pages_of
from tests.rights.test_ways import secrets_in
from topics.models import Asset, Section, Topic

pytestmark = pytest.mark.django_db
LINK = "\n\nSee [out](https://quokka.example.org/vault).\n"


@pytest.fixture
def spoken_of(public: None, tmp_path: Path, settings) -> dict[str, Client]:
    """Everybody, after they did all they can with the part while it was public."""
    settings.KB_SEARCH_LIMIT = settings.KB_SUGGEST_LIMIT = settings.KB_PAGE_BUDGET_MS = 0
    asks = outsiders()
    files = PRIVATE | {"plan.md": str(PRIVATE["plan.md"]) + LINK}
    write(tmp_path / "inner", {f"inner/{name}": text for name, text in files.items()})
    import_paths([str(tmp_path / "inner")], under="notes")
    section = Section.objects.get(topic__path="notes/inner/plan", anchor="xylomancy")
    for path in chain(PAGES, SEARCHES[:6]):
        asks["learner"].get(path)
    for name in ("learner", "outside-curator"):
        mark_all(User.objects.get(username=name), section)
    curator = User.objects.get(username="outside-curator")
    save_section(
        section, markdown=f"{section.markdown}\n\nA vault.", title="Xylomancy", user=curator,
        why="The quokka said so",
    )  # fmt: skip
    Pin.objects.create(query="gateway", key=key_of_text("gateway"), section=section)
    Pin.objects.create(query="pause", key=key_of_text("pause"), section=section, is_redirect=True)
    GoldenQuery.objects.create(query="gateway", section=section, place=1)
    searches.handle("gateway", HandledQuery.How.PIN, by=curator)
    HandledQuery.objects.filter(query="gateway").update(first=section)
    SearchLog.objects.create(query="gateway", results=3, took_ms=1, opened=section)
    TopicCare.objects.create(topic=section.topic, review_by="2020-01-01", owner=curator)
    gather()
    link = ExternalLink.objects.get()
    LinkCheck.objects.create(link=link, state="broken", note="404")
    ExternalLink.objects.update(state="broken", strikes=3)
    LogEntry.objects.create(
        user=curator, content_type=ContentType.objects.get_for_model(Section), action_flag=CHANGE,
        object_id=str(section.pk), object_repr=str(section), change_message="[]",
    )  # fmt: skip
    set_private(Topic.objects.get(path="notes/inner"), is_private=True, user=None)
    return asks


def mark_all(user: User, section: Section) -> None:
    Bookmark.objects.create(user=user, section=section, note="mine")
    Reading.objects.create(user=user, section=section, state="read")
    collections.add(user, collections.create(user, "Mine"), section)
    text = highlights.text_of(section.html)
    at = text.index("xylomancy")
    mark = highlights.add(user, section, Quote.of(text, at, at + len("xylomancy")), "yellow")
    cards.add_of_highlight(user, mark)
    base = Text(section.title, section.markdown)
    proposals.send(section, author=user, base=base, title="X", markdown="Quokka", why="vault")
    proposals.keep_draft(user, section, {"title": "Vault", "markdown": "", "why": "", "base": 0})
    values = {"title": "Quokka", "markdown": "# Vault", "base": ""}
    TopicDraft.objects.create(user=user, topic=section.topic, **values)


def own_pages() -> list[str]:
    """Pages about rows that somebody has there."""
    found = []
    for name, model in [
        ("learning:note", "bookmark"), ("learning:remove", "bookmark"),
        ("learning:highlight_note", "highlight"), ("learning:highlight_attach", "highlight"),
        ("learning:card_of_highlight", "highlight"), ("learning:card", "card"),
        ("learning:card_edit", "card"), ("learning:collected_note", "collectedsection"),
        ("learning:collection", "collection"), ("curating:proposal", "proposal"),
    ]:  # fmt: skip
        rows = ContentType.objects.get(model=model).model_class().objects.all()
        found += [reverse(name, args=[row.pk]) for row in rows]
    return found


def admin_pages(section: Section) -> list[str]:
    """What Django admin answers about rows by their keys, and where it leads on to."""
    found = []
    for row in [
        section, section.topic, *Pin.objects.all(), *GoldenQuery.objects.all(),
        *proposals.Proposal.objects.all(), *Bookmark.objects.all(), *ExternalLink.objects.all(),
        *SearchLog.objects.all(), *Asset.objects.all(), *Draft.objects.all(),
    ]:  # fmt: skip
        found.append(f"/admin/r/{ContentType.objects.get_for_model(row).pk}/{row.pk}/")
        for what in ("change", "history", "delete"):
            found.append(f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/{what}/")
    for model, field in [("section", "parent"), ("topic", "parent"), ("section", "topic")]:
        asked = f"app_label=topics&model_name={model}&field_name={field}&term="
        found.append(f"/admin/autocomplete/?{asked}")
    return found


def test_nothing_names_it(spoken_of: dict[str, Client]) -> None:
    section = Section.objects.get(topic__path="notes/inner/plan", anchor="xylomancy")
    token = Client().get(f"/bookmarks/sections/{section.pk}/wanted/").get("Location", "")
    pages = [
        *PAGES, *SEARCHES, *FILTERED, *LEARNERS, *CURATORS, *pages_of(section),
        *own_pages(), *admin_pages(section), token or "/",
        "/curating/search/?kind=handled", "/curating/search/query/?q=pause",
        "/curating/links/?kind=dead", "/curating/links/?kind=moved", "/curating/log/audit.csv",
        "/curating/rights/?name=outside-curator", "/curating/search/weights/",
        "/curating/search/explanation/?q=gateway+retries", "/search/?q=pause", "/learn/plan/",
        "/search/?q=in%3Anotes+mine", "/search/?q=is%3Aread", "/search/?q=is%3Abookmarked",
        "/search/?q=is%3Adue", "/accounts/my-bookmarks.json", "/accounts/my-bookmarks.md",
        "/accounts/data/", "/accounts/login/?next=" + section.get_absolute_url(),
    ]  # fmt: skip
    found = []
    for who in ("anonymous", "learner", "staff", "curator"):
        client = spoken_of[who]
        for path in pages:
            response = client.get(path)
            text = b"".join(response) if response.streaming else response.content
            head = str(response.headers)
            if said := secrets_in(text.decode(errors="replace") + head, path):
                found.append((who, path, said))
    assert found == []


def test_no_mail_names_it(spoken_of: dict[str, Client]) -> None:
    author = User.objects.get(username="learner")
    author.email = "learner@example.org"
    author.save()
    mails.set_wish(author, is_wanted=True)
    assert not mails.tell_author(proposals.Proposal.objects.get(author=author).pk)
    assert mail.outbox == []


def test_who_manages_accounts_is_not_told_what_they_marked(spoken_of: dict[str, Client]) -> None:
    clerk = make_user("clerk")
    clerk.is_staff = True
    clerk.save()
    clerk.user_permissions.set(Permission.objects.filter(content_type__app_label="auth"))
    client = in_browser(clerk)
    learner = User.objects.get(username="learner")
    for path in (
        f"/admin/auth/user/{learner.pk}/delete/", f"/admin/auth/user/{learner.pk}/history/",
        f"/admin/auth/user/{learner.pk}/change/",
    ):  # fmt: skip
        assert secrets_in(answer(client, path)[1]) == [], path
