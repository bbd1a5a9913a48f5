"""What pages ask about editing."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def takes_proposals() -> bool:
    """Whether readers with an account may suggest edits."""
    return bool(settings.KB_PROPOSALS)


@register.simple_tag
def takes_reports() -> bool:
    """Whether readers may report problems."""
    return bool(settings.KB_REPORTS)
