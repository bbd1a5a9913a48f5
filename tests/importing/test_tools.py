"""A source's tool is known by its files, and its navigation gives the order everywhere."""

import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from importer.export import export_to
from importer.models import Source
from importer.run import import_paths
from topics.models import Section, Topic

SIGNS = {
    "mkdocs.yml": "mkdocs",
    "mkdocs.yaml": "mkdocs",
    "docusaurus.config.js": "docusaurus",
    "docusaurus.config.ts": "docusaurus",
    ".vitepress/config.js": "vitepress",
    "docs/.vitepress/config.ts": "vitepress",
    "hugo.toml": "hugo",
    "hugo.yaml": "hugo",
    "config/_default/hugo.toml": "hugo",
    ".obsidian/app.json": "obsidian",
    "logseq/config.edn": "logseq",
    "book.toml": "mdbook",
    "_config.yml": "jekyll",
    "SUMMARY.md": "gitbook",
    "_Sidebar.md": "gollum",
    ".order": "azure",
    "_quarto.yml": "quarto",
    "_sidebar.md": "",
    "Home.md": "",
    "website/docusaurus.config.js": "docusaurus",
    "docfx.json": "docfx",
    "docs.json": "",
    "docs/docfx.json": "docfx",
    "index.html": "",
    "_toc.yml": "sphinx",
    "myst.yml": "sphinx",
    "pages/_meta.json": "nextra",
    "content/_meta.js": "nextra",
    "src/app/_meta.ts": "nextra",
    "next.config.js": "",
    "astro.config.mjs": "",
    "src/content/docs/b.md": "",
    "conf.py": "",
    "config.toml": "",
    "package.json": "",
}


@pytest.mark.parametrize(("name", "tool"), SIGNS.items())
def test_a_tool_is_found_by_its_files(bring, name, tool):
    bring({name: "", "a.md": "# A\n"})
    assert Source.objects.get().tool == tool


BROKEN = [
    "\x00",
    "[",
    "- a",
    "nav: {a: [b, {c: null}]}",
    "a: &a [*a]",
    "!!python/object:os.x {}",
    "x" * 1_100_000,
]


@pytest.mark.parametrize("text", BROKEN, ids=range(len(BROKEN)))
@pytest.mark.parametrize(
    "name",
    ["mkdocs.yml", "book.toml", "hugo.toml", "_config.yml", "sidebars.js", "docs/_meta.json"],
)
def test_a_configuration_that_cannot_be_read_stops_nothing(bring, name, text):
    report = bring({name: text, "docusaurus.config.js": text, "docs/a.md": "# A\n"})
    assert report.refused == [] and Topic.objects.filter(path="docs/a").exists()


def test_a_tool_that_was_named_is_kept_with_the_source(import_content):
    files = {"Other page.md": "# Other\n", "sub/a.md": "# A\n\n[x](Other-page)\n"}
    import_content(files, dialect="gollum")
    assert (Source.objects.get().dialect, Source.objects.get().tool) == ("gollum", "gollum")
    import_content({"sub/b.md": "# B\n\n[x](Other-page)\n", "mkdocs.yml": ""})
    assert Source.objects.get().tool == "gollum"
    assert Section.objects.get(topic__path="sub/b").links.get().target.topic.title == "Other page"


def test_an_unknown_tool_is_refused_by_name(folder, db):
    with pytest.raises(CommandError, match="invalid choice: 'word'"):
        call_command("import_content", str(folder), dialect="word")
        call_command("import_content", str(folder), "--dialect", "word")


