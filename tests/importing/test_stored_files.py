"""Pictures and other files: what is stored of them, how they are served and shown."""

import io
import struct

import pytest
from PIL import Image

from importer.export import export_to
from importer.pictures import prepare
from topics.models import Asset, Link, Section


def picture(form: str, size: tuple[int, int] = (40, 20), orientation: int = 1, **options) -> bytes:
    image = Image.new("RGB", size, (200, 30, 30))
    image.putpixel((0, 0), (0, 0, 255))
    exif = Image.Exif()
    exif[0x010F] = "SECRET-CAMERA"
    exif[0x0112] = orientation
    out = io.BytesIO()
    image.save(out, form, exif=exif, **options)
    return out.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_what_a_camera_wrote_is_gone_and_the_picture_looks_the_same(form, orientation):
    data = picture(form, orientation=orientation)
    assert b"SECRET" in data
    suffix = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}[form]
    found = prepare(data, suffix)
    assert b"SECRET" not in found.data
    before, after = Image.open(io.BytesIO(data)), Image.open(io.BytesIO(found.data))
    assert after.tobytes() == before.tobytes()
    assert after.getexif().get(0x0112, 1) == orientation
    shown = (20, 40) if orientation >= 5 else (40, 20)
    assert (found.width, found.height) == shown


@pytest.mark.parametrize("cut", [0, 1, 4, 10, 20, 40, 100, -1])
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_broken_picture_stays_as_it_came(form, cut):
    image = Image.new("RGB", (9, 9))
    out = io.BytesIO()
    image.save(out, form)
    data = out.getvalue()[:cut]
    suffix = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "GIF": ".gif"}[form]
    assert len(prepare(data, suffix).data) <= len(data)


def test_a_picture_of_too_many_pixels_is_not_opened_for_a_copy():
    ihdr = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + ihdr + b"\0\0\0\0"
    assert prepare(data, ".png").copy == b""


def test_sizes_are_set_so_that_nothing_moves(bring):
    text = (
        '# A\n\n![x](p.png)\n\n<img src="p.png" width="10">\n\n'
        '<img src="p.png" width="9" height="9">\n'
    )
    bring({"a.md": text, "p.png": picture("PNG")})
    html = Section.objects.get().html
    assert 'width="40" height="20"' in html
    assert 'width="10" height="5"' in html
    assert 'width="9" height="9"' in html


def test_a_large_picture_has_a_smaller_copy(bring, client, tmp_path):
    noise = Image.effect_noise((1600, 400), 60)
    out = io.BytesIO()
    noise.save(out, "PNG")
    bring({"a.md": "# A\n\n![x](p.png)\n", "p.png": out.getvalue()})
    html = Section.objects.get().html
    small = Asset.objects.exclude(copy_of="").get()
    assert f"/assets/{small.digest}/p.png 800w" in html and "1600w" in html
    answer = client.get(f"/assets/{small.digest}/p.png")
    assert Image.open(io.BytesIO(answer.content)).size == (800, 200)
    export_to(tmp_path / "out")
    assert sorted(p.name for p in (tmp_path / "out/notes").iterdir()) == ["a.md", "p.png"]
    bring({"p.png": picture("PNG")})
    assert not Asset.objects.exclude(copy_of="").exists()
    assert "srcset" not in Section.objects.get().html


def test_the_address_of_a_stored_picture_stays_when_its_notes_go(bring):
    data = picture("JPEG")
    bring({"a.md": "# A\n\n![x](p.jpg)\n", "p.jpg": data})
    digest = Asset.objects.get().digest
    Asset.objects.update(data=data, width=None)  # as an earlier version stored it
    bring()
    asset = Asset.objects.get()
    assert asset.digest == digest and b"SECRET" not in bytes(asset.data) and asset.width == 40


FILES = {
    "plan.pdf": "application/octet-stream",
    "rows.csv": "application/octet-stream",
    "all.zip": "application/octet-stream",
    "page.html": "application/octet-stream",
    "film.mp4": "application/octet-stream",
    'Größe "1".pdf': "application/octet-stream",
}


@pytest.mark.parametrize(("name", "content_type"), FILES.items())
def test_a_linked_file_is_a_download_that_no_browser_opens(bring, client, name, content_type):
    bring(
        {
            "a.md": f"# A\n\n[the file](<files/{name}>)\n",
            f"files/{name}": b"<script>alert(1)</script>",
        }
    )
    link = Link.objects.get()
    assert link.kind == "file"
    url = Section.objects.get().html.partition('href="')[2].partition('"')[0]
    answer = client.get(url)
    assert answer.status_code == 200 and answer.content == b"<script>alert(1)</script>"
    assert answer["Content-Type"] == content_type
    assert answer["Content-Disposition"].startswith("attachment; filename")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_a_file_that_is_too_large_or_outside_is_named_and_stays_out(bring, folder, monkeypatch):
    monkeypatch.setattr("importer.assets.MAX_FILE", 100)
    (folder / "out.pdf").symlink_to("/etc/passwd")
    report = bring({"a.md": "# A\n\n[x](big.pdf) [y](out.pdf)\n", "big.pdf": b"x" * 101})
    messages = sorted(note.message for note in report.notes if note.level == "warning")
    assert messages == ["file big.pdf is larger than 0 MB", "file out.pdf leads outside"]
    assert not Asset.objects.exists()
    assert set(Link.objects.values_list("kind", flat=True)) == {"broken"}


MISSING = [
    "no.png",
    "no.bmp",
    "no",
    "film.mp4",
    "x.drawio",
    "../../up.png",
    "/search/?q=a",
    "http://[bad/a.png",
]


@pytest.mark.parametrize("source", MISSING)
def test_a_picture_that_is_not_there_asks_for_nothing(bring, source):
    bring({"a.md": f"# A\n\n![the text](<{source}>)\n"})
    html = Section.objects.get().html
    assert "src=" not in html and "the text" in html


def test_a_picture_of_a_kind_that_browsers_do_not_show_is_a_download(bring):
    bring({"a.md": "# A\n\n![plan](p.drawio)\n", "p.drawio": b"<mxfile/>"})
    assert "<img" not in Section.objects.get().html
    assert '<a href="/assets/' in Section.objects.get().html


def test_a_picture_in_a_link_is_its_text(bring):
    bring({"a.md": "# A\n\n[![build](https://ci.example/b.svg)](https://ci.example/)\n"})
    assert Section.objects.get().html == '<p><a href="https://ci.example/">build</a></p>'


def test_what_pictures_say_of_themselves_stays_text(bring):
    bring({"a.md": '# A\n\n![<b>"x"</b>](https://e.org/"a.png "t\\"><script>")\n'})
    html = Section.objects.get().html
    assert "<script>" not in html and "<b>" not in html


def test_pictures_of_hosts_that_the_owner_names_are_shown(bring, settings):
    settings.REMOTE_PICTURES, settings.PICTURE_HOSTS = "show", ["e.org", "*.cdn.org"]
    shown = ["https://e.org/a.png", "https://x.cdn.org/a.png"]
    linked = [
        "http://e.org/a.png",
        "https://e.org.evil.org/a.png",
        "https://e.org:8443/a.png",
        "https://u@e.org/a.png",
        "https://cdn.org.evil/a.png",
        "//e.org/a.png",
    ]
    bring({"a.md": "# A\n\n" + "\n\n".join(f"![x]({url})" for url in shown + linked)})
    html = Section.objects.get().html
    assert html.count("<img") == len(shown)
    assert all(f'<img src="{url}"' in html for url in shown)
