"""Topics that are not published yet, as readers would see them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from curating.access import curators_only, may_edit
from topics.addresses import topic_url
from topics.models import Topic

DRAFTS = Topic.objects.live().filter(status=Topic.Status.DRAFT)


def draft_at(request: HttpRequest) -> str:
    """The address at which a curator sees the draft whose own address is asked for; else ""."""
    user, above = getattr(request, "user", None), topic_url("").rstrip("/")
    if not request.path.startswith(f"{above}/") or user is None or not may_edit(user):
        return ""
    path = request.path.removeprefix(above).strip("/")
    topic = DRAFTS.seen().filter(path=path).first()
    return reverse("curating:topic_draft", args=[topic.pk]) if topic else ""


@curators_only
@require_GET
def topic_draft(request: HttpRequest, topic_id: int) -> HttpResponse:
    """All of a draft; what was published meanwhile has a page of its own."""
    topic = get_object_or_404(Topic.objects.live().seen(), pk=topic_id)
    if topic.status != Topic.Status.DRAFT:
        return redirect(topic.get_absolute_url())
    rows = topic.sections.filter(removed_at=None).order_by("position", "pk")
    sections = [(min(6, max(2, row.level)), row) for row in rows]
    return render(request, "curating/topic_draft.html", {"topic": topic, "sections": sections})
