"""Files that a source's tool makes no page of are shown where they are taken in, and no topics."""

import pytest

from importer.export import export_to
from importer.models import Source
from importer.run import import_paths
from importer.tools.no_pages import below, matches, of_ignore_file
from topics.models import Section, Topic

A = "# A\n"
# By tool and what it is: the files that say so, a file that is no page, and one that is.
HIDDEN = [
    ("Docusaurus: a name", {"docusaurus.config.js": ""}, "docs/_part.mdx", "docs/part_.mdx"),
    ("Docusaurus: a folder", {"docusaurus.config.ts": ""}, "blog/_x/a/b.md", "blog/x_/a/b.md"),
    ("Docusaurus: an index", {"docusaurus.config.js": ""}, "docs/_index.md", "docs/index.md"),
    (
        "Docusaurus: what it excludes",
        {"docusaurus.config.js": "docs: { exclude: ['drafts/**', '*.{old,tmp}.md'] }"},
        "docs/drafts/a.md",
        "docs/sub/a.old.md",
    ),
    (
        "Docusaurus beside the documents",
        {"website/docusaurus.config.js": ""},
        "docs/_Note.md",
        "docs/Note.md",
    ),
    (
        "Starlight",
        {"astro.config.mjs": "", "src/content/docs/index.md": A},
        "src/content/docs/_part.mdx",
        "src/content/docs/_folder/a.mdx",
    ),
    ("Nextra", {"content/_meta.js": ""}, "content/_partials/a.mdx", "content/partials/a.mdx"),
    ("Hugo: a template", {"hugo.toml": ""}, "archetypes/default.md", "content/archetypes/b.md"),
    ("Hugo: an index is a page", {"hugo.toml": ""}, "layouts/x.md", "content/a/_index.md"),
    ("Jekyll: a folder", {"_config.yml": ""}, "_includes/note.md", "_posts/2024-01-02-a.md"),
    ("Jekyll: a name", {"_config.yml": ""}, "docs/_note.md", "_drafts/note.md"),
    (
        "Jekyll: a collection",
        {"_config.yml": "collections:\n  guides:\n    output: true\n"},
        "_other/a.md",
        "_guides/a.md",
    ),
    (
        "Jekyll: what it excludes and includes",
        {"_config.yml": "exclude: [vendor/, '*.draft.md']\ninclude: [_pages]\n"},
        "vendor/a/b.md",
        "_pages/a.md",
    ),
    ("Jekyll in a folder", {"site/_config.yml": ""}, "site/_includes/a.md", "_other/a.md"),
    ("Sphinx: built pages", {"conf.py": "", "index.md": A}, "_build/html/a.md.txt", "build/a.md"),
    (
        "Sphinx: what it excludes",
        {
            "docs/conf.py": "exclude_patterns = [\n  '_parts', # 'b.md'\n  '**/old-*',\n]\n",
            "docs/index.md": A,
        },
        "docs/a/old-x/y.md",
        "docs/b.md",
    ),
    (
        "Sphinx: templates",
        {"conf.py": "templates_path = ['_tpl']\n", "index.md": A},
        "_tpl/a.md",
        "tpl/a.md",
    ),
    ("MyST", {"myst.yml": "project:\n  exclude: [parts/*]\n"}, "parts/a.md", "part/a.md"),
    (
        "MkDocs",
        {"mkdocs.yml": "exclude_docs: |\n  # no\n  /inner/\n  *.part.md\n  !b.part.md\n"},
        "docs/x/a.part.md",
        "docs/x/b.part.md",
    ),
    (
        "MkDocs: drafts",
        {"mkdocs.yml": "draft_docs: |\n  /drafts/\nplugins: [s, {exclude: {glob: [old/*]}}]\n"},
        "docs/drafts/a.md",
        "docs/older/a.md",
    ),
    (
        "VitePress",
        {".vitepress/config.ts": "export default { srcExclude: ['**/README.md', 'parts/**'] }"},
        "a/README.md",
        "a/parts/b.md",
    ),
    ("DocFX: includes", {"docfx.json": "{}"}, "a/includes/b.md", "a/include/b.md"),
    (
        "DocFX: what it excludes",
        {"docfx.json": '{"build": {"content": [{"src": "d", "exclude": ["x/**"]}]}}'},
        "d/x/a.md",
        "x/a.md",
    ),
    ("GitBook", {"SUMMARY.md": A, ".bookignore": "tmp/\n/b.md\n"}, "x/tmp/a.md", "x/b.md"),
    (
        "Obsidian: templates",
        {".obsidian/templates.json": '{"folder": "Meta/Templates"}'},
        "Meta/Templates/Daily.md",
        "Meta/Daily.md",
    ),
    (
        "Obsidian: files that do not count",
        {".obsidian/app.json": '{"userIgnoreFilters": ["Archive/", "/x.*/"]}'},
        "Archive/a.md",
        "x/a.md",
    ),
    (
        "Docsify",
        {"docs/index.html": "<script src='docsify.min.js'></script>"},
        "docs/zh/_navbar.md",
        "docs/zh/navbar.md",
    ),
    ("a wiki", {"_Sidebar.md": A, "Home.md": A}, "sub/_Footer.md", "Shown-page.md"),
]


