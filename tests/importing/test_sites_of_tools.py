"""Small sites as the tools of many people have them: titles, order, links, and what readers see."""

import re
import shutil
from pathlib import Path

import pytest

from importer.export import export_to
from importer.run import import_paths
from tests.beginnings import Bring
from topics.models import Link, Section, Topic

from .test_exporting import contents, empty_library

SVG = "<svg xmlns='http://www.w3.org/2000/svg'/>"
HOME = """---
layout: home
hero:
  name: My Lib
  text: Pools for everyone
  tagline: Fast and small
  image: {src: /logo.svg, alt: The logo}
  actions:
    - {theme: brand, text: Get Started, link: /guide/start}
features:
  - {icon: 🛠️, title: Simple, details: Three calls only., link: /guide/start, linkText: More}
  - {icon: {src: /logo.svg}, title: Quick, details: Very quick.}
---

More text below.
"""
OLD_HOME = """---
home: true
heroText: Hero Title
tagline: Hero subtitle
actionText: Get Started →
actionLink: /guide/
features:
- title: Simplicity First
  details: Minimal setup.
footer: MIT Licensed
---
"""
SPLASH = """---
title: Welcome page
template: splash
hero:
  title: 'Shiny <b>site</b>'
  tagline: Congrats on it!
  actions:
    - {text: Example Guide, link: /guide/, icon: right-arrow}
---
## Next
"""
REFERENCES = (
    "---\nuid: my.intro\ntitle: The intro\n---\n\n# Introduction\n\n<xref:two.page>, "
    '[words](xref:two.page#deep), @two.page, @"two.page", <xref:two.page?text=Own+text>, '
    '<xref href="two.page"></xref>, <xref:System.String>, [api](xref:My.Api), a@two.page.\n'
)
QUARTO = "project: {type: book}\nbook:\n  chapters:\n    - index.qmd\n    - part: One\n"
# What it is; its files; by topic its title, words that readers see, and what they must not; the
# topics and anchors that its links lead to; and titles in their order below it ("" is the root).
Shown = tuple[str, list[str], list[str], list[str]]
Site = tuple[dict[str, str], dict[str, Shown], dict[str, list[str]]]
SITES: dict[str, Site] = {
    "VitePress: a home page in front matter": (
        {".vitepress/config.ts": "", "index.md": HOME, "guide/start.md": "# Start\n", "public/logo.svg": SVG},
        {
            "index": (
                "My Lib",
                [
                    "<strong>Pools for everyone</strong>",
                    "Fast and small",
                    "🛠️ <strong>Simple</strong>: Three calls only.",
                    "<strong>Quick</strong>: Very quick.",
                    "More text below.",
                ],
                ["theme", "{"],
                ["guide/start", "guide/start"],
            )
        },
        {},
    ),
    "VuePress: its older home page": (
        {"docs/.vuepress/config.js": "", "docs/README.md": OLD_HOME, "docs/guide/README.md": "# G\n"},
        {
            "docs": (
                "Hero Title",
                ["Hero subtitle", "<strong>Simplicity First</strong>: Minimal setup.", "MIT Licensed"],
                ["actionText"],
                ["docs/guide"],
            )
        },
        {},
    ),
    "Starlight: a hero with a title beside the page's": (
        {"astro.config.mjs": "", "src/content/docs/index.mdx": SPLASH,
         "src/content/docs/guide.md": "# G\n"},
        {
            "src/content/docs": (
                "Welcome page",
                ["<strong>Shiny site</strong>", "Congrats on it!"],
                ["&lt;b&gt;", "arrow"],
                ["src/content/docs/guide"],
            )
        },
        {},
    ),
    "DocFX: references by the ids of pages": (
        {
            "docfx.json": "{}",
            "articles/toc.yml": "- name: Two\n  uid: two.page\n- name: Intro\n  href: intro.md\n",
            "articles/intro.md": REFERENCES,
            "articles/two.md": "---\nuid: two.page\n---\n# Second page\n\n## Deep\n\n[i](xref:my.intro)\n",
        },
        {
            "articles/intro": (
                "The intro",
                [">Second page</a>", ">words</a>", ">Own text</a>", "<code>System.String</code>, api,"],
                ["xref", "uid"],
                ["articles/two", "articles/two#deep", *["articles/two"] * 4],
            ),
            "articles/two": ("Second page", [">i</a>"], [], ["articles/intro"]),
        },
        {"articles": ["Second page", "The intro"]},
    ),
    "DocFX: a page that has moved, one beside its code, a list in Markdown": (
        {
            "docfx.json": '{"build": {"content": [{"files": "**.md", "src": "docs", "dest": "en"}]}}',
            "docs/old.md": "---\nredirect_url: new.md\n---\n# Old\n",
            "docs/away.md": "---\nredirect_url: https://x.example/y\n---\n",
            "docs/new.md": "# New\n\n## Part\n",
            "docs/toc.md": "# [New](new.md)\n## [Code](My.Ns.md)\n",
            "docs/My.Ns.md": "---\nuid: My.Ns\nsummary: *content\n---\nThe namespace.\n",
            "index.md": "# I\n\n[a](docs/old.md#part) [b](/en/new.html) [c](docs/away.md)\n",
        },
        {
            "index": ("I", [], [], ["docs/new#part", "docs/new", "docs/away"]),
            "docs/my-ns": ("Code", ["The namespace."], [], []),
            "docs/away": ("Away", ['href="https://x.example/y"'], [], []),
        },
        {"docs": ["New", "Code", "Away"]},
    ),
    "Azure DevOps: names, order and attachments": (
        {
            ".order": "Home\nSet%2Dup-guide\nAlpha\n",
            "Home.md": "[[_TOC_]]\n\n# Top\n\n[a](/Set%2Dup-guide/FAQ%3F) [b](/Set%2Dup-guide.md) "
            "[c](./Alpha) ![s](/.attachments/s.svg =30x)\n\n[[_TOSP_]]\n",
            "Alpha.md": "Text.\n",
            "Set%2Dup-guide.md": "# Part one\n\nx\n\n# Part two\n",
            "Set%2Dup-guide/.order": "Zed-page\nFAQ%3F\n",
            "Set%2Dup-guide/FAQ%3F.md": "Answers.\n",
            "Set%2Dup-guide/Zed-page.md": "[up](../Home.md) [q](FAQ%3F.md)\n",
            ".attachments/s.svg": SVG,
        },
        {
            "home": (
                "Home",
                ['<img src="/assets/', 'width="30"'],
                ["[[", "=30x"],
                ["set-up-guide/faq", "set-up-guide", "alpha"],
            ),
            "set-up-guide": ("Set-up guide", [], [], []),
            "set-up-guide/faq": ("FAQ?", [], [], []),
            "set-up-guide/zed-page": ("Zed page", [], [], ["home", "set-up-guide/faq"]),
        },
        {"": ["Home", "Set-up guide", "Alpha"], "set-up-guide": ["Zed page", "FAQ?"]},
    ),
    "Gollum: pages are called as their files, and stand as in the bar": (
        {
            "Home.md": "* [[the config|Configuration Reference]] [[i/a.svg|alt=The a|width=20px]]\n",
            "Getting-Started.md": "## Step 1\n\n[[Home]]\n",
            "Configuration-Reference.md": "# One\n\nx\n\n# Two\n\ny\n",
            "_Sidebar.md": "[[Configuration Reference]]\n\n[x](https://h.example/o/wiki/Getting-Started)\n",
            "i/a.svg": SVG,
        },
        {
            "home": ("Home", ["the config</a>", 'alt="The a" width="20"'], ["[["],
                     ["configuration-reference"]),
            "getting-started": ("Getting Started", [], [], ["home"]),
        },
        {"": ["Home", "Configuration Reference", "Getting Started"]},
    ),
    "Quarto: a book": (
        {
            "_quarto.yml": f"{QUARTO}      chapters: [zeta.qmd, alpha.qmd]\n  appendices: [tools.md]\n",
            "index.qmd": "# Preface {.unnumbered}\n\nSee @sec-zeta, @fig-a, [z](zeta.qmd#sec-zeta).\n",
            "zeta.qmd": '---\ntitle: "Zeta chapter"\n---\n\n## Methods {#sec-zeta}\n\n'
            "{{< include _part.qmd >}}\n\n```{r}\n#| echo: false\nplot(1)\n```\n",
            "alpha.qmd": "# Alpha\n\n[back](index.qmd) [home](./index.html)\n",
            "tools.md": "# Tools\n",
            "_part.qmd": "Text of the part.\n",
            "README.md": "# Of the repository\n",
        },
        {
            "index": ("Preface", ["Section zeta</a>, Figure a,"], ["@", "{"],
                      ["zeta#sec-zeta", "zeta#sec-zeta"]),
            "zeta": ("Zeta chapter", ["Text of the part.", "plot"], ["#|", "{"], []),
            "alpha": ("Alpha", [], [], ["index", "index"]),
        },
        {"": ["Preface", "Zeta chapter", "Alpha", "Tools"]},
    ),
    "Docusaurus: names in addresses, versions, what a folder is called": (
        {
            "docusaurus.config.js": "",
            "blog/2024-01-05-first.md": "---\nslug: hello\n---\n# First\n\n[v](/docs/1.0/b)\n",
            "docs/intro.md": "---\nslug: /start\n---\n# Intro\n\n[p](/blog/hello)\n",
            "docs/api/_category_.json": '{"label": "API reference"}',
            "docs/api/get.md": "# Get\n\n[i](/docs/start) [l](../intro.md#L3-L5) [c](/docs/category/api-reference)\n",
            "versioned_docs/version-1.0/b.md": "# B\n",
        },
        {
            "docs/api": ("API reference", [], [], []),
            "docs/intro": ("Intro", [], [], ["blog/hello"]),
            "docs/api/get": ("Get", [], [], ["docs/intro", "docs/intro", "docs/api"]),
            "blog/hello": ("First", [], [], ["versioned-docs/version-1-0/b"]),
        },
        {},
    ),
    "Docusaurus: a sidebar by the names that front matter gives": (
        {
            "docusaurus.config.js": "",
            "sidebars.js": "export default {docs: ['zed', 'in/other', 'alpha']}",
            "docs/zed.md": "# Zed\n",
            "docs/in/b.md": "---\nid: other\n---\n# Other\n",
            "docs/alpha.md": "# Alpha\n",
        },
        {"docs/in/b": ("Other", [], [], [])},
        {"docs": ["Zed", "In", "Alpha"]},
    ),
    "MkDocs: what its plugin for folders says of them, and the navigation of its pages": (
        {
            "mkdocs.yml": "plugins: [awesome-pages]\n",
            "docs/a/.pages": "title: The *first*\norder: desc\n",
            "docs/a/x.md": "# X\n",
            "docs/a/y.md": "# Y\n",
            "docs/b/.nav.yml": "title: Second\nsort: {direction: desc}\n",
            "docs/b/x.md": "# X\n",
            "docs/b/y.md": "# Y\n",
        },
        {"docs/a": ("The *first*", [], [], []), "docs/b": ("Second", [], [], [])},
        {"docs/a": ["Y", "X"], "docs/b": ["Y", "X"]},
    ),
    "MkDocs: pages are called as the navigation calls them": (
        {"mkdocs.yml": "nav:\n- The start: a.md\n- More:\n  - b.md\n", "docs/a.md": "Text.\n",
         "docs/b.md": "# B\n"},
        {"docs/a": ("The start", ["Text."], [], [])},
        {"docs": ["The start", "B"]},
    ),
    "mdBook: chapters are called and ordered as the summary says, others are no pages": (
        {
            "book.toml": "",
            "src/SUMMARY.md": "# Summary\n\n- [Zero](zero.md)\n- [No *heading* here](alpha.md)\n- [Later]()\n",
            "src/zero.md": "# Zero\n\n[a](alpha.html)\n",
            "src/alpha.md": "Only text.\n",
            "src/notes.md": "# Notes\n",
        },
        {"src/alpha": ("No heading here", ["Only text."], [], [])},
        {"src": ["Zero", "No heading here", "Summary"]},
    ),
    "Nextra: the pages of its app folder": (
        {
            "app/_meta.js": "export default {}",
            "app/page.mdx": "# Welcome\n\n[d](/docs) [s](/docs/start)\n",
            "app/docs/page.mdx": "---\ntitle: Documentation\n---\nx\n",
            "app/docs/start/page.mdx": "# Start\n\n[h](/) [d](../)\n",
        },
        {
            "app": ("Welcome", [], [], ["app/docs", "app/docs/start"]),
            "app/docs": ("Documentation", [], [], []),
            "app/docs/start": ("Start", [], [], ["app", "app/docs"]),
        },
        {},
    ),
    "Docsify: links to parts of pages": (
        {
            "index.html": "<script>window.$docsify = {}</script>",
            "README.md": "# Home\n\n[a](#/zed?id=deep) [b](/zed?id=deep) [c](zed.md?id=deep)\n",
            "zed.md": "# Zed\n\n## Deep\n\n[h](#/)\n",
            "g/a.md": "# A\n\n[b](g/b.md)\n",
            "g/b.md": "# B\n",
        },
        {
            "readme": ("Home", [], [], ["zed#deep"] * 3),
            "zed": ("Zed", [], [], ["readme"]),
            "g/a": ("A", [], [], ["g/b"]),
        },
        {},
    ),
    "Wiki.js: addresses with a language, and the root": (
        {
            "home.md": "---\ntitle: Start\neditor: markdown\n---\n\n[z](/en/sub/zed)\n",
            "sub/zed.md": "---\ntitle: Zed\n---\n\n[h](/en/home) [r](/)\n",
        },
        {"home": ("Start", [], [], ["sub/zed"]), "sub/zed": ("Zed", [], [], ["home", "home"])},
        {},
    ),
}  # fmt: skip


