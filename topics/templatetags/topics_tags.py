"""Small helpers for the templates."""

import re
from collections.abc import Iterable, Mapping
from html import escape
from itertools import chain
from typing import Any, NamedTuple
from urllib.parse import unquote

from django import template
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.context import Context
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext

from topics.addresses import keyed_url, on_path
from topics.areas import Area, areas
from topics.drafts import Draft, draft_of, only, told
from topics.page import Branch, ReadingPage
from topics.section_parts import END, ENTRY, HOME, TOOLS, TOPIC, Found, Part, parts_in
from topics.summaries import SectionHeading, TopicSummary
from topics.walks import spans as spans_of

register = template.Library()


@register.simple_tag
def site_name() -> str:
    """SITE_NAME."""
    return str(settings.SITE_NAME)


@register.filter
def spans(numbers: Iterable[int]) -> str:
    """Numbers as people write them: "1–3"."""
    return spans_of(numbers)


# What is a link already stays one; a picture that says nothing is an ornament.
PICTURE = re.compile(
    r'<a\b[^>]*>.*?</a>|<img\b(?=[^>]* alt="[^"])[^>]*? src="([^"]+)"[^>]*>', re.DOTALL
)
FOR_THEME = re.compile(r' class="(only-(?:dark|light))"')


@register.filter
def stored_html(html: str) -> SafeString:
    """HTML that was sanitised when it was stored: the only place where templates trust HTML.

    Its pictures become links to themselves, which scripts make larger.
    """
    shown = PICTURE.sub(_zoomed, html) if "<img" in html else html
    return mark_safe(shown)  # noqa: S308 - see above


def _zoomed(found: re.Match[str]) -> str:
    if not found[1]:
        return found[0]
    theme = FOR_THEME.search(found[0])
    return f'<a class="zoom{" " + theme[1] if theme else ""}" href="{found[1]}">{found[0]}</a>'


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing of `templates/_icons.html`, for the eye alone."""
    safe = escape(name)
    return mark_safe(  # noqa: S308 - see above
        f'<svg class="icon i-{safe}" aria-hidden="true"><use href="#kb:i-{safe}"/></svg>'
    )


icon.is_constant = True  # type: ignore[attr-defined]  # see kb.template_loader


@register.simple_tag(takes_context=True)
def area_list(context: Context) -> tuple[Area, ...]:
    """What the header names; see `topics.areas`."""
    request = context.get("request")
    return areas(request) if request else ()


@register.filter
def opened(branches: Iterable[Branch]) -> Branch | None:
    """The branch at the top of a tree that leads to the page."""
    return next((branch for branch in branches if branch.is_open), None)


@register.filter
def outside(branches: Iterable[Branch], found: Iterable[Area]) -> list[Branch]:
    """The branches at the top of a tree that are no areas."""
    urls = {area.url for area in found}
    return [branch for branch in branches if branch.url not in urls]


@register.simple_tag
def along(url: str, path: str) -> str:
    """An address, read along the learning path whose topic has this path."""
    return on_path(url, path)


@register.simple_tag
def key_url(name: str, key: int) -> str:
    """The address of a route with one key, for what a page has at each section."""
    return keyed_url(name, key)


@register.filter
def area_of(found: Iterable[Area], path: str) -> Area | None:
    """The area that holds a topic, by the topic's path."""
    return next((area for area in found if area.holds(path)), None)


@register.simple_tag(takes_context=True)
def area_here(context: Context, area: Area) -> SafeString:
    """`aria-current` for the area that the page belongs to."""
    topic = getattr(context.get("page"), "topic", None)
    request = context.get("request")
    is_here = area.holds(topic.path) if topic else request and request.get_full_path() == area.url
    return mark_safe(' aria-current="true"') if is_here else mark_safe("")


@register.inclusion_tag("_kind.html")
def kind_chip(topic: Any) -> dict[str, Any]:
    """What kind a topic is, as a chip that looks the same everywhere."""
    return {"kind": topic.kind, "label": topic.kind_label}


@register.inclusion_tag("_level.html")
def level_chip(topic: Any) -> dict[str, Any]:
    """How hard a topic is, as a chip; nothing where it does not say."""
    return {"level": topic.level, "label": topic.level_label}


