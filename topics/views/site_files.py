"""What is served besides pages: images, sitemap, robots.txt, the icon."""

import posixpath
from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps import views as sitemaps
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from topics.models import Asset, Link, Section
from topics.page_cache import kept_in_memory
from topics.visibility import PUBLIC, live, published, published_to_all, seen, trees

DAY = 86_400
YEAR = 365 * DAY
ROBOTS_TAG = "noindex, noodp, noarchive"  # as Django's own sitemaps say


class Pages(Sitemap):
    """Every page: the sections that open one."""

    limit = 1000  # ten thousand took over two seconds to write

    def items(self) -> QuerySet[Section]:
        pages = Section.objects.published().filter(page_id=F("pk")).select_related("topic")
        columns = ("anchor", "changed_at", "topic__path", "topic__changed_at")
        return pages.only(*columns).order_by("topic_id", "position")

    def lastmod(self, section: Section) -> datetime:
        return section.changed_at if section.anchor else section.topic.changed_at

    def get_latest_lastmod(self) -> datetime | None:
        """Django would read every page for it."""
        latest = (
            self.items().order_by().aggregate(at=Max("changed_at"), topic=Max("topic__changed_at"))
        )
        return max((at for at in latest.values() if at), default=None)


class Lists(Sitemap):
    """Home, the list of topics and the glossary."""

    def items(self) -> list[str]:
        return ["topics:home", "topics:list", "topics:glossary"]

    def location(self, item: str) -> str:
        return reverse(item)


SITEMAPS: dict[str, type[Sitemap] | Sitemap] = {"lists": Lists, "pages": Pages}


@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """`/sitemap.xml`: where the sitemaps are."""
    response = _sitemap_index(request)
    response["X-Robots-Tag"] = ROBOTS_TAG
    return response


@require_safe
def sitemap(request: HttpRequest, section: str) -> HttpResponse:
    """One sitemap: of lists, or of pages."""
    response = _sitemap(request, section)
    response["X-Robots-Tag"] = ROBOTS_TAG
    return response


@kept_in_memory()
def _sitemap_index(request: HttpRequest) -> HttpResponse:
    name = "topics:sitemap-section"
    return sitemaps.index(request, SITEMAPS, sitemap_url_name=name).render()


@kept_in_memory("p")
def _sitemap(request: HttpRequest, section: str) -> HttpResponse:
    return sitemaps.sitemap(request, SITEMAPS, section=section).render()


@require_safe
def asset(request: HttpRequest, digest: str, name: str) -> HttpResponse:
    """A picture or another file of a document; one that no section shows or links to that the
    reader may see is for curators alone, unless it is of private topics.

    SVG may carry script, so nothing in it is allowed to run; what is no picture is saved, never
    opened.
    """
    files = Asset.objects.with_tree().filter(digest=digest, tree__in=trees())
    file = files.filter(_uses(published_to_all("section__")), tree=PUBLIC).first()
    is_public = file is not None
    if file is None:
        file = files.filter(_uses(published("section__"))).first()
    if file is None:
        if not request.user.has_perm("topics.view_section"):
            raise Http404
        hidden = live("section__") & ~seen("section__topic__")
        file = get_object_or_404(files.exclude(_uses(hidden))[:1])
    response = HttpResponse(bytes(file.data), content_type=file.content_type)
    if not file.content_type.startswith("image/"):
        disposition = content_disposition_header(True, posixpath.basename(file.path))
        response["Content-Disposition"] = disposition or "attachment"
    response["Cache-Control"] = (
        f"public, max-age={YEAR}, immutable" if is_public else "private, no-store"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response._csp_replace = {  # type: ignore[attr-defined]
        "default-src": ["'none'"],
        "style-src": ["'unsafe-inline'"],
        "sandbox": [""],
    }
    return response


def _uses(sections: Q) -> Combinable:
    """Whether one of these sections shows or links to a file, or to that of which it is a copy."""
    links = Link.objects.filter(sections)
    copied = Asset.objects.filter(path=OuterRef(OuterRef("copy_of")))
    # Until an import has looked for the files, links know only their paths.
    named = links.filter(file=None, kind=Link.Kind.IMAGE, wanted=OuterRef("path"))
    return (
        Exists(links.filter(file=OuterRef("pk")))
        | Exists(links.filter(file__in=copied))
        | Exists(named.exclude(wanted=""))
    )


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
    """Redirects to the icon, under the name that browsers ask for unasked."""
    response = redirect(static("img/favicon.ico"))
    response["Cache-Control"] = f"public, max-age={DAY}"
    return response
