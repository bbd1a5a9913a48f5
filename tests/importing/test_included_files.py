"""Texts that documents take in from other files stay, also where the source is not there."""

import shutil

import pytest
from django.urls import reverse

from importer.edit_previews import rendered
from importer.edits import save_section
from importer.export import export_to
from importer.models import IncludedFile
from importer.purge import Wanted, purge
from importer.run import import_paths
from topics.models import Section
from topics.templatetags.topics_tags import stored_html

FILES = {
    "mkdocs.yml": "site_name: x\n",
    "docs/a.md": '# A\n\nTop.\n\n--8<-- "snippets/part.md"\n\n'
    '## B\n\n```py\n--8<-- "code/x.py"\n```\n',
    "docs/c.md": "# C\n\n[A](a.md) ![dot](dot.svg)\n",
    "docs/dot.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "snippets/part.md": 'Taken *in*.\n\n--8<-- "code/y.txt"\n',
    "code/x.py": "secret = 1\n",
    "code/y.txt": "Deeper.\n",
}


def html_of(path: str, anchor: str = "") -> str:
    return Section.objects.get(topic__path=path, anchor=anchor, removed_at=None).html


def test_an_edit_keeps_what_other_files_hold(bring, folder):
    bring(FILES)
    before = html_of("docs/a"), html_of("docs/a", "b")
    assert "Taken <em>in</em>." in before[0] and "Deeper." in before[0] and "secret" in before[1]
    shutil.rmtree(folder)
    section = Section.objects.get(topic__path="docs/a", anchor="b")
    save_section(section, markdown=f"{section.markdown}\nMore.\n", title="B", user=None)
    assert html_of("docs/a") == before[0]
    assert html_of("docs/a", "b").startswith(before[1]) and "More." in html_of("docs/a", "b")


PARTS = {
    "docs/_note.mdx": "---\ntitle: Hidden\n---\n\nNote *it*, {props.name}.\n",
    "docs/deep/_more.md": "import Note from '../_note.mdx';\n\nMore.\n\n<Note />\n",
}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("import Note from './_note.mdx';\n\nA.\n\n<Note />\n\nB.", "Note <em>it</em>"),
        ('import Note from "@site/docs/_note.mdx"\n\n<Note name="x"/>', "Note <em>it</em>"),
        ("import Note from '/docs/_note.mdx'\nimport X from 'y'\n\n<Note />", "Note <em>it</em>"),
        ("import More from './deep/_more.md'\n\n- one\n\n  <More />\n", "Note <em>it</em>"),
        (":::tip\n\n<Note />\n\n:::\n\nimport Note from './_note.mdx'", ""),
        ("import Note from './_other.mdx';\n\n<Note />", ""),
        ("import Note from '../../outside.md';\n\n<Note />", ""),
        ("import Note from './_note.mdx';\n\n```\n<Note />\n```", "&lt;Note"),
    ],
)
def test_a_component_stands_for_the_text_that_it_was_imported_from(bring, tmp_path, text, shown):
    (tmp_path / "outside.md").write_text("secret")
    bring({**PARTS, "docusaurus.config.js": "", "docs/a.mdx": f"# A\n\n{text}\n\nEnd.\n"})
    html = html_of("docs/a")
    assert ("Note <em>it</em>" in html) is (shown == "Note <em>it</em>") and shown in html
    assert "End." in html and "secret" not in html and "import" not in html
    assert "Hidden" not in html


def test_a_preview_shows_includes_links_and_pictures_as_the_page_will(bring, admin_client):
    bring(FILES)
    section = Section.objects.get(topic__path="docs/a", anchor="")
    text = f"{section.markdown}\n[C](c.md) ![dot](dot.svg) [no](no.md)\n"
    asked = {"title": "A", "markdown": text, "_preview": "1"}
    url = reverse("admin:topics_section_change", args=[section.pk])
    page = admin_client.post(url, asked).content.decode()
    shown = page.partition('<div class="kb-shown">')[2].partition("<form")[0]
    assert "Taken <em>in</em>." in shown and 'href="/topics/docs/c/"' in shown
    assert '<img src="/assets/' in shown and 'class="planned"' in shown
    assert stored_html(rendered(section, text, "A")) in shown
    section.refresh_from_db()
    assert "no.md" not in section.markdown


def test_an_export_holds_the_files_that_documents_take_in(bring, tmp_path):
    bring(FILES)
    export_to(tmp_path / "one")
    assert (tmp_path / "one/notes/code/x.py").read_text() == "secret = 1\n"
    import_paths([str(tmp_path / "one/notes")], source="again")
    again = Section.objects.get(topic__source="again", topic__origin="docs/a.md", anchor="")
    assert "Taken <em>in</em>." in again.html


def test_a_changed_file_is_kept_as_it_is_now(bring):
    bring(FILES)
    bring({"code/x.py": "other = 2\n"})
    assert "other" in html_of("docs/a", "b")
    assert IncludedFile.objects.get(path="code/x.py").text == "other = 2\n"
    assert sorted(IncludedFile.objects.values_list("path", flat=True)) == [
        "code/x.py",
        "code/y.txt",
        "snippets/part.md",
    ]


def test_what_was_kept_is_purged(bring):
    bring(FILES)
    purge(Wanted("secret"), dry_run=False)
    assert not IncludedFile.objects.filter(text__contains="secret").exists()
    assert "secret" not in html_of("docs/a", "b")
