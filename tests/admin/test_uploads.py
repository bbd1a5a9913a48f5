"""An upload is unpacked safely, tried, shown, and imported only when confirmed."""

import io
import stat
import zipfile

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from curating.admin import runs
from importer import uploads
from importer.models import ImportRun
from importer.tasks import start
from tests.jobs.running import run_due
from topics.models import Topic

ADD = "admin:importer_importrun_add"


@pytest.fixture
def admin(client, db, settings, tmp_path, monkeypatch):
    """Logged in as the owner; a worker comes by as soon as an upload is started."""
    settings.DATA_DIR = tmp_path

    def start_and_run(run_id: int) -> None:
        start(run_id)
        run_due()

    monkeypatch.setattr(runs, "start", start_and_run)
    client.force_login(User.objects.create_superuser("owner"))
    return client


def zipped(entries: dict[str, bytes]) -> SimpleUploadedFile:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in entries.items():
            archive.writestr(name, text)
    return SimpleUploadedFile("notes.zip", data.getvalue())


def upload(admin, file, **more):
    return admin.post(reverse(ADD), {"file": file, "source": "Notes", **more}, follow=True)


def test_an_upload_is_tried_first_and_imported_when_confirmed(admin):
    page = upload(admin, SimpleUploadedFile("pools.md", b"# Pools\n\nText.\n"))
    assert "+ pools: Pools" in page.content.decode()
    assert Topic.objects.count() == 0
    run = ImportRun.objects.get()
    page = admin.post(reverse("admin:importer_importrun_confirm", args=[run.pk]), follow=True)
    assert page.status_code == 200
    assert Topic.objects.get().source == "notes"


def test_an_upload_that_is_confirmed_twice_is_imported_once(admin, monkeypatch):
    upload(admin, SimpleUploadedFile("pools.md", b"# Pools\n\nText.\n"))
    tried = ImportRun.objects.get()
    address = reverse("admin:importer_importrun_confirm", args=[tried.pk])
    monkeypatch.setattr(runs, "start", start)  # no worker comes by yet
    for is_done in (False, True):
        first = admin.post(address, follow=True)
        page = admin.post(address, follow=True)
        assert "These files are imported already" in page.content.decode()
        assert page.redirect_chain == first.redirect_chain
        assert ImportRun.objects.count() == 2, is_done
        run_due()


def test_a_zip_brings_its_folders(admin):
    upload(admin, zipped({"a/index.md": b"# A\n", "a/b.md": b"# B\n", "c.exe": b"MZ"}))
    assert ImportRun.objects.get().lines == ["+ a: A", "+ a/b: B"]


@pytest.mark.parametrize("name", ["../out.md", "/abs.md", "a/../../out.md", "C:\\out.md"])
def test_an_entry_that_leads_outside_is_refused_and_the_others_come_in(admin, tmp_path, name):
    upload(admin, zipped({name: b"# Out\n", "good.md": b"# Good\n"}))
    run = ImportRun.objects.get()
    assert [n["message"] for n in run.notes if n["level"] == "refused"] == ["leads outside the zip"]
    assert run.lines == ["+ good: Good"]
    assert [p.name for p in tmp_path.rglob("out.md")] == []


def test_a_link_in_a_zip_is_refused(admin):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        entry = zipfile.ZipInfo("link.md")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    upload(admin, SimpleUploadedFile("notes.zip", data.getvalue()))
    assert ImportRun.objects.get().notes[0]["message"] == "is a link"


def test_a_zip_bomb_is_refused(admin):
    upload(admin, zipped({"bomb.md": b"a" * 50_000_000, "good.md": b"# Good\n"}))
    run = ImportRun.objects.get()
    assert "suspicious compression ratio" in run.notes[0]["message"]
    assert run.lines == ["+ good: Good"]


def test_a_zip_that_unpacks_to_too_much_is_refused_as_a_whole(admin, monkeypatch, tmp_path):
    monkeypatch.setattr(uploads, "MAX_UNPACKED", 100)
    page = upload(admin, zipped({"a.md": b"a" * 80, "b.md": b"b" * 80}))
    assert "unpacks to more than" in page.content.decode()
    assert ImportRun.objects.count() == 0
    assert list((tmp_path / "uploads").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("notes.zip", b"not a zip", "zip cannot be read"),
        ("virus.exe", b"MZ", "Upload a .md"),
        ("empty.md", b"", "empty"),
    ],
)
def test_a_wrong_file_is_named_in_the_form(admin, name, data, reason):
    page = upload(admin, SimpleUploadedFile(name, data))
    assert reason in page.content.decode()
    assert ImportRun.objects.count() == 0


def test_a_failed_run_says_why(admin):
    page = upload(admin, SimpleUploadedFile("pools.md", b"# Pools\n"), under="no/such")
    assert "There is no such topic" in page.content.decode()


def test_who_may_not_import_cannot_upload(client, db):
    client.force_login(User.objects.create_user("other", is_staff=True))
    assert client.get(reverse(ADD)).status_code == 403