PAGES = {f"docs/{name}.md": f"# {name.title()}\n" for name in ("alpha", "beta", "gamma", "delta")}
ORDERS = {
    "MkDocs": ("mkdocs.yml", "nav:\n- gamma.md\n- Group:\n  - The: beta.md\n  - alpha.md\n"),
    "MkDocs with tags": ("mkdocs.yml", "x: !ENV [A]\nnav: [gamma.md, {B: beta.md}, alpha.md]\n"),
    "DocFX": (
        "docs/toc.yml",
        "- name: C\n  href: gamma.md\n- name: G\n  items:\n  - {name: B, href: beta.md}\n"
        "- {name: A, href: ./alpha.md}\n- {name: Out, href: ../../x.md}\n",
    ),
    "Jupyter Book": (
        "docs/_toc.yml",
        "format: jb-book\nroot: gamma\nparts:\n- chapters:\n  - file: beta\n"
        "    sections:\n    - file: alpha.md\n",
    ),
    "Mintlify": (
        "docs/docs.json",
        '{"navigation": {"tabs": [{"tab": "T", "groups": [{"group": "G", "pages": ["gamma",'
        ' {"group": "H", "pages": ["beta"]}, "alpha"]}]}]}}',
    ),
    "MyST": (
        "docs/myst.yml",
        "project:\n  toc:\n  - file: gamma.md\n  - title: P\n    children:\n"
        "    - {file: beta.md}\n    - {file: alpha.md}\n",
    ),
    "Sphinx": (
        "docs/index.md",
        "# S\n\n```{toctree}\n:maxdepth: 2\n:caption: The pages\n\ngamma\nThe B <beta.md>\n```\n\n"
        ":::{toctree}\n/alpha\nhttps://x.example\n../out\n*\n:::\n",
    ),
    "Sphinx with an index in reStructuredText": (
        "docs/index.rst",
        "S\n=\n\n.. toctree::\n   :hidden:\n\n   gamma\n   B <beta>\n\nText.\n\n"
        ".. toctree::\n\n   alpha\n",
    ),
    "literate nav": ("docs/SUMMARY.md", "* [G](gamma.md)\n* Group\n    * [B](beta.md)\n* a*.md\n"),
    "a project that is taken in": (
        "docs/mkdocs.yml",
        "docs_dir: .\nnav: [gamma.md, beta.md, alpha.md]\n",
    ),
    "awesome pages": ("docs/.pages", "nav:\n- gamma.md\n- Title: beta.md\n- alpha.md\n"),
    "awesome pages with the rest": ("docs/.pages", "nav:\n- gamma.md\n- ... | b*.md\n- ...\n"),
    "awesome nav": ("docs/.nav.yml", "nav:\n- gamma.md\n- beta.md\n- alpha.md\n"),
    "mdBook": (
        "docs/SUMMARY.md",
        "# S\n\n[G](gamma.md)\n\n- [B](./beta.md)\n    - [A](alpha.md)\n- [D]()\n",
    ),
    "GitBook": (
        "SUMMARY.md",
        "* [G](docs/gamma.md)\n* [B](docs/beta.md#x)\n* [A](<docs/alpha.md>)\n",
    ),
    "Docusaurus": (
        "sidebars.js",
        "module.exports = {a: ['gamma', // 'delta'\n {id: \"beta\"}, `alpha`]}",
    ),
    "VitePress": (
        ".vitepress/config.ts",
        "sidebar: [{link: '/docs/gamma'}, {link: '/docs/beta.html'}, {link: '/docs/alpha.md'}]",
    ),
}
BESIDE = {
    "DocFX": {"docs/docfx.json": "{}"},
    "Sphinx": {"docs/conf.py": ""},
    "Sphinx with an index in reStructuredText": {"docs/conf.py": ""},
    "literate nav": {"mkdocs.yml": "plugins: [literate-nav]\n"},
    "a project that is taken in": {"mkdocs.yml": "nav: ['!include docs/mkdocs.yml']\n"},
    "awesome pages": {"mkdocs.yml": ""},
    "awesome pages with the rest": {"mkdocs.yml": ""},
    "awesome nav": {"mkdocs.yml": ""},
    "mdBook": {"book.toml": "[book]\nsrc = 'docs'\n"},
    "Docusaurus": {"docusaurus.config.js": ""},
}


def listed(parent: str) -> list[str]:
    rows = Topic.objects.live().filter(parent__path=parent).order_by("position", "path")
    return [title for title in rows.values_list("title", flat=True) if title != "S"]


@pytest.mark.parametrize("tool", ORDERS)
def test_the_navigation_of_a_tool_gives_the_order(bring, client, tool):
    name, text = ORDERS[tool]
    bring({**PAGES, name: text, **BESIDE.get(tool, {})})
    last = [] if tool == "mdBook" else ["Delta"]  # it makes no page of what it does not list
    assert listed("docs") == ["Gamma", "Beta", "Alpha", *last]
    page = client.get("/topics/docs/beta/").content.decode()
    assert 'rel="prev" href="/topics/docs/gamma/"' in page
    assert 'rel="next" href="/topics/docs/alpha/"' in page
    tree = page.partition('<nav class="tree"')[2].partition("</nav>")[0]
    places = [tree.index(f">{title}<") for title in ("Gamma", "Beta", "Alpha", *last)]
    assert places == sorted(places)