def shown(topic: Topic) -> str:
    """What readers see of a topic, with its headings."""
    rows = Section.objects.filter(topic=topic, removed_at=None).order_by("position")
    return re.sub("</?span[^>]*>", "", "".join(f"\n{row.title}\n{row.html}" for row in rows))


def ends(topic: Topic) -> list[str]:
    """Where the links of a topic lead inside the library, in their order; "?" for nowhere."""
    links = Link.objects.filter(section__topic=topic, section__removed_at=None, file=None)
    links = links.exclude(kind__in=["external", "mail"]).order_by("section__position", "position")
    places = [
        f"{link.target.topic.path}#{link.target.anchor}" if link.target else "?" for link in links
    ]
    return [place.removesuffix("#") for place in places]


@pytest.mark.parametrize("name", SITES)
def test_a_site_comes_in_as_its_tool_shows_it(bring, tmp_path, name):
    assert_it_comes_in(bring, tmp_path, SITES[name])


def assert_it_comes_in(bring: Bring, tmp_path: Path, site: Site) -> None:
    """Import a site, look at it, and send it out and in again."""
    files, pages, orders = site
    assert bring(files).refused == []
    for path, (title, seen, unseen, leads) in pages.items():
        topic = Topic.objects.live().get(path=path)
        html = shown(topic)
        assert topic.title == title
        assert [word for word in seen if word not in html] == []
        assert [word for word in unseen if word in html] == []
        assert ends(topic) == leads
    for path, titles in orders.items():
        rows = Topic.objects.live().filter(parent=Topic.objects.filter(path=path).first())
        assert list(rows.order_by("position", "path").values_list("title", flat=True)) == titles
    export_to(tmp_path / "one")
    empty_library()
    import_paths([str(next((tmp_path / "one").iterdir()))])
    export_to(tmp_path / "two")
    assert contents(tmp_path / "two") == contents(tmp_path / "one")


def test_a_home_page_that_was_edited_is_not_said_twice(bring, tmp_path, folder):
    bring({".vitepress/config.ts": "", "index.md": HOME})
    export_to(tmp_path / "out")
    [file] = (tmp_path / "out").rglob("index.md")
    text = file.read_text().replace("Fast and small", "Fast, and small")
    shutil.rmtree(folder)
    bring({".vitepress/config.ts": "", "index.md": text})
    html = shown(Topic.objects.get(origin="index.md"))
    assert html.count("Pools for everyone") == 1 and html.count("Fast, and small") == 1
    assert "Fast and small" not in html
