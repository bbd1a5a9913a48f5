"""A folder for an embedded server, and sites that end with their test."""

import signal

import pytest

from tests.start.processes import wait_for_stop
from tests.start.sites import Site


@pytest.fixture
def start(state):
    """Starts sites, and sees to it that none outlives its test."""
    sites = []

    def start(app: str, **changes: str) -> Site:
        sites.append(Site(app, **changes))
        return sites[-1]

    yield start
    for site in sites:
        if site.process.poll() is None:
            site.stop(signal.SIGKILL)


@pytest.fixture
def state(tmp_path):
    """Where an embedded server may be; it has to have stopped when the test is over."""
    state = tmp_path / "var"
    yield state
    wait_for_stop(state)
