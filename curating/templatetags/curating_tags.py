"""What pages ask about editing."""

from django import template
from django.conf import settings
from django.template.context import Context

from curating.access import may_edit
from curating.waiting import Waiting, what_waits

register = template.Library()


@register.simple_tag
def takes_proposals() -> bool:
    """Whether readers with an account may suggest edits."""
    return bool(settings.KB_PROPOSALS)


@register.simple_tag
def takes_reports() -> bool:
    """Whether readers may report problems."""
    return bool(settings.KB_REPORTS)


@register.simple_tag(takes_context=True)
def waiting_for_curators(context: Context) -> list[Waiting]:
    """What waits for a curator; nothing for others. One query."""
    return what_waits() if may_edit(context["request"].user) else []