@register.simple_tag
def heading(section: Any, is_marked: bool = False) -> SafeString:
    """Number and title of a section or an entry that leads to one.

    A title's HTML, where it has any, was sanitised when it was stored.
    """
    html = getattr(section, "title_html", "")
    title = stored_html(html) if html else escape(section.title)
    if is_marked:
        title = f"<mark>{title}</mark>"
    return mark_safe(_numbered(section.number, title))  # noqa: S308 - both are safe


def _numbered(number: str, title: str) -> str:
    """A title's HTML with the number in front, if there is one."""
    return f'<span class="number">{escape(number)}</span> {title}' if number else title


class Parts(NamedTuple):
    """The parts of a page's sections: the context that all of them get, and by place each with
    its template and what was found for it."""

    context: Context
    at: dict[str, list[tuple[Part, template.Template, Found]]]


@register.simple_tag(takes_context=True)
def personal(context: Context, name: str, **values: Any) -> SafeString:
    """Include a template that depends on the reader: in a draft a hole, see `topics.drafts`."""
    draft = draft_of(context.get("request"))
    if draft:
        return draft.hole(name, values)
    shown = context.template.engine.get_template(name)  # type: ignore[union-attr]
    with context.push(**values):
        return shown.render(context)


@register.simple_tag(takes_context=True)
def parts_for(context: Context, sections: Iterable[SectionHeading]) -> Parts:
    """What depends on the reader at these sections, for `parts_at`: see `topics.section_parts`."""
    keys = [] if draft_of(context.get("request")) else [section.id for section in sections]
    parts = {place: parts_in(place) for place in (TOOLS, END)}
    asked: dict[Any, dict[str, list[int]]] = {}
    for part in chain(*parts.values()):
        asked.setdefault(part.states, {})[part.kind] = keys
    found = {ask: ask(_user(context), wanted) if keys else {} for ask, wanted in asked.items()}
    engine = context.template.engine  # type: ignore[union-attr]
    shared = {"user": _user(context), "csrf_token": context.get("csrf_token")}
    at = {
        place: [(part, engine.get_template(part.template), found[part.states]) for part in here]
        for place, here in parts.items()
    }
    return Parts(context.new(shared), at)


@register.simple_tag(takes_context=True)
def parts_at(
    context: Context, section: SectionHeading, parts: Parts, next: str = "", place: str = TOOLS
) -> SafeString:
    """One section's parts, from `parts_for`; their forms return to `next`, or to the section, on
    the learning path on which the page is read."""
    walk = getattr(context.get("page"), "walk", None)
    values = {"section": section, "next": next or (walk.along(section.url) if walk else "")}
    draft = draft_of(context.get("request"))
    shown = []
    for part, template_, found in parts.at[place]:
        asked = {part.kind: (section.id,)}
        with parts.context.push(**values, **told(part, only(found, asked))):
            html = template_.render(parts.context)
        shown.append(draft.mark(part, asked, values, html) if draft else html)
    return mark_safe("".join(shown))  # noqa: S308 - templates made it


@register.simple_tag(takes_context=True)
def parts_of(
    context: Context,
    *,
    topic: TopicSummary | None = None,
    section: int = 0,
    page: int = 0,
    inside: int = 0,
) -> SafeString:
    """What depends on the reader at an entry of a list; nothing for one without an account.

    The entry leads to a topic, to a section, or inside the topic of this page to all that a page
    shows or to a section with all below it.
    """
    draft = draft_of(context.get("request"))
    if draft is None:
        return mark_safe("")
    if topic is not None:
        return _entry(draft, TOPIC, (topic.id,), {})
    if section:
        return _entry(draft, ENTRY, (section,), {section: 0})
    extent = context["page"].extent
    keys = extent.pages.get(page, ()) or extent.inside.get(inside, ())
    return _entry(draft, ENTRY, keys, {key: extent.words[key] for key in keys})


def _entry(draft: Draft, place: str, keys: tuple[int, ...], words: Mapping[int, int]) -> SafeString:
    shown = [draft.mark(p, {p.kind: keys}, {"words": words}) for p in parts_in(place)]
    return mark_safe("".join(shown))  # noqa: S308 - holes, which are numbers


@register.simple_tag(takes_context=True)
def branches(context: Context, found: Iterable[Branch]) -> SafeString:
    """The entries of a tree, each a `<li>`, with those of open branches below them.

    Not a template: one takes most of the time of a page where the levels are long.
    """
    draft = draft_of(context.get("request"))
    shown = "".join([_branch(context, draft, one) for one in found])
    return mark_safe(shown)  # noqa: S308 - see below


