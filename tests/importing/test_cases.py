"""Small inputs as people have them, each with what must hold."""

import re
import shutil
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from importer.export import export_to
from importer.run import Report, import_paths
from importer.uploads import receive
from topics.models import Address, Link, Section, Topic

CASES = Path(__file__).parent / "cases"


@pytest.fixture
def take(folder, db):
    """Import one of the cases, a file or a folder."""

    def take(name: str) -> Report:
        shutil.rmtree(folder)
        if (CASES / name).is_dir():
            shutil.copytree(CASES / name, folder)
        else:
            folder.mkdir()
            shutil.copy(CASES / name, folder)
        return import_paths([str(folder)])

    return take


def links(path: str) -> list[tuple[str, str | None, str | None]]:
    """Kind, topic and anchor of each link of a topic, in order."""
    rows = Link.objects.filter(section__topic__path=path, section__topic__removed_at=None)
    rows = rows.order_by("section__position", "position")
    return list(rows.values_list("kind", "target__topic__path", "target__anchor"))


def html_of(path: str) -> str:
    return Section.objects.get(topic__path=path, anchor="", removed_at=None).html


def test_links_by_name_find_a_note_wherever_it_lies(take):
    take("19-wiki-links")
    pools = "notes/connection-pools"
    assert links("home") == [
        ("internal", pools, ""),
        ("internal", pools, ""),
        ("internal", pools, "sizing"),
        ("internal", "home", "below"),
    ]
    assert links(pools) == [("internal", "home", "")]
    html = html_of("home")
    assert ">pools</a>" in html and ">sizing</a>" in html and "<code>[[code]]</code>" in html


def test_front_matter_in_toml_is_read_and_not_shown(take):
    take("21-toml-front-matter.md")
    topic = Topic.objects.get()
    assert (topic.title, topic.tags) == ("Sessions", ["http", "state"])
    assert html_of(topic.path) == "<p>Text of the page.</p>"


def test_a_draft_of_another_tool_is_no_public_page(take, client: Client):
    take("22-draft-true.md")
    assert Topic.objects.get().status == "draft"
    assert client.get("/topics/22-draft-true/").status_code == 404


def test_a_key_of_two_words_is_a_key(take):
    take("23-front-matter-key-with-a-blank.md")
    topic = Topic.objects.get()
    assert (topic.title, html_of(topic.path)) == ("Quarterly plan", "<p>Body.</p>")


def test_a_status_of_another_tool_is_said_to_mean_nothing(take):
    report = take("24-status-of-another-tool.md")
    assert [note.level for note in report.notes] == ["warning"]
    assert "status 'new' means nothing here" in report.notes[0].message
    assert Topic.objects.get().status == "published"


def test_no_picture_makes_a_browser_search(take):
    take("25-image-with-size-suffix")
    html = html_of("a")
    assert re.findall('<img[^>]*src="/search', html) == []
    assert re.search('<img src="/assets/[^"]+/img.png"', html)
    assert re.search('<a href="/assets/[^"]+/demo.mp4"', html)


def test_a_picture_on_another_site_is_a_link(take):
    take("26-image-on-another-host.md")
    topic = Topic.objects.get()
    html = html_of(topic.path)
    assert "<img" not in html
    assert 'href="https://example.org/architecture.png"' in html and ">Architecture</a>" in html


def test_a_note_without_a_title_has_its_file_s(take):
    take("27-title-of-a-note-without-h1")
    assert Topic.objects.get().title == "Callouts"
    assert Section.objects.filter(title="Change the title").exists()


def test_what_is_left_out_is_counted_by_kind(take):
    report = take("28-mdx-is-left-out-silently")
    assert sorted(Topic.objects.values_list("title", flat=True)) == ["Intro", "Page"]
    assert report.counts["files left out"] == 1
    [note] = report.notes
    assert (note.level, note.path) == ("left out", "guide.rst")
    assert ".rst 1" in note.message and "Pandoc" in note.message