@pytest.mark.parametrize(
    ("files", "hidden", "shown"), [case[1:] for case in HIDDEN], ids=[case[0] for case in HIDDEN]
)
def test_what_a_tool_makes_no_page_of_is_no_topic(bring, files, hidden, shown):
    report = bring({**files, hidden: "# Hidden part\n", shown: "# Shown page\n"})
    assert not Topic.objects.filter(title="Hidden part").exists()
    assert Topic.objects.filter(title="Shown page").exists()
    assert report.counts["files without a page"] >= 1 and report.refused == []


def test_without_a_tool_each_document_is_a_topic(bring):
    report = bring({"_a.md": "# One\n", "_includes/b.md": "# Two\n", "includes/c.md": "# Three\n"})
    assert Topic.objects.filter(title__in=["One", "Two", "Three"]).count() == 3
    assert "files without a page" not in report.counts


def test_what_is_no_page_is_said_once(bring):
    report = bring(
        {
            "docusaurus.config.js": "",
            "a.md": A,
            **{f"b/_{name}.md": A for name in "cde"},
        }
    )
    assert [(note.level, note.path, note.message) for note in report.notes] == [
        (
            "left out",
            "b/_c.md",
            "and 2 more are no pages of the tool's own site: shown where documents take them in",
        )
    ]


def test_a_single_file_that_is_named_has_a_page(bring, folder):
    bring({"docusaurus.config.js": "", "_part.md": "# Part\n", "a.md": A})
    assert not Topic.objects.filter(title="Part").exists()
    import_paths([str(folder / "_part.md")])
    assert Topic.objects.filter(title="Part").exists()


def test_a_tool_that_was_named_hides_its_parts_too(bring):
    bring({"_part.mdx": "# Part\n", "a.md": A}, dialect="docusaurus")
    assert list(Topic.objects.values_list("title", flat=True)) == ["A"]


TAKING_IN = {
    "docusaurus.config.js": "",
    "docs/a.mdx": "# A\n\nimport Note from './_parts/_note.mdx';\n\n<Note />\n",
    "docs/_parts/_note.mdx": "Note *it*.\n\nimport More from './_more.md';\n\n<More />\n",
    "docs/_parts/_more.md": "More **too**.\n",
    "docs/_unused.md": "Unused.\n",
}


def test_a_part_is_shown_where_it_is_taken_in_and_goes_out_with_it(bring, tmp_path):
    bring(TAKING_IN)
    assert list(Topic.objects.values_list("origin", flat=True)) == ["docs/", "docs/a.mdx"]
    html = Section.objects.get(topic__origin="docs/a.mdx").html
    assert "Note <em>it</em>" in html and "More <strong>too</strong>" in html
    first, second = tmp_path / "first", tmp_path / "second"
    export_to(first)
    assert sorted(p.name for p in (first / "notes").rglob("*") if p.is_file()) == [
        ".source.json",
        "_more.md",
        "_note.mdx",
        "a.mdx",
    ]
    (first / "notes").rename(first / "again")
    import_paths([str(first / "again")])
    assert not Topic.objects.filter(source="again", origin__contains="_").exists()
    assert Section.objects.get(topic__source="again", topic__origin="docs/a.mdx").html == html
    export_to(second)
    for name in (".source.json", "docs/a.mdx", "docs/_parts/_note.mdx", "docs/_parts/_more.md"):
        assert (second / "again" / name).read_bytes() == (first / "again" / name).read_bytes()


