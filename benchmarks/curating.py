"""How long the pages of curators take where much has happened.

    python -m benchmarks curating [--revisions 10000] [--proposals 200] [--rounds 15]

Imports `content/` into a database of its own, which it makes and drops, then gives its longest
section that many revisions and proposals, 40 learners' bookmarks, and the site as much beside: an
import that changed every section, a log of searches and of what was done, links that fail, a
private topic that the curator does not see. Each page is asked for once unmeasured and then in
rounds, by a curator in this process; prints a Markdown table of queries and milliseconds on a
clock, template and database included. More than 300 at the median is marked and exits with 1.
"""

import argparse
import logging
import os
import statistics
from collections.abc import Iterator
from datetime import timedelta
from time import perf_counter
from typing import Any

from benchmarks import NO_LIMITS
from benchmarks.own_database import in_own_database

BOUND = 300  # milliseconds of a page
PEOPLE = 40
OTHERS = 2_000  # rows of each kind beside what is asked for


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--revisions", type=int, default=10_000)
    parser.add_argument("--proposals", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kb.settings")
    os.environ |= NO_LIMITS
    import django

    django.setup()
    from django.core.management import call_command

    logging.disable(logging.CRITICAL)
    call_command("collectstatic", interactive=False, verbosity=0)
    over: list[str] = []
    in_own_database(_measured, options, over)
    if over:
        raise SystemExit(f"Over {BOUND} ms: {', '.join(over)}")


def _measured(options: argparse.Namespace, over: list[str]) -> None:
    from django.db import connection
    from django.test import Client

    section, curator = _fill(options.revisions, options.proposals)
    client = Client(HTTP_HOST="localhost")
    client.force_login(curator)
    print("| page | queries | median ms | slowest |\n| --- | --- | --- | --- |")
    for name, address in _pages(section, options.revisions):
        asked: list[str] = []
        with connection.execute_wrapper(_counter(asked)):
            answer = client.get(address)
        assert answer.status_code == 200, (name, address, answer.status_code)
        times = []
        for _ in range(options.rounds):
            started = perf_counter()
            client.get(address)
            times.append(1000 * (perf_counter() - started))
        median = statistics.median(times)
        if median > BOUND:
            over.append(name)
        mark = " **over**" if median > BOUND else ""
        print(f"| {name} | {len(asked)} | {median:.0f}{mark} | {max(times):.0f} |", flush=True)


def _counter(asked: list[str]) -> Any:
    def count(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    return count


def _pages(section: Any, revisions: int) -> Iterator[tuple[str, str]]:
    from django.urls import reverse

    from curating.models import Proposal
    from importer.models import Change, Revision

    def at(name: str, *keys: int, query: str = "") -> str:
        return reverse(f"curating:{name}", args=keys) + query

    keys = Revision.objects.filter(section=section).order_by("change_id")
    middle, late = (
        keys.values_list("change_id", flat=True)[place] for place in (revisions // 2, revisions - 1)
    )
    last = Change.objects.count() // 50
    here = Proposal.objects.filter(section=section, kind="edit").order_by("pk")
    elsewhere = Proposal.objects.filter(kind="edit").exclude(section=section).order_by("pk")
    report = Proposal.objects.exclude(kind="edit").order_by("pk")
    run = Change.objects.filter(kind="import", revisions__isnull=False).latest("pk")
    yield "history of the section", at("section_history", section.pk)
    yield "its 5,000th change on", at("section_history", section.pk, query=f"?before={middle}")
    yield "who wrote each paragraph", at("section_authors", section.pk)
    yield "what one change did to it", at("section_change", section.pk, middle)
    yield "what the latest did", at("section_change", section.pk, late)
    yield "what undoing one would do", at("undo", middle)
    yield "history of the topic", at("topic_history", section.topic_id)
    yield "its last page", at("topic_history", section.topic_id, query="?page=last")
    yield "all changes", at("changes")
    yield "their last page", at("changes", query=f"?page={last}")
    yield "the change of a run", at("change", run.pk)
    yield "a small change", at("change", middle)
    yield "queue of proposals", at("queue")
    yield "its last page", at("queue", query="?page=last")
    yield "a proposal here", at("proposal", here[0].pk)
    yield "one elsewhere", at("proposal", elsewhere[0].pk)
    yield "a report", at("proposal", report[0].pk)
    yield "dashboard", at("dashboard")
    yield "log", at("log")
    yield "log of one person", at("log", query="?actor=person-3")
    yield "workbench", at("workbench")
    yield "results that nobody opened", at("workbench", query="?kind=unopened")
    yield "page of a query", at("query", query="?q=index")
    yield "why so?", at("explanation", query="?q=index")
    yield "golden queries", at("golden")
    yield "broken links", at("links")
    yield "dead links", at("links", query="?kind=dead")
    yield "the editor", at("edit", section.pk)
    yield "the editor of the topic", at("edit_topic", section.topic_id)
    yield "arrange a topic", at("arrange", section.topic_id)
    yield "what was removed", at("removed")
    yield "own proposals", at("own")
    yield "overdue reviews", at("overdue")
    yield "the page itself", section.get_absolute_url()


def _fill(revisions: int, proposals: int) -> tuple[Any, Any]:
    """The library and all that happened in it; gives the section and a curator."""
    from django.contrib.auth.models import Group, User

    from importer.privacy import set_private
    from importer.run import import_paths
    from importer.written_topics import new_topic
    from topics.models import Section

    import_paths(["content"])
    section = max(Section.objects.published().select_related("topic"), key=lambda s: s.words)
    hidden = new_topic("Hidden", "Not for everybody.", parent=None, user=None)
    set_private(hidden, is_private=True, user=None)
    people = User.objects.bulk_create(User(username=f"person-{n}") for n in range(PEOPLE))
    curator = User.objects.create_user("curator", is_staff=True)
    curator.groups.add(Group.objects.get(name="curator"))
    _revise(section, revisions, people)
    _import_again(curator)
    _propose(section, proposals, people, curator)
    _log(people)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return section, curator


def _revise(section: Any, count: int, people: list[Any]) -> None:
    """Every tenth changes the title, the others a paragraph; a minute lies between two."""
    from django.utils import timezone

    from importer.edits import save_section
    from importer.models import Change, Revision

    parts = section.markdown.split("\n\n")
    change = save_section(
        section, markdown=section.markdown + "\n", title=section.title + " now", user=None
    )
    section.refresh_from_db()
    state = change.revisions.get(section=section).state if change else {}
    now = timezone.now()
    changes = Change.objects.bulk_create(
        Change(
            kind="edit",
            at=now - timedelta(minutes=count - n),
            by=people[n % PEOPLE],
            why=f"Said better, {n}" if n % 3 else "",
        )
        for n in range(count)
    )
    rows = []
    for n, row in enumerate(changes):
        place = n % len(parts)
        text = "\n\n".join(
            [*parts[:place], f"{parts[place]} It was so {n} times.", *parts[place + 1 :]]
        )
        rows.append(
            Revision(
                change=row,
                topic=section.topic,
                section=section,
                title=f"{section.title} {n}" if n % 10 == 0 else section.title,
                markdown=None if n % 10 == 0 else text,
                state=state,
            )
        )
    Revision.objects.bulk_create(rows, batch_size=1_000)


def _import_again(curator: Any) -> None:
    """An import that changed every section."""
    from django.utils import timezone

    from importer.models import Change, ImportRun, Revision
    from topics.models import Section

    run = ImportRun.objects.create(source="content", status="done", started_by=curator)
    change = Change.objects.create(kind="import", at=timezone.now(), by=curator, run=run)
    state = Revision.objects.filter(section__isnull=False).first().state  # type: ignore[union-attr]
    Revision.objects.bulk_create(
        (
            Revision(
                change=change, topic_id=row.topic_id, section=row, title=row.title,
                markdown=row.markdown + "\nOne line more.", state=state,
            )
            for row in Section.objects.published()
        ),
        batch_size=1_000,
    )  # fmt: skip


def _propose(section: Any, count: int, people: list[Any], curator: Any) -> None:
    """Half on the section, half elsewhere; every tenth reports a problem; ten were talked about."""
    from curating.models import Comment, Proposal
    from learning.models import Bookmark
    from topics.models import Section

    others = list(Section.objects.published().select_related("topic").order_by("pk")[:count])
    rows = []
    for n in range(count):
        on = section if n % 2 else others[n]
        is_edit = n % 10 != 9 and n % 10 != 0
        rows.append(
            Proposal(
                section=on,
                kind="edit" if is_edit else "unclear",
                author=people[n % PEOPLE],
                base_title=on.title,
                base_markdown=on.markdown,
                title=on.title,
                markdown=f"{on.markdown}\n\nAnd what follows from it, {n} times."
                if is_edit
                else "",
                why=f"It was not said, {n}.",
            )
        )
    proposals = Proposal.objects.bulk_create(rows)
    Comment.objects.bulk_create(
        Comment(proposal=row, by=curator, text=f"What of {n}?")
        for row in proposals[:10]
        for n in range(20)
    )
    Bookmark.objects.bulk_create(
        Bookmark(user=person, section=section, note="Mine.") for person in people
    )
    Proposal.objects.bulk_create(
        Proposal(section=section, kind="edit", status="accepted", author=curator, title="x")
        for _ in range(OTHERS)
    )


def _log(people: list[Any]) -> None:
    """Searches, what was done, golden queries and links that fail."""
    from django.utils import timezone

    from curating.models import AuditEntry, ExternalLink
    from search.models import GoldenQuery, SearchLog
    from topics.models import Link, Section

    now = timezone.now()
    some = list(Section.objects.published().order_by("pk")[:OTHERS])
    SearchLog.objects.bulk_create(
        SearchLog(
            query=f"quokka {n % OTHERS}" if n % 2 else f"index {n % 700}",
            results=0 if n % 2 else 7,
            took_ms=3,
            created_at=now - timedelta(minutes=n),
        )
        for n in range(10 * OTHERS)
    )
    AuditEntry.objects.bulk_create(
        AuditEntry(
            kind=AuditEntry.Kind.values[n % 5], action="edit", actor=people[n % PEOPLE].pk,
            target_kind="section", target=some[n % len(some)].pk, facts={"sections": n},
        )
        for n in range(10 * OTHERS)
    )  # fmt: skip
    GoldenQuery.objects.bulk_create(
        GoldenQuery(query=f"{row.title.lower()[:150]} {n}", section=row, place=n % 5)
        for n, row in enumerate(some[:300])
    )
    Link.objects.bulk_create(
        Link(section=row, position=900 + n % 50, href=f"no-{n}.md", kind="broken", text="x")
        for n, row in enumerate(some)
    )
    ExternalLink.objects.bulk_create(
        ExternalLink(url=f"https://example.org/{n}", state="broken", strikes=3, note="404")
        for n in range(OTHERS)
    )
    Link.objects.bulk_create(
        Link(section=row, position=960, href=f"https://example.org/{n}", kind="external", text="x")
        for n, row in enumerate(some)
    )
