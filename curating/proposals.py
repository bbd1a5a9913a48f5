"""What happens to proposals: sent, discussed, accepted, declined."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from accounts.last_read import as_last_read
from accounts.own_data import Said, item, quoted
from curating import audit, topic_drafts
from curating.care import refuse_alone
from curating.models import Comment, Draft, Proposal
from importer.edits import EditRefused, Overtaken, join, save_joined
from importer.models import Change
from importer.revisions import Text
from search.models import GoldenQuery, Pin
from topics.marks import mark_count, marks_on
from topics.models import Link, PathStep, Section
from topics.visibility import seen

MARKS = {
    "bookmarks": ngettext_lazy("%(n)s bookmark", "%(n)s bookmarks", "n"),
    "readings": ngettext_lazy("read by %(n)s learner", "read by %(n)s learners", "n"),
    "collected": ngettext_lazy("in %(n)s collection", "in %(n)s collections", "n"),
    "highlights": ngettext_lazy("%(n)s highlight", "%(n)s highlights", "n"),
    "cards": ngettext_lazy("%(n)s card", "%(n)s cards", "n"),
}
OF_SECTION = "section__topic__"
MOST_OPEN = 20  # proposals that one person may have waiting
MOST_A_DAY = 100  # that one person may send
MOST_DRAFTS = 50  # that are kept for one person; the oldest goes
MOST_REPORTS = 20  # of readers without an account that may wait on one section
MOST_WAITING = 2_000  # of them in all


class Answered(EditRefused):
    """A proposal was answered in the meantime."""

    is_final = True

    def __init__(self) -> None:
        super().__init__(_("Somebody else has answered this proposal already."))


class TooMany(Exception):
    """So many of this person's proposals wait that another one is not taken."""


def send(
    section: Section, *, author: User, base: Text, title: str, markdown: str, why: str
) -> Proposal:
    """Have an edit wait for a curator. Raises TooMany."""
    if _has_many(author):
        raise TooMany
    return Proposal.objects.create(
        section=section,
        author=author,
        base_title=base.title,
        base_markdown=base.markdown,
        title=title,
        markdown=markdown,
        why=why,
    )


def report(section: Section, *, kind: str, why: str, author: User | None) -> Proposal:
    """Note a problem that a reader found. Raises TooMany."""
    waiting = Proposal.objects.filter(status=Proposal.Status.OPEN)
    if author is not None:
        is_full = _has_many(author)
    else:
        theirs = waiting.filter(author=None)
        is_full = (
            theirs.filter(section=section).count() >= MOST_REPORTS or theirs.count() >= MOST_WAITING
        )
    if is_full:
        raise TooMany
    return Proposal.objects.create(section=section, kind=kind, why=why, author=author)


def _has_many(author: User) -> bool:
    own = Proposal.objects.filter(author=author)
    today = own.filter(created_at__gte=timezone.now() - timedelta(days=1))
    waiting = own.filter(status=Proposal.Status.OPEN)
    return waiting.count() >= MOST_OPEN or today.count() >= MOST_A_DAY


@transaction.atomic
def revise(proposal: Proposal, *, base: Text, title: str, markdown: str, why: str) -> None:
    """The author sends another text; it waits again. Raises Answered."""
    proposal = _locked(proposal)
    proposal.base_title, proposal.base_markdown = base.title, base.markdown
    proposal.title, proposal.markdown, proposal.why = title, markdown, why
    proposal.status, proposal.updated_at = Proposal.Status.OPEN, timezone.now()
    proposal.save()


def joined(proposal: Proposal) -> tuple[str, str, bool]:
    """Title and text as they would be accepted now, and whether they join what changed since."""
    section = proposal.section
    title = section.title if proposal.title == proposal.base_title else proposal.title
    text, is_clean = join(proposal.base_markdown, section.markdown, proposal.markdown)
    return title, text, is_clean


@transaction.atomic
def accept(
    proposal: Proposal, *, by: User, text: str | None = None, title: str = "", seen: Text | None
) -> Change | None:
    """Publish a proposal, joined with what changed since, under its author's name.

    With a `text` of the curator's own that is published instead; `seen` is what the section said
    when she wrote it. Raises Overtaken where both changed the same lines, and EditRefused.
    """
    locked = _locked(proposal)
    if locked.is_edit:
        if locked.author_id == by.pk:
            refuse_alone([locked.section.topic])
        base = Text(locked.base_title, locked.base_markdown)
        if text is not None and seen is not None:
            base = seen
        locked.change = save_joined(
            locked.section,
            base=base,
            markdown=locked.markdown if text is None else text,
            title=title or locked.title,
            user=locked.author or by,
            why=locked.why[:500],
        )
    _decide(locked, Proposal.Status.ACCEPTED, by)
    return locked.change


@transaction.atomic
def decline(proposal: Proposal, *, by: User, reason: str) -> None:
    """Say no, with the reason. Raises EditRefused if it has been answered already."""
    _answer(proposal, Proposal.Status.DECLINED, by, reason)


@transaction.atomic
def ask_for_changes(proposal: Proposal, *, by: User, reason: str) -> None:
    """Give it back to its author. Raises EditRefused if it has been answered already."""
    _answer(proposal, Proposal.Status.CHANGES, by, reason)


@transaction.atomic
def withdraw(proposal: Proposal) -> None:
    """The author takes it back. Raises Answered."""
    proposal = _locked(proposal)
    proposal.status, proposal.updated_at = Proposal.Status.WITHDRAWN, timezone.now()
    proposal.save(update_fields=["status", "updated_at"])


