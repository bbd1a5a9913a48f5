"""Files of documents that readers may not see are for curators alone, whatever leads to them."""

import io
import re

import pytest
from PIL import Image

from topics.models import Asset, Section, Topic


def picture(color: str, width: int = 10) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((width, 40), 90).convert("RGB").save(out, "PNG")
    return out.getvalue() if color == "noise" else _plain(color)


def _plain(color: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (10, 10), color).save(out, "PNG")
    return out.getvalue()


HIDDEN = [
    "---\ndraft: true\n---\n",
    "---\npublished: false\n---\n",
    "---\nstatus: draft\n---\n",
    "---\npublishDate: 2999-01-01\n---\n",
]
SHOWN = "# Text\n\n![p](p.png) [f](f.pdf) ![[w.png]] ![large](large.png)\n"
FILES = {
    "p.png": picture("red"),
    "w.png": picture("blue"),
    "f.pdf": b"%PDF-1.4",
    "large.png": picture("noise", 2000),
}


def statuses(client) -> dict[str, int]:
    """What a reader is answered for each stored file, a smaller copy among them."""
    urls = {}
    for asset in Asset.objects.all():
        name = asset.path.partition(":")[2] or asset.path
        urls[f"copy of {asset.copy_of}" if asset.copy_of else name] = f"/assets/{asset.digest}/x"
    return {name: client.get(url).status_code for name, url in sorted(urls.items())}


@pytest.mark.parametrize("front", HIDDEN)
def test_files_of_a_draft_are_not_served_until_it_is_published(bring, client, admin_client, front):
    bring({**FILES, "a.md": front + SHOWN})
    assert len(statuses(client)) == 5
    assert set(statuses(client).values()) == {404}
    assert set(statuses(admin_client).values()) == {200}
    bring({"a.md": SHOWN})
    assert set(statuses(client).values()) == {200}


def test_files_become_private_with_their_last_document(bring, client):
    bring({**FILES, "a.md": SHOWN, "b.md": "# B\n\n![p](p.png)\n"})
    Topic.objects.filter(path="a").update(status="draft")
    found = statuses(client)
    assert [name for name, status in found.items() if status == 200] == ["p.png"]
    Topic.objects.filter(path="b").update(status="draft")
    assert set(statuses(client).values()) == {404}


def test_what_shows_a_draft_in_itself_shows_nothing_of_it(bring, client):
    part = "# Part\n\nWord of the draft.\n\n![p](p.png)\n"
    bring({**FILES, "a.md": "# A\n\n![[Part]]\n", "part.md": f"{HIDDEN[0]}{part}"})
    assert "Word of the draft" not in Section.objects.get(topic__path="a").html
    assert set(statuses(client).values()) == {404}
    bring({"part.md": part})
    html = Section.objects.get(topic__path="a").html
    [url] = re.findall(r'<img src="([^"]+)"', html)
    assert client.get(url).status_code == 200
    bring({"part.md": f"{HIDDEN[0]}{part}"})
    assert "Word of the draft" not in Section.objects.get(topic__path="a").html
    assert client.get(url).status_code == 404


def test_a_removed_document_takes_its_files_with_it(bring, client):
    bring({**FILES, "a.md": SHOWN, "b.md": "# B\n"})
    bring({"a.md": None}, prune=True)
    assert set(statuses(client).values()) == {404}
