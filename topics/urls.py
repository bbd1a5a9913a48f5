from django.contrib.sitemaps import views as sitemaps
from django.urls import path

from topics import views
from topics.views import site_files

app_name = "topics"
sections = {"sitemaps": site_files.SITEMAPS}
index = {**sections, "sitemap_url_name": "topics:sitemap-section"}
urlpatterns = [
    path("", views.home, name="home"),
    path("topics/", views.topic_list, name="list"),
    path("topics/<path:path>/", views.read, name="topic"),
    # `read` answers this one too; the name is for building addresses.
    path("topics/<path:path>/<str:anchor>/", views.read, name="section"),
    path("glossary/", views.glossary, name="glossary"),
    path("assets/<slug:digest>/<str:name>", views.asset, name="asset"),
    path("sitemap.xml", sitemaps.index, index, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemaps.sitemap, sections, name="sitemap-section"),
    path("robots.txt", site_files.robots, name="robots"),
    path("favicon.ico", site_files.favicon, name="favicon"),
]