def test_the_sidebar_of_docsify_gives_the_order_and_is_no_page(bring):
    page = "<script>window.$docsify = {loadSidebar: true}</script>"
    sidebar = "* [Home](/)\n* [G](gamma.md)\n* [B](/beta)\n  * [A](alpha.md)\n"
    bring({**PAGES, "docs/index.html": page, "docs/_sidebar.md": sidebar, "docs/_navbar.md": "x"})
    assert Source.objects.get().tool == "docsify"
    assert listed("docs") == ["Gamma", "Beta", "Alpha", "Delta"]


ASTRO = """
export const locales = { root: { label: 'English', lang: 'en' }, de: { lang: 'de' } };
export default defineConfig({
  site: 'https://x.example/',
  integrations: [starlight({
    title: 'delta',
    locales,
    sidebar: [
      { label: 'alpha', translations: { de: 'beta', 'pt-BR': 'delta' }, items: [
        'gamma', // 'delta'
        { label: "delta", slug: 'beta', badge: 'alpha' },
      ] },
      { label: 'More', items: [{ autogenerate: { directory: 'more' } }] },
      { label: 'A', link: '/alpha/' },
    ],
  })],
});
"""


def test_the_sidebar_of_starlight_gives_the_order_in_each_language(bring):
    names = ("alpha", "beta", "gamma", "delta")
    docs = {f"src/content/docs/{name}.md": f"# {name.title()}\n" for name in names}
    docs |= {f"src/content/docs/de/{name}.md": f"# {name.title()}\n" for name in names}
    docs["src/content/docs/more/two.md"] = "---\nsidebar:\n  order: 2\n---\n# Two\n"
    docs["src/content/docs/more/zone.mdx"] = (
        "---\nsidebar:\n  order: 1\n---\n# Zone\n\n"
        "[A](/alpha/) [B](https://x.example/more/two/#two) [C](/de/gamma/)\n"
    )
    bring({"astro.config.mjs": ASTRO, **docs})
    assert Source.objects.get().tool == "starlight"
    assert listed("src/content/docs/more") == ["Zone", "Two"]
    pages = ["Gamma", "Beta", "Alpha", "Delta"]
    assert [t for t in listed("src/content/docs") if t in pages] == pages
    assert listed("src/content/docs/de") == pages
    links = Section.objects.get(topic__path="src/content/docs/more/zone").links.all()
    assert [link.target.topic.title for link in links] == ["Alpha", "Two", "Gamma"]


def test_pictures_of_a_site_beside_the_documents_are_found(bring):
    files = {"website/docusaurus.config.js": "", "docs/a.md": "# A\n\n![dot](/img/dot.svg)\n"}
    bring({**files, "website/static/img/dot.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>"})
    assert '<img src="/assets/' in Section.objects.get(topic__path="docs/a").html


METAS = {
    "JSON": ("_meta.json", '{"gamma": "The G", "beta": {"title": "alpha: x"}, "alpha": ""}'),
    "a script": (
        "_meta.js",
        "// alpha\nconst x = { delta: 1 }\nexport default {\n  gamma: '{alpha:',\n"
        "  '---': { type: 'separator' },\n  'beta': { display: 'hidden', alpha: 1 },\n"
        "  alpha: ''\n}",
    ),
    "TypeScript": (
        "_meta.ts",
        "import type { MetaRecord } from 'nextra'\nconst meta: MetaRecord = { gamma: ''"
        " /* delta: */, beta: { items: { alpha: '', delta: '' } }, alpha: <><b>delta: </b></> }\n"
        "export default meta",
    ),
    "one that ends too early": ("_meta.js", "export default { gamma: { a: 1 }, beta: '', alpha: "),
}


@pytest.mark.parametrize("form", METAS)
def test_the_lists_of_nextra_give_the_order(bring, form):
    name, text = METAS[form]
    pages = {f"content/{page}": text for page, text in PAGES.items()}
    bring({**pages, f"content/docs/{name}": text, f"content/{name}": "{}"})
    assert Source.objects.get().tool == "nextra"
    assert listed("content/docs") == ["Gamma", "Beta", "Alpha", "Delta"]


def test_a_navigation_that_changes_changes_the_order_of_unchanged_files(bring):
    bring({**PAGES, "mkdocs.yml": "nav: [gamma.md, beta.md]\n"})
    bring({"mkdocs.yml": "nav: [beta.md, gamma.md]\n"})
    assert listed("docs") == ["Beta", "Gamma", "Alpha", "Delta"]


