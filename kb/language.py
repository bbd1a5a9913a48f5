"""The reader's own choice of a language, kept in a cookie."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from topics.rate_limits import is_from_our_pages


@csrf_exempt  # the form is on pages for everybody, which hold no token
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the language that a form of ours names, and return to its page; 400 from elsewhere."""
    if not is_from_our_pages(request):
        return render(request, "400.html", status=400)
    return set_language(request)
