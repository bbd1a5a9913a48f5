"""What pages ask about a reader's marks."""

from collections.abc import Collection, Mapping

from django import template
from django.contrib.auth.models import AnonymousUser
from django.template.context import Context

from accounts import login_tokens
from learning import progress
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


@register.simple_tag
def how_much(
    words: Mapping[int, int], found: Mapping[int, str], shown: Collection[int] | None = None
) -> progress.Sum:
    """How much is read of the sections with these words, or of those of them that are shown."""
    if shown is not None:
        words = {key: words[key] for key in shown if key in words}
    return progress.Sum.of(words, found)


@register.simple_tag
def left_of_topic(state: progress.OfTopic, words: int) -> int:
    """Minutes left of a topic of so many words; 0 when it is read."""
    return state.left(words)