def test_folders_stand_where_the_navigation_first_names_what_is_in_them(bring):
    files = {"docs/a/x.md": "# X\n", "docs/b/y.md": "# Y\n", "docs/c.md": "# C\n"}
    bring({**files, "mkdocs.yml": "nav: [c.md, b/y.md, a/x.md]\n"})
    assert listed("docs") == ["C", "B", "A"]


def test_positions_of_docusaurus_folders_are_read(bring):
    files = {
        "docusaurus.config.js": "",
        "docs/a/_category_.json": '{"position": 2.5}',
        "docs/b/_category_.yml": "position: 1\n",
        "docs/c/_category_.json": "[broken",
        **{f"docs/{name}/x.md": "# X\n" for name in "abc"},
    }
    bring(files)
    assert listed("docs") == ["B", "A", "C"]


@pytest.mark.parametrize(
    ("keys", "order"),
    [
        (
            {"a": "sidebar_position: 2.5", "b": "sidebar_position: 2", "c": "sidebar_position: 3"},
            "bac",
        ),
        ({"a": "nav_order: 2", "b": "nav_order: 1", "c": ""}, "bac"),
        ({"a": "weight: 30", "b": "weight: 10", "c": "weight: 20"}, "bca"),
        ({"a": "order: -1", "b": "order: -2", "c": "order: 0"}, "bac"),
        ({"a": "order: 1.25", "b": "order: 1.125", "c": "order: 1.5"}, "bac"),
        ({"a": "order: 9\nweight: 1", "b": "weight: 2", "c": "weight: 3"}, "bca"),
    ],
)
def test_orders_of_front_matter_are_numbers_of_any_kind(bring, tmp_path, keys, order):
    bring({f"d/{name}.md": f"---\n{line}\n---\n# {name.upper()}\n" for name, line in keys.items()})
    assert "".join(listed("d")).lower() == order
    first = tmp_path / "first"
    export_to(first)
    Section.objects.all().update(parent=None, page=None)
    Section.objects.all().delete()
    Topic.objects.all().update(parent=None)
    Topic.objects.all().delete()
    import_paths([str(first / "notes")])
    assert "".join(listed("d")).lower() == order
    export_to(tmp_path / "second")
    assert contents(tmp_path / "second") == contents(first)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


FRONT = (
    "---\ntitle: T\ndraft: true\nsidebar_position: 1.5\nstatus: new\ntags:\n- label: one\n"
    "date: 2024-05-06\nhero:\n  name: x # why\nkind: novel\nlevel: 3\nversion: 1.10\n---\n\nText.\n"
)


def test_front_matter_of_a_tool_goes_out_and_in_the_same(bring, tmp_path, folder):
    bring({"a.md": FRONT, "b/c.md": "+++\ntitle = 'C'\nweight = 3\ndraft = true\n+++\n\nText.\n"})
    first, second = tmp_path / "first", tmp_path / "second"
    export_to(first)
    text = (first / "notes/a.md").read_text()
    for line in ("draft: true\n", "status: new\n", "- label: one\n", "name: x # why\n", "1.10\n"):
        assert line in text
    assert "status: draft" not in text and "order:" not in text
    shutil.rmtree(folder)
    shutil.copytree(first / "notes", folder)
    bring()
    assert set(Topic.objects.filter(path__in=["a", "b/c"]).values_list("status", flat=True)) == {
        "draft"
    }
    export_to(second)
    assert contents(second) == contents(first)


def test_a_draft_that_a_curator_publishes_goes_out_as_published(bring, tmp_path, folder):
    bring({"a.md": "---\ndraft: true\n---\n# A\n"})
    Topic.objects.update(status="published", chosen=["status"])
    export_to(tmp_path / "out")
    assert "status: published\n" in (tmp_path / "out/notes/a.md").read_text()
    import_paths([str(tmp_path / "out/notes")], source="again")
    assert Topic.objects.get(source="again").status == "published"


def test_what_is_included_is_read_again_when_it_changes(bring, folder, tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    text = '# A\n\n--8<-- "part.md"\n\n--8<-- "../../secret.txt"\n\n--8<-- ".hidden.md"\n'
    bring({"a.md": text, "part.md": "First text.\n", ".hidden.md": "hidden text"})
    html = Section.objects.get(topic__path="a").html
    assert "First text." in html and "hidden text" not in html and ">secret<" not in html
    bring({"part.md": "Second text.\n"})
    assert "Second text." in Section.objects.get(topic__path="a").html
    assert bring().counts["files unchanged"] == 2
