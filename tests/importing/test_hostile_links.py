"""Links and images that lead outside, and images that cannot be copied."""

import pytest

from topics.models import Asset, Link, Section, Topic

from .command import GOOD, answers

TRAVERSALS = [
    "../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/passwd.md",
    "..\\\\..\\\\x.md",
    "a%00b.md",
    "good.md#a%00b",
]


def test_a_link_that_leads_above_the_root_is_broken(import_content, client):
    text = "# T\n\n" + "\n\n".join(f"[x]({href})" for href in TRAVERSALS)
    import_content({"t.md": text, "good.md": GOOD})
    assert {link.kind for link in Link.objects.all()} == {"broken"}
    assert {link.wanted for link in Link.objects.all()} == {""}
    assert answers(client, Topic.objects.get(title="T")) == {200}


IMAGES = {
    "above the root": ("../../etc/x.png", []),
    "a link outside": ("out.png", ["image out.png leads outside"]),
    "a folder": ("folder.png", ["image folder.png does not exist"]),
    "missing": ("no.png", ["image no.png does not exist"]),
    "a loop": ("loop.png", ["image loop.png does not exist"]),
    "a name of 300 letters": (
        "a" * 300 + ".png",
        [f"image {'a' * 200} cannot be read: File name too long"],
    ),
    "too large": ("big.png", ["image big.png is larger than 5 MB"]),
}


@pytest.mark.parametrize(("href", "problems"), IMAGES.values(), ids=IMAGES.keys())
def test_an_image_that_cannot_be_copied_is_named(folder, bring, client, href, problems):
    (folder / "out.png").symlink_to("/etc/passwd")
    (folder / "loop.png").symlink_to("loop.png")
    (folder / "folder.png").mkdir()
    (folder / "big.png").write_bytes(b"\0" * 5_000_001)
    report = bring({"a.md": f"# A\n\n![picture]({href})\n"})
    assert [note.message for note in report.notes] == problems
    assert not Asset.objects.exists()
    assert Link.objects.get().kind == "broken"
    assert answers(client, Topic.objects.get()) == {200}


def test_an_image_that_changes_or_comes_later_is_shown_though_its_document_stays(bring, folder):
    bring({"a.md": "# A\n\n![picture](p.png)\n"})
    assert Link.objects.get().kind == "broken"
    bring({"p.png": b"first"})
    assert Link.objects.get().kind == "image"
    first = Asset.objects.get().digest
    assert first in Section.objects.get().html
    report = bring({"p.png": b"second"})
    assert report.counts == {"files unchanged": 1, "images stored": 1}
    assert Asset.objects.get().digest in Section.objects.get().html
    assert first not in Section.objects.get().html
