"""Pages of curators ask as many questions of the database for much as for little."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from curating.models import AuditEntry, Comment, ExternalLink, Proposal
from importer.edits import save_section
from importer.models import Change, Revision
from importer.privacy import set_private
from importer.revisions import Text, text_after, texts_at
from learning.models import Bookmark
from search.models import GoldenQuery, SearchLog
from tests.factories import make_section, make_topic, make_user
from topics.models import Link, Section

MANY = 60  # more than a page of most lists


@pytest.fixture
def sizes(bring):
    bring({"pools.md": "# Pools\n\nIntro.\n\n## Sizes\n\nTen.\n\nMeasure it.\n"})
    section = Section.objects.select_related("topic").get(anchor="sizes")
    save_section(section, markdown="Twelve.\n\nMeasure it.", title="Sizes", user=None)
    return Section.objects.select_related("topic").get(pk=section.pk)


def happen(section, start, count):
    """Something of every kind, so many times, on the section and elsewhere."""
    people = [make_user(f"person-{n}") for n in range(start, start + count)]
    state = Revision.objects.filter(section=section).first().state
    topic = make_topic(f"Elsewhere {start}")
    for n, person in enumerate(people, start):
        change = Change.objects.create(kind="edit", at=timezone.now(), by=person, why=f"{n}")
        values = {"title": "Sizes", "markdown": f"It was {n}.\n\nMeasure it.", "state": state}
        Revision.objects.create(change=change, topic=section.topic, section=section, **values)
        other = make_section(f"Other {n}", topic=topic)
        Revision.objects.create(change=change, topic=topic, section=other, **values)
        Bookmark.objects.create(user=person, section=section)
        for on in (section, other):
            typed = {"base_title": on.title, "base_markdown": on.markdown, "title": on.title}
            edit = Proposal.objects.create(section=on, author=person, markdown=f"{n}", **typed)
            report = Proposal.objects.create(section=on, kind="wrong", author=person, why=f"{n}")
        first = Proposal.objects.filter(section=section).earliest("pk")
        Comment.objects.create(proposal=first, by=person, text=f"{n}")
        for kind, row in (("edit", change), ("proposal", edit), ("proposal", report)):
            AuditEntry.objects.create(
                kind="content", action=kind, actor=person.pk, target_kind=kind, target=row.pk
            )
        SearchLog.objects.create(query=f"quokka {n}", results=0, took_ms=1)
        GoldenQuery.objects.create(query=f"sizes {n}", section=section, place=n % 5)
        Link.objects.create(section=other, position=9, href=f"no-{n}.md", kind="broken")
        address = f"https://example.org/{n}"
        Link.objects.create(section=other, position=10, href=address, kind="external")
        ExternalLink.objects.create(url=address, state="broken", strikes=3)


def pages(section):
    change = Revision.objects.filter(section=section).order_by("-change_id")[1].change_id
    first = Proposal.objects.filter(section=section, kind="edit").earliest("pk")
    report = Proposal.objects.filter(section=section, kind="wrong").earliest("pk")
    return {
        f"{name} {args}": reverse(f"curating:{name}", args=args)
        for name, args in [
            ("section_history", [section.pk]),
            ("section_authors", [section.pk]),
            ("section_change", [section.pk, change]),
            ("topic_history", [section.topic_id]),
            ("changes", []),
            ("change", [change]),
            ("undo", [change]),
            ("queue", []),
            ("proposal", [first.pk]),
            ("proposal", [report.pk]),
            ("dashboard", []),
            ("log", []),
            ("workbench", []),
            ("golden", []),
            ("links", []),
            ("own", []),
            ("removed", []),
            ("overdue", []),
            ("arrange", [section.topic_id]),
            ("edit", [section.pk]),
        ]
    }


def asked(client, addresses):
    """How many queries each page takes."""
    counts = {}
    for name, address in addresses.items():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200, name
        counts[name] = len(queries)
    return counts


@pytest.mark.parametrize("is_hidden", [False, True], ids=["all public", "some private"])
def test_pages_take_as_many_queries_for_much_as_for_little(admin, sizes, is_hidden):
    if is_hidden:
        set_private(make_topic("Hidden"), is_private=True, user=None)
    happen(sizes, 0, 3)
    addresses = pages(sizes)
    few = asked(admin, addresses)
    happen(sizes, 3, MANY)
    much = asked(admin, addresses)
    assert {name: much[name] for name in few if much[name] > few[name]} == {}
    assert max(few.values()) < 60, few


def test_what_a_section_was_is_told_without_reading_all_of_its_revisions(
    sizes, django_assert_num_queries
):
    happen(sizes, 0, MANY)
    rows = list(Revision.objects.filter(section=sizes).select_related("change").order_by("pk"))
    with django_assert_num_queries(1):
        assert text_after(sizes, rows[3].change_id) == Text("Sizes", rows[4].markdown)
    with django_assert_num_queries(1):
        assert text_after(sizes, rows[-1].change_id) == Text("Sizes", sizes.markdown)
    Revision.objects.filter(pk=rows[4].pk).update(markdown=None, title="Size")
    with django_assert_num_queries(2):
        assert text_after(sizes, rows[3].change_id) == Text("Size", rows[5].markdown)
    with django_assert_num_queries(3):
        told = texts_at([sizes.pk], rows[3].change.at)
    assert told == {sizes.pk: Text("Size", rows[5].markdown)}
    Revision.objects.filter(section=sizes).update(markdown=None)
    assert text_after(sizes, rows[3].change_id) == Text("Size", sizes.markdown)


def test_a_difference_takes_few_queries_and_writes_nothing(admin, sizes):
    happen(sizes, 0, 1)
    row = Proposal.objects.filter(section=sizes, kind="edit").get()
    first, latest = Revision.objects.filter(section=sizes).order_by("change_id")
    addresses = {
        "proposal": reverse("curating:proposal", args=[row.pk]),
        "first": reverse("curating:section_change", args=[sizes.pk, first.change_id]),
        "latest": reverse("curating:section_change", args=[sizes.pk, latest.change_id]),
    }
    asked(admin, addresses)  # what every page needs once is known from here on
    with CaptureQueriesContext(connection) as queries:
        counts = asked(admin, addresses)
    assert counts == {"proposal": 14, "first": 15, "latest": 14}
    writing = ("INSERT", "UPDATE", "DELETE", "CREATE")
    assert [q["sql"] for q in queries if q["sql"].startswith(writing)] == []
