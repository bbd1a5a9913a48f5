"""Links as each tool writes them lead to the documents that its site would show."""

import pytest

from topics.models import Link, Section, Topic, TopicAddress

TREE = {
    "index.md": "# Home\n\n## Start here\n\nx\n",
    "README.md": "# Read me\n",
    "docs/index.md": "# Docs\n",
    "docs/pools.md": "# Pools\n\n## Sizes & limits\n\nx\n\n## build.chunkImportMap\n\ny\n",
    "docs/Upper Case.md": "# Upper\n\n## Größe\n\nz\n",
    "docs/01-intro.md": "# Intro\n",
    "docs/v1.2.md": "# Version\n",
    "docs/deep/_index.md": "# Deep\n",
    "docs/deep/er.mdx": "# Deeper\n",
    "docs/moved.md": "---\naliases: [/old/place/]\nredirect_from: /older.html\n---\n# Moved\n",
    "docs/named.md": "---\nslug: /by/name\n---\n# Named\n",
    "docs/perma.md": "---\npermalink: /perma/link/\n---\n# Perma\n",
    "guide.md": "# Guide\n",
    "guide/one.md": "# One\n",
    "blog/_posts/2020-01-02-first-post.md": "# First\n",
    "中文/连接池.md": "# 连接池\n\n## 大小\n\nx\n",
}
# Where the link stands, the link, the topic and the anchor that it leads to.
LEAD = [
    ("docs/pools.md", "./", "docs", ""),
    ("docs/pools.md", "../", "index", ""),
    ("docs/pools.md", "/", "index", ""),
    ("docs/pools.md", "/index.html", "index", ""),
    ("docs/pools.md", "/#start-here", "index", "start-here"),
    ("docs/pools.md", "../README.md", "readme", ""),
    ("docs/pools.md", "../README", "readme", ""),
    ("docs/pools.md", "#SIZES--LIMITS", "docs/pools", "sizes--limits"),
    ("docs/pools.md", "#sizes-limits", "docs/pools", "sizes--limits"),
    ("docs/pools.md", "#user-content-sizes--limits", "docs/pools", "sizes--limits"),
    ("docs/pools.md", "#Sizes%20&%20limits", "docs/pools", "sizes--limits"),
    ("docs/index.md", "pools#build-chunkimportmap", "docs/pools", "buildchunkimportmap"),
    ("docs/index.md", "pools.html#top", "docs/pools", ""),
    ("docs/index.md", "POOLS.MD", "docs/pools", ""),
    ("docs/index.md", "pools/", "docs/pools", ""),
    ("docs/index.md", "pools/#pools", "docs/pools", ""),
    ("docs/index.md", "pools.md?plain=1", "docs/pools", ""),
    ("docs/01-intro.md", "../pools/", "docs/pools", ""),
    ("docs/01-intro.md", "../pools/#sizes--limits", "docs/pools", "sizes--limits"),
    ("docs/index.md", "Upper%20Case.md", "docs/upper-case", ""),
    ("docs/index.md", "upper-case/", "docs/upper-case", ""),
    ("docs/index.md", "upper-case#grosse", "docs/upper-case", "größe"),
    ("docs/index.md", "Upper%20Case#Gr%C3%B6%C3%9Fe", "docs/upper-case", "größe"),
    ("docs/index.md", "intro", "docs/intro", ""),
    ("docs/index.md", "/docs/intro/", "docs/intro", ""),
    ("docs/index.md", "v1.2", "docs/v1-2", ""),
    ("docs/index.md", "deep/", "docs/deep", ""),
    ("docs/index.md", "deep/_index.md", "docs/deep", ""),
    ("docs/index.md", "deep/index.html", "docs/deep", ""),
    ("docs/index.md", "deep/er.mdx", "docs/deep/er", ""),
    ("docs/deep/er.mdx", "/pools/", "docs/pools", ""),
    ("docs/deep/er.mdx", "@site/docs/pools.md", "docs/pools", ""),
    ("docs/deep/er.mdx", "..\\pools.md", "docs/pools", ""),
    ("docs/index.md", "/old/place", "docs/moved", ""),
    ("docs/index.md", "/older.html", "docs/moved", ""),
    ("docs/index.md", "/by/name/", "docs/named", ""),
    ("docs/index.md", "/perma/link/#x", "docs/perma", None),
    ("index.md", "/blog/2020/01/02/first-post.html", "blog/posts/01-02-first-post", ""),
    ("index.md", "/2020/01/02/first-post/", "blog/posts/01-02-first-post", ""),
    ("index.md", "wiki:2020-01-02-first-post", "blog/posts/01-02-first-post", ""),
    ("index.md", "guide/", "guide", ""),
    ("guide/one.md", "../guide.md", "guide", ""),
    ("guide/one.md", "./", "guide", ""),
    ("index.md", "%E4%B8%AD%E6%96%87/连接池.md#大小", "中文/连接池", "大小"),
]


