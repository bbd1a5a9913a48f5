from allauth.account import views as allauth_views
from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.account, name="account"),
    path("delete/", views.delete, name="delete"),
    path("elsewhere/", views.log_out_elsewhere, name="elsewhere"),
    path("data/", views.data, name="data"),
    path("my-data.zip", views.export, {"form": "zip"}, name="export_zip"),
    path("my-bookmarks.json", views.export, {"form": "json"}, name="export_json"),
    path("my-bookmarks.md", views.export, {"form": "md"}, name="export_markdown"),
    path("email/", views.needs_mail(allauth_views.email), name="email"),
    path(
        "password/reset/",
        views.needs_mail(allauth_views.password_reset),
        name="password_reset",
    ),
]
