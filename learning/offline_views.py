"""Keeping topics and paths in the browser: what its worker asks, and the pages around it."""

from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.views import LearnerRequest
from learning import bookmarks, offline, reviews, schedule
from learning.deliveries import once
from learning.forms import NoteForm
from learning.mark_requests import log_in_first, section_or_404
from learning.models import NOTE_LIMIT
from learning.offline import Kept
from learning.review_views import shown
from topics.rate_limits import seconds_to_wait, too_many_requests

DAY = 86_400
MOST_SETS = 20  # that one browser asks about
SETS_A_MINUTE = 10  # that one learner may fetch
SCRIPTS = (
    "app", "bookmarks", "highlights", "kept_query", "kept_search", "learner", "lines", "offline",
    "palette", "reading", "review", "terms", "theme", "token",
)  # fmt: skip
WORKER = ("worker_store", "worker_queue", "worker")  # one script: a worker has one address
FILES = (
    *(f"js/{name}.js" for name in SCRIPTS),
    "css/app.css", "css/library.css", "css/learner.css", "fonts/text.woff2", "fonts/emoji.woff2",
    "fonts/dyslexic.woff2", "img/icon-192.png",
)  # fmt: skip


@never_cache
@login_required
@require_GET
def kept_list(request: LearnerRequest) -> HttpResponse:
    """What this browser keeps: a script fills the list, as the server does not know it."""
    _is_on()
    return render(request, "learning/offline.html")


@never_cache
@login_required
@require_GET
def review_frame(request: LearnerRequest) -> HttpResponse:
    """The page in which the worker asks kept cards."""
    _is_on()
    return render(request, "learning/offline_review.html")


@never_cache
@gzip_page
@require_GET
def kept_set(request: HttpRequest, kind: str, section_id: int) -> HttpResponse:
    """All that a browser keeps of a topic or a path, pages apart, which it fetches one by one.

    The section is any of the topic's. 413 where it is larger than anybody may keep.
    """
    _is_on()
    if not request.user.is_authenticated:
        return log_in_first(request, reverse("account_login"))
    if wait := seconds_to_wait("offline", str(request.user.pk), SETS_A_MINUTE):
        return too_many_requests(request, wait)
    section = section_or_404(section_id)
    found = offline.kept(f"{kind}-{section.topic_id}")
    if found is None or not found.pages:
        raise Http404
    try:
        found.check()
    except offline.TooLarge as error:
        said = _("This has %(count)s %(what)s, and at most %(most)s can be kept.")
        what = {"pages": _("pages"), "sections": _("sections")}[error.what]
        values = {"count": error.count, "what": what, "most": error.most}
        return _refused("too_large", said % values, 413)
    told = offline.as_json(found) | {
        "account": offline.account_of(request.user),
        "section": section.pk,
        "kind": kind,
        **_cards(request.user, found),
        "frames": [reverse("learning:offline"), reverse("learning:offline_review")],
        "files": [static(name) for name in FILES],
        "language": get_language(),
        "most": MOST_SETS,
        "words": _words(),
    }
    return JsonResponse(told)


def _cards(user: User, found: Kept) -> dict[str, Any]:
    """The learner's cards in the set, as the page for reviews shows them, and how many she wants.

    That is as many new and other cards as she wants on each day of a week from Monday on, and how
    many of both she had today.
    """
    now = timezone.now()
    plan = reviews.plan_of(user)
    cards = offline.cards_of(user, found, plan)
    rows = shown(cards, plan, now)
    week = schedule.limits_of_week(plan)
    told = [
        {
            "id": row["card"].pk,
            "due": _milliseconds(row["card"].due),
            "last": _milliseconds(row["card"].last_review),
            "reps": row["card"].reps,
            "section": row["card"].shown_id,
            "html": render_to_string("learning/_asked.html", {"first": row}),
        }
        for row in rows
    ]
    return {"cards": told, "limits": {"week": week, "had": reviews.done_today(user, now, plan)}}


def _milliseconds(moment: datetime | None) -> int | None:
    return round(moment.timestamp() * 1000) if moment else None


