"""Links that need a hand, and mending many of them at once."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from curating import internal_links
from curating.access import curators_only
from curating.models import ExternalLink
from curating.previews import turn
from curating.tasks import LINKS_KEY, check_external_links
from importer.edits import EditRefused
from importer.link_edits import Mended
from jobs.models import OPEN, Job

State = ExternalLink.State
EXTERNAL = {
    "dead": [State.BROKEN, State.FAILING],
    "moved": [State.MOVED],
    "closed": [State.CLOSED],
}
PAGE = 50


@curators_only
@require_GET
def links(request: HttpRequest) -> HttpResponse:
    """Links of one kind, those with one destination together, with their places."""
    kind = request.GET.get("kind", "broken")
    number = request.GET.get("page", "1")
    page = max(1, int(number)) if number.isdecimal() and len(number) < 6 else 1
    context: dict[str, Any] = {"kind": kind}
    if kind in internal_links.KINDS:
        found = internal_links.groups(kind, start=(page - 1) * PAGE)
        total = found[0].number if found else 0
        context |= {
            "groups": found,
            "earlier": page - 1 if page > 1 else None,
            "later": page + 1 if page * PAGE < total else None,
        }
    elif kind in EXTERNAL:
        rows = (
            internal_links.seen_external()
            .filter(state__in=EXTERNAL[kind])
            .prefetch_related("checks")
        )
        shown = Paginator(rows.order_by("-strikes", "url"), PAGE).get_page(page)
        places = internal_links.places_of(list(shown))
        context |= {
            "external": [(row, places[row.url]) for row in shown],
            "earlier": shown.number - 1 if shown.has_previous() else None,
            "later": shown.number + 1 if shown.has_next() else None,
            "job": Job.objects.filter(unique_key=LINKS_KEY, state__in=OPEN).first(),
            "asked": internal_links.seen_external().exclude(checked_at=None).count(),
            "all": internal_links.seen_external().count(),
        }
    else:
        raise Http404
    return render(request, "curating/links.html", context)


@curators_only
@require_POST
def mend(request: HttpRequest) -> HttpResponse:
    """Have the chosen links lead elsewhere: to an address, or to where they are redirected."""
    kind = request.POST.get("kind", "")
    address = f"{reverse('curating:links')}?kind={kind}"
    user = cast(User, request.user)
    why = _("Links mended")
    try:
        with turn():
            done = _mended(request, kind, user, why)
    except EditRefused as error:
        messages.error(request, str(error))
        return redirect(address)
    if done is None:
        messages.error(request, _("Nothing is published at this address."))
    else:
        _say(request, done)
    return redirect(address)


def _mended(request: HttpRequest, kind: str, user: User, why: str) -> Mended | None:
    chosen = [int(key) for key in request.POST.getlist("chosen") if _is_key(key)]
    if kind == "moved":
        rows = internal_links.seen_external().filter(pk__in=chosen, state=State.MOVED)
        return internal_links.mend_moved(list(rows), user=user, why=why)
    if kind == "redirected":
        wanted = set(chosen)
        groups = internal_links.groups(kind, most=10 * PAGE)
        picked = [group for group in groups if group.links[0] in wanted]
        return internal_links.mend_redirected(picked, user=user, why=why)
    if kind not in internal_links.KINDS:
        raise Http404
    links = [int(key) for key in request.POST.get("links", "").split(",") if _is_key(key)]
    to = request.POST.get("to", "").strip()[:2_000]
    return internal_links.mend_group(links[: internal_links.MOST_LINKS], to, user=user, why=why)


def _say(request: HttpRequest, done: Mended) -> None:
    if done.mended:
        said = ngettext("%(n)s link mended.", "%(n)s links mended.", done.mended)
        messages.success(request, said % {"n": done.mended})
    if not (done.mended or done.left):
        messages.warning(request, _("Nothing was left to mend: reload the list."))
    if done.left:
        said = ngettext(
            "%(n)s could not be mended at once: edit its section, or try again.",
            "%(n)s could not be mended at once: edit their sections, or try again.",
            done.left,
        )
        messages.warning(request, said % {"n": done.left})


@curators_only
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Have a worker ask the external links that are due; `again` makes those that fail due."""
    if "again" in request.POST:
        failing = internal_links.seen_external().filter(state__in=EXTERNAL["dead"])
        failing.update(next_at=timezone.now())
    check_external_links.using(unique_key=LINKS_KEY).enqueue(is_asked_for=True)
    messages.success(request, _("A worker asks them."))
    return redirect(f"{reverse('curating:links')}?kind=dead")


def _is_key(value: str) -> bool:
    return value.isdecimal() and len(value) < 19
