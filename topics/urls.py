from django.urls import path

from topics import views
from topics.views import api

app_name = "topics"
urlpatterns = [
    path("", views.home, name="home"),
    path("topics/", views.topic_list, name="list"),
    path("topics/<path:path>/", views.read, name="topic"),
    # `read` answers this one too; the name is for building addresses.
    path("topics/<path:path>/<str:anchor>/", views.read, name="section"),
    path("search/", views.search_page, name="search"),
    path("assets/<slug:digest>/<str:name>", views.asset, name="asset"),
    path("api/v1/search", api.search_api, name="api-search"),
    path("api/v1/suggest", api.suggest_api, name="api-suggest"),
]
