"""Small helpers for the templates."""

import re
from html import unescape
from typing import Any
from urllib.parse import unquote

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import conditional_escape, format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import ngettext

from topics.models import Section, Topic

register = template.Library()

DESCRIPTION = 155  # characters that search engines show


@register.simple_tag
def site_name() -> str:
    return str(settings.SITE_NAME)


@register.filter
def stored_html(html: str) -> SafeString:
    """HTML that was sanitised when it was stored: the only place where pages trust it."""
    return mark_safe(html)


@register.simple_tag
def heading(section: Section) -> SafeString:
    """A section's number and title; the title's HTML was sanitised when it was stored."""
    title = stored_html(section.title_html) if section.title_html else section.title
    if not section.number:
        return conditional_escape(title)
    return format_html('<span class="number">{}</span> {}', section.number, title)


@register.filter
def duration(minutes: int) -> str:
    """Reading time in words: minutes, from two hours on in hours."""
    if minutes < 120:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    hours = round(minutes / 60)
    return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}


@register.filter
def path_words(path: str) -> str:
    """The words of an address's last part, to search for; empty where there are none."""
    last = unquote(path or "").rstrip("/").rpartition("/")[2]
    return Truncator(" ".join(re.findall(r"\w+", last.replace("_", " ")))).chars(60, truncate="")


@register.simple_tag
def describe(section: Section, topic: Topic) -> str:
    """A page's description for search engines: the topic's summary, or how its text begins."""
    if topic.summary and not section.anchor:
        return Truncator(topic.summary).chars(DESCRIPTION)
    text = " ".join(unescape(strip_tags(re.sub(r"</(?:p|li)>", " ", section.html))).split())
    above = [topic.title] if section.anchor else []
    start = ": ".join([*above, section.title])
    return Truncator(f"{start}. {text}" if text else start).chars(DESCRIPTION)


@register.simple_tag(takes_context=True)
def full_url(context: dict[str, Any], path: str) -> str:
    """The path with scheme and host in front."""
    return str(context["request"].build_absolute_uri(path))


@register.simple_tag(takes_context=True)
def is_here(context: dict[str, Any], name: str) -> SafeString:
    """`aria-current` for a link of the site's bar to the page that is shown."""
    request = context.get("request")
    is_current = request is not None and request.path == reverse(name)
    return mark_safe(' aria-current="page"') if is_current else mark_safe("")


@register.simple_tag(takes_context=True)
def with_query(context: dict[str, Any], **changes: Any) -> str:
    """The present address's query with some parameters changed; None takes one away."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}"
