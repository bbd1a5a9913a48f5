"""What pages ask about a reader's bookmarks."""

from django import template
from django.contrib.auth.models import AnonymousUser
from django.template.context import Context

from accounts import login_tokens
from learning.models import Bookmark
from topics.models import Section

register = template.Library()


@register.simple_tag(takes_context=True)
def bookmark_count(context: Context) -> int:
    """How many bookmarks the reader has."""
    request = context.get("request")
    return Bookmark.objects.of(getattr(request, "user", None) or AnonymousUser()).count()


@register.simple_tag
def wanted_section(next_url: str | None) -> Section | None:
    """The section whose bookmark button led to the log-in, if one did."""
    section_id = login_tokens.key_of(login_tokens.token_in(next_url) or "")
    return Section.objects.current(section_id) if section_id is not None else None
