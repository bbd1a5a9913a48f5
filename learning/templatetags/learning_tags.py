"""What pages ask about a reader's marks."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from difflib import SequenceMatcher

from django import template
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from accounts import login_tokens
from learning import paths, progress
from learning.collection_paths import CollectionPath, Stop, stops
from learning.models import Bookmark
from topics.addresses import topic_url
from topics.models import Section
from topics.page import Extent
from topics.summaries import WORDS_A_MINUTE, SectionHeading

MOST_PATHS = 3  # that a page names
MOST_COMPARED = 12_000  # characters compared by words, which takes quadratic time; else sentences

register = template.Library()


@register.simple_tag(takes_context=True)
def bookmark_count(context: Context) -> int:
    """How many bookmarks the reader has."""
    request = context.get("request")
    return Bookmark.objects.of(getattr(request, "user", None) or AnonymousUser()).count()


@register.simple_tag
def words_a_minute() -> int:
    """How fast people read, for a script."""
    return WORDS_A_MINUTE


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
def own_path(state: Sequence[paths.Path] | None, section: SectionHeading) -> paths.Path | None:
    """The path that the section's topic is the text of, if it is one."""
    return next((path for path in state or () if path.url == topic_url(section.topic_path)), None)


@register.simple_tag
def paths_here(
    state: Sequence[paths.Path] | None, shown: Collection[int], extent: Extent | None
) -> list[tuple[paths.Path, list[int], paths.Step | None]]:
    """The first paths with steps that lead to a page, their numbers, and the step behind them."""
    found = []
    for path in state or ():
        steps = path.here(shown, extent) if extent else []
        if steps:
            found.append((path, [step.number for step in steps], path.after(steps)))
    return found[:MOST_PATHS]


@register.simple_tag
def stops_here(found: Mapping[int, Sequence[CollectionPath]], shown: Collection[int]) -> list[Stop]:
    """What the page is on each of the learner's collections that she reads as a path."""
    return stops(found, shown)[:MOST_PATHS]


@register.simple_tag
def words_changed(was: str, now: str) -> SafeString:
    """The words of both texts, those that are gone and those that are new marked as such.

    Of long texts whole sentences are.
    """
    pieces = r"\w+|\W" if max(len(was), len(now)) <= MOST_COMPARED else r"[^\n.!?]*[\n.!?]?"
    a, b = (re.findall(pieces, text) for text in (was, now))
    parts = []
    for what, i, j, k, n in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        old, new = "".join(a[i:j]), "".join(b[k:n])
        if what == "equal":
            parts.append(format_html("{}", old))
            continue
        parts += [format_html("<del>{}</del>", old)] if old else []
        parts += [format_html("<ins>{}</ins>", new)] if new else []
    return format_html_join("", "{}", ((part,) for part in parts))


@register.simple_tag
def how_many(found: Mapping[int, int]) -> int:
    """The sum of what was counted at some sections."""
    return sum(found.values())


@register.simple_tag
def keeps_offline() -> bool:
    """Whether learners may keep topics in their browsers."""
    return bool(settings.KB_OFFLINE)


@register.filter
def until(time: timedelta) -> str:
    """A time in the shortest words: minutes, days, months or years."""
    minutes = round(time.total_seconds() / 60)
    if minutes < 60:
        return ngettext("%(n)s min", "%(n)s min", max(1, minutes)) % {"n": max(1, minutes)}
    days = max(1, round(minutes / 1440))
    if days < 60:
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    if days < 730:
        months = round(days / 30.44)
        return ngettext("%(n)s month", "%(n)s months", months) % {"n": months}
    years = round(days / 365.25)
    return ngettext("%(n)s year", "%(n)s years", years) % {"n": years}
