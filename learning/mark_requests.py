"""What all views of marks do with a request."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from topics.models import Section

View = Callable[..., HttpResponse]
TYPED = {  # fields that learners write in
    "note": gettext_lazy("Note"),
    "front": gettext_lazy("Question"),
    "back": gettext_lazy("Answer"),
    "title": gettext_lazy("Title"),
    "exact": gettext_lazy("Highlighted words"),
}


def section_or_404(section_id: int) -> Section:
    """The section that is read at the key today."""
    section = Section.objects.current(section_id)
    if section is None:
        raise Http404
    return section


def log_in_first(request: HttpRequest, login_url: str) -> HttpResponse:
    """The log-in page, which leads back to what was read; 401 for scripts, which open it."""
    back = next_url(request, "")
    if back and "?" not in login_url:
        login_url = f"{login_url}?{urlencode({'next': back})}"
    if wants_json(request):
        error = {"code": "login", "message": _("Please log in first.")}
        return JsonResponse({"error": error, "login": login_url}, status=401)
    return redirect(login_url)


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks."""
    return request.headers.get("Accept") == "application/json"


def next_url(request: HttpRequest, default: str) -> str:
    """Where to go next: a page of this site named by the form or link, else the default."""
    url = request.POST.get("next") or request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    is_whole = url.startswith(("/", "http://", "https://"))  # a word would be the name of a view
    return url if allowed and is_whole else default


def ask_first(request: HttpRequest, written: str, back: str) -> HttpResponse | None:
    """The page that asks before what a learner wrote is deleted; None once she has said so.

    409 for scripts, which then send the form. `back` is where she goes if she does not want it.
    """
    if "confirmed" in request.POST:
        return None
    if wants_json(request):
        error = {"code": "confirm", "message": _("This deletes what you wrote too.")}
        return JsonResponse({"error": error}, status=409)
    context = {"written": written, "back": back, "what": request.POST.get("what", "")}
    return render(request, "learning/sure.html", context)


def handing_back(view: View) -> View:
    """As `login_required`; what was typed while the log-in ended, or what it is on was removed, is
    handed back."""
    for_learners = login_required(view)

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not _typed(request):
            return for_learners(request, *args, **kwargs)
        if request.user.is_authenticated:
            try:
                return view(request, *args, **kwargs)
            except Http404:
                return handed_back(request, 404)
        address = f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}"
        return handed_back(request, 403, address)

    return answer


def handed_back(request: HttpRequest, status: int, login_url: str = "") -> HttpResponse:
    """The page that says that nothing was saved, with what was typed.

    As the log-in has ended; without `login_url` as the mark is gone.
    """
    context = {"typed": _typed(request), "login_url": login_url}
    return render(request, "learning/unsaved.html", context, status=status)


def _typed(request: HttpRequest) -> list[tuple[str, str, str]]:
    """Name, label and value of each field in which something was written."""
    found = ((name, str(label), request.POST.get(name, "")) for name, label in TYPED.items())
    return [field for field in found if field[2].strip()]