def test_what_means_nothing_here_survives_an_export(take, tmp_path):
    take("30-export-loses-front-matter.md")
    export_to(tmp_path / "out")
    [file] = (tmp_path / "out").rglob("*.md")
    lines = (
        "footer: false\nhero:\n  name: Vite\n  actions:\n    - text: Go\n      link: /guide/\n"
        "outline: [2, 3]\n"
    )
    assert lines in file.read_text()


def test_links_to_pages_of_html_lead_to_documents(take):
    take("31-links-to-html")
    assert links("ch01") == [("internal", "ch02", ""), ("internal", "ch02", "sizes")]


def test_links_with_a_slash_at_the_end_lead_to_documents(take):
    take("32-links-with-a-slash-at-the-end")
    assert links("docs") == [("internal", "docs/pools", ""), ("internal", "docs/pools", "sizes")]


def test_links_to_the_root_lead_to_its_index(take):
    take("33-link-to-the-root")
    assert links("a") == links("sub/b") == [("internal", "index", "")]


def test_an_index_of_hugo_speaks_for_its_folder_and_weights_give_the_order(take, client: Client):
    take("34-hugo-index")
    docs = Topic.objects.get(path="docs")
    assert docs.title == "The Docs" and html_of("docs") == "<p>Welcome.</p>"
    assert not Topic.objects.filter(path="docs/index").exists()
    below = Topic.objects.filter(parent=docs).order_by("position", "path")
    assert list(below.values_list("title", flat=True)) == ["B", "A"]


def test_anchors_are_found_in_any_case(take):
    take("35-anchor-in-other-case")
    assert links("a") == [("internal", "a", "install-steps")]


def test_anchors_may_be_the_text_of_a_heading(take):
    take("36-anchor-as-heading-text")
    assert links("a") == [("internal", "b", "pool-sizes")] * 2


def test_names_of_files_are_compared_in_one_form_of_unicode(take):
    take("37-file-name-in-nfd")
    assert [(kind, bool(path)) for kind, path, _ in links("index")] == [("internal", True)] * 2


def test_a_page_and_the_folder_of_its_name_are_one_topic(take):
    take("38-page-beside-its-folder")
    topics = Topic.objects.order_by("path").values_list("path", "title", "parent__path")
    assert list(topics) == [("guide", "Guide", None), ("guide/one", "One", "guide")]


@pytest.mark.parametrize(
    ("case", "title"),
    [("39-identity-of-chinese-sections", "超时"), ("40-same-heading-new-parent", "Timeouts")],
)
def test_a_section_below_a_renamed_parent_stays_the_same(folder, db, case, title):
    shutil.copytree(CASES / case / "before", folder, dirs_exist_ok=True)
    import_paths([str(folder)])
    before = Section.objects.get(title=title)
    shutil.copytree(CASES / case / "after", folder, dirs_exist_ok=True)
    import_paths([str(folder)])
    after = Section.objects.get(title=title, removed_at=None)
    assert after.pk == before.pk
    if after.anchor != before.anchor:
        assert Address.objects.filter(anchor=before.anchor, section=after).exists()


def test_all_topics_stand_in_the_order_of_their_files(take, client: Client):
    take("41-order-of-all-topics")
    page = client.get("/topics/").content.decode()
    places = [page.index(f">{title}<") for title in ("Zebra", "Alpha", "Middle")]
    assert places == sorted(places)
    alpha = client.get("/topics/ch02/").content.decode()
    assert 'rel="prev" href="/topics/ch01/"' in alpha
    assert 'rel="next" href="/topics/ch10/"' in alpha


def test_a_zip_of_zips_is_unpacked(db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    data = (CASES / "44-notion-parts.zip").read_bytes()
    folder, notes = receive(SimpleUploadedFile("export.zip", data))
    assert notes == []
    import_paths([str(folder)], source="notion")
    assert list(Topic.objects.values_list("title", flat=True)) == ["Page"]
