"""Pages of Django admin that are ours speak the curator's language."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from curating.admin.runs import COUNTS
from importer.models import ImportRun
from tests.admin.pages import words
from topics.models import Link, Section

GERMAN = {"Accept-Language": "de"}


@pytest.fixture
def settled(sizes):
    Section.objects.filter(pk=sizes.pk).update(conflict_markdown="Theirs.")
    return sizes


def test_an_upload_and_what_a_run_did(admin, db):
    page = words(admin.get(reverse("admin:importer_importrun_add"), headers=GERMAN))
    for said in ("Die Dateien werden zuerst geprüft", "Quelle", "Entfernen, was fehlt"):
        assert said in page
    assert "The files" not in page and "Source" not in page
    note = {"level": "refused", "path": "a.md", "line": 3, "message": "x"}
    run = ImportRun.objects.create(source="notes", status="done", dry_run=True, notes=[note])
    page = words(
        admin.get(reverse("admin:importer_importrun_change", args=[run.pk]), headers=GERMAN)
    )
    for said in ("Import von notes", "Es war eine Probe", "Hinweise", "Datei Zeile Grund"):
        assert said in page, page
    assert "dry run" not in page


def test_what_a_run_counted_is_said_in_words(admin, db):
    counts = {"topics added": 1, "sections added": 2, "conflicts": 0}
    run = ImportRun.objects.create(source="notes", status="done", counts=counts)
    address = reverse("admin:importer_importrun_change", args=[run.pk])
    assert "2 Abschnitte hinzugefügt, 1 Thema hinzugefügt" in words(
        admin.get(address, headers=GERMAN)
    )
    assert "2 sections added, 1 topic added" in words(admin.get(address))


def test_all_that_a_run_counts_has_words() -> None:
    texts = [file.read_text() for file in Path(settings.BASE_DIR, "importer").rglob("*.py")]
    counted = {name for text in texts for name in re.findall(r'counts\["([^"]+)"', text)}
    counted |= {"files stored"}  # beside images
    assert counted == set(COUNTS)


def test_a_conflict_and_its_preview(admin, settled):
    change = reverse("admin:topics_section_change", args=[settled.pk])
    page = words(admin.get(change, headers=GERMAN))
    for said in (
        "Im Konflikt mit der Datei", "Beide Seiten", "Wie Lesende es sehen", "In der Datei",
        "Damit ist der Konflikt mit der Datei gelöst", "Öffnen", "Verlauf",
    ):  # fmt: skip
        assert said in page, said
    assert "Vorschau, ohne zu speichern" in admin.get(change, headers=GERMAN).content.decode()
    typed = {"title": settled.title, "markdown": "Twelve.", "_preview": "1"}
    page = words(admin.post(change, typed, headers=GERMAN))
    assert "So würden es Lesende sehen" in page and "Vorschau von" in page


def test_lists_of_topics_and_sections(admin, settled):
    for name, said in (
        ("section", ["Im Konflikt mit der Datei", "Zustand", "Markierungen", "auf der Website"]),
        ("topic", ["Abschnitte", "Markierungen", "auf der Website"]),
    ):
        page = words(admin.get(reverse(f"admin:topics_{name}_changelist"), headers=GERMAN))
        for one in said:
            assert one.lower() in page.lower(), one


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("index", ["Importe", "Aufträge", "Suchprotokolle", "Synonyme", "Abschnitte", "Themen"]),
        ("topics_topic_changelist", ["Thema zur Änderung auswählen", "Titel Pfad Art Stufe"]),
        ("topics_section_changelist", ["Abschnitt zur Änderung auswählen", "Thema Wörter"]),
        ("topics_link_changelist", ["Link zum Ansehen auswählen", "Adresse Art Abschnitt Thema"]),
        ("jobs_job_changelist", ["Auftrag zum Ansehen auswählen", "Nach zustand"]),
        ("importer_importrun_changelist", ["Import zum Ansehen auswählen", "Nach probe"]),
        ("search_synonym_changelist", ["Synonym zum Ansehen auswählen"]),
        ("search_searchlog_changelist", ["Suchprotokoll zum Ansehen auswählen"]),
    ],
)  # fmt: skip
def test_what_the_admin_lists_is_named_in_german(admin_client, settled, address, said):
    section = settled
    Link.objects.create(section=section, position=9, href="x.md", text="x", kind="broken")
    page = words(admin_client.get(reverse(f"admin:{address}"), headers=GERMAN))
    for one in said:
        assert one.lower() in page.lower(), page
