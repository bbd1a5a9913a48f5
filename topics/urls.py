from django.urls import path

from topics.views import pages, site_files

app_name = "topics"
urlpatterns = [
    path("", pages.home, name="home"),
    path("topics/", pages.topic_list, name="list"),
    path("topics/<path:path>/", pages.read, name="topic"),
    # `read` answers this one too; the name is for building addresses.
    path("topics/<path:path>/<str:anchor>/", pages.read, name="section"),
    path("glossary/", pages.glossary, name="glossary"),
    path("glossary/terms.json", pages.terms, name="terms"),
    path("glossary/meaning.json", pages.meaning, name="meaning"),
    path("assets/<slug:digest>/<str:name>", site_files.asset, name="asset"),
    path("sitemap.xml", site_files.sitemap_index, name="sitemap"),
    path("sitemap-<slug:section>.xml", site_files.sitemap, name="sitemap-section"),
    path("robots.txt", site_files.robots, name="robots"),
    path("favicon.ico", site_files.favicon, name="favicon"),
]
