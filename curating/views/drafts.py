"""Topics that are not published yet, as readers would see them; and what is being typed."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from curating import topic_drafts
from curating.access import may, may_edit, may_write, signed_in_only
from topics.addresses import topic_url
from topics.models import Topic
from topics.rate_limits import seconds_to_wait, too_many_requests
from topics.rights import Right, somewhere

KEPT = 60  # a minute and person
DRAFTS = Topic.objects.live().filter(status=Topic.Status.DRAFT)


def draft_at(request: HttpRequest) -> str:
    """The address at which who writes it sees the draft whose own address is asked for; else ""."""
    user, above = getattr(request, "user", None), topic_url("").rstrip("/")
    if not request.path.startswith(f"{above}/") or user is None:
        return ""
    if not (may_edit(user) or somewhere(user, Right.PUBLISH)):
        return ""
    path = request.path.removeprefix(above).strip("/")
    topic = DRAFTS.seen().filter(path=path).first()
    if topic is None or not may(user, Right.PUBLISH, topic):
        return ""
    return reverse("curating:topic_draft", args=[topic.pk])


@signed_in_only
@require_GET
def topic_draft(request: HttpRequest, topic_id: int) -> HttpResponse:
    """All of a draft, for those who write it; what is published has a page of its own."""
    topic = get_object_or_404(Topic.objects.live().seen(), pk=topic_id)
    if not may(request.user, Right.PUBLISH, topic):
        raise PermissionDenied
    if topic.status != Topic.Status.DRAFT:
        return redirect(topic.get_absolute_url())
    rows = topic.sections.filter(removed_at=None).order_by("position", "pk")
    sections = [(min(6, max(2, row.level)), row) for row in rows]
    return render(request, "curating/topic_draft.html", {"topic": topic, "sections": sections})


@never_cache
@require_POST
def keep_typed(request: HttpRequest, topic_id: int = 0) -> HttpResponse:
    """Keep what is being typed of a whole topic, or of a new one, for scripts; 204 when it is."""
    user = request.user
    if not user.is_authenticated:
        return JsonResponse({"error": {"code": "log_in", "message": _("Log in.")}}, status=401)
    topic = get_object_or_404(Topic.objects.live().seen(), pk=topic_id) if topic_id else None
    if not may_write(user, topic):
        raise PermissionDenied
    if wait := seconds_to_wait("draft", str(user.pk), KEPT):
        return too_many_requests(request, wait)
    topic_drafts.keep(user, topic, request.POST)
    return HttpResponse(status=204)