@pytest.mark.parametrize(("holder", "href", "path", "anchor"), LEAD, ids=str)
def test_a_link_leads_where_its_tool_leads(bring, holder, href, path, anchor):
    bring({**TREE, holder: f"{TREE[holder]}\n[x](<{href}>)\n"})
    link = Link.objects.select_related("target__topic").get()
    assert link.target and link.target.topic.path == path
    if anchor is None:
        assert (link.kind, link.target.anchor) == ("broken", "")
    else:
        assert (link.kind, link.target.anchor) == ("internal", anchor)


NOWHERE = [
    ("guide/one.md", "../中文.md", "planned"),
    ("docs/pools.md", "nothing/", "planned"),
    ("docs/pools.md", "../../pools", "broken"),
    ("docs/pools.md", "/../../../etc/passwd", "broken"),
    ("docs/pools.md", "pools.yaml", "broken"),
    ("docs/pools.md", "%00.md", "broken"),
    ("docs/pools.md", "//docs/pools", "external"),
    ("docs/pools.md", "#nothing-like-it", "broken"),
    ("docs/pools.md", "wiki:pools", "internal"),
]


@pytest.mark.parametrize(("holder", "href", "kind"), NOWHERE)
def test_what_no_tool_reads_leads_nowhere(bring, holder, href, kind):
    bring({**TREE, holder: f"{TREE[holder]}\n[x](<{href}>)\n"})
    assert Link.objects.get().kind == kind


def test_a_link_is_drawn_by_a_document_that_fits_better_and_back_again(bring):
    bring({"a.md": "# A\n\n[x](Pool-Sizes/)\n", "pool sizes.md": "# By slug\n"})
    assert Link.objects.get().target.topic.title == "By slug"
    bring({"pool-sizes.md": "# By name\n"})
    assert Link.objects.get().target.topic.title == "By name"
    bring({"pool-sizes.md": None}, prune=True)
    assert Link.objects.get().target.topic.title == "By slug"


def test_a_planned_link_of_any_form_comes_alive(bring):
    bring({"a/a.md": "# A\n\n[x](../../b/) [y](/b.html) [z](B)\n"})
    assert set(Link.objects.values_list("kind", flat=True)) <= {"planned", "broken"}
    bring({"b.md": "# B\n", "a/b.md": "# Other\n"})
    leads = Link.objects.order_by("position").values_list("target__topic__path", flat=True)
    assert list(leads) == ["b", "b", "a/b"]


def test_other_addresses_of_a_document_redirect_to_it(bring, client):
    bring(TREE)
    for path in ("old/place", "older", "by/name", "perma/link"):
        assert client.get(f"/topics/{path}/").status_code == 301
    assert TopicAddress.objects.filter(path="older").get().topic.title == "Moved"


