from django.contrib.sitemaps import views as sitemaps
from django.urls import path

from topics.views import pages, site_files

app_name = "topics"
sections = {"sitemaps": site_files.SITEMAPS}
index = {**sections, "sitemap_url_name": "topics:sitemap-section"}
urlpatterns = [
    path("", pages.home, name="home"),
    path("topics/", pages.topic_list, name="list"),
    path("topics/<path:path>/", pages.read, name="topic"),
    # `read` answers this one too; the name is for building addresses.
    path("topics/<path:path>/<str:anchor>/", pages.read, name="section"),
    path("glossary/", pages.glossary, name="glossary"),
    path("assets/<slug:digest>/<str:name>", site_files.asset, name="asset"),
    path("sitemap.xml", sitemaps.index, index, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemaps.sitemap, sections, name="sitemap-section"),
    path("robots.txt", site_files.robots, name="robots"),
    path("favicon.ico", site_files.favicon, name="favicon"),
]
