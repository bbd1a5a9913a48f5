"""The parts of the style guide keep their sizes: who changes one on purpose records them again.

KB_WRITE_BOXES=1 .venv/bin/python -m pytest -n0 tests/browser/test_styleguide.py
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import NewPage
from tests.browser.test_everybody import LAYOUT, violations
from tests.start.processes import ROOT

BOXES = Path(__file__).parent / "styleguide_boxes.json"
WIDTHS = (390, 820, 1280)
MEASURE = """async () => {
  await document.fonts.ready;
  const boxes = {};
  for (const part of document.querySelectorAll('[data-sheet=light] [data-part]')) {
    const box = part.getBoundingClientRect();
    boxes[part.dataset.part] = [box.left, box.width, box.height].map(Math.round);
  }
  return boxes;
}"""


SAY = (
    "import django; django.setup(); from django.test import Client;"
    "print(Client().get('/styleguide/', headers={'Host': '127.0.0.1'}).content.decode())"
)


@pytest.fixture(scope="module")
def guide(site: str, site_settings: dict[str, str]) -> str:
    """The page as the site would show it in debug."""
    more = {"KB_DEBUG": "1", "DJANGO_SETTINGS_MODULE": "kb.settings"}
    command = [sys.executable, "-c", SAY]
    said = subprocess.run(
        command, cwd=ROOT, env=site_settings | more, check=True, capture_output=True, text=True
    )
    return said.stdout.partition("<!doctype")[1] + said.stdout.partition("<!doctype")[2]


def open_guide(page: Page, guide: str) -> None:
    page.route("**/styleguide/", lambda route: route.fulfill(body=guide, content_type="text/html"))
    page.goto("/styleguide/")
    page.evaluate("document.fonts.ready")  # now the letters are there in time
    page.goto("/styleguide/")


def test_named_parts_keep_their_boxes(page: Page, guide: str) -> None:
    open_guide(page, guide)
    found = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found[str(width)] = page.evaluate(MEASURE)
        assert page.evaluate(LAYOUT) == [], width
    if os.environ.get("KB_WRITE_BOXES"):
        BOXES.write_text(json.dumps(found, indent=1) + "\n")
    held = json.loads(BOXES.read_text())
    moved = {
        (width, name): (held[width].get(name), box)
        for width, boxes in found.items()
        for name, box in boxes.items()
        if any(abs(a - b) > 2 for a, b in zip(held[width].get(name, [0, 0, 0]), box, strict=True))
    }
    assert moved == {}
    assert {width: set(boxes) for width, boxes in held.items()} == {
        width: set(boxes) for width, boxes in found.items()
    }


def test_axe_finds_no_violation_in_the_guide(new_page: NewPage, guide: str) -> None:
    page = new_page(bypass_csp=True)
    open_guide(page, guide)
    assert violations(page) == []
