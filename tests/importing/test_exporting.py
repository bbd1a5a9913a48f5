"""Export, import, export: the same bytes and the same addresses."""

import base64
import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from importer.export import export_to
from importer.models import Source
from importer.run import import_paths
from topics.models import Asset, Section, Topic

FILES = {
    "02_data/index.md": (
        "---\ntitle: Data\nsummary: Where it lies.\ntags: [sql, nosql]\n---\n\nText.\n"
    ),
    "02_data/01_pools.md": (
        "# 1. Pools\n\nText before.\n\n## Sizes\n\nTen.\n\n## Sizes\n\nTwenty, in `code`.\n\n"
        "## **Bold** and `code` {#pinned}\n\n```js\n# no heading\n```\n\n"
        "| a | b |\n|---|:-:|\n| 1 | 2 |\n"
    ),
    "plain/notes.txt": "No heading at all, only text.\n",
    "outline.md": (
        "# Course\n\n- **1.1** One\n- **1.1.1** Below\n\n  With a text.\n- **1.1.2** Another\n"
        "- **1.2** Two\n- **1.2.1** Last\n"
    ),
    "setext.md": (
        "Title\n=====\n\nText[^1] and [link].\n\nPart\n----\n\nMore.\n\n"
        "[^1]: A note.\n[link]: outline.md\n"
    ),
    "front.md": "---\ntitle: Another one\n---\n\n# 1. Its *own* heading\n\nText.\n",
    "open.md": "# Open\n\n```js\nnever ends",
    "draft.md": (
        "---\nstatus: draft\norder: 3\nslug: other-name\nlevel: expert\naliases: [older]\n---\n"
        "# Draft\n"
    ),
}


def contents(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def library() -> list[tuple[object, ...]]:
    sections = Section.objects.filter(removed_at=None).order_by("topic__path", "position")
    return list(
        sections.values_list(
            "topic__path", "topic__title", "topic__kind", "topic__position", "anchor", "number",
            "title", "html", "is_item",
        )
    )  # fmt: skip


def test_export_import_export_is_byte_stable_and_keeps_the_library(bring, tmp_path):
    bring(FILES)
    before = library()
    export_to(tmp_path / "first")
    empty_library()
    import_paths([str(tmp_path / "first" / "notes")])
    export_to(tmp_path / "second")
    assert contents(tmp_path / "second") == contents(tmp_path / "first")
    assert library() == before


def test_importing_an_export_over_what_it_came_from_changes_no_section(bring, tmp_path, folder):
    bring(FILES)
    before = library()
    export_to(tmp_path / "out")
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "out" / "notes", folder)
    report = bring()
    assert library() == before
    assert report.counts.get("sections added", 0) == 0
    assert report.counts.get("sections removed", 0) == 0


def test_exporting_into_a_folder_with_files_is_refused(bring, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("keep me")
    with pytest.raises(CommandError, match="is not empty"):
        call_command("export_content", str(tmp_path / "out"))


SITE = {
    "mkdocs.yml": "site_url: https://kb.example/manual/\nnav: [b.md, a.md]\n",
    "docs/a.md": (
        "# A\n\n![Logo](https://kb.example/manual/img/logo.png)\n\n"
        "[B](https://kb.example/manual/b/#sizes)\n"
    ),
    "docs/b.md": "# B\n\n## Sizes\n\nTen.\n",
    "docs/img/logo.png": base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    ),
}


def empty_library() -> None:
    Section.objects.all().update(parent=None, page=None)
    Section.objects.all().delete()
    Topic.objects.all().update(parent=None)
    Topic.objects.all().delete()
    Asset.objects.all().delete()
    Source.objects.all().delete()


def test_an_export_knows_the_site_of_its_source(bring, tmp_path):
    """Addresses of the source's own site lead to its pages and files in a new library too."""
    bring(SITE)
    before = library()
    export_to(tmp_path / "first")
    empty_library()
    import_paths([str(tmp_path / "first" / "notes")])
    export_to(tmp_path / "second")
    assert contents(tmp_path / "second") == contents(tmp_path / "first")
    assert "notes/docs/img/logo.png" in contents(tmp_path / "second")
    assert library() == before
    source = Source.objects.get()
    assert (source.tool, source.site) == (
        "mkdocs",
        {
            "prefixes": ["https://kb.example/manual", "/manual"],
            "docs": "docs/",
            "no_pages": ["docs/templates"],
        },
    )


ODD_SETTINGS = [
    "[",
    "[]",
    '"mkdocs"',
    '{"tool": "../../x", "prefixes": "/a", "docs": 3}',
    '{"tool": ["mkdocs"], "prefixes": [1, null, {}, "javascript:x"], "docs": "../../etc"}',
    '{"prefixes": ' + "[" * 5000 + "]" * 5000 + "}",
    '{"prefixes": ["' + "/x" * 4000 + '"]}',
]


@pytest.mark.parametrize("text", ODD_SETTINGS, ids=range(len(ODD_SETTINGS)))
def test_settings_that_say_nothing_sensible_say_nothing(bring, text):
    report = bring({".source.json": text, "a.md": "# A\n"})
    assert report.refused == []
    source = Source.objects.get()
    assert (source.tool, source.dialect, source.site) == ("", "", {"prefixes": [], "docs": ""})


def test_a_tools_own_files_say_more_than_the_settings_of_an_export(bring):
    bring(
        {
            ".source.json": '{"tool": "mkdocs", "prefixes": ["/old"]}',
            "mkdocs.yml": "site_url: https://kb.example/new/\n",
            "docs/a.md": "# A\n",
        }
    )
    assert Source.objects.get().site["prefixes"] == ["https://kb.example/new", "/new"]


def test_a_source_without_a_site_of_its_own_has_no_settings(bring, tmp_path):
    bring({"a.md": "# A\n"})
    export_to(tmp_path / "out")
    assert sorted(contents(tmp_path / "out")) == ["notes/a.md"]
