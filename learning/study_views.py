"""Testing oneself on a text now, without a schedule: its questions, or a quiz made from it.

The address holds all that there is to know: the seed, and the answers so far. Nothing is kept.
"""

import secrets
from random import Random

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.views import LearnerRequest
from learning import card_sources, quizzes
from learning.card_views import scopes_of, sections_in
from learning.mark_requests import section_or_404
from topics.models import Section
from topics.page_cache import keep_only

MOST_ASKED = 20
HIGHEST_SEED = 999_999
KNEW, DID_NOT = "1", "0"


@never_cache
@login_required
@require_GET
def test(request: LearnerRequest, section_id: int) -> HttpResponse:
    """The questions and definitions of a topic, one after another in the order of the seed."""
    keep_only(request, ("scope", "seed", "answers"))
    section = section_or_404(section_id)
    scope, seed = _scope(request, section), _seed(request)
    if scope is None:
        return render(request, "400.html", status=400)
    if seed is None:
        return _with_seed(request, scope)
    sources = card_sources.of_sections(sections_in(section, scope))
    Random(seed).shuffle(sources)  # noqa: S311 - it is no secret
    sources = sources[:MOST_ASKED]
    answers = request.GET.get("answers", "")
    if set(answers) - {KNEW, DID_NOT} or len(answers) > len(sources):
        return render(request, "400.html", status=400)
    rows = Section.objects.select_related("topic", "page")
    places = rows.in_bulk({source.section for source in sources})
    shown = [
        {"source": s, "section": places[s.section], "place": _place(s, places[s.section])}
        for s in sources
    ]
    is_over = len(answers) == len(sources)
    context = {
        "section": section,
        "scope": scope,
        "scopes": scopes_of(section),
        "seed": seed,
        "answers": answers,
        "at": len(answers) + 1,
        "count": len(sources),
        "known": answers.count(KNEW),
        "asked": None if is_over else shown[len(answers)],
        "told": list(zip(shown, [a == KNEW for a in answers], strict=False)) if is_over else [],
    }
    return render(request, "learning/test.html", context)


@never_cache
@login_required
@require_GET
def quiz(request: LearnerRequest, section_id: int) -> HttpResponse:
    """Ten questions with four answers each; with `check`, which of them were right."""
    section = section_or_404(section_id)
    scope, seed = _scope(request, section), _seed(request)
    if scope is None:
        return render(request, "400.html", status=400)
    if seed is None:
        return _with_seed(request, scope)
    items = quizzes.quiz(sections_in(section, scope), seed)
    chosen = [_chosen(request, number, item) for number, item in enumerate(items)]
    is_checked = "check" in request.GET
    rows = zip(items, chosen, strict=True)
    context = {
        "section": section,
        "scope": scope,
        "scopes": scopes_of(section),
        "seed": seed,
        "again": secrets.randbelow(HIGHEST_SEED),
        "items": [(item, choice, choice == item.right) for item, choice in rows],
        "is_checked": is_checked,
        "right": sum(c == item.right for item, c in zip(items, chosen, strict=True)),
    }
    return render(request, "learning/quiz.html", context)


def _place(source: card_sources.Source, section: Section) -> str:
    return card_sources.place_of(section, "" if source.html else source.back)


def _chosen(request: HttpRequest, number: int, item: quizzes.Item) -> int | None:
    text = request.GET.get(f"a{number}", "")
    return int(text) if text in {str(n) for n in range(len(item.options))} else None


def _scope(request: HttpRequest, section: Section) -> str | None:
    scope = request.GET.get("scope") or "topic"
    return scope if scope in scopes_of(section) else None


def _seed(request: HttpRequest) -> int | None:
    text = request.GET.get("seed", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else None


def _with_seed(request: HttpRequest, scope: str) -> HttpResponse:
    values: dict[str, str | int] = {"scope": scope, "seed": secrets.randbelow(HIGHEST_SEED)}
    return redirect(f"{request.path}?{urlencode(values)}")
