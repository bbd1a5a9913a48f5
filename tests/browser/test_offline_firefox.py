"""A kept topic in Firefox: read, searched and marked without a network, and all of it arrives."""

from pathlib import Path

from tests.browser.conftest import PASSWORD
from tests.browser.firefox import FIREFOX, Firefox
from tests.browser.keeping import TOPIC, Manage, counts

SIGN_UP = """() => {
  const form = document.querySelector('main form:has([name=password1])');
  if (!form) return false;
  form.querySelector('[name=username]').value = NAME;
  for (const name of ['password1', 'password2']) form.querySelector(`[name=${name}]`).value = PASS;
  form.querySelector('button[type=submit]').click();
  return true;
}"""
PRESS = "() => { const it = document.querySelector(%s); it?.click(); return Boolean(it); }"
SAYS = "() => document.querySelector('%s')?.textContent.includes('%s')"

if FIREFOX:

    def test_a_kept_topic_is_read_searched_and_marked_in_firefox(
        firefox: Firefox, site: str, kept: Path, manage: Manage, name: str
    ) -> None:
        firefox.open(f"{site}/accounts/signup/")
        filled = SIGN_UP.replace("NAME", repr(name)).replace("PASS", repr(PASSWORD))
        firefox.until(filled)
        firefox.until("() => document.querySelector('.site-nav form[action*=logout]') !== null")
        firefox.open(site + TOPIC)
        firefox.until(PRESS % "\x27.keep button\x27")
        firefox.until(SAYS % (".keep", "Kept: you can read this"))
        firefox.go_offline(is_offline=True)
        try:
            firefox.open(f"{site}{TOPIC}queues/")
            firefox.until(SAYS % (".kept-bar", "You are offline"))
            firefox.until(SAYS % ("article.prose", "A queue holds work."))
            firefox.until(PRESS % "\x27form[data-read] button\x27")
            pressed = "form[data-read] button[aria-pressed=true]"
            firefox.until(f"() => document.querySelector('{pressed}') !== null")
            firefox.open(f"{site}/search/?q=worker")
            firefox.until(SAYS % (".results .result", "worker"))
            assert counts(manage, name)["readings"] == 0
        finally:
            firefox.go_offline(is_offline=False)
        firefox.open(f"{site}/learn/offline/")
        firefox.until("() => !document.body.textContent.includes('wait to be sent')")
        firefox.until("() => document.querySelector('.kept-row') !== null")
        assert counts(manage, name)["readings"] == 1
