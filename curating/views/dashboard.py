"""Where a curator arrives: what waits for her, and the ways on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from curating.access import curators_only
from curating.worklist import what_waits


@curators_only
@require_GET
def dashboard(request: HttpRequest) -> HttpResponse:
    """`/curating/`: each entry leads to where it is done."""
    return render(request, "curating/dashboard.html", {"waiting": what_waits()})