def test_an_address_of_another_document_is_never_taken_by_an_alias(bring):
    bring({"a.md": "# A\n", "b.md": "---\naliases: [/a/]\n---\n# B\n"})
    assert Topic.objects.get(path="a").title == "A"
    assert not TopicAddress.objects.exists()


PREFIXED = [
    ("mkdocs.yml", "site_url: https://example.org/book/\n", "https://example.org/book/pools/"),
    ("mkdocs.yml", "site_url: https://example.org/book/\n", "/book/pools/"),
    ("mkdocs.yml", "site_url: https://e.org/\n", "http://e.org/pools/"),
    (
        "mkdocs.yml",
        "repo_url: https://github.com/a/b\n",
        "https://github.com/a/b/blob/main/docs/pools.md#L3",
    ),
    (
        "docusaurus.config.js",
        "module.exports = {url: 'https://e.org', baseUrl: '/b/'}",
        "/b/docs/pools",
    ),
    (
        "docusaurus.config.ts",
        "export default {url: 'https://e.org', baseUrl: '/'}",
        "https://e.org/docs/pools",
    ),
    (".vitepress/config.mts", "export default { base: '/app/' }", "/app/docs/pools.html"),
    ("hugo.toml", "baseURL = 'https://e.org/'\n", "https://e.org/docs/pools/"),
    ("_config.yml", "url: https://e.org\nbaseurl: /site\n", "/site/docs/pools.html"),
    ("_config.yml", "url: https://e.org\nbaseurl: /site\n", "https://e.org/site/docs/pools"),
    (
        "sites/en/mkdocs.yml",
        "site_url: https://e.org/\ndocs_dir: ../../docs\n",
        "https://e.org/pools/",
    ),
    (
        "docs/.vitepress/config.ts",
        "export default { sitemap: { hostname: 'https://e.org/' } }",
        "https://e.org/pools.html",
    ),
    ("docs/.vuepress/theme.ts", "hopeTheme({ hostname: 'https://e.org' })", "https://e.org/pools"),
    (
        "hugo.toml",
        "baseURL = 'https://e.org/'\n[[module.mounts]]\nsource = 'docs'\ntarget = 'content'\n",
        "https://e.org/pools/",
    ),
    ("book.toml", "[book]\nsrc = 'docs'\n[output.html]\nsite-url = '/b/'\n", "/b/pools.html"),
]


@pytest.mark.parametrize(("name", "text", "href"), PREFIXED)
def test_addresses_with_the_site_s_own_prefix_lead_inside(bring, name, text, href):
    bring({name: text, "docs/pools.md": "# Pools\n", "a.md": f"# A\n\n[x]({href})\n"})
    assert Link.objects.get(section__topic__path="a").target.topic.path == "docs/pools"


def test_an_address_on_the_own_site_that_is_no_document_stays_external(bring):
    bring(
        {
            "mkdocs.yml": "site_url: https://e.org/b\n",
            "docs/a.md": "# A\n\n[x](https://e.org/b/no)\n",
        }
    )
    assert Link.objects.get().kind == "external"
    assert 'href="https://e.org/b/no"' in Section.objects.get(topic__path="docs/a").html


def test_a_picture_with_an_address_on_the_own_site_is_shown_from_here(bring, client):
    files = {
        "mkdocs.yml": "site_url: https://e.org/b/\n",
        "docs/img/dot.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "docs/f.pdf": b"%PDF-1.4",
    }
    text = "# A\n\n![x](https://e.org/b/img/dot.svg) [y](https://e.org/b/f.pdf) "
    bring({**files, "docs/a.md": f"{text}![z](https://e.org/b/img/no.svg)\n"})
    html = Section.objects.get(topic__path="docs/a").html
    assert html.count('<img src="/assets/') == 1 and html.count('href="/assets/') == 1
    assert 'href="https://e.org/b/img/no.svg"' in html
    bring({"docs/b.md": "# B\n"})
    assert Section.objects.get(topic__path="docs/a").html == html