def _locked(proposal: Proposal) -> Proposal:
    """It as it is now, until the end of the transaction. Raises Answered."""
    locked = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if not locked.is_open:
        raise Answered
    return locked


def _answer(proposal: Proposal, status: str, by: User, reason: str) -> None:
    locked = _locked(proposal)
    Comment.objects.create(proposal=locked, by=by, text=reason)
    _decide(locked, status, by)


def _decide(proposal: Proposal, status: str, by: User) -> None:
    from curating.tasks import mail_author  # which tells of what this module does

    if proposal.author_id and proposal.author_id != by.pk:
        mail_author.enqueue(proposal.pk)
    audit.note(audit.Kind.CONTENT, f"proposal {status}", by=by, target=proposal)
    proposal.status, proposal.decided_by = status, by
    proposal.decided_at = proposal.updated_at = timezone.now()
    proposal.save()


# What is told of them


def queue() -> "QuerySet[Proposal, Any]":
    """What waits for a curator who may see its topic, the oldest first, each with the marks on its
    section."""
    rows = Proposal.objects.filter(seen(OF_SECTION), status=Proposal.Status.OPEN)
    return rows.select_related("section__topic", "author").annotate(marks=mark_count("section"))


@dataclass(frozen=True)
class Impact:
    """Who points at a section: marks by kind, links from elsewhere, steps of paths, and queries
    whose answer it is."""

    marks: dict[str, int]
    links: int
    steps: int
    queries: list[str]

    @property
    def said(self) -> list[str]:
        """The marks in words; of a kind that is not known here, by its name."""
        return [
            str(MARKS[kind] % {"n": count}) if kind in MARKS else f"{count} {kind}"
            for kind, count in self.marks.items()
        ]


def impact(section: Section) -> Impact:
    """What a change of the section touches. Four queries."""
    links = Link.objects.filter(seen(OF_SECTION), target=section).exclude(section=section)
    steps = PathStep.objects.filter(seen(OF_SECTION), target=section)
    marks = {kind: count for kind, count in marks_on([section.pk]).items() if count}
    golden = GoldenQuery.objects.filter(section=section).values_list("query", flat=True)
    pins = Pin.objects.filter(section=section).values_list("query", flat=True)
    queries = list(golden.union(pins).order_by("query"))
    return Impact(marks, links.count(), steps.count(), queries)


def own(user: User) -> "QuerySet[Proposal, Any]":
    """What somebody has proposed and reported, the latest first; in topics that she may see."""
    rows = Proposal.objects.filter(seen(OF_SECTION), author=user)
    rows = rows.select_related("section__topic", "decided_by")
    return rows.order_by("-updated_at", "-pk")


def own_rows(user: User) -> list[dict[str, Any]]:
    """A person's proposals and reports with what she said about them, for her to take along."""
    said = Comment.objects.filter(by=user).values_list("proposal", "text")
    comments: dict[int, list[str]] = {}
    for key, text in said:
        comments.setdefault(key, []).append(text)
    proposals = list(own(user))
    as_last_read(proposal.section for proposal in proposals)
    return [
        {
            "kind": proposal.kind,
            "section": str(proposal.section),
            "address": proposal.section.get_absolute_url(),
            "title": proposal.title,
            "markdown": proposal.markdown,
            "why": proposal.why,
            "status": proposal.status,
            "sent": proposal.created_at.isoformat(),
            "comments": comments.get(proposal.pk, []),
        }
        for proposal in proposals
    ]


def said(user: User) -> Iterator[Said]:
    """The same for people."""
    for number, row in enumerate(own_rows(user)):
        line = f"{row['kind']} ({row['status']}, {row['sent'][:10]}): {row['address']}"
        text = item(line, *(quoted(words) for words in (row["why"], *row["comments"])))
        yield Said(_("Your proposals"), "", text, order=("proposals", number))


def own_drafts(user: User) -> list[dict[str, Any]]:
    """Texts that a person is writing and has not sent."""
    drafts = Draft.objects.filter(seen(OF_SECTION), user=user)
    drafts = drafts.select_related("section__topic").order_by("pk")
    return [
        {
            "section": str(draft.section),
            "address": draft.section.get_absolute_url(),
            "title": draft.title,
            "markdown": draft.markdown,
            "why": draft.why,
            "written": draft.updated_at.isoformat(),
        }
        for draft in drafts
    ] + topic_drafts.own_rows(user)


def drafts_said(user: User) -> Iterator[Said]:
    """The same for people."""
    for number, row in enumerate(own_drafts(user)):
        yield Said(_("Drafts"), row["title"], quoted(row["markdown"]), order=("drafts", number))


def keep_draft(user: User, section: Section, values: Mapping[str, Any]) -> None:
    """Keep what somebody is writing: `title`, `markdown`, `why` and `base`."""
    kept = {**values, "updated_at": timezone.now()}
    Draft.objects.update_or_create(user=user, section=section, defaults=kept)
    others = Draft.objects.filter(user=user).order_by("-updated_at")
    Draft.objects.filter(pk__in=list(others.values_list("pk", flat=True)[MOST_DRAFTS:])).delete()


def forget_draft(user: User, section: Section) -> None:
    """Delete what somebody was writing: it was sent, published or discarded."""
    Draft.objects.filter(user=user, section=section).delete()


__all__ = ["Overtaken", "accept", "ask_for_changes", "decline", "queue", "report", "send"]
