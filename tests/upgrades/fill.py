"""Fills a database with the code of an earlier commit: `python fill.py FIRST_FOLDER SECOND_FOLDER`.

`tests/upgrades/make` runs it in a work tree of that commit. It uses what all the commits have, and
of those with rooms what they have besides.
"""

import os
import sys
from pathlib import Path
from typing import Any

import django

sys.path.insert(0, os.getcwd())
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb.settings")
django.setup()

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry  # noqa: E402
from django.contrib.auth.hashers import MD5PasswordHasher  # noqa: E402
from django.contrib.auth.models import Group, User  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from learning.bookmarks import bookmark_add  # noqa: E402
from topics.models import Section, Topic  # noqa: E402

try:
    from topics.importing import save_section
    from topics.models import ImportRun, SearchLog, Synonym

    HAS_ROOMS = False
except ImportError:
    from importer.edits import save_section
    from importer.models import ImportRun
    from search.models import SearchLog, Synonym

    HAS_ROOMS = True

try:
    from learning.models import Card, Review
except ImportError:  # of commits before there were cards
    Card = Review = None

PASSWORD = "a long walk by the sea"
DRAFT = "pricing"


def user(name: str, **rights: bool) -> User:
    hashed = MD5PasswordHasher().encode(PASSWORD, "salt")
    return User.objects.create(
        username=name, email=f"{name}@example.org", password=hashed, **rights
    )


def section(path: str, anchor: str = "") -> Section:
    return Section.objects.get(topic__path=path, anchor=anchor, removed_at=None)


def bookmark(owner: User, path: str, anchor: str, note: str = "") -> None:
    mark = bookmark_add(user=owner, section=section(path, anchor))
    mark.note = note
    mark.save()


def edit(by: User, path: str, anchor: str, old: str, new: str, title: str = "") -> None:
    row = section(path, anchor)
    assert old in row.markdown, row.markdown
    text = row.markdown.replace(old, new)
    save_section(row, markdown=text, title=title or row.title, user=by)
    log(by, CHANGE, row, [{"changed": {"fields": ["Markdown"]}}])


def log(by: User, flag: int, row: Any, message: list[Any]) -> None:
    LogEntry.objects.log_actions(by.pk, [row], flag, change_message=message, single_object=True)


def import_folder(folder: Path) -> ImportRun:
    call_command("import_content", str(folder), source="library", prune=True, verbosity=2)
    return ImportRun.objects.latest("pk")


def main(first: Path, second: Path) -> None:
    import_folder(first)
    ann, ben = user("ann"), user("ben")
    mark_the_first_state(ann, ben)

    cleo = user("cleo", is_staff=True)
    if curators := Group.objects.filter(name="curator").first():
        cleo.groups.add(curators)
    edit_the_first_state(cleo)
    if HAS_ROOMS:
        mark_with_all_kinds(ann, ben)

    run = import_folder(second)
    log(cleo, ADDITION, run, [{"added": {}}])
    choose_a_draft(cleo)
    add_a_synonym(cleo)
    search_for_things()
    Session.objects.all().delete()


def mark_the_first_state(ann: User, ben: User) -> None:
    bookmark(ann, "http", "keep-alive", "Ann: ask ops for the proxy's idle time")  # removed later
    bookmark(ann, "http", "safe-methods", "Ann: safe is not idempotent")  # merged later
    bookmark(ann, "http", "retries", "Ann: 100 % <jitter> & “patience”")  # renamed later
    bookmark(ann, "http", "")
    bookmark(ann, DRAFT, "per-message", "Ann: bytes")  # a draft later
    bookmark(ben, "http", "safe-methods", "Ben: GET and HEAD")
    bookmark(ben, "http", "idempotent-methods", "Ben: PUT\n\nand DELETE")  # merged into, later
    bookmark(ben, "queues", "dead-letters", "Ben: on call")  # its file moves later
    bookmark(ben, "gateways", "fan-out", "Ben: the slowest decides")  # its file goes later
    bookmark(ben, "outline", "1-1-1-2-2", "Ben: SO_LINGER")


def edit_the_first_state(cleo: User) -> None:
    edit(cleo, "http", "time-outs", "waits for ever", "waits like a patient heron")
    # The file changes another line of this one, and the same line of the next.
    edit(cleo, "http", "headers", "the format of the body", "the media type of the body")
    edit(cleo, "http", "status-codes", "Use 409 for a conflict.", "Use 409, and say with what.")
    edit(cleo, "glossary", "jitter", "A random share", "A random part", title="Jitter and spread")


def choose_a_draft(cleo: User) -> None:
    """As the admin saves a topic whose status was changed."""
    topic = Topic.objects.get(path=DRAFT)
    topic.status = "draft"
    if HAS_ROOMS:
        from importer.edits import save_topic

        save_topic(topic, ["status"], user=cleo)
    else:
        from topics.search import index_sections

        topic.chosen = ["status"]
        topic.save()
        index_sections(list(topic.sections.values_list("pk", flat=True)))
    log(cleo, CHANGE, topic, [{"changed": {"fields": ["Status"]}}])


def add_a_synonym(cleo: User) -> None:
    row = Synonym(words=["zauderei", "jitter"], note="what the team says")
    if hasattr(row, "keys"):  # the admin filled them in while there was such a column
        row.keys = ["zauderei", "jitter"]
    row.save()
    log(cleo, ADDITION, row, [{"added": {}}])


def mark_with_all_kinds(ann: User, ben: User) -> None:
    """What learners keep and readers propose since there are rooms, before the files change."""
    from curating import proposals
    from curating.proposals import Text
    from learning import collections, highlights, progress
    from learning.anchoring import Quote

    places = [("http", "keep-alive"), ("http", "safe-methods"), ("http", "retries"), ("http", "")]
    rows = [section(*place) for place in places]
    progress.mark(ann, [row.pk for row in rows], "read")
    progress.mark(ben, [section("queues", "dead-letters").pk], "again")
    own = collections.create(ann, "Before the busy day")
    for row in rows:
        collections.add(ann, own, row)
    collections.share(ann, own, is_shared=True)
    for row, words in ((rows[2], "Wait longer after each failure"), (rows[1], "only reads")):
        text = highlights.text_of(row.html)
        start = text.index(words)
        highlights.add(ann, row, Quote.of(text, start, start + len(words)), "green")
    topic = section("interview", "what-is-a-poison-message")
    proposals.send(
        topic, author=ben, base=Text(topic.title, topic.markdown), title=topic.title,
        markdown=topic.markdown + "\nBen: it never ends.\n", why="it lacked the end",
    )  # fmt: skip
    proposals.report(rows[2], kind="unclear", why="which jitter?", author=None)
    if Card is not None:
        make_cards(ann, rows)


def make_cards(ann: User, rows: list[Section]) -> None:
    """One of her own on each section, the first of which she has answered."""
    from learning import reviews

    for row in rows:
        Card.objects.create(
            user=ann, section=row, origin="own", front=f"What of {row.title}?", back=row.markdown
        )
    reviews.answer(ann, Card.objects.order_by("pk")[0].pk, 3, timezone.now(), reps=0)


def search_for_things() -> None:
    opened = section("http", "idempotent-methods")
    SearchLog.objects.create(query="idempotent", results=3, took_ms=1.5, opened=opened)
    SearchLog.objects.create(query="idempotnet", results=3, took_ms=2.25, corrected="idempotent")
    SearchLog.objects.create(query="quokka", results=0, took_ms=0.5)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
    connection.close()