WIKI = {
    "notes/Connection pools.md": "---\naliases: [Pooling]\n---\n# Pools\n\n## Sizing it\n\nx\n",
    "other/deep/Page.md": "# Page\n",
    "other/Page.md": "# Nearer page\n",
    "files/plan.pdf": b"%PDF-1.4",
    "img/dot.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
}
NAMED = [
    ("[[connection pools]]", "notes/connection-pools", ""),
    ("[[Connection-Pools]]", "notes/connection-pools", ""),
    ("[[notes/Connection pools]]", "notes/connection-pools", ""),
    ("[[Connection pools.md]]", "notes/connection-pools", ""),
    ("[[Connection pools#Sizing it]]", "notes/connection-pools", "sizing-it"),
    ("[[Connection pools#sizing it|how large]]", "notes/connection-pools", "sizing-it"),
    ("[[Pooling]]", "notes/connection-pools", ""),
    ("[[Page]]", "other/page", ""),
    ("[[deep/Page]]", "other/deep/page", ""),
    ("![[Connection pools#Sizing it]]", "notes/connection-pools", "sizing-it"),
]


@pytest.mark.parametrize(("text", "path", "anchor"), NAMED)
def test_a_link_by_name_finds_its_note(bring, text, path, anchor):
    bring({**WIKI, "a.md": f"# A\n\n{text}\n"})
    link = Link.objects.get()
    assert (link.kind, link.target.topic.path, link.target.anchor) == ("internal", path, anchor)


def test_a_name_means_the_note_in_the_same_folder_first(bring):
    bring({**WIKI, "other/deep/b.md": "# B\n\n[[Page]]\n"})
    assert Link.objects.get().target.topic.path == "other/deep/page"


def test_a_name_means_a_note_before_a_folder(bring):
    notes = {"Import/Csv.md": "# Csv\n\n[[Import]]\n", "start/Import.md": "# Import\n"}
    bring({**notes, "a.md": "# A\n\n[[Import]] [[Csv]] [x](Import/)\n"})
    links = Link.objects.order_by("section__topic__path", "position")
    leads = links.values_list("target__topic__origin", flat=True)
    assert list(leads) == ["start/Import.md", "Import/Csv.md", "Import/", "start/Import.md"]


def test_the_root_of_a_site_is_the_folder_that_it_shows(bring):
    bring({"README.md": "# Project\n", "src/index.md": "# Site\n", "src/a/b.md": "# B\n\n[x](/)\n",
           ".vitepress/config.ts": "export default { srcDir: 'src' }"})  # fmt: skip
    assert Link.objects.get().target.topic.origin == "src/"


def test_a_name_that_no_note_has_is_planned_and_comes_alive(bring):
    bring({"a.md": "# A\n\n[[Later one]] [[gone#x|text]]\n"})
    assert set(Link.objects.values_list("kind", flat=True)) == {"planned"}
    assert "wiki:" not in Section.objects.get().html
    bring({"sub/later one.md": "# Later\n"})
    assert Link.objects.get(href__contains="Later").target.topic.path == "sub/later-one"


def test_files_and_pictures_are_found_by_name(bring):
    bring({**WIKI, "a.md": "# A\n\n[[plan.pdf]] and ![[dot.svg]]\n"})
    kinds = Link.objects.order_by("position").values_list("kind", flat=True)
    assert list(kinds) == ["file", "image"]
    html = Section.objects.get(topic__path="a").html
    assert html.count('href="/assets/') == 1 and html.count('src="/assets/') == 1


