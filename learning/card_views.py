"""Making cards from a text or by hand, and the learner's page of all of them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.views import LearnerRequest
from importer.revisions import texts_at
from learning import card_sources, cards, highlights, paths, progress, reviews
from learning.forms import CardEditForm, CardForm, CardSearchForm, WordsQuestionForm
from learning.mark_requests import ask_first, handing_back, next_url, section_or_404
from learning.models import Card, Highlight, HighlightedText, Review
from learning.schedule import LEECH
from topics.kinds import WITH_STEPS
from topics.models import Section
from topics.page_cache import keep_only

PAGE_SIZE = 50
MOST_WORDS = 5  # of a search
HER_WORDS = (Card.Origin.OWN, Card.Origin.WORDS)
MOST_LISTED = 100  # of what cards can be made of; all are added at once, if one likes
SHOWN = {
    "changed": Q(state=Card.State.CHANGED),
    "removed": Q(state=Card.State.REMOVED),
    "new": Q(phase=Card.Phase.NEW),
    "hard": Q(lapses__gte=LEECH),
    "suspended": Q(is_suspended=True),
}


@never_cache
@login_required
@require_GET
def card_list(request: LearnerRequest) -> HttpResponse:
    """The learner's cards, by topic, 50 a page; 400 for a search that cannot be read."""
    keep_only(request, ("q", "show", "page"))
    form = CardSearchForm(request.GET)
    if not form.is_valid():
        return render(request, "learning/cards.html", {"form": form}, status=400)
    words = form.cleaned_data["q"].split()[:MOST_WORDS]
    show = form.cleaned_data["show"]
    rows = cards.listed(request.user)
    for word in words:
        rows = rows.filter(Q(front__icontains=word) | Q(back__icontains=word))
    if show:
        rows = rows.filter(SHOWN[show])
    order = ("section__topic__path", "section__topic_id", "section__position", "pk")
    page = Paginator(rows.defer("html").order_by(*order), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    page.object_list = cards.as_last_read(page.object_list)
    context = {
        "form": form,
        "page": page,
        "is_search": bool(words or show),
        "leech": LEECH,
    }
    return render(request, "learning/cards.html", context)


@never_cache
@login_required
@require_GET
def card(request: LearnerRequest, pk: int) -> HttpResponse:
    """A card with where it is from, what has changed there, and every answer."""
    own = _as_last_read(request, pk)
    section = Section.objects.current(own.section_id) if own.section_id else None
    log = Review.objects.filter(user=request.user, card=own.pk).order_by("-pk")[:PAGE_SIZE]
    context = {
        "card": own,
        "section": section,
        "place": section and cards.place(own, section),
        "topic": section and section.topic.title,
        "was": _earlier_text(own) if section else None,
        "log": log,
        "leech": LEECH,
    }
    return render(request, "learning/card.html", context)


def _earlier_text(own: Card) -> tuple[str, str] | None:
    """What the section beside a card of the learner's own said when she saw it last, and now."""
    section = own.section
    if section is None or own.origin != Card.Origin.OWN or own.state != Card.State.CHANGED:
        return None
    before = texts_at([section.pk], own.checked_at).get(section.pk)
    return (before.markdown, section.markdown) if before else None


@require_POST
@login_required
def change(request: LearnerRequest, pk: int) -> HttpResponse:
    """Accept what the source says now, put a card aside, take it up, or delete it.

    Asks before words of the learner's own go.
    """
    own = _own_or_404(request, pk)
    match request.POST.get("what", ""):
        case "accept":
            cards.accept(request.user, own)
            said = _("The card is as the text has it now.")
        case "suspend" | "resume" as what:
            reviews.suspend(request.user, own, is_suspended=what == "suspend")
            aside, again = _("The card is put aside."), _("The card will be asked again.")
            said = aside if what == "suspend" else again
        case "delete":
            words = own.origin in HER_WORDS and f"{own.front}\n\n{own.back}"
            here = reverse("learning:card", args=[pk])
            if words and (asked := ask_first(request, words, here)):
                return asked
            own.delete()
            messages.success(request, _("The card has been deleted."))
            return redirect("learning:cards")
        case _:
            return render(request, "400.html", status=400)
    messages.success(request, said)
    return redirect(next_url(request, reverse("learning:card", args=[pk])))


@never_cache
@handing_back
@require_http_methods(["GET", "POST"])
def edit(request: LearnerRequest, pk: int) -> HttpResponse:
    """Both sides of a card in the learner's words; 400 for sides that are empty, too long, or were
    changed elsewhere meanwhile."""
    own = _as_last_read(request, pk)
    form = CardEditForm(request.POST if request.method == "POST" else None, card=own)
    after = reverse("learning:card", args=[pk])
    if form.is_valid():
        front, back = form.cleaned_data["front"], form.cleaned_data["back"]
        cards.rewrite(request.user, own, front, back)
        messages.success(request, _("The card has been saved."))
        return redirect(after)
    context = {"form": form, "card": own, "next_url": after}
    return render(request, "learning/card_edit.html", context, status=400 if form.errors else 200)


@never_cache
@handing_back
@require_http_methods(["GET", "POST"])
def make(request: LearnerRequest, section_id: int) -> HttpResponse:
    """What cards can be made of: a section, its page, its topic or the path that it is of.

    A POST makes one ("question-7"), all ("all"), or one that the learner wrote.
    """
    keep_only(request, ("scope",))
    section = section_or_404(section_id)
    scopes = scopes_of(section)
    scope = request.GET.get("scope") or "section"
    if scope not in scopes:
        return render(request, "400.html", status=400)
    sources = card_sources.of_sections(sections_in(section, scope))
    form = CardForm(request.POST if "front" in request.POST else None)
    wanted = request.POST.get("what", "")
    if request.method == "POST":
        made: Any = None
        if form.is_bound and form.is_valid():
            made = _tried(
                request, lambda: [cards.add_own(request.user, section, **form.cleaned_data)]
            )
        elif wanted:
            chosen = [s for s in sources if wanted in ("all", s.name)]
            made = _tried(request, lambda: cards.add(request.user, chosen))
        if made is not None:
            said = ngettext("%(n)s card added.", "%(n)s cards added.", len(made))
            messages.success(request, said % {"n": len(made)})
            return redirect(request.get_full_path())
    own = Card.objects.of(request.user).filter(origin__in=cards.FROM_TEXT)
    known = {f"{origin}-{key}" for origin, key in own.values_list("origin", "origin_key")}
    context = {
        "form": form,
        "section": section,
        "sources": [(source, source.name in known) for source in sources[:MOST_LISTED]],
        "missing": sum(source.name not in known for source in sources),
        "hidden": max(0, len(sources) - MOST_LISTED),
        "scope": scope,
        "scopes": scopes,
    }
    status = 400 if form.errors else 200
    return render(request, "learning/card_make.html", context, status=status)


def scopes_of(section: Section) -> dict[str, str]:
    """Of how much of the text around a section something may be made, with its name."""
    scopes = {"section": _("This section"), "page": _("This page"), "topic": _("This topic")}
    if section.topic.kind in WITH_STEPS:
        scopes["path"] = _("This learning path")
    return scopes


def sections_in(section: Section, scope: str) -> list[int]:
    """The sections of a scope. One query at most."""
    if scope == "path":
        return paths.sections_of(section.topic_id)
    return progress.sections_of(section, scope)


@never_cache
@handing_back
@require_http_methods(["GET", "POST"])
def make_of_highlight(request: LearnerRequest, pk: int) -> HttpResponse:
    """A card of highlighted words: a gap in their sentence, or a question that they answer."""
    own = Highlight.objects.of(request.user).select_related("section__topic")
    mark = get_object_or_404(own, pk=pk)
    after = next_url(request, reverse("learning:notes"))
    form = WordsQuestionForm(request.POST if "front" in request.POST else None)
    front = form.cleaned_data["front"] if form.is_valid() else ""
    if request.method == "POST" and (front or not form.is_bound):
        made = _tried(request, lambda: cards.add_of_highlight(request.user, mark, front))
        if made:
            messages.success(request, _("The card has been added."))
            return redirect(after)
    text = HighlightedText.objects.filter(section=mark.section_id).first()
    is_there = mark.section.is_published and mark.state != "orphaned"
    context = {
        "form": form,
        "mark": mark if mark.section.is_published else highlights.as_marked(mark),
        "next_url": after,
        "gap": card_sources.with_gap(text.text, mark.start, mark.end) if text and is_there else "",
    }
    status = 400 if form.errors else 200
    return render(request, "learning/card_of_highlight.html", context, status=status)


def _own_or_404(request: HttpRequest, pk: int) -> Card:
    own: Card = get_object_or_404(cards.listed(request.user), pk=pk)  # type: ignore[arg-type]
    return own


def _as_last_read(request: HttpRequest, pk: int) -> Card:
    """The card as it is shown."""
    return cards.as_last_read([_own_or_404(request, pk)])[0]


def _tried(request: LearnerRequest, make: Any) -> Any:
    """What is made, or None where there is no room or no text for it, which is said."""
    try:
        return make()
    except cards.Full:
        messages.error(request, _("There is no room for more cards. Delete some first."))
    except cards.NotThere:
        messages.error(request, _("These words are no longer in the text."))
    return None
