"""/admin/deployment/: what staff should know about how this site is deployed."""

import subprocess
import tomllib
from functools import cache

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kb import proxy
from topics.rate_limits import client_address


@require_GET
def deployment(request: HttpRequest) -> HttpResponse:
    """The settings that others rely on, and what requests told of wrong ones."""
    context = {
        **admin.site.each_context(request),
        "title": "Deployment",
        "notices": proxy.notices(),
        "facts": facts(request),
    }
    return render(request, "admin/deployment.html", context)


def facts(request: HttpRequest) -> list[tuple[str, str]]:
    """Names and values for the page, as seen from this request."""
    settled = settings.PROXY
    return [
        ("Version", version()),
        ("Mode", "production" if settings.PRODUCTION else "development: only this machine"),
        ("Proxy", ", ".join(settled.names) or ("none" if settled.is_settled else "not named")),
        ("This request came", "by https" if request.is_secure() else "without https"),
        ("Your address, as rate limits see it", client_address(request)),
        ("E-mail", "is sent" if settings.KB_HAS_MAIL else "is not set up: see EMAIL_URL"),
    ]


@cache
def commit() -> str:
    """The commit of the code; empty where there is no repository, as in a container."""
    # Root may have cloned it, and a service's user ask.
    command = ["git", "-c", "safe.directory=*", "rev-parse", "HEAD"]
    try:
        done = subprocess.run(
            command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


@cache
def version() -> str:
    """The site's version, from pyproject.toml."""
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])
