"""What pages ask about editing."""

from dataclasses import dataclass

from django import template
from django.conf import settings
from django.template.context import Context
from django.urls import reverse
from django.utils.translation import gettext as _

from curating.access import may_edit
from curating.models import Proposal
from search.models import SearchLog
from topics.models import Link, Section

register = template.Library()


@register.simple_tag
def takes_proposals() -> bool:
    """Whether readers with an account may suggest edits."""
    return bool(settings.KB_PROPOSALS)


@register.simple_tag
def takes_reports() -> bool:
    """Whether readers may report problems."""
    return bool(settings.KB_REPORTS)


@dataclass(frozen=True)
class Waiting:
    """Something that waits for a curator, how much of it, and where it is done."""

    what: str
    number: int
    url: str


@register.simple_tag(takes_context=True)
def what_waits(context: Context) -> list[Waiting]:
    """What waits for a curator; nothing for others. Five queries."""
    if not may_edit(context["request"].user):
        return []
    waiting = Proposal.objects.filter(status=Proposal.Status.OPEN)
    queue = reverse("curating:queue")
    found = [
        (
            _("Conflicts with files"),
            Section.objects.filter(removed_at=None).exclude(conflict_markdown=None),
            reverse("admin:topics_section_changelist") + "?state=conflict",
        ),
        (_("Proposals"), waiting.filter(kind=Proposal.Kind.EDIT), f"{queue}?kind=edits"),
        (_("Reports"), waiting.exclude(kind=Proposal.Kind.EDIT), f"{queue}?kind=reports"),
        (
            _("Broken links"),
            Link.objects.filter(kind=Link.Kind.BROKEN, section__removed_at=None),
            reverse("admin:topics_link_changelist") + "?kind__exact=broken",
        ),
        (
            _("Searches without a result"),
            SearchLog.objects.filter(results=0),
            reverse("admin:search_searchlog_changelist") + "?results__exact=0",
        ),
    ]
    counted = (Waiting(what, rows.count(), url) for what, rows, url in found)
    return [waiting for waiting in counted if waiting.number]