def test_a_section_shown_in_another_follows_it_and_is_shown_once(bring):
    part = "# B\n\n## Part\n\nOne [link](c.md).[^n]\n\n![[C]]\n\n[^n]: A note.\n"
    bring({"a.md": "# A\n\n![[B#Part]]\n", "b.md": part, "c.md": "# C\n\n![[B#Part]] text of C\n"})
    html = Section.objects.get(topic__path="a").html
    assert '<div class="embed"><p>One <a href="/topics/c/">link</a>' in html
    assert '<p class="embed-source"><a href="/topics/b/part/">' in html
    assert "text of C" not in html
    bring({"b.md": part.replace("One", "Two")})
    assert "Two <a" in Section.objects.get(topic__path="a").html
    bring({"b.md": None}, prune=True)
    html = Section.objects.get(topic__path="a").html
    assert "Two" not in html and 'class="planned"' in html


def test_notes_that_show_each_other_or_themselves_come_to_an_end(bring):
    bring({"a.md": "# A\n\nfrom a\n\n![[B]]\n", "b.md": "# B\n\nfrom b\n\n![[A]]\n\n![[B]]\n"})
    html = Section.objects.get(topic__path="a").html
    assert html.count("from b") == 1 and html.count("from a") == 1
    html = Section.objects.get(topic__path="b").html
    assert html.count("from a") == 1 and html.count("from b") == 1


def test_of_two_names_that_differ_in_case_the_written_one_is_meant(bring):
    twins = {"docs/Async.md": "# Class\n", "docs/async.md": "# Word\n"}
    bring({**twins, "a.md": "# A\n\n[x](docs/async.html) [y](docs/Async.html) [z](docs/ASYNC/)\n"})
    leads = Link.objects.order_by("position").values_list("target__topic__title", flat=True)
    assert list(leads) == ["Word", "Class", "Class"]


LABELLED = {
    "index.md": "# Home\n",
    "a.md": "(pools)=\n\n# All pools\n\n(sizes-of)=\n## Sizes\n\nx\n\n## Only here\n\ny\n",
    "b.md": "# B\n\n{ref}`pools` {ref}`sizes <sizes-of>` [s](#sizes-of) [h](#only-here)"
    " [n](#nowhere) {ref}`twice` {ref}`own`\n\n(own)=\n## Mine\n",
    "c.md": "# C\n\n(twice)=\n## X\n\n(own)=\n## Other\n",
    "d.md": "# D\n\n(twice)=\n## Y\n",
}


def led(path: str) -> list[tuple[str, str, str]]:
    links = Link.objects.filter(section__topic__path=path).order_by("section", "position")
    return [(x.href, str(x.kind), f"{x.target.topic.path}#{x.target.anchor}") for x in links]


def test_labels_of_sphinx_lead_to_the_page_that_alone_has_them(bring):
    bring({**LABELLED, "conf.py": ""})
    assert led("b") == [
        ("#pools", "internal", "a#"),
        ("#sizes-of", "internal", "a#sizes"),
        ("#sizes-of", "internal", "a#sizes"),
        ("#only-here", "internal", "a#only-here"),
        ("#nowhere", "broken", "b#"),
        ("#twice", "broken", "b#"),
        ("#own", "internal", "b#mine"),
    ]
    html = Section.objects.get(topic__path="b", anchor="").html
    assert 'href="/topics/a/sizes/"' in html


def test_names_of_other_tools_are_those_of_their_page(bring):
    bring(LABELLED)
    assert [kind for href, kind, _ in led("b") if href != "#own"] == ["broken"] * 6


def test_a_block_of_an_obsidian_note_may_be_called_by_one_letter(import_content):
    note = "# B\n\n## Sizes\n\nTen. ^a\n\n- one ^2b\n- y ^7\n\n## Other\n\nx\n"
    links = "[[B#^a]] [[B#^2b]] [[B#^7]]\n"
    import_content({".obsidian/app.json": "{}", "B.md": note, "C.md": f"# C\n\n{links}"})
    found = Link.objects.filter(section__topic__origin="C.md").order_by("pk")
    assert [link.target.anchor for link in found] == ["sizes"] * 3
    assert "^" not in Section.objects.get(anchor="sizes").html
