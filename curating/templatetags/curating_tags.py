"""What pages ask about editing."""

from django import template
from django.conf import settings
from django.template.context import Context
from django.utils.translation import gettext_lazy as _

from curating.access import may_edit
from curating.models import SavedFilter
from curating.worklist import Waiting, what_waits
from topics.rights import Right, somewhere

register = template.Library()
MOST_FILTERS = 30  # of one list and person


@register.simple_tag
def takes_proposals() -> bool:
    """Whether readers with an account may suggest edits."""
    return bool(settings.KB_PROPOSALS)


@register.simple_tag
def takes_reports() -> bool:
    """Whether readers may report problems."""
    return bool(settings.KB_REPORTS)


@register.simple_tag(takes_context=True)
def has_rights(context: Context) -> bool:
    """Whether a group gives the reader a right beside that to read. No query."""
    request = context.get("request")
    return request is not None and somewhere(request.user, Right.PROPOSE)


@register.simple_tag(takes_context=True)
def waiting_for_curators(context: Context) -> list[Waiting]:
    """What waits for a curator; nothing for others. One query."""
    return what_waits() if may_edit(context["request"].user) else []


@register.simple_tag(takes_context=True)
def saved_filters(context: Context) -> list[SavedFilter]:
    """Those of the reader for the list that she looks at, by name. One query."""
    request = context["request"]
    if not may_edit(request.user):
        return []
    return list(SavedFilter.objects.filter(user=request.user, page=request.path)[:MOST_FILTERS])


PARTS = {
    "words": _("Words"),
    "title": _("Title"),
    "headings": _("Headings above"),
    "text": _("Text"),
    "code": _("Code"),
    "missing": _("Words that are missing"),
    "root": _("A topic with this title"),
    "part": _("Title and topic together"),
    "role": _("What kind of text it is"),
    "comparison": _("A title that compares"),
    "pairs": _("Words side by side"),
    "form": _("The word as it was typed"),
}


@register.filter
def part_name(name: str) -> str:
    """How people call a part of a score, or a field that holds a word."""
    return str(PARTS.get(name, name))
