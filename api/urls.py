from django.urls import path, re_path

from api import views

app_name = "api"
urlpatterns = [
    path("v1/search", views.search_api, name="search"),
    path("v1/suggest", views.suggest_api, name="suggest"),
    re_path("", views.unknown),
]
