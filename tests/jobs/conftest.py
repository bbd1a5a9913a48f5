from collections.abc import Iterator

import pytest

from tests.jobs import samples


@pytest.fixture(autouse=True)
def sample_tasks() -> Iterator[None]:
    """The tasks of `samples`, for the time of a test."""
    samples.register()
    yield
    samples.unregister()