def _branch(context: Context, draft: Draft | None, branch: Branch) -> str:
    """Escaped by hand: `format_html` would take a third of the time of a page with long levels."""
    own: str = ""
    if draft and branch.section:
        own = parts_of(context, page=branch.section)
    elif draft and branch.topic and not branch.is_open:
        own = _entry(draft, TOPIC, (branch.topic,), {})
    is_open = ' class="open"' if branch.is_open else ""
    is_current = ' aria-current="page"' if branch.is_current else ""
    inside = fold(context, branch.title, branch.url, branch.children) if branch.children else ""
    return (
        f'<li{is_open}><a href="{escape(branch.url)}"{is_current}>'
        f"{_numbered(branch.number, escape(branch.title))}</a>{own}"
        f"{inside}</li>{_more(branch.hidden) if branch.hidden else ''}"
    )


@register.simple_tag(takes_context=True)
def fold(context: Context, title: str, url: str, found: Iterable[Branch]) -> SafeString:
    """What is below an entry of a tree, open; a script remembers by `url` what was folded."""
    return format_html(
        '<details class="fold" open data-fold="{}"><summary aria-label="{}">{}</summary>'
        "<ul>{}</ul></details>",
        url,
        gettext("Topics in %(title)s") % {"title": title},
        icon("next"),
        branches(context, found),
    )


def _more(hidden: int) -> str:
    text = ngettext("and %(n)s more", "and %(n)s more", hidden) % {"n": number_format(hidden)}
    return format_html('<li class="more muted">{}</li>', text)


@register.simple_tag(takes_context=True)
def parts_of_page(context: Context, page: ReadingPage, place: str) -> SafeString:
    """What rooms show above ("top") or below ("page") all text of a reading page, and in the line
    that says where it comes from ("origin")."""
    words = page.extent.words if page.extent else {}
    shown = tuple(section.id for section in page.sections)
    values = {
        "section": page.section, "shown": shown, "extent": page.extent, "words": words,
        "walk": page.walk,
        "here": page.walk.along(page.section.url) if page.walk else page.section.url,
    }  # fmt: skip
    about = {"all": tuple(words), "shown": shown, "topic": (page.topic.id,)}
    return _whole(context, place, values, about)


@register.simple_tag(takes_context=True)
def parts_of_home(context: Context) -> SafeString:
    """What the home page shows of the reader's own; nothing for one without an account."""
    return _whole(context, HOME, {}, {"all": (0,)})


def _whole(
    context: Context, place: str, values: Mapping[str, Any], about: Mapping[str, tuple[int, ...]]
) -> SafeString:
    """The parts of a place that a page has once."""
    draft, engine = draft_of(context.get("request")), context.template.engine  # type: ignore[union-attr]
    user = {"user": _user(context), "csrf_token": context.get("csrf_token")}
    shared = context.new({**values, **user})
    shown = []
    for part in parts_in(place):
        with shared.push(**told(part, {})):
            html = engine.get_template(part.template).render(shared)
        asked = {part.kind: about[part.about]}
        shown.append(draft.mark(part, asked, values, html) if draft else html)
    return mark_safe("".join(shown))  # noqa: S308 - templates made it


def _user(context: Context) -> Any:
    request = context.get("request")
    return getattr(request, "user", None) or AnonymousUser()


@register.filter
def duration(minutes: int) -> str:
    """Reading time in words: minutes, from two hours on in hours."""
    if minutes < 120:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    hours = round(minutes / 60)
    return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}


@register.filter
def path_words(path: str) -> str:
    """The words in the last part of an address, to search for; empty if there are none."""
    last = unquote(path or "").rstrip("/").rpartition("/")[2]
    return Truncator(" ".join(re.findall(r"\w+", last.replace("_", " ")))).chars(60, truncate="")


@register.simple_tag(takes_context=True)
def full_url(context: dict[str, Any], path: str) -> str:
    """The path with scheme and host in front."""
    return str(context["request"].build_absolute_uri(path))


@register.simple_tag(takes_context=True)
def is_here(context: dict[str, Any], name: str) -> SafeString:
    """`aria-current` for a link in the site's navigation to the current page."""
    request = context.get("request")
    is_current = request is not None and request.path == reverse(name)
    return mark_safe(' aria-current="page"') if is_current else mark_safe("")
