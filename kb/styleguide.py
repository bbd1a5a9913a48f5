"""`/styleguide/`: every component of the pages in both themes, while KB_DEBUG is on."""

from types import SimpleNamespace

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from topics.models import Topic


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """The page where changes to the look are judged; 404 on a site that people use."""
    if not settings.DEBUG:
        raise Http404
    samples = {
        "themes": ("light", "dark"),
        "kinds": [SimpleNamespace(kind=k.value, kind_label=k.label) for k in Topic.Kind],
        "levels": [SimpleNamespace(level=v.value, level_label=v.label) for v in Topic.Level],
        "hues": range(1, 7),
        "colours": ("paper", "paper-2", "paper-3", "ink", "ink-2", "accent", "mark"),
    }
    return render(request, "styleguide.html", samples)
