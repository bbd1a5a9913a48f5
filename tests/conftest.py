import shutil

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def chromium() -> str | None:
    """The browser on PATH; None stands for Playwright's own. `scripts/browser` sees to one."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)
