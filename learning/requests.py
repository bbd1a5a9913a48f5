"""What all views of marks do with a request."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from topics.models import Section


def section_or_404(section_id: int) -> Section:
    """The section that is read at the key today."""
    section = Section.objects.current(section_id)
    if section is None:
        raise Http404
    return section


def log_in_first(request: HttpRequest, login_url: str) -> HttpResponse:
    """The log-in page; 401 for scripts, which open it themselves."""
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
    return url if allowed else default
