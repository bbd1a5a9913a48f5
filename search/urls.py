from django.urls import path

from search import views

app_name = "search"
urlpatterns = [
    path("search/", views.search_page, name="results"),
    path("search/opened", views.opened, name="opened"),
    path("search/wish", views.wish, name="wish"),
    path("opensearch.xml", views.opensearch, name="opensearch"),
]
