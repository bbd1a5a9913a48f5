"""Small folders as the tools of many people leave them: what comes in, where links lead, what is
shown; and the same bytes when it goes out, in and out again."""

import base64
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.db import transaction

from importer.export import export_to
from importer.run import import_paths
from topics.models import Link, Section, Topic

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
ID = "64b1f0a2-1111-4222-8333-444455556666"
NOTION = "1a2b3c4d5e6f47a8b9c0d1e2f3a4b5c6"
NOTE, BOOK, FILE = (f"{n}a1b2c3d4e5f60718293a4b5c6d7e8f9" for n in range(3))


def joplin(text: str, item: str, kind: int, more: str = "") -> str:
    return f"{text}\n\nid: {item}\n{more}encryption_applied: 0\ntype_: {kind}"


@dataclass
class Case:
    """`titles` by origin, all of them; `holds` and `lacks` of what the pages show together;
    `leads` by link, the title of the topic."""

    name: str
    files: dict[str, str | bytes]
    titles: dict[str, str]
    holds: list[str] = field(default_factory=list)
    lacks: list[str] = field(default_factory=list)
    leads: dict[str, str] = field(default_factory=dict)


LOGSEQ = {"logseq/config.edn": "{}", "logseq/bak/pages/A.md": "- old\n"}
CASES = [
    Case(
        "Logseq: properties, blocks, tasks, boxes, days",
        {
            **LOGSEQ,
            "pages/A.md": "alias:: The pool\nkind:: [[B]]\n\n- # Sizes\n"
            f"  id:: {ID}\n  collapsed:: true\n\t- TODO ten\n\t  :LOGBOOK:\n\t  x\n\t  :END:\n"
            "\t- #+BEGIN_TIP\n\t  Use **it**.\n\t  #+END_TIP\n",
            "pages/B.md": f"- See (({ID})) and [it]((({ID}))).\n- [[The pool]] [[May 6th, 2024]]\n"
            "- {{embed [[A]]}}\n- {{video https://a.example/b}}\n",
            "journals/2024_05_06.md": "- Met [[B]]\n",
        },
        {"pages/A.md": "A", "pages/B.md": "B", "journals/2024_05_06.md": "May 6th, 2024"},
        ["note-tip", "<strong>it</strong>", ">block</a>", "https://a.example/b"],
        ["::", "LOGBOOK", "((", "{{", "#+"],
        {f"#{ID}": "A", "wiki:The%20pool": "A", "wiki:May%206th%2C%202024": "May 6th, 2024"},
    ),
    Case(
        "Logseq: pages below pages",
        {
            **LOGSEQ,
            "pages/db___pool.md": "- To [[db/limit]].\n",
            "pages/db%2Flimit.md": "- Of [[db/pool]].\n",
        },
        {"pages/db___pool.md": "db/pool", "pages/db%2Flimit.md": "db/limit"},
        leads={"wiki:db/limit": "db/limit", "wiki:db/pool": "db/pool"},
    ),
    Case(
        "Joplin: a raw export",
        {
            f"{NOTE}.md": joplin(f"First\n\nTo [it](:/{NOTE}#a) ![p](:/{FILE})", NOTE, 1,
                                 f"parent_id: {BOOK}\n"),
            f"{BOOK}.md": joplin("Work", BOOK, 2),
            f"{FILE}.md": joplin("p.png", FILE, 4, "file_extension: png\n"),
            f"resources/{FILE}.png": DOT,
        },
        {"Work/First.md": "First"},
        ['<img src="/assets/'],
        ["type_", "encryption"],
        {"First.md#a": "First"},
    ),
    Case(
        "Notion: properties, a box, its own addresses, two forms of a table",
        {
            f"A {NOTION}.md": "# A\n\nOwner: Ann\nRelated: T "
            f"(https://www.notion.so/A-{NOTION}?pvs=21)\n\n<aside>\n*Mind*\n\n</aside>\n\n"
            f"[T](T%20{NOTION[::-1]}.csv)\n",
            f"T {NOTION[::-1]}.csv": "Name\nx\n",
            f"T {NOTION[::-1]}_all.csv": "Name,More\nx,y\n",
        },
        {f"A {NOTION}.md": "A", f"T {NOTION[::-1]}_all.csv": "T"},
        ["Owner: Ann<br>", ">T</a>", "<em>Mind</em>", "<td>y</td>"],
        leads={f"https://www.notion.so/A-{NOTION}?pvs=21": "A", f"T%20{NOTION[::-1]}.csv": "T"},
    ),
    Case(
        "Obsidian: a board, a drawing, tasks with signs",
        {
            ".obsidian/app.json": "{}",
            "Board.md": "---\nkanban-plugin: board\n---\n\n## To do\n\n- [>] a\n"
            "- [-] b\n\n"
            '%% kanban:settings\n```\n{"kanban-plugin":"board"}\n```\n%%\n',
            "D.excalidraw.md": "==⚠  Switch to EXCALIDRAW VIEW ⚠==\n\n# Text\nWord ^a1\n\n"
            "%%\nN4\n%%\n",
        },
        {"Board.md": "Board", "D.excalidraw.md": "Text"},
        ['aria-label="moved"', 'aria-label="cancelled"', "Word"],
        ["[&gt;]", "kanban", "EXCALIDRAW", "N4"],
    ),
    Case(
        "MkDocs: values, a comment, snippets and abbreviations as the site says",
        {
            "mkdocs.yml": "site_name: S\nextra: {product: Gizmo, v: {n: '3'}}\nplugins: [macros]\n"
            "markdown_extensions:\n- pymdownx.snippets:\n    base_path: [parts]\n"
            "    auto_append: [parts/abbr.md]\n",
            "parts/abbr.md": "*[TLA]: Three letters\n",
            "parts/warn.md": "Take *care*.\n",
            "docs/a.md": "# Of {{ product }}\n\nTLA {{ v.n }} {{ config.site_name }} {{ no }}\n\n"
            '{# not\n\nthis #}\n\n--8<-- "warn.md"\n',
        },
        {"docs/a.md": "Of Gizmo", "parts/abbr.md": "Abbr", "parts/warn.md": "Warn"},
        ['<abbr title="Three letters">TLA</abbr> 3 S {{ no }}', "Take <em>care</em>."],
        ["not", "--8"],
    ),
    Case(
        "MkDocs: headings of other pages, names of code, a table of a file",
        {
            "mkdocs.yml": "plugins: [autorefs, table-reader]\n",
            "docs/a.md": "# A\n\n## Pool sizes\n\n::: acme.Pool\n    options:\n      x: y\n\n"
            "Below.\n",
            "docs/b.md": "# B\n\n[Pool sizes][], [`Pool`][acme.Pool]\n\n{{ read_csv('t.csv') }}\n",
            "docs/t.csv": "a,b\n1,x | y\n",
        },
        {"docs/a.md": "A", "docs/b.md": "B"},
        ["<code>acme.Pool</code>", "Below.", "<td>x | y</td>"],
        [":::", "options", "]["],
        {"#pool-sizes": "A", "#acme.Pool": "A"},
    ),
    Case(
        "MkDocs: pages beside those of their language",
        {
            "mkdocs.yml": "plugins: [i18n]\n",
            "docs/a.md": "# A\n\n[e](b.md)\n",
            "docs/a.fr.md": "# A fr\n\n[f](b.md) [g](c.md)\n",
            "docs/b.md": "# B\n",
            "docs/b.fr.md": "# B fr\n",
            "docs/c.md": "# C\n",
        },
        {"docs/a.md": "A", "docs/a.fr.md": "A fr", "docs/b.md": "B", "docs/b.fr.md": "B fr",
         "docs/c.md": "C"},
        leads={"e": "B", "f": "B fr", "g": "C"},
    ),
    Case(
        "MyST: values of conf.py, labels, text of another file",
        {
            "conf.py": 'myst_substitutions = {"v": "2.5"}\n',
            "index.md": "% no\n# I\n\n{{ v }} [Section %s](#sec)\n\n```{include} doc/a.md\n"
            ":relative-docs: x\n```\n\n```{literalinclude} m.py\n:pyobject: A.get\n```\n",
            "doc/a.md": "(sec)=\n# A\n\n[x](x.md)\n",
            "doc/x.md": "# The x\n\n[](a.md) {ref}`two`\n",
            "doc/y.md": "# Y\n\n(two)=\n## The *y*\n\nText.\n",
            "m.py": "class A:\n    def get(self):\n        return 7\n\n    def put(self):\n"
            "        pass\n",
        },
        {"index.md": "I", "doc/a.md": "A", "doc/x.md": "The x", "doc/y.md": "Y"},
        ["2.5", ">get</span>", ">A</a>", ">The y</a>"],
        ["% no", "%s", "put"],
        {"doc/x.md": "The x"},
    ),
    Case(
        "Jekyll: links from the root, texts that are named, what leads on",
        {
            "_config.yml": "plugins: [jekyll-redirect-from]\ncollections:\n  g: {output: true, "
            "permalink: '/x/:path/'}\n  h: {output: false}\n",
            "_g/a.md": "[i]({% link index.md %}) [b](/x/b/) [o](/old.html)\n\n"
            "{% capture c %}\nWords.\n{% endcapture %}\n{{ c | markdownify }}\n",
            "_g/b.md": "---\ntitle: B\n---\nText.\n",
            "_g/_c.md": "No.\n", "_h/a.md": "No.\n", "vendor/bundle/a.md": "No.\n",
            "old.md": "---\nredirect_to: /x/b/\n---\n",
            "index.md": "# Home\n",
        },
        {"_g/a.md": "A", "_g/b.md": "B", "index.md": "Home"},
        ["Words."],
        ["{{", "No."],
        {"/index.md": "Home", "/x/b/": "B", "/old.html": "B"},
    ),
    Case(
        "Hugo: what the home page says of a folder, addresses of a section",
        {
            "hugo.toml": "[permalinks]\nposts = '/:year/:slug/'\n",
            "content/_index.md": "---\ntitle: Home\ncascade:\n  build: {render: never}\n"
            "  target: {path: '/inner/**'}\n---\n[p](/2020/one/)\n",
            "content/posts/a.md": "---\ntitle: P\ndate: 2020-05-04\nslug: one\n---\nText.\n",
            "content/inner/b.md": "Secret.\n",
        },
        {"content/": "Home", "content/posts/a.md": "P"},
        lacks=["Secret"],
        leads={"/2020/one/": "P"},
    ),
    Case(
        "Docusaurus: parts and values of other files, what is not translated, two pictures",
        {
            "docusaurus.config.js": "module.exports = {i18n: {locales: ['en', 'de']}}\n",
            "static/l.png": DOT, "static/d.png": DOT,
            "docs/_p.mdx": "export const own = 'x';\n\n:::tip\nOf *{props.name}*.\n:::\n",
            "docs/_s.mdx": "say **{what}**",
            "docs/v.mdx": "export const v = {max: 10, of: ['a b']};\nexport const n = \"Gizmo\";\n",
            "docs/a.mdx": "import Part, {own} from './_p.mdx';\n"
            "import Say from '@site/docs/_s.mdx'\nimport {v, n as name, f} from './v.mdx'\n"
            "import Secret from '../../secret.mdx'\n\n# A\n\n<Part name=\"pools\" />\n\n"
            "To <Say what=\"it\" /> {name} {v.max} {v.of[0]} {own} {v.no} {f}\n\n"
            "<ThemedImage alt=\"Two\" sources={{\n  light: useBaseUrl('/l.png'),\n"
            "  dark: require('/d.png').default}} />\n\n<Secret />\n",
            "docs/b.md": "# B\n",
            "i18n/de/docusaurus-plugin-content-docs/current/a.md": "# Ah\n\n[b](./b.md)\n",
        },
        {"docs/a.mdx": "A", "docs/b.md": "B", "docs/v.mdx": "V",
         "i18n/de/docusaurus-plugin-content-docs/current/a.md": "Ah"},
        ["note-tip", "Of <em>pools</em>", "To say <strong>it</strong> Gizmo 10 a b x {v.no} {f}",
         'alt="Two" class="only-light"', 'alt="Two" class="only-dark"'],
        ["import", "export const own", "sources"],
        {"./b.md": "B"},
    ),
    Case(
        "Just the Docs: boxes as its configuration calls them",
        {
            "_config.yml": "callouts:\n  new: {title: Brand new, color: green}\n"
            "  hot: {color: red}\n",
            "a.md": "{: .new }\nOne\n\n{: .hot }\n> Two\n>\n> more\n\n{: .new-title }\n> Own *t*\n"
            ">\n> Three\n\n{: .cold }\n> Four\n",
        },
        {"a.md": "A"},
        ['note-tip"><p class="note-title">Brand new</p><p>One</p>',
         '<div class="note note-caution"><p>Two</p><p>more</p></div>',
         'note-tip"><p class="note-title">Own <em>t</em></p><p>Three</p></div>',
         "<blockquote><p>Four</p></blockquote>"],
    ),
    Case(
        "Outline: links by title and id",
        {
            "Team/Home.md": "# Home\n\n[a](/doc/pool-sizes-Fdz7kQW2dk#h-per-user) "
            "[b](/collection/team-Abcdefghij) [c](/doc/gone-Abcdefghij)\n",
            "Team/Pool sizes.md": "# Pool sizes\n\n## Per user\n\nTen.\n",
        },
        {"Team/Home.md": "Home", "Team/Pool sizes.md": "Pool sizes"},
        ['href="/topics/team/pool-sizes/per-user/">a<', 'class="planned"'],
        leads={"a": "Pool sizes", "b": "Team"},
    ),
    Case(
        "GitHub's wiki: other sites, its own address",
        {
            "_Sidebar.md": "* [[Home]]\n",
            "Home.md": "[[Text|https://a.example]] [s](../wiki/Pool-sizes#small) "
            "[t](/o/r/wiki/Pool-sizes)\n",
            "Pool-sizes.md": "## Small\n\nText.\n",
        },
        {"Home.md": "Home", "Pool-sizes.md": "Pool sizes"},
        ['<a href="https://a.example">Text</a>'],
        leads={"s": "Pool sizes", "t": "Pool sizes"},
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_folder_of_a_tool_comes_in_as_its_readers_know_it(db, tmp_path, case):
    write(tmp_path / "notes", case.files)
    with transaction.atomic():
        assert import_paths([str(tmp_path / "notes")]).refused == []
        topics = Topic.objects.filter(removed_at=None).exclude(file_hash="")
        assert dict(topics.values_list("origin", "title")) == case.titles
        page = "\n".join(Section.objects.filter(removed_at=None).values_list("html", flat=True))
        assert [part for part in case.holds if part not in page] == []
        assert [part for part in case.lacks if part in page] == []
        links = Link.objects.filter(target__isnull=False)
        found = {}
        for href, text, title in links.values_list("href", "text", "target__topic__title"):
            found |= {href: title, text: title}
        assert {link: found.get(link) for link in case.leads} == case.leads
        export_to(tmp_path / "first")
        transaction.set_rollback(True)
    import_paths([str(tmp_path / "first/notes")])
    export_to(tmp_path / "second")
    assert contents(tmp_path / "second") == contents(tmp_path / "first")


def write(folder: Path, files: dict[str, str | bytes]) -> None:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
