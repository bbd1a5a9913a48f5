"""What pages on which one writes ask while one does: a preview, links, and keeping pictures."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from curating import writing_aids
from curating.access import curators_only, may_write
from curating.models import LONGEST_TEXT
from curating.previews import turn
from curating.views.section_editor import section_for
from importer.edit_previews import rendered
from importer.edits import EditRefused
from importer.link_edits import destination
from importer.written_topics import rendered_new, rendered_whole
from search.engine import search
from search.hits import Hit
from search.time_limit import TookTooLong, limited, wait_for_search
from topics.models import Section, Topic
from topics.rate_limits import seconds_to_wait

PREVIEWS = 60  # a minute and person
FOUND = 8
LONGEST_TITLE = 500


@never_cache
@require_POST
def preview(request: HttpRequest) -> JsonResponse:
    """A text as readers would see it, with its words and problems.

    `section` is the one that it is for, `topic` the one that is written as a whole; a text without
    either is a new topic.
    """
    if not request.user.is_authenticated:
        return _error("log_in", _("Log in."), 401)
    topic = None
    if not request.POST.get("section"):
        topic = Topic.objects.live().seen().filter(pk=_number(request.POST.get("topic"))).first()
    if not (request.POST.get("section") or may_write(request.user, topic)):
        return _error("not_allowed", _("Not allowed"), 403)
    if wait := seconds_to_wait("live-preview", str(request.user.pk), PREVIEWS):
        return _too_many(wait)
    markdown = request.POST.get("markdown", "").replace("\r\n", "\n").replace("\0", "")
    title = request.POST.get("title", "")[:LONGEST_TITLE]
    lost: list[str] = []
    try:
        if len(markdown) > LONGEST_TEXT:
            raise EditRefused(_("This text is too long to be shown while one writes."))
        with turn():
            html = _html(request, topic, title, markdown, lost)
    except EditRefused as error:
        return _error("refused", str(error), 422)
    problems = [[p.line, p.message] for p in writing_aids.problems_of(markdown, lost)]
    words = len(markdown.split())
    return JsonResponse({"html": html, "words": words, "problems": problems})


def _html(
    request: HttpRequest, topic: Topic | None, title: str, markdown: str, lost: list[str]
) -> str:
    if key := request.POST.get("section", ""):
        return rendered(section_for(request, _number(key)), markdown, title, lost)
    return rendered_whole(topic, markdown, lost) if topic else rendered_new(title, markdown, lost)


@never_cache
@require_GET
def targets(request: HttpRequest) -> JsonResponse:
    """Sections that a search finds, each with how a text of `topic` links to it.

    Anybody with an account may ask, so the limits of searches hold.
    """
    if not request.user.is_authenticated:
        return _error("log_in", _("Log in."), 401)
    if wait := wait_for_search(request, "suggest", settings.KB_SUGGEST_LIMIT):
        return _too_many(wait)
    topic = Topic.objects.live().seen().filter(pk=_number(request.GET.get("topic", ""))).first()
    q = request.GET.get("q", "")[:200]
    hits: list[Hit] = []
    if q.strip():
        try:
            with limited(request, q):
                hits = search(q, limit=FOUND, snippets=False, reader=request.user).hits
        except TookTooLong:
            message = _("This search took too long. Please use fewer or rarer words.")
            return _error("took_too_long", message, 503)
    rows = Section.objects.published().select_related("topic")
    sections = rows.in_bulk([hit.section_id for hit in hits])
    found = [
        {
            "title": hit.title,
            "topic": hit.topic_title,
            "href": destination(topic, section) if topic else section.get_absolute_url(),
        }
        for hit in hits
        if (section := sections.get(hit.section_id))
    ]
    return JsonResponse({"results": found})


@curators_only
@require_POST
def picture(request: HttpRequest) -> HttpResponse:
    """Keep a picture that was pasted or dropped; answers with the Markdown that shows it."""
    given = request.FILES.get("picture")
    alt = " ".join(request.POST.get("alt", "").split())[: writing_aids.LONGEST_ALT]
    if given is None:
        raise Http404
    if not alt:
        return _error("no_alt", _("Say what the picture shows, for those who cannot see it."), 422)
    if (given.size or 0) > writing_aids.MAX_IMAGE:
        size = writing_aids.MAX_IMAGE // 1_000_000
        return _error("refused", _("The picture is larger than %(size)s MB.") % {"size": size}, 422)
    topic = Topic.objects.live().seen().filter(pk=_number(request.POST.get("topic", ""))).first()
    try:
        href = writing_aids.keep_picture(given.read(), str(given.name), topic)
    except writing_aids.PictureRefused as error:
        return _error("refused", str(error), 422)
    shown = alt.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return JsonResponse({"markdown": f"![{shown}]({href})"})


def _too_many(wait: int) -> JsonResponse:
    response = _error("too_many_requests", _("Too many requests"), 429)
    response["Retry-After"] = str(wait)
    return response


def _error(code: str, message: str, status: int) -> JsonResponse:
    return JsonResponse({"error": {"code": code, "message": message}}, status=status)


def _number(value: Any) -> int:
    return int(value) if str(value).isdecimal() and len(str(value)) < 19 else 0
