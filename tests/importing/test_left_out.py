"""What an import does not take is counted by kind, with what to do; nothing goes unsaid."""

import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from importer.run import import_paths
from importer.uploads import receive
from topics.models import Topic

KINDS = {
    "a.rst": "Pandoc", "a.adoc": "asciidoctor -b docbook", "a.mediawiki": "Pandoc",
    "a.org": "Pandoc", "a.docx": "Pandoc",
    "a.html": "Pandoc", "a.tex": "Pandoc", "a.textile": "Pandoc",
    "a.ipynb": "nbconvert", "a.zip": "unpack it",
    "a.tar.gz": "unpack it", "a.rar": "unpack it", "a.pdf": "once a document links to it",
    "a.csv": "once a document links to it", "a.mp4": "once a document links to it",
    "Makefile": "no documents", "a.o": "no documents", "a.RST": "Pandoc",
}  # fmt: skip


@pytest.mark.parametrize(("name", "advice"), KINDS.items())
def test_a_kind_that_does_not_come_in_is_named_with_what_to_do(bring, name, advice):
    report = bring({"page.md": "# Page\n", name: b"x", f"sub/{name}": b"x"})
    [note] = report.notes
    assert note.level == "left out" and advice in note.message and " 2" in note.message
    assert report.counts["files left out"] == 2 and report.refused == []


def test_a_folder_of_foreign_files_alone_is_not_nothing_to_do(import_content):
    code, printed = import_content({"a.rst": "A\n", "b.ipynb": "{}", "c.ipynb": "{}"})
    assert code == 0 and "nothing to do" not in printed
    assert "3 files left out" in printed and "nbconvert" in printed and "Pandoc" in printed


def test_what_is_left_out_stands_in_the_json_too(import_content):
    _, printed = import_content({"a.rst": "A\n"}, format="json")
    value = json.loads(printed)
    assert value["counts"]["files left out"] == 1
    assert [note["level"] for note in value["notes"]] == ["left out"]


def test_hidden_files_and_what_is_linked_are_not_left_out(bring):
    text = "# A\n\n[x](plan.pdf) ![y](p.svg)\n"
    report = bring(
        {"a.md": text, "plan.pdf": b"x", "p.svg": b"<svg/>", ".x/y.rst": "", ".z.rst": ""}
    )
    assert report.notes == [] and "files left out" not in report.counts


def test_what_is_too_large_or_shown_in_a_document_is_not_left_out_besides(bring, monkeypatch):
    monkeypatch.setattr("importer.assets.MAX_FILE", 10)
    report = bring(
        {"a.md": '# A\n\n[x](x.zip)\n\n--8<-- "b.rs"\n', "x.zip": b"x" * 20, "b.rs": "fn"}
    )
    assert [note.message for note in report.notes] == ["file x.zip is larger than 0 MB"]


def test_many_files_with_one_problem_are_named_by_the_first_and_their_number(bring, capsys):
    report = bring({f"{n}.md": f"# {n}\n\n![p](gone{n}.png)\n" for n in range(9)})
    assert [str(note) for note in report.notes] == [
        "0.md: image gone0.png does not exist",
        "1.md: image gone1.png does not exist",
        "2.md: image gone2.png does not exist",
        "3.md: image gone3.png does not exist, and so 5 more: manage.py check_links --kind broken "
        "lists them",
    ]
    call_command("check_links", kind="broken")
    assert capsys.readouterr().out.count("gone") == 9


def zipped(files: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def received(data: bytes):
    folder, notes = receive(SimpleUploadedFile("x.zip", data))
    return (
        {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()},
        notes,
        folder,
    )


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def test_parts_of_an_export_come_in_as_one(db):
    parts = {
        "Export-1-Part-1.zip": zipped({"Home.md": "# Home\n"}),
        "Export-1-Part-2.zip": zipped({"Home/Below.md": "# Below\n"}),
    }
    files, notes, folder = received(zipped(parts))
    assert (files, notes) == ({"Home.md", "Home/Below.md"}, [])
    import_paths([str(folder)], source="notion")
    assert set(Topic.objects.values_list("path", flat=True)) == {"home", "home/below"}


HOSTILE = {
    "a part that is no zip": zipped({"Part-1.zip": b"not a zip"}),
    "a part with ways out": zipped({"Part-1.zip": zipped({"../../x.md": "# X\n"})}),
    "parts in parts in parts": zipped(
        {"1.zip": zipped({"2.zip": zipped({"3.zip": zipped({"x.md": "# X\n"})})})}
    ),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_zips_in_zips_are_as_harmless_as_zips(data):
    files, notes, folder = received(data)
    assert not any(name.endswith(".md") for name in files)
    assert files <= {"3.zip"}
    assert len(notes) == (0 if files else 1)
    assert all(path.resolve().is_relative_to(folder) for path in folder.rglob("*"))


def test_a_zip_beside_documents_is_a_file_to_link_to():
    files, notes, _ = received(zipped({"a.md": "# A\n", "more.zip": zipped({"b.md": "# B\n"})}))
    assert (files, notes) == ({"a.md", "more.zip"}, [])


def test_what_a_zip_holds_besides_is_counted_by_kind():
    files, notes, _ = received(zipped({"a.md": "", "b.rst": "", "c.rst": "", "d.xyz": ""}))
    assert files == {"a.md"}
    assert [note.level for note in notes] == ["left out", "left out"]
    assert "Pandoc" in notes[0].message and ".xyz 1" in notes[1].message


ID, OTHER = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"


def test_an_export_of_notion_reads_as_notion_shows_it(bring, client):
    bring(
        {
            f"Handbook {ID}.md": f"# Handbook\n\n[Rows](Handbook%20{ID}/Tasks%20{OTHER}.csv) and"
            f" [Rules](Handbook%20{ID}/Rules%20{OTHER}.md)\n",
            f"Handbook {ID}/Rules {OTHER}.md": "# Rules\n",
            f"Handbook {ID}/Tasks {OTHER}.csv": "Name\nhidden view\n",
            f"Handbook {ID}/Tasks {OTHER}_all.csv": '\ufeffName,Note\nFirst,"a | b"\nSecond,*x*\n',
            f"Handbook {ID}/Tasks {OTHER}/First {ID}.md": "# First\n\nText.\n",
        }
    )
    paths = set(Topic.objects.values_list("path", flat=True))
    assert paths == {"handbook", "handbook/rules", "handbook/tasks", "handbook/tasks/first"}
    page = client.get("/topics/handbook/").content.decode()
    assert 'href="/topics/handbook/tasks/"' in page and 'href="/topics/handbook/rules/"' in page
    table = client.get("/topics/handbook/tasks/").content.decode()
    assert '<a href="/topics/handbook/tasks/first/">First</a>' in table
    assert "a | b" in table and "*x*" in table and "hidden view" not in table
    assert Topic.objects.get(path="handbook/tasks").title == "Tasks"


TABLES = [
    "",
    "\n\n",
    ",\n",
    '"open',
    "a\x00b\n1\n",
    "a\n" + "x" * 200_000,
    "<script>,|\n`,[\n",
    "\xff\xfe",
]


@pytest.mark.parametrize("text", TABLES, ids=range(len(TABLES)))
def test_any_table_comes_in(bring, client, text):
    report = bring({f"T {ID}.csv": text.encode("latin-1")})
    assert report.refused == []
    assert client.get("/topics/t/").status_code == 200
    assert "<script>," not in client.get("/topics/t/").content.decode()
