from django.contrib import admin
from django.urls import include, path

from curating.admin.site import by_key
from curating.views.aids import picture
from kb.deployment import deployment
from kb.language import language
from kb.policy_reports import policy_reports
from kb.privacy import privacy
from kb.styleguide import styleguide

urlpatterns = [
    path("admin/deployment/", admin.site.admin_view(deployment), name="deployment"),
    # Below /admin/ proxies let curators send large bodies.
    path("admin/pictures/", picture, name="picture"),
    path("admin/r/<path:key>", admin.site.admin_view(by_key)),
    path("admin/", admin.site.urls),
    path("language/", language, name="language"),
    path("policy-reports/", policy_reports, name="policy_reports"),
    path("privacy/", privacy, name="privacy"),
    path("styleguide/", styleguide, name="styleguide"),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("api/", include("api.urls")),
    path("curating/", include("curating.urls")),
    path("", include("learning.urls")),
    path("", include("search.urls")),
    path("", include("topics.urls")),
]

handler404 = "kb.middleware.not_found"
handler429 = "topics.rate_limits.too_many_requests"
handler500 = "kb.middleware.server_error"
