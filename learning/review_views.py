"""Asking a learner her cards, and how she wants to be asked."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.views import LearnerRequest
from learning import cards, reviews
from learning.deliveries import HEADER, given_at, once
from learning.forms import PlanForm
from learning.mark_requests import log_in_first, wants_json
from learning.models import Card, Plan, Review
from learning.reviews import Queue
from learning.schedule import LEECH
from topics.models import Section

RATINGS = (1, 2, 3, 4)
ALL_LABELS = {rating: Review.Rating(rating).label for rating in RATINGS}
TWO_LABELS = {1: gettext_lazy("Not known"), 3: gettext_lazy("Knew it")}


@never_cache
@login_required
@require_GET
def review(request: LearnerRequest) -> HttpResponse:
    """The card that is asked next, with its answer folded, and the one behind it for the script."""
    now, plan = timezone.now(), reviews.plan_of(request.user)
    queue = reviews.queue(request.user, now, plan=plan)
    first = _first(request.user, queue, plan)
    context: dict[str, Any] = {
        "queue": queue,
        "first": first[0] if first else None,
        "second": first[1] if len(first) > 1 else None,
        "can_undo": reviews.can_undo(request.user, now, plan),
    }
    if not first:
        own = Card.objects.of(request.user)
        behind = reviews.days_behind(request.user, now, plan)
        context |= {
            "has_cards": own.exists(),
            "next_due": own.filter(is_suspended=False, due__gt=now).order_by("due").first(),
            "behind": behind,
            "never": reviews.never_to_come(request.user, plan),
            "is_more_tomorrow": behind or reviews.has_new_tomorrow(request.user, now, plan),
        }
    return render(request, "learning/review.html", context)


def _first(user: User, queue: Queue, plan: Plan) -> list[dict[str, Any]]:
    """The first cards of the queue with what their templates need. Two queries, and
    those of `last_read` where one is of a section that cannot be read."""
    found = cards.listed(user).in_bulk(queue.first)
    first = [found[pk] for pk in queue.first if pk in found]
    return shown(cards.as_last_read(first), plan, timezone.now())


def shown(asked: Sequence[Card], plan: Plan, now: datetime) -> list[dict[str, Any]]:
    """Cards, from `with_shown`, with what their templates need. One query."""
    sections = (
        Section.objects.published()
        .select_related("topic", "page")
        .only("title", "number", "anchor", "topic__path", "topic__title", "page__anchor")
        .in_bulk({card.shown_id for card in asked})
    )
    rows = []
    for card in asked:
        section = sections.get(card.shown_id)
        times = reviews.outlook(card, now, plan)
        labels = TWO_LABELS if plan.has_two_buttons else ALL_LABELS
        rows.append(
            {
                "card": card,
                "section": section,
                "place": section and cards.place(card, section),
                "topic": section and section.topic.title,
                "buttons": [
                    (rating, labels[rating], times[rating])
                    for rating in RATINGS
                    if rating in labels
                ],
            }
        )
    return rows


@require_POST
@once
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Note an answer. A script is given the card to hold ready; 400 for what is no answer.

    One that was given while there was no network says when (`at`, milliseconds since 1970); 409 if
    the card was answered elsewhere meanwhile.
    """
    if not request.user.is_authenticated:
        return log_in_first(request, reverse("account_login"))
    rating, reps = _number(request, "rating"), _number(request, "reps")
    if rating not in RATINGS or reps is None:
        return render(request, "400.html", status=400)
    now = timezone.now()
    card = reviews.answer(
        request.user,
        pk,
        rating,
        given_at(request, now),
        reps=reps,
        took_ms=_number(request, "took"),
    )
    if card is None and HEADER in request.headers:
        error = {"code": "answered", "message": _("This card was answered elsewhere meanwhile.")}
        return JsonResponse({"error": error}, status=409)
    is_leech = card is not None and card.is_suspended
    if is_leech:
        said = _(
            "You failed this card %(n)s times. It is put aside: its text may need other words."
        )
        said %= {"n": max(LEECH, card.lapses if card else 0)}
        messages.warning(request, said)  # a script loads the page again, which shows it
    if wants_json(request):
        plan = reviews.plan_of(request.user)
        queue = reviews.queue(
            request.user, now, plan=plan, most=1, without=_number(request, "showing") or 0
        )
        ready = _first(request.user, queue, plan)
        values = {"first": ready[0] if ready else None, "queue": queue}
        html = render_to_string("learning/_asked.html", values, request) if ready else ""
        message = said if is_leech else ""
        return JsonResponse({"left": queue.left, "next": html, "message": message})
    return redirect("learning:review")


def _number(request: HttpRequest, name: str) -> int | None:
    """A number of the form, None if it is none or too large to be one."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


@require_POST
@login_required
def undo(request: LearnerRequest) -> HttpResponse:
    """Take the last answer of today back."""
    card = reviews.undo(request.user, timezone.now())
    if card is None:
        messages.info(request, _("There is no answer of today to take back."))
    else:
        messages.success(request, _("Your last answer is taken back."))
    return redirect("learning:review")


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def plan(request: LearnerRequest) -> HttpResponse:
    """How the learner wants to be asked; 400 for what makes no sense."""
    own = reviews.plan_of(request.user)
    form = PlanForm(request.POST if request.method == "POST" else None, instance=own)
    if form.is_valid():
        saved = form.save()
        messages.success(request, _("Your plan has been saved."))
        if count := reviews.come_before_exam(request.user, timezone.now(), saved):
            said = ngettext(
                "%(n)s card was due after the exam: it comes once more before it.",
                "%(n)s cards were due after the exam: they come once more before it.",
                count,
            )
            messages.info(request, said % {"n": count})
        return redirect("learning:plan")
    context = {"form": form, "plan": own}
    return render(request, "learning/plan.html", context, status=400 if form.errors else 200)
