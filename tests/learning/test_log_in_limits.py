"""How often one may be wrong at the door, and who is counted as one client."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory, override_settings

from accounts.adapter import AccountAdapter
from tests.factories import PASSWORD
from topics.rate_limits import client_address

pytestmark = pytest.mark.django_db
TOO_MANY = "Too many failed login attempts"


def guess(name: str, client: Client | None = None, password: str = "wrong", **more: str) -> str:
    data = {"login": name, "password": password}
    return (client or Client()).post("/accounts/login/", data, **more).content.decode()


def test_wrong_log_ins_are_counted_for_all_workers(client: Client, alice: User) -> None:
    for _ in range(5):
        assert TOO_MANY not in guess("alice")
    assert TOO_MANY in guess("alice", password=PASSWORD)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM kb_cache WHERE cache_key LIKE '%login_failed%'")
        assert cursor.fetchone()[0] == 3


@pytest.mark.parametrize("name", ["alice", "ALICE ", "alice@example.org"])
def test_strangers_cannot_lock_a_chosen_learner_out(client: Client, alice: User, name: str) -> None:
    for number in range(10):
        guess(name, REMOTE_ADDR=f"198.51.100.{number}")
        guess(name, REMOTE_ADDR="203.0.113.9")
    assert TOO_MANY in guess(name, REMOTE_ADDR="203.0.113.9")
    data = {"login": name, "password": PASSWORD}
    assert client.post("/accounts/login/", data, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_a_client_may_be_wrong_ten_times_a_minute_whatever_names_it_tries(alice: User) -> None:
    answers = [guess(f"somebody{number}") for number in range(10)]
    assert not any(TOO_MANY in answer for answer in answers)
    assert TOO_MANY in guess("alice", password=PASSWORD)
    assert TOO_MANY not in guess("alice", REMOTE_ADDR="192.0.2.7")


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "192.0.2.2", False),
    ],
)
def test_addresses_of_one_household_are_one_client(
    alice: User, first: str, second: str, is_one: bool
) -> None:
    for _ in range(5):
        guess("alice", REMOTE_ADDR=first)
    assert (TOO_MANY in guess("alice", REMOTE_ADDR=second)) is is_one


def test_a_device_that_logged_in_before_passes_where_strangers_wait(
    client: Client, alice: User, settings: Any
) -> None:
    limits = settings.ACCOUNT_RATE_LIMITS
    settings.ACCOUNT_RATE_LIMITS = limits | {"login_failed_name": "2/10m/key"}
    right = {"login": "alice", "password": PASSWORD}
    client.post("/accounts/login/", right)
    client.post("/accounts/logout/")
    for number in range(2):
        guess("alice", REMOTE_ADDR=f"198.51.100.{number}")
    assert TOO_MANY in guess("alice", password=PASSWORD, REMOTE_ADDR="192.0.2.7")
    assert client.post("/accounts/login/", right).status_code == 302


def test_a_device_that_logged_in_before_may_guess_five_times_too(client: Client) -> None:
    for name in ("alice", "bob"):
        User.objects.create_user(name, password=PASSWORD)
    client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    client.post("/accounts/logout/")
    for _ in range(5):
        assert TOO_MANY not in guess("alice", client)
    assert TOO_MANY in guess("alice", client, PASSWORD)
    assert TOO_MANY not in guess("bob", client)


@pytest.mark.parametrize("cookie", ["", "1", "1.abc:def", "1.abc:def:ghi", "\x00", "é" * 5000])
def test_a_cookie_of_one_s_own_making_is_no_known_device(alice: User, cookie: str) -> None:
    stranger = Client()
    stranger.cookies["device"] = cookie
    for _ in range(5):
        guess("alice", stranger)
    assert TOO_MANY in guess("alice", stranger, PASSWORD)


def test_the_device_is_told_to_the_pages_of_accounts_only(client: Client, alice: User) -> None:
    response = client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    cookie = response.cookies["device"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/accounts/", True, "Lax")
    assert cookie.value.startswith(f"{alice.pk}.")


def test_too_many_requests_are_a_429_with_a_time_to_wait(client: Client) -> None:
    answers = [client.post("/accounts/login/", {}) for _ in range(31)]
    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    assert answers[-1]["Retry-After"] == "60"
    elsewhere = Client(REMOTE_ADDR="192.0.2.7").post("/accounts/login/", {})
    assert elsewhere.status_code == 200


def test_the_cache_table_is_unlogged_and_works() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'kb_cache'")
        assert cursor.fetchone()[0] == "u"
    assert cache.add("once", 1) is True
    assert cache.add("once", 2) is False
    assert cache.get("once") == 1


@pytest.mark.parametrize(
    ("proxies", "sender", "forwarded", "address"),
    [
        ([], "198.51.100.1", "203.0.113.9", "198.51.100.1"),
        (["10.0.0.1"], "198.51.100.1", "203.0.113.9", "198.51.100.1"),
        (["10.0.0.1"], "10.0.0.1", "203.0.113.9", "203.0.113.9"),
        (["10.0.0.1"], "10.0.0.1", "1.1.1.1, 203.0.113.9", "203.0.113.9"),
        (["10.0.0.0/8"], "10.0.0.1", "203.0.113.9, 10.2.3.4", "203.0.113.9"),
        (["10.0.0.0/8"], "10.0.0.1", "10.2.3.4", "10.2.3.4"),
        (["10.0.0.1"], "10.0.0.1", "203.0.113.9:4711", "203.0.113.9"),
        (["10.0.0.1"], "10.0.0.1", "[2001:db8::1]:4711", "2001:db8::1"),
        (["10.0.0.1"], "10.0.0.1", "2001:db8::1", "2001:db8::1"),
        (["10.0.0.1"], "10.0.0.1", "1.1.1.1, nonsense", "10.0.0.1"),
        (["10.0.0.1"], "10.0.0.1", "", "10.0.0.1"),
        ([" 10.0.0.1 "], "::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9"),
        (["::1"], "::1", "203.0.113.9", "203.0.113.9"),
        (["unix"], "", "203.0.113.9", "203.0.113.9"),
        ([], "", "203.0.113.9", "unix"),
    ],
)
def test_a_forwarded_address_is_believed_only_from_a_named_proxy(
    proxies: list[str], sender: str, forwarded: str, address: str
) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=sender, HTTP_X_FORWARDED_FOR=forwarded)
    with override_settings(KB_TRUSTED_PROXIES=proxies):
        assert client_address(request) == address
        assert AccountAdapter(request).get_client_ip(request) == address