def _words() -> dict[str, str]:
    """What the worker writes on pages, in the reader's language."""
    return {
        "kept": _("Kept on {}. You are offline."),
        "old": _("Kept on {}. A newer version is there: fetch it when you are online again."),
        "absent": _("You are offline, and this page is not kept here."),
        "full": _("You keep %(n)s topics and paths, and nobody can keep more. Remove one first.")
        % {"n": MOST_SETS},
        "queued": _("Noted here. It is sent when you are online again."),
        "no_post": _("You are offline: this cannot be sent now. Go back and try again later."),
        "done": _("Done: of the kept cards none is left to ask today."),
    }


@never_cache
@require_GET
def check(request: HttpRequest) -> HttpResponse:
    """What a browser asks whenever it meets the server: who is logged in, and what has changed.

    The parameters are the keys of the sets that it keeps, with their digests. They are always
    looked at, as what a reader may see can change while the content stays. 401 means that nothing
    may be kept, 410 that what waits to be sent will never be wanted either. Four queries at most
    for each of at most MOST_SETS.
    """
    _is_on()
    if not request.user.is_authenticated:
        if _is_of_nobody(request):
            return _refused("deleted", _("This account was deleted."), 410)
        return log_in_first(request, reverse("account_login"))
    known = {key: request.GET[key] for key in list(request.GET)[:MOST_SETS]}
    return JsonResponse(
        {
            "account": offline.account_of(request.user),
            "csrf": get_token(request),
            "changed": offline.changes(known),
        }
    )


def _is_of_nobody(request: HttpRequest) -> bool:
    """Whether the session is one of an account that was deleted, on another device."""
    key = request.session.get(SESSION_KEY)
    return key is not None and not User.objects.filter(pk=key).exists()


@require_POST
@once
def note(request: HttpRequest, section_id: int) -> HttpResponse:
    """Add a note to the learner's bookmark on a section, which is made if there is none.

    It is behind what the note says by then: nothing that was written elsewhere is lost.
    """
    if not request.user.is_authenticated:
        return log_in_first(request, reverse("account_login"))
    section = section_or_404(section_id)
    try:
        mark = bookmarks.bookmark_add(user=request.user, section=section)
    except bookmarks.TooMany as error:
        return _refused("too_many", str(error), 409)
    added = request.POST.get("note", "").replace("\r\n", "\n").strip()[: NOTE_LIMIT + 1]
    parts = [part for part in (mark.note, added) if part]
    form = NoteForm({"note": "\n\n".join(parts)}, instance=mark)
    if not form.is_valid():
        return _refused("note", " ".join(map(str, form.errors.get("note", ()))), 400)
    form.save()
    return JsonResponse({"message": _("Your note has been saved.")})


def _refused(code: str, message: str, status: int) -> JsonResponse:
    return JsonResponse({"error": {"code": code, "message": message}}, status=status)


def _is_on() -> None:
    if not settings.KB_OFFLINE:
        raise Http404


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; with KB_OFFLINE=0 one that takes itself and all that was kept away."""
    names = WORKER if settings.KB_OFFLINE else ("worker_off",)
    response = HttpResponse(_script(names), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@cache
def _script(names: tuple[str, ...]) -> str:
    folder = settings.BASE_DIR / "static" / "js"
    return "\n".join((folder / f"{name}.js").read_text(encoding="utf-8") for name in names)


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What a browser needs to install the site as an app."""
    icons = [("192", "any"), ("512", "any"), ("512", "maskable")]
    told = {
        "name": settings.SITE_NAME,
        "short_name": settings.SITE_NAME,
        "description": _("Read, search and review backend engineering, offline too."),
        "lang": get_language(),
        "id": "/",
        "start_url": reverse("learning:home"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#00646c",
        "icons": [
            {
                "src": static(f"img/icon-{size}{'-maskable' * (use == 'maskable')}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": use,
            }
            for size, use in icons
        ],
    }
    response = JsonResponse(told, content_type="application/manifest+json")
    response["Cache-Control"] = f"public, max-age={DAY}"
    return response
