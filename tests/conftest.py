"""What all tests share: their markers, by folder, imports, people, and the browser."""

import gc
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext
from functools import cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from _pytest.mark.expression import Expression
from django.contrib.auth.models import User
from django.test import Client
from django.utils import translation
from hypothesis import settings

from importer import root
from importer.run import Report
from tests.beginnings import Begun, Bring, beginning, beginnings_of
from tests.database import test_database
from tests.factories import make_user
from tests.shelf import fill_shelf
from topics.models import Section

TESTS = Path(__file__).parent
# Slow ones that need no process of their own, and so run on every Python and PostgreSQL: generated
# and hostile inputs, walks through all pages, and files whose tests take a tenth of a second each
# and more. Of other files single tests are, by their mark.
THOROUGH = [
    "admin/test_admin_language.py",
    "admin/test_at_once.py",
    "admin/test_history.py",
    "admin/test_imports_meanwhile.py",
    "admin/test_links.py",
    "admin/test_much.py",
    "admin/test_writing.py",
    "documents/test_generated.py",
    "importing/test_address_links.py",
    "importing/test_failing_database.py",
    "importing/test_hostile_uploads.py",
    "importing/test_included_files.py",
    "importing/test_missing.py",
    "importing/test_private_files.py",
    "importing/test_purging.py",
    "importing/test_section_moves.py",
    "importing/test_undoing.py",
    "importing/test_written_topics.py",
    "jobs/test_generated_moments.py",
    "learning/test_anki.py",
    "learning/test_backlog.py",
    "learning/test_brought.py",
    "learning/test_foreign.py",
    "learning/test_foreign_notes.py",
    "learning/test_generated_edits.py",
    "learning/test_histories.py",
    "learning/test_log_in_limits.py",
    "learning/test_notes.py",
    "learning/test_second_factor.py",
    "learning/test_takeaway.py",
    "learning/test_two_devices.py",
    "learning/test_withdrawn.py",
    "pages/test_changes_of_a_text.py",
    "rights/test_controls.py",
    "rights/test_leaks.py",
    "rights/test_made_private.py",
    "rights/test_mentions.py",
    "rights/test_private_topics.py",
    "rights/test_rights.py",
    "rights/test_told.py",
    "rights/test_ways.py",
]
MARKERS = {
    "browser": ["browser"],
    "content": ["content"],
    "deploy": ["deploy"],
    "slow": [
        "backups",
        "deploy",
        "documents/test_limits.py",
        "documents/test_pool.py",
        "importing/test_hostile_texts.py",
        "importing/test_kill.py",
        "importing/test_properties.py",
        "jobs/test_worker.py",
        "search/test_golden.py",
        "search/test_reported.py",
        "start",
        "upgrades",
        *THOROUGH,
    ],
    "thorough": THOROUGH,
}
# Their tests share what takes long to set up, so one process runs them all.
KEPT_TOGETHER = ["backups", "browser", "deploy", "upgrades"]

# What a machine takes for an example is nobody's fault.
settings.register_profile("kb", deadline=None)
settings.register_profile("long", deadline=None, max_examples=1000)  # make test-long
settings.load_profile("kb")


def pytest_addoption(parser: pytest.Parser) -> None:
    text = "of tables of cases run only the first, where a test needs the database"
    parser.addoption("--one-case", action="store_true", help=text)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("one_case"):
        items[:] = first_cases(items)
    items[:] = beginning_alike(items)
    for item in items:
        for marker in markers_of(item.path):
            item.add_marker(marker)
        if item.get_closest_marker("thorough"):
            item.add_marker("slow")
        if (folder := item.path.relative_to(TESTS).parts[0]) in KEPT_TOGETHER:
            item.add_marker(pytest.mark.xdist_group(folder))
        elif makes := beginnings_of(item):
            names = " ".join(make.__name__ for make in makes)
            group = f"{item.path.relative_to(TESTS)} {names}"
            item.add_marker(pytest.mark.xdist_group(group))


