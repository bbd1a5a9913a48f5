"""What all tests share: their markers, by folder, and the browser."""

import subprocess
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from hypothesis import settings

TESTS = Path(__file__).parent
MARKERS = {
    "browser": ["browser"],
    "content": ["content"],
    "slow": [
        "importing/test_hostile_texts.py",
        "importing/test_kill.py",
        "importing/test_properties.py",
        "search/test_golden.py",
        "start",
        "upgrades",
    ],
}
# Their tests share what takes long to set up, so one process runs them all.
KEPT_TOGETHER = ["browser", "content", "upgrades"]

settings.register_profile("long", max_examples=1000)  # make test-long


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for marker, places in MARKERS.items():
            if any(item.path.is_relative_to(TESTS / place) for place in places):
                item.add_marker(marker)
        for folder in KEPT_TOGETHER:
            if item.path.is_relative_to(TESTS / folder):
                item.add_marker(pytest.mark.xdist_group(folder))


@pytest.fixture(scope="session")
def chromium_path() -> str | None:
    """A browser that starts, installed if need be; None stands for Playwright's own."""
    script = TESTS.parent / "scripts" / "browser"
    done = subprocess.run([script], check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip() or None


@pytest.fixture(scope="session", autouse=True)
def one_parser_pool() -> Iterator[None]:
    """One pool of parsers for all imports of a session: it takes longer to start than to use."""
    from importer import root

    with root.ParserPool() as pool, pytest.MonkeyPatch.context() as patch:
        patch.setattr(root, "ParserPool", lambda: nullcontext(pool))
        yield
