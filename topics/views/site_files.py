"""What is served besides pages: images, sitemap, robots.txt, the icon."""

import posixpath
from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from topics.models import Asset, Section

DAY = 86_400
YEAR = 365 * DAY


class Pages(Sitemap):
    """Every page: the sections that open one."""

    limit = 10_000

    def items(self) -> QuerySet[Section]:
        pages = Section.objects.published().filter(page_id=F("pk")).select_related("topic")
        columns = ("anchor", "changed_at", "topic__path", "topic__changed_at")
        return pages.only(*columns).order_by("topic_id", "position")

    def lastmod(self, section: Section) -> datetime:
        return section.changed_at if section.anchor else section.topic.changed_at


class Lists(Sitemap):
    """Home, the list of topics and the glossary."""

    def items(self) -> list[str]:
        return ["topics:home", "topics:list", "topics:glossary"]

    def location(self, item: str) -> str:
        return reverse(item)


SITEMAPS = {"lists": Lists, "pages": Pages}


@require_safe
def asset(request: HttpRequest, digest: str, name: str) -> HttpResponse:
    """A picture or another file of a document. SVG may carry script, so nothing in it is allowed to
    run; what is no picture is saved, never opened."""
    file = get_object_or_404(Asset.objects.filter(digest=digest)[:1])
    response = HttpResponse(bytes(file.data), content_type=file.content_type)
    if not file.content_type.startswith("image/"):
        disposition = content_disposition_header(True, posixpath.basename(file.path))
        response["Content-Disposition"] = disposition or "attachment"
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    response._csp_replace = {  # type: ignore[attr-defined]
        "default-src": ["'none'"],
        "style-src": ["'unsafe-inline'"],
        "sandbox": [""],
    }
    return response


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Results, bookmarks and accounts say `noindex`, which crawlers must fetch to see."""
    sitemap = request.build_absolute_uri(reverse("topics:sitemap"))
    text = f"User-agent: *\nDisallow: /admin/\nDisallow: /api/\n\nSitemap: {sitemap}\n"
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={DAY}"
    return response


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    response = redirect(static("img/favicon.ico"))
    response["Cache-Control"] = f"public, max-age={DAY}"
    return response