def beginning_alike(items: list[pytest.Item]) -> list[pytest.Item]:
    """The tests, those of a file that begin with the same behind each other."""
    order: dict[object, int] = {}
    return [
        item
        for _, of_file in groupby(items, key=lambda item: item.path)
        for item in sorted(
            of_file, key=lambda item: order.setdefault(beginnings_of(item), len(order))
        )
    ]


@cache
def markers_of(path: Path) -> list[str]:
    """The markers of all tests in a file."""
    return [
        marker
        for marker, places in MARKERS.items()
        if any(path.is_relative_to(TESTS / place) for place in places)
    ]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Files and folders none of whose tests are asked for (`-m`) are not even read."""
    asked, markers = config.getoption("markexpr"), markers_of(collection_path)
    if not asked or not (markers or collection_path.suffix == ".py"):
        return None
    return not Expression.compile(asked).evaluate(markers.__contains__) or None


def pytest_runtest_setup() -> None:
    """No test goes on in the language of the page that another asked for."""
    translation.deactivate()


def pytest_collection_finish() -> None:
    """What was collected stays: nobody need look again and again whether it is garbage."""
    gc.freeze()


def first_cases(items: list[pytest.Item]) -> list[pytest.Item]:
    """The tests without those that do again, in the database, what one with other values does."""
    kept: dict[str, pytest.Item] = {}
    for item in items:
        uses_database = "db" in getattr(item, "fixturenames", ()) or item.get_closest_marker(
            "django_db"
        )
        kept.setdefault(item.nodeid.partition("[")[0] if uses_database else item.nodeid, item)
    return list(kept.values())


@pytest.fixture(scope="session")
def chromium_path() -> str | None:
    """A browser that starts, installed if need be; None stands for Playwright's own."""
    script = TESTS.parent / "scripts" / "browser"
    done = subprocess.run([script], check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip() or None


@pytest.fixture(scope="session", autouse=True)
def one_parser_pool() -> Iterator[None]:
    """One parser for all imports of a session: it takes longer to start than to use."""
    start = root.ParserPool
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        shared = cache(lambda: nullcontext(stack.enter_context(start(1))))
        patch.setattr(root, "ParserPool", shared)
        yield


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: Any, django_db_modify_db_settings: None
) -> Iterator[None]:
    """In place of pytest-django's, which migrates once for each process."""
    with ExitStack() as stack:
        with django_db_blocker.unblock():
            stack.enter_context(test_database())
        yield
        with django_db_blocker.unblock():
            stack.close()


@pytest.fixture(scope="session")
def begun_so_far(django_db_setup: None, django_db_blocker: Any) -> Iterator[Begun]:
    begun = Begun()
    yield begun
    with django_db_blocker.unblock():
        begun.end()


@pytest.fixture
def begun(
    request: pytest.FixtureRequest,
    begun_so_far: Begun,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Begun:
    """What this test begins with, and nothing else: see tests/beginnings.py."""
    with django_db_blocker.unblock():
        new_folder = partial(folder_in, tmp_path_factory)
        begun_so_far.change_to(beginnings_of(request.node), new_folder)
    return begun_so_far


def folder_in(factory: pytest.TempPathFactory) -> Path:
    folder = factory.mktemp("begun") / "notes"
    folder.mkdir()
    return folder


@pytest.fixture
def _django_db_helper(begun: Begun, _django_db_helper: None) -> None:
    """A test's own transaction, inside that of what it begins with."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    return folder


@pytest.fixture
def bring(folder: Path, db: Any) -> Callable[..., Report]:
    """Write these files (None deletes one) and import the folder."""
    return Bring(folder)


@pytest.fixture
def alice(db: None) -> User:
    return person("alice")


@pytest.fixture
def bob(db: None) -> User:
    return person("bob")


def person(name: str) -> User:
    """Somebody, who may be there from the beginning."""
    return User.objects.filter(username=name).first() or make_user(name)


@pytest.fixture
def learner(client: Client, alice: User) -> Client:
    """A browser in which alice is logged in."""
    client.force_login(alice)
    return client


@beginning
def shelf() -> dict[str, Section]:
    """A few indexed sections, by their names."""
    return fill_shelf()
