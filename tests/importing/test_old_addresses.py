"""Addresses that a site's configuration leads on: they, and links to them, lead to the page."""

import pytest

from importer.export import export_to
from importer.run import import_paths
from topics.models import Link, Topic, TopicAddress

DOCUSAURUS = (
    "module.exports = {url: 'https://e.org', baseUrl: '/', plugins: [['client-redirects',"
    " {redirects: [{from: ['/docs/old', '/docs/older'], to: '/docs/new'},\n"
    " {to: '/docs/new#x', from: '/gone'}]}]]}"
)
MKDOCS = (
    "site_url: https://e.org/d/\nplugins:\n  - search\n  - redirects:\n      redirect_maps:\n"
    "        'old.md': 'new/page.md'\n        'older/x.md': 'old.md#sizes'\n"
    "        'away.md': 'https://a.org/'\n        'a/': 'b/'\n        'b/': 'a/'\n"
)
PAGE = "# New\n\nText.\n"

# What it is, the configuration, the page with its file, and links that lead to it.
SITES = [
    ("MkDocs", {"mkdocs.yml": MKDOCS}, "docs/new/page.md", "docs/here.md",
     ["old.md", "older/x.md", "/d/older/x/", "https://e.org/d/old/"]),
    ("MkDocs, plugins as a map",
     {"mkdocs.yml": "plugins:\n  redirects:\n    redirect_maps: {o.md: ./new.md}\n"},
     "docs/new.md", "docs/here.md", ["o.md"]),
    ("Docusaurus", {"docusaurus.config.js": DOCUSAURUS}, "docs/new.md", "docs/here.md",
     ["/docs/old", "/docs/older/", "/gone", "https://e.org/docs/old"]),
    ("VitePress, a file", {".vitepress/config.ts":
     "export default {rewrites: {'packages/a/src/index.md': 'pkg-a/index.md'}}"},
     "packages/a/src/index.md", "here.md", ["/pkg-a/", "/pkg-a/index.html", "pkg-a/index.md"]),
    ("VitePress, a pattern", {".vitepress/config.ts":
     "export default {rewrites: {'packages/:pkg/src/(.*)': 'x', 'source/:page*': ':page*'}}"},
     "source/deep/new.md", "here.md", ["/deep/new", "deep/new.md"]),
    ("mdBook", {"book.toml": '[output.html.redirect]\n"/old/page.html" = "../new.html"\n'},
     "src/new.md", "src/here.md", ["old/page.html", "old/page.md"]),
    ("GitBook", {".gitbook.yaml": "redirects:\n  help/old: ./new.md\n", "SUMMARY.md": ""},
     "new.md", "here.md", ["help/old", "/help/old"]),
    ("Mintlify", {"docs.json": '{"navigation": {"pages": ["new"]}, "redirects": [{"source": "/old",'
     ' "destination": "/new"}, {"source": "/:a*", "destination": "/"}]}'},
     "new.mdx", "here.mdx", ["/old"]),
    ("Starlight", {"astro.config.mjs":
     "export default {redirects: {'/old': '/new/', '/older': {status: 302, destination: '/new'}}}"},
     "src/content/docs/new.md", "src/content/docs/here.md", ["/old/", "/older"]),
    ("Nextra", {"next.config.mjs": "async redirects() { return [{source: '/old', destination: "
     "'/new', permanent: true}, {source: '/x/:p*', destination: '/y'}] }", "content/_meta.js": ""},
     "content/new.md", "content/here.md", ["/old"]),
    ("Sphinx", {"conf.py": 'redirects = {\n  "guide/old": "../new.html",  # moved\n}\n'
     'rediraffe_redirects = {"x.md": "new.md"}\n', "index.md": "# I\n"},
     "new.md", "here.md", ["guide/old.html", "x.md"]),
    ("DocFX", {"docfx.json": "{}", ".openpublishing.redirection.json":
     '{"redirections": [{"source_path": "old.md", "redirect_url": "/new"}]}'},
     "new.md", "here.md", ["old.md"]),
    ("Jekyll: a page that only leads on", {"_config.yml": "plugins: [jekyll-redirect-from]\n",
     "old.md": "---\nredirect_to: /new.html\n---\n", "older.html":
     "---\nredirect_to: [old.html]\n---\n"}, "new.md", "here.md",
     ["old.md", "/old/", "/older.html"]),
    ("Jekyll: a collection", {"_config.yml":
     "collections: {g: {output: true, permalink: '/:collection/x/:name'}}\n"},
     "_g/new.md", "here.md", ["/g/x/new"]),
    ("a host of static sites", {"hugo.toml": "", "static/_redirects":
     "# moved\n/old  /new  301\n/all/*  /new\n", "netlify.toml":
     '[[redirects]]\nfrom = "/older"\nto = "/new/"\n', "vercel.json":
     '{"redirects": [{"source": "/oldest", "destination": "/new"}]}'},
     "content/new.md", "content/here.md", ["/old/", "/older", "/oldest"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("files", "page", "here", "links"), [s[1:] for s in SITES], ids=[s[0] for s in SITES]
)
def test_links_to_an_address_that_is_led_on_lead_to_its_page(bring, files, page, here, links):
    text = " ".join(f"[l]({link})" for link in links)
    bring({**files, page: PAGE, here: f"# Here\n\n{text}\n"})
    assert ends(here) == ["New"] * len(links)


def test_the_address_itself_leads_to_the_page(bring, client):
    bring({"mkdocs.yml": MKDOCS, "docs/new/page.md": PAGE})
    for path in ("/topics/docs/old/", "/topics/old/", "/topics/docs/older/x/"):
        answer = client.get(path)
        assert (answer.status_code, answer["Location"]) == (301, "/topics/docs/new/page/")
    assert not TopicAddress.objects.filter(path__contains="away").exists()


def test_a_page_that_is_there_keeps_its_address(bring):
    bring({"mkdocs.yml": MKDOCS, "docs/new/page.md": PAGE, "docs/old.md": "# Old\n\nx\n",
           "docs/here.md": "# Here\n\n[l](old.md)\n"})  # fmt: skip
    assert ends("docs/here.md") == ["Old"]


def test_a_post_has_the_address_of_its_day(bring):
    post = "---\ndate: {created: 2024-01-31}\n---\n\n# The *new* one\n"
    bring({"mkdocs.yml": "plugins: [blog]\n", "docs/blog/posts/a.md": post.replace("*", ""),
           "docs/here.md": "# H\n\n[l](/blog/2024/01/31/the-new-one/)\n"})  # fmt: skip
    assert ends("docs/here.md") == ["The new one"]


def test_a_redirect_that_is_added_later_brings_links_alive(bring):
    bring({"mkdocs.yml": "", "docs/new/page.md": PAGE, "docs/here.md": "# H\n\n[l](old.md)\n"})
    assert ends("docs/here.md") == [""]
    bring({"mkdocs.yml": MKDOCS})
    assert ends("docs/here.md") == ["New"]
    bring({"docs/new/page.md": "# Newer\n\nOther.\n"})
    assert ends("docs/here.md") == ["Newer"]
    bring({"mkdocs.yml": MKDOCS.replace("new/page.md", "b.md"), "docs/b.md": "# B\n\nx\n"})
    assert ends("docs/here.md") == ["B"]


@pytest.mark.parametrize("dialect", ["", "mkdocs"])
def test_an_export_keeps_what_leads_on(bring, tmp_path, dialect):
    bring({"mkdocs.yml": MKDOCS, "docs/new/page.md": PAGE, "docs/here.md": "# H\n\n[l](old.md)\n"})
    export_to(tmp_path / "out")
    [source] = set(Topic.objects.values_list("source", flat=True))
    import_paths([str(tmp_path / "out" / source)], source="again", dialect=dialect)
    links = Link.objects.filter(section__topic__source="again")
    assert [link.target.topic.title for link in links if link.target] == ["New"]


def ends(here: str) -> list[str]:
    """The titles of the topics to which the links of a file lead."""
    links = Link.objects.filter(section__topic__origin=here).order_by("pk")
    return [link.target.topic.title if link.target else "" for link in links]
