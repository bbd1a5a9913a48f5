"""The learner's home, her figures, and what has changed since she read it."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.last_read import as_last_read
from accounts.views import LearnerRequest
from importer.revisions import changes_between
from learning import collections, figures, highlights, marks, paths, progress, reviews
from learning.models import Bookmark, Highlight, Reading
from learning.pictures import bars, squares
from topics.models import Section

FEW = 5  # of each list on the learner's home


@never_cache
@login_required
@require_GET
def home(request: LearnerRequest) -> HttpResponse:
    """What is due, where to continue, paths, what has changed, and recent notes."""
    user, now = request.user, timezone.now()
    plan = reviews.plan_of(user)
    own_paths, queue = paths.own(user), reviews.queue(user, now, plan=plan, most=0)
    context = {
        "queue": queue,
        "never": None if queue.left else reviews.never_to_come(user, plan),
        "behind": reviews.days_behind(user, now, plan),
        "cards": figures.by_state(user),
        "continue": marks.states(user, {"latest": (0,)}).get("latest", {}).get(0, []),
        "has_read": Reading.objects.of(user).exists(),
        "paths": own_paths,
        "begin": paths.first(FEW, {path.topic for path in own_paths}),
        "changed": progress.changed(user, FEW),
        "notes": _recent_notes(request),
        "collections": collections.of(user)[:FEW],
        "streak": figures.streak(user, now, plan) if plan.has_streak else None,
    }
    return render(request, "learning/home.html", context)


def _recent_notes(request: LearnerRequest) -> list[tuple[Any, Section | None]]:
    """The latest highlights and notes of bookmarks, and where they are today. Three queries, and
    those of `as_last_read` where some cannot be read."""
    lights = Highlight.objects.of(request.user).with_shown()
    noted = Bookmark.objects.of(request.user).with_shown().exclude(note="")
    latest: list[Any] = [
        *lights.order_by("-updated_at")[:FEW],
        *noted.order_by("-updated_at")[:FEW],
    ]
    latest = sorted(latest, key=lambda mark: mark.updated_at, reverse=True)[:FEW]
    sections = Section.objects.seen().select_related("topic")
    places = sections.in_bulk({mark.shown_id for mark in latest})
    hidden = as_last_read(places.values())
    latest = [
        highlights.as_marked(mark)
        if mark.shown_id in hidden and isinstance(mark, Highlight)
        else mark
        for mark in latest
    ]
    return [(mark, places.get(mark.shown_id)) for mark in latest]


@never_cache
@login_required
@require_GET
def own_figures(request: LearnerRequest) -> HttpResponse:
    """What is due in the next 30 days, what is recalled, and half a year of answers."""
    user, now = request.user, timezone.now()
    plan = reviews.plan_of(user)
    today = reviews.Day.of(now, plan).date
    ahead = reviews.forecast(user, now, plan)
    all_, by_topic = figures.retention(user, now)
    days = [(today + timedelta(days=number), count) for number, count in enumerate(ahead)]
    weeks = figures.calendar(user, now, plan)
    context = {
        "plan": plan,
        "wanted": round(plan.retention * 100),
        "days": days,
        "bars": bars(ahead),
        "total": sum(ahead),
        "recall": all_,
        "by_topic": [topic for topic in by_topic if topic.percent is not None],
        "others": sum(topic.percent is None for topic in by_topic),
        "weeks": squares(weeks),
        "answers": sum(day.count for week in weeks for day in week),
        "active": sum(day.count > 0 for week in weeks for day in week),
        "cards": figures.by_state(user),
    }
    return render(request, "learning/figures.html", context)


@never_cache
@login_required
@require_GET
def changed(request: LearnerRequest, section_id: int) -> HttpResponse:
    """What has changed in a section since the learner read it."""
    section = get_object_or_404(
        Section.objects.published().select_related("topic", "page"), pk=section_id
    )
    own = get_object_or_404(Reading.objects.of(request.user), section=section)
    since = max(own.marked_at, section.created_at)
    pair = changes_between([section.pk], since, timezone.now()).get(section.pk)
    context = {"section": section, "reading": own, "pair": pair}
    return render(request, "learning/changed.html", context)
