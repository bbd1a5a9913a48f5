"""Firefox has nothing to say of any kind of page. Where it is not installed, nothing is asked."""

import pytest

from tests.browser.firefox import FIREFOX, Firefox
from tests.browser.test_everybody import PAGES

PARTS = "/topics/parts/"
ADDRESSES = [*dict.fromkeys(PAGES.values()), PARTS, "/topics/handbook/cookies/"]
READ = """
dispatchEvent(new PointerEvent('pointermove'));
setTimeout(arguments[arguments.length - 1], 500);
"""


if FIREFOX:

    @pytest.mark.parametrize("address", ADDRESSES)
    def test_firefox_has_no_complaint(firefox: Firefox, site: str, address: str) -> None:
        firefox.complaints(site)
        firefox.call("WebDriver:Navigate", url=site + address)
        firefox.script(READ)
        assert firefox.complaints(site) == []
