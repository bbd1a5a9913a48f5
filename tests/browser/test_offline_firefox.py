"""What is kept offline, in Firefox. Where it is not installed, nothing is asked."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import PASSWORD
from tests.browser.firefox import FIREFOX, Firefox
from tests.browser.keeping import TOPIC, Manage, bring, counts

SIGN_UP = """() => {
  const form = document.querySelector("main form:has([name=password1])");
  if (!form) return false;
  form.querySelector("[name=username]").value = "NAME";
  for (const name of ["password1", "password2"]) {
    form.querySelector(`[name=${name}]`).value = "PASS";
  }
  form.querySelector("button[type=submit]").click();
  return true;
}"""
IS_HERE = "() => document.querySelector(`{}`) !== null"
PRESS = "() => {{ const it = document.querySelector(`{}`); it?.click(); return Boolean(it); }}"
SAYS = "() => document.querySelector(`{}`)?.textContent.includes(`{}`)"
STORED = """async () => {
  const workers = await navigator.serviceWorker.getRegistrations();
  const left = [...(await caches.keys()), ...(await indexedDB.databases()), ...workers];
  return left.length === 0;
}"""
READ = "form[data-read] button"


@pytest.fixture
def offline(firefox: Firefox) -> Iterator[None]:
    """Whatever a test does, the next one has a network."""
    yield
    firefox.go_offline(is_offline=False)


def sign_up(firefox: Firefox, site: str, name: str) -> None:
    firefox.call("WebDriver:DeleteAllCookies")
    firefox.open(f"{site}/accounts/signup/")
    firefox.until(SIGN_UP.replace("NAME", name).replace("PASS", PASSWORD))
    firefox.until(IS_HERE.format(".site-nav form[action*=logout]"))


def keep(firefox: Firefox, address: str) -> None:
    firefox.open(address)
    firefox.until(PRESS.format(".keep button"))
    firefox.until(SAYS.format(".keep", "Kept: you can read this"))


if FIREFOX:

    def test_a_kept_topic_is_read_searched_and_marked_in_firefox(
        firefox: Firefox, site: str, kept: Path, manage: Manage, name: str, offline: None
    ) -> None:
        sign_up(firefox, site, name)
        keep(firefox, site + TOPIC)
        firefox.go_offline(is_offline=True)
        firefox.open(f"{site}{TOPIC}queues/")
        firefox.until(SAYS.format(".kept-bar", "You are offline"))
        firefox.until(SAYS.format("article.prose", "A queue holds work."))
        firefox.until(PRESS.format(READ))
        firefox.until(IS_HERE.format(f"{READ}[aria-pressed=true]"))
        firefox.open(f"{site}/search/?q=worker")
        firefox.until(SAYS.format(".results .result", "worker"))
        assert counts(manage, name)["readings"] == 0
        firefox.go_offline(is_offline=False)
        firefox.open(f"{site}/learn/offline/")
        firefox.until("() => !document.body.textContent.includes('wait to be sent')")
        firefox.until(IS_HERE.format(".kept-row"))
        assert counts(manage, name)["readings"] == 1

    def test_a_withdrawn_page_and_the_log_out_take_away_what_is_kept_in_firefox(
        firefox: Firefox, site: str, kept: Path, manage: Manage, name: str, offline: None
    ) -> None:
        sign_up(firefox, site, name)
        keep(firefox, site + TOPIC)
        (kept / "kept" / "locks.md").unlink()
        bring(manage, kept)
        firefox.open(f"{site}/learn/offline/")
        firefox.until(SAYS.format(".kept-row", "Pages: 2"))
        firefox.go_offline(is_offline=True)
        firefox.open(f"{site}{TOPIC}locks/")
        firefox.until(SAYS.format(".kept-bar", "this page is not kept here"))
        firefox.go_offline(is_offline=False)
        firefox.open(f"{site}/learn/")
        firefox.until(PRESS.format(".site-nav form[action*=logout] button"))
        firefox.until(IS_HERE.format("a[href*='/accounts/login/']"))
        firefox.until(STORED)
