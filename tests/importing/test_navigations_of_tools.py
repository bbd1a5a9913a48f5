"""What the navigation of a tool says of pages and folders: their titles, order and addresses."""

import pytest

from .test_sites_of_tools import Site, assert_it_comes_in

SITES: dict[str, Site] = {
    "MkDocs: a folder is called as the part of the navigation that alone has its pages": (
        {
            "mkdocs.yml": "nav:\n- Guide for users:\n  - g/index.md\n  - More: [g/b.md]\n- X: [h/a.md]\n- Y: [h/b.md]\n",
            **{f"docs/{name}.md": "Text.\n" for name in ("g/index", "g/b", "h/a", "h/b")},
        },
        {"docs/g": ("Guide for users", [], [], []), "docs/h": ("H", [], [], [])},
        {},
    ),
    "Docusaurus: a sidebar calls and orders its pages, a list of a folder has an address": (
        {
            "docusaurus.config.js": "",
            "sidebars.js": "export default {d: [{type: 'doc', id: 'zed', label: 'The zed'}, 'alpha']}",
            "docs/zed.md": "Text.\n",
            "docs/alpha.md": "# Alpha\n\n[g](/docs/all-of-g) [b](/docs/g/bee)\n",
            "docs/g/_category_.json": '{"position": 1, "link": {"slug": "/all-of-g"}}',
            "docs/g/02-b.md": "---\nid: bee\n---\n# B\n",
        },
        {"docs/alpha": ("Alpha", [], [], ["docs/g", "docs/g/b"])},
        {"docs": ["The zed", "Alpha", "G"]},
    ),
    "VitePress: pages below the base of their list, before those of the bar": (
        {
            ".vitepress/config.ts": "nav: [{ text: 'A', link: '/g/a' }], sidebar: { '/g/': { base: '/g/', items: "
            "[{ text: 'The c', link: 'c' }, { text: 'x', link: 'b' }, { text: 'y', link: 'a' }] } }",
            "g/a.md": "# A\n",
            "g/b.md": "# B\n",
            "g/c.md": "Text.\n",
        },
        {},
        {"g": ["The c", "B", "A"]},
    ),
    "VitePress: a page that is called as its file is keeps that, whatever the bar calls it": (
        {
            ".vitepress/config.ts": "nav: [{ text: '実装例', link: '/examples/' }]",
            "examples/index.md": "---\ntitle: Examples\n---\n\nText.\n",
            "index.md": "# Home\n",
        },
        {"examples": ("Examples", [], [], [])},
        {},
    ),
    "VuePress: pages below the key of their list": (
        {
            ".vuepress/config.js": "sidebar: { '/g/': ['', 'b', ['a', 'The a']] }",
            **{f"g/{name}.md": f"# {name}\n" for name in ("README", "a", "b")},
        },
        {},
        {"g": ["b", "a"]},
    ),
    "Nextra: pages are called as its lists call them": (
        {
            "content/_meta.js": "export default { z: { title: 'The z', type: 'page' }, a: 'The a' }",
            "content/a.mdx": "Text.\n",
            "content/z.mdx": "Text.\n",
        },
        {},
        {"content": ["The z", "The a"]},
    ),
    "DocFX: pages are called as its lists call them": (
        {"docfx.json": "{}", "toc.yml": "- name: The z\n  href: z.md\n", "z.md": "Text.\n"},
        {"z": ("The z", [], [], [])},
        {},
    ),
    "Quarto: pages are called as the lists of a website call them": (
        {"_quarto.yml": "website:\n  sidebar:\n    contents: [{text: The z, file: z.qmd}]\n", "z.qmd": "Text.\n"},
        {"z": ("The z", [], [], [])},
        {},
    ),
    "Jupyter Book: pages are called as its list calls them": (
        {"_toc.yml": "root: a\nchapters:\n- file: z\n  title: The z\n", "a.md": "# A\n", "z.md": "Text.\n"},
        {"z": ("The z", [], [], [])},
        {},
    ),
    "GitBook: a summary with a name of its own": (
        {
            ".gitbook.yaml": "structure: {summary: TOC.md}\n",
            "TOC.md": "* [The z](z.md)\n* [A](a.md)\n",
            "a.md": "# A\n",
            "z.md": "Text.\n",
        },
        {},
        {"": ["The z", "A"]},
    ),
    "Jekyll: the order of a theme's navigation": (
        {
            "_config.yml": "",
            "_data/navigation.yml": "docs:\n- title: S\n  children:\n  - url: /d/zed/\n  - url: /d/ay/\n",
            "d/zed.md": "---\ntitle: Zed\n---\n",
            "d/a.md": "---\ntitle: Ay\npermalink: /d/ay/index.html\n---\n[a](/d/ay)\n",
            "d/b.md": "---\ntitle: B\n---\n",
        },
        {"d/a": ("Ay", [], [], ["d/a"])},
        {"d": ["Zed", "Ay", "B"]},
    ),
    "Hugo: the order of its menus, names beside a page, blanks in a reference": (
        {
            "hugo.toml": "",
            "config/_default/menus.toml": "[[main]]\npageRef = '/a'\nweight = 2\n[[main]]\npageRef = '/z y'\nweight = 1\n",
            "content/a.md": '---\ntitle: A\naliases: [old]\n---\n[z]({{< ref "/z y.md#m" >}})\n',
            "content/z y.md": "---\ntitle: Z\n---\n## M\n\n[a](/old/)\n",
        },
        {
            "content/a": ("A", [], [], ["content/z-y#m"]),
            "content/z-y": ("Z", [], [], ["content/a"]),
        },
        {"content": ["Z", "A"]},
    ),
    "Eleventy: the order of its navigation, and addresses of a page's name": (
        {
            "a.md": "---\ntitle: A\npermalink: /s/{{ page.fileSlug }}/index.html\neleventyNavigation: {order: 2}\n---\n",
            "b.md": "---\ntitle: B\neleventyNavigation: {order: 1}\n---\n[a](/s/a/)\n",
        },
        {"b": ("B", [], [], ["a"])},
        {"": ["B", "A"]},
    ),
    "Docsify: links begin at the root, and a page at it is not called as the home page": (
        {
            "index.html": "<script>window.$docsify = {}</script>",
            "_sidebar.md": "* [Start](/)\n* [The z](/g/z?id=x)\n",
            "README.md": "Text.\n",
            "other.md": "Text.\n",
            "g/z.md": "[b](g/b.md)\n",
            "g/b.md": "# B\n",
        },
        {"other": ("Other", [], [], []), "g/z": ("The z", [], [], ["g/b"])},
        {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SITES)
def test_a_navigation_says_what_its_tool_reads_in_it(bring, tmp_path, name):
    assert_it_comes_in(bring, tmp_path, SITES[name])
