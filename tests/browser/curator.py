"""A curator at her browser: with a mouse, by keys alone, or without scripts; and what she finds."""

import json
import re
from textwrap import dedent
from typing import Any
from uuid import uuid4

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.keeping import Manage

MOST_TABS = 500
PEOPLE = """
from django.contrib.auth.models import Group, User
from django.test import Client

def browser(name):
    user, is_new = User.objects.get_or_create(username=name, defaults={"is_staff": True})
    user.groups.add(Group.objects.get(name="curator"))
    client = Client()
    client.force_login(user)
    return {key: morsel.value for key, morsel in client.cookies.items()}
"""


class Mouse:
    """Clicks, and counts: links, buttons, boxes, and the fields that are typed into."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0

    def press(self, place: Locator) -> None:
        place.click()
        self.clicks += 1

    def tick(self, place: Locator) -> None:
        self.press(place)

    def write(self, place: Locator, text: str) -> None:
        """Into a field, over what it holds."""
        self.press(place)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def choose(self, place: Locator, files: list[Any]) -> None:
        with self.page.expect_file_chooser() as chooser:
            self.press(place)
        chooser.value.set_files(files)


class Keys(Mouse):
    """Tab, Enter and Space alone; what is pressed counts, the way there does not."""

    def press(self, place: Locator) -> None:
        self._go_to(place)
        self.page.keyboard.press("Enter")
        self.clicks += 1

    def tick(self, place: Locator) -> None:
        self._go_to(place)
        self.page.keyboard.press("Space")
        self.clicks += 1

    def write(self, place: Locator, text: str) -> None:
        self._go_to(place)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def _go_to(self, place: Locator) -> None:
        expect(place).to_be_visible()
        for _ in range(MOST_TABS):
            if place.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no Tab leads to {place}")


HANDS: dict[str, type[Mouse]] = {"mouse": Mouse, "keys": Keys, "no script": Mouse}


class Curator:
    """A curator whose browser is open, and a library of her own in which something happened.

    `run` runs Python beside the site. In what it runs, `bring(files)` imports files by name as the
    source of this curator; `section(title)` gives a section of it, and `result` is handed back.
    """

    def __init__(self, new_page: NewPage, manage: Manage, site: str, way: str) -> None:
        self.manage = manage
        self.name = f"curator-{uuid4().hex[:10]}"
        self.source = f"source-{uuid4().hex[:10]}"
        told = self.run(f"result = browser({self.name!r})", PEOPLE)
        self.page = new_page(java_script_enabled=way != "no script")
        self.page.context.add_cookies(
            [{"name": name, "value": value, "url": site} for name, value in told.items()]
        )
        self.hand = HANDS[way](self.page)

    def run(self, code: str, before: str = "") -> Any:
        return run(self.manage, f"{before}\n{LIBRARY.format(source=self.source)}\n{dedent(code)}")

    def leave(self) -> None:
        """Take her library away, but for one topic."""
        self.run('bring({"left.md": "# Left\\n"}, prune=True)')

    def arrive(self) -> None:
        """Where a curator arrives when she logs in; clicks are counted from here on."""
        self.page.goto("/curating/")
        self.hand.clicks = 0

    def waits(self, title: str) -> Locator:
        """An entry of what waits for her."""
        return self.page.locator("#kb\\:waits ~ .boxes a", has_text=title).first

    def sees_in_the_log(self, action: str, *, has_change: bool = True) -> None:
        """Who did it, what it was, and where it leads."""
        self.page.goto("/curating/")
        self.hand.press(self.page.locator("nav.pages").get_by_role("link", name="Log", exact=True))
        row = self.page.locator("tbody tr", has_text=self.name).filter(has_text=action).first
        expect(row).to_be_visible()
        if has_change:
            self.hand.press(row.get_by_role("link").first)
            expect(self.page).to_have_url(re.compile(r"/curating/changes/\d+/$"))
            expect(self.page.locator("main")).to_contain_text(self.name)


LIBRARY = """
import tempfile
from pathlib import Path
from importer.run import import_paths
from topics.models import Section

result = None

def bring(files, **options):
    with tempfile.TemporaryDirectory() as place:
        for name, text in files.items():
            (Path(place) / name).write_text(text)
        import_paths([place], source="{source}", **options)

def section(title):
    rows = Section.objects.select_related("topic").filter(topic__source="{source}", title=title)
    return rows.get(removed_at=None)
"""


def run(manage: Manage, code: str) -> Any:
    """Run Python beside the running site; gives what it left in `result`."""
    said = manage("shell", "-v", "0", "-c", f"{code}\nimport json\nprint(json.dumps(result))")
    return json.loads(said.splitlines()[-1])