def test_a_part_that_was_a_topic_stays_until_it_is_pruned(bring, folder, tmp_path):
    files = {name: text for name, text in TAKING_IN.items() if "config" not in name}
    bring(files)
    assert Topic.objects.live().filter(origin="docs/_parts/_note.mdx").exists()
    bring({"docusaurus.config.js": ""})
    assert Topic.objects.live().filter(origin="docs/_parts/_note.mdx").exists()
    import_paths([str(folder)], prune=True)
    assert list(Topic.objects.live().values_list("origin", flat=True)) == ["docs/", "docs/a.mdx"]
    export_to(tmp_path / "out")
    assert (tmp_path / "out/notes/docs/_parts/_note.mdx").exists()


def test_a_document_that_was_removed_does_not_go_out_as_a_part(bring, folder, tmp_path):
    bring({"mkdocs.yml": "", "docs/a.md": '# A\n\n--8<-- "b.md"\n', "docs/b.md": "# B\n"})
    (folder / "docs/b.md").unlink()
    import_paths([str(folder)], prune=True)
    export_to(tmp_path / "out")
    assert not (tmp_path / "out/notes/docs/b.md").exists()


PATTERNS = [
    ("a/b/c.md", ["**/b"], True),
    ("a/bb/c.md", ["**/b"], False),
    ("b.md", ["**/b.md"], True),
    ("a/b.md", ["*.md"], False),
    ("a/b.md", ["*/*.md"], True),
    ("a/b/c/d.md", ["a/**/d.md"], True),
    ("a/d.md", ["a/**/d.md"], True),
    ("a/d.md", ["a/**"], True),
    ("a/.x/d.md", ["**.x"], True),
    ("a/d.md", ["a", "!a/d.md"], False),
    ("a/d.md", ["a", "!a/d.md", "**/d.md"], True),
    ("a/d.md", ["!a/d.md"], False),
    ("a/x1.md", ["a/x[0-9].md"], True),
    ("a/" * 29 + "z.md", ["**/a/**/b/**/c.md"], False),
    ("a" * 250 + ".md", ["*a*a*a*a*a*a*a*b.md"], False),
    ("a.md", [], False),
]


@pytest.mark.parametrize(("path", "patterns", "found"), PATTERNS, ids=range(len(PATTERNS)))
def test_a_pattern_means_a_file_or_the_folder_that_it_lies_in(path, patterns, found):
    assert matches(path, patterns) is found


def test_patterns_are_those_of_a_folder():
    assert below("docs/", ["a", "./b", "**/c", "/d", "!e", "/**/f"]) == [
        "docs/a", "docs/b", "docs/**/c", "d", "!docs/e", "**/f",
    ]  # fmt: skip
    assert below("", ["*.{md,mdx}", "{a,b}/{c,d}"]) == ["*.md", "*.mdx", "a/c", "a/d", "b/c", "b/d"]
    assert below("", ["", "/", "!", "x" * 300, "**/a/**/b/**/c/**"]) == []
    assert len(below("", ["{a,b,c,d,e,f}" * 9])) <= 200
    ignored = "# c\n\n*.tmp\n/a\nb/\nc/d\n!e.md\n"
    assert of_ignore_file(ignored) == ["**/*.tmp", "a", "**/b", "c/d", "!**/e.md"]


@pytest.mark.parametrize(
    "text", ['{"tool": "mkdocs", "no_pages": 3}', '{"tool": "mkdocs", "no_pages": [1, {}, "**"]}']
)
def test_settings_that_anybody_may_have_written_stop_nothing(bring, text):
    report = bring({".source.json": text, "a.md": A})
    assert report.refused == [] and Source.objects.get().tool == "mkdocs"
