"""The bookmark button, for any page that shows sections.

{% bookmarks_for sections as marks %}
{% bookmark_button section marks %}
"""

from collections.abc import Iterable
from typing import Any

from django import template
from django.contrib.auth.models import AnonymousUser, User
from django.template.context import Context
from django.urls import reverse

from accounts import tokens
from learning.bookmarks import Marks, current_section, marks_by_section
from learning.models import Bookmark
from topics.models import Section

register = template.Library()


@register.simple_tag(takes_context=True)
def bookmarks_for(context: Context, sections: Iterable[Section]) -> Marks:
    """The reader's marks on all the sections of a page: one query, none without an account."""
    return marks_by_section(user=_user(context), section_ids=[section.pk for section in sections])


@register.simple_tag(takes_context=True)
def bookmark_count(context: Context) -> int:
    """How many bookmarks the reader has."""
    return Bookmark.objects.of(_user(context)).count()


@register.inclusion_tag("learning/_bookmark_button.html", takes_context=True)
def bookmark_button(
    context: Context, section: Section, marks: Marks | None = None, next: str = ""
) -> dict[str, Any]:
    """The button for one section, which needs its topic loaded.

    Without `marks` from `bookmarks_for` it costs a query of its own. Without JavaScript the
    reader comes back to `next`, a path of this site, or else to the section.
    """
    user = _user(context)
    if not user.is_authenticated:
        return {"section": section, "login_url": reverse("learning:want", args=[section.pk])}
    if marks is None:
        marks = marks_by_section(user=user, section_ids=[section.pk])
    own = marks.get(section.pk, [])
    return {
        "section": section,
        "mark": own[0] if own else None,
        "next_url": next or section.get_absolute_url(),
    }


@register.simple_tag
def wanted_section(next_url: str | None) -> Section | None:
    """The section whose bookmark button led to the log-in, if one did."""
    section_id = tokens.key_of(tokens.token_in(next_url) or "")
    return current_section(section_id) if section_id is not None else None


def _user(context: Context) -> User | AnonymousUser:
    request = context.get("request")
    return getattr(request, "user", None) or AnonymousUser()
