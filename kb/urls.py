from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("", include("learning.urls")),
    path("", include("topics.urls")),
]

handler429 = "learning.accounts.too_many_requests"
handler500 = "kb.middleware.server_error"
