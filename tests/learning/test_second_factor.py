"""A second factor: setting it up, logging in with it, guessing, losing it, who must have one."""

import json
import re
from io import StringIO
from types import SimpleNamespace

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client, TestCase, override_settings

from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
CONFIRM = "/accounts/reauthenticate/"
LOGIN = {"login": "alice", "password": PASSWORD}


@pytest.fixture(autouse=True)
def moments(monkeypatch):
    """A clock that stands still, and is moved by steps of a code's half minute."""
    now = [1_800_000_000]
    monkeypatch.setattr(auth, "time", SimpleNamespace(time=lambda: now[0]))
    return lambda steps: now.__setitem__(0, now[0] + 30 * steps)


def logged_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def secret_of(user: User) -> str:
    factor = Authenticator.objects.get(user=user, type="totp")
    return get_adapter().decrypt(factor.data["secret"])


def code(secret: str, steps: int = 0) -> str:
    return auth.format_hotp_value(auth.hotp_value(secret, int(auth.time.time()) // 30 + steps))


def activate(client: Client) -> str:
    """Set the second factor up in a session that is open: the app's key."""
    assert client.get("/accounts/2fa/totp/activate/")["Location"].startswith(CONFIRM)
    client.post(CONFIRM, {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r'class="key">([A-Z2-7]{32})<', page)[1]
    with TestCase.captureOnCommitCallbacks(execute=True):
        answer = client.post("/accounts/2fa/totp/activate/", {"code": code(secret)})
    assert answer["Location"] == "/accounts/2fa/recovery-codes/"
    return secret


def set_up(client: Client, name: str = "alice") -> str:
    """Log in, set the second factor up, log out: the app's key."""
    client.post("/accounts/login/", LOGIN | {"login": name})
    secret = activate(client)
    client.post("/accounts/logout/")
    cache.clear()
    return secret


def second_step(client: Client, value: str) -> str:
    return client.post("/accounts/2fa/authenticate/", {"code": value}).content.decode()


def test_the_page_shows_the_key_as_a_drawing_that_needs_no_script_and_no_style(client, alice):
    client.post("/accounts/login/", LOGIN)
    client.post(CONFIRM, {"password": PASSWORD})
    answer = client.get("/accounts/2fa/totp/activate/")
    page = answer.content.decode()
    (drawing,) = re.findall(r"<svg[^>]*><path.*?</svg>", re.search(r'class="qr".*', page)[0])
    assert not re.search(r"style|script|href|on\w+=", drawing)
    assert "private" in answer["Cache-Control"]
    address = re.search(r'href="(otpauth:[^"]+)"', page)[1]
    assert address.startswith("otpauth://totp/Backend%20Knowledge%20Base%3Aalice?secret=")


def test_the_key_is_stored_in_no_readable_form(client, alice):
    secret = set_up(client)
    for factor in Authenticator.objects.all():
        assert secret not in json.dumps(factor.data)
    assert secret_of(alice) == secret


def test_the_password_alone_logs_nobody_in(client, alice):
    secret = set_up(client)
    answer = client.post("/accounts/login/", LOGIN | {"next": "/bookmarks/"})
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert not logged_in(client)
    page = client.get("/accounts/2fa/authenticate/")
    assert 'autocomplete="one-time-code"' in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    answer = client.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    assert answer["Location"] == "/bookmarks/"
    assert logged_in(client)


@pytest.mark.parametrize("path", ["/admin/", "/accounts/", "/bookmarks/", "/accounts/2fa/"])
def test_between_the_two_steps_nothing_is_open(client, alice, path):
    set_up(client)
    User.objects.update(is_staff=True, is_superuser=True)
    client.post("/accounts/login/", LOGIN)
    assert "/login/?next=" in client.get(path)["Location"]


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_code_may_be_half_a_minute_late_or_early(client, alice, steps):
    secret = set_up(client)
    client.post("/accounts/login/", LOGIN)
    second_step(client, code(secret, steps))
    assert logged_in(client)


@pytest.mark.parametrize(
    "wrong", ["", "000000", "12345", "1234567", "abcdef", "٠١٢٣٤٥", "1" * 5000, "x\0y", " "]
)
def test_another_code_is_none(client, alice, wrong):
    set_up(client)
    client.post("/accounts/login/", LOGIN)
    assert client.post("/accounts/2fa/authenticate/", {"code": wrong}).status_code in (200, 400)
    assert not logged_in(client)


@pytest.mark.parametrize("steps", [-2, 2, 100])
def test_nor_is_an_old_or_a_coming_one(client, alice, steps):
    secret = set_up(client)
    client.post("/accounts/login/", LOGIN)
    assert "Incorrect code." in second_step(client, code(secret, steps))


def test_a_code_works_once_though_it_is_good_for_longer(client, alice, moments):
    secret = set_up(client)
    client.post("/accounts/login/", LOGIN)
    used = code(secret, 1)
    second_step(client, used)
    assert logged_in(client)
    thief = Client()
    thief.post("/accounts/login/", LOGIN)
    moments(2)
    cache.delete(f"allauth.mfa.totp.used?user={alice.pk}&code={used}")  # as its time would have
    assert "used already" in second_step(thief, used)
    assert not logged_in(thief)


def test_a_recovery_code_works_once(client, alice):
    set_up(client)
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    assert len(set(codes)) == 10
    client.post("/accounts/login/", LOGIN)
    second_step(client, codes[0])
    assert logged_in(client)
    other = Client()
    other.post("/accounts/login/", LOGIN)
    second_step(other, codes[0])
    assert not logged_in(other)


def test_recovery_codes_are_shown_and_downloaded_after_the_password(client, alice):
    secret = set_up(client)
    client.post("/accounts/login/", LOGIN)
    second_step(client, code(secret))
    page = client.get("/accounts/2fa/recovery-codes/")
    assert page["Location"].startswith(CONFIRM)
    client.post(CONFIRM, {"password": PASSWORD})
    page = client.get("/accounts/2fa/recovery-codes/").content.decode()
    shown = re.findall(r"<li><code>(\d{8})</code>", page)
    file = client.get("/accounts/2fa/recovery-codes/download/")
    assert file.content.decode().split() == shown
    assert "no-store" in file["Cache-Control"]
    client.post("/accounts/2fa/recovery-codes/generate/")
    page = client.get("/accounts/2fa/recovery-codes/").content.decode()
    assert not set(shown) & set(re.findall(r"\d{8}", page))


def test_guesses_are_counted_and_the_owner_s_device_is_not_held_by_a_stranger_s(client, alice):
    secret = set_up(client)
    strangers = [Client(REMOTE_ADDR=f"198.51.100.{n}") for n in range(5)]
    for stranger in strangers:
        stranger.cookies.clear()
        stranger.post("/accounts/login/", LOGIN)
        for _ in range(5):
            second_step(stranger, "000000")
        assert "Too many failed login attempts" in second_step(stranger, code(secret))
        assert not logged_in(stranger)
    other = Client(REMOTE_ADDR="198.51.100.200")  # all together, too, may guess only so often
    other.post("/accounts/login/", LOGIN)
    assert "Too many failed login attempts" in second_step(other, code(secret))
    client.post("/accounts/login/", LOGIN)
    second_step(client, code(secret))
    assert logged_in(client)


def test_a_reset_password_does_not_go_past_it(client, alice, mailoutbox):
    set_up(client)
    client.post("/accounts/password/reset/", {"email": "alice@example.org"})
    url = re.search(r"http://testserver(/\S+)", mailoutbox[-1].body)[1]
    form = client.get(url)["Location"]
    client.post(form, {"password1": "another horse stable", "password2": "another horse stable"})
    assert not logged_in(client)
    client.post("/accounts/login/", {"login": "alice", "password": "another horse stable"})
    assert not logged_in(client)


def test_it_is_turned_off_by_who_knows_the_password(client, alice):
    secret = set_up(client)
    client.post("/accounts/login/", LOGIN)
    second_step(client, code(secret))
    assert client.post("/accounts/2fa/totp/deactivate/")["Location"].startswith(CONFIRM)
    client.post(CONFIRM, {"password": PASSWORD})
    client.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.exists()


def test_wrong_codes_before_something_that_needs_one_are_counted_too(client, alice):
    secret = set_up(client)
    client.post("/accounts/login/", LOGIN)
    second_step(client, code(secret))
    for _ in range(5):
        client.post("/accounts/2fa/reauthenticate/", {"code": "000000"})
    page = client.post("/accounts/2fa/reauthenticate/", {"code": code(secret, 1)})
    assert page.status_code == 200
    assert "Too many failed login attempts" in page.content.decode()


def test_with_another_secret_key_no_code_is_right_and_nothing_breaks(client, alice, caplog):
    secret, former = set_up(client), settings.SECRET_KEY
    with override_settings(SECRET_KEY="k" * 50):
        other = Client()
        other.post("/accounts/login/", LOGIN)
        assert "Incorrect code." in second_step(other, code(secret))
    assert f"The second factor of user {alice.pk} was made with another" in caplog.text
    with override_settings(SECRET_KEY="k" * 50, SECRET_KEY_FALLBACKS=[former]):
        other = Client()
        other.post("/accounts/login/", LOGIN)
        second_step(other, code(secret, 1))
        assert logged_in(other)


def test_nothing_of_it_is_in_the_log(client, alice, caplog):
    caplog.set_level("DEBUG")
    secret = set_up(client)
    client.post("/accounts/login/", LOGIN)
    second_step(client, code(secret))
    assert f"Second factor of user {alice.pk}: set up" in caplog.text
    assert secret not in caplog.text
    assert code(secret) not in caplog.text


def test_it_is_in_what_the_learner_takes_along_without_its_key(client, alice):
    secret = set_up(client)
    client.post("/accounts/login/", LOGIN)
    second_step(client, code(secret))
    taken = client.get("/accounts/my-bookmarks.json").content.decode()
    assert [factor["kind"] for factor in json.loads(taken)["second_factor"]] == [
        "totp",
        "recovery_codes",
    ]
    assert secret not in taken
    assert "Second factor: totp" in client.get("/accounts/my-bookmarks.md").content.decode()
    client.post("/accounts/delete/", {"password": PASSWORD})
    assert not Authenticator.objects.exists()


def test_the_admin_shows_no_key(client, alice):
    set_up(client)
    client.force_login(User.objects.create_superuser("root"))
    assert "uthenticator" not in client.get("/admin/").content.decode()
    assert client.get("/admin/mfa/authenticator/").status_code == 404


def test_who_lost_all_gets_in_again_by_a_command(client, alice):
    set_up(client)
    out = StringIO()
    call_command("reset_second_factor", "alice", stdout=out)
    call_command("reset_second_factor", "alice", stdout=out)
    assert out.getvalue().splitlines() == [
        "The second factor of alice is removed.",
        "The second factor of alice was not set up.",
    ]
    client.post("/accounts/login/", LOGIN)
    assert logged_in(client)
    with pytest.raises(CommandError, match="no account called nobody"):
        call_command("reset_second_factor", "nobody")


@pytest.fixture
def required(settings):
    settings.KB_REQUIRE_SECOND_FACTOR = True


@pytest.fixture
def staff(alice):
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)


PAGES = ["/admin/", "/admin/auth/user/", "/", "/search/?q=x", "/curating/queue/", "/topics/"]


@pytest.mark.parametrize("path", PAGES)
def test_where_it_is_required_staff_without_one_are_led_to_set_it_up(client, required, staff, path):
    client.post("/accounts/login/", LOGIN)
    assert client.get(path)["Location"] == "/accounts/2fa/totp/activate/"
    assert client.post(path)["Location"] == "/accounts/2fa/totp/activate/"


@pytest.mark.django_db(transaction=True)
def test_whoever_set_it_up_goes_on_at_once(client, required, staff):
    client.post("/accounts/login/", LOGIN)
    activate(client)
    assert client.get("/admin/").status_code == 200


def test_a_session_that_was_opened_without_it_ends(client, required, staff, alice):
    thief = Client()
    thief.post("/accounts/login/", LOGIN)
    set_up(client)
    answer = thief.get("/admin/auth/user/?q=1")
    assert answer["Location"] == "/accounts/login/?next=%2Fadmin%2Fauth%2Fuser%2F%3Fq%3D1"
    assert not logged_in(thief)


def test_whoever_turns_it_off_must_set_it_up_again(client, required, staff):
    secret = set_up(client)
    client.post("/accounts/login/", LOGIN)
    second_step(client, code(secret))
    assert client.get("/admin/").status_code == 200
    client.post(CONFIRM, {"password": PASSWORD})
    client.post("/accounts/2fa/totp/deactivate/")
    assert client.get("/admin/")["Location"] == "/accounts/2fa/totp/activate/"


def test_so_must_people_who_may_publish_where_they_do(client, required, alice):
    client.post("/accounts/login/", LOGIN)
    assert client.get("/curating/queue/").status_code != 302
    alice.user_permissions.add(Permission.objects.get(codename="publish_at_once"))
    assert client.get("/curating/queue/")["Location"] == "/accounts/2fa/totp/activate/"
    assert client.get("/").status_code == 200


def test_learners_and_strangers_need_none(client, required, alice):
    assert client.get("/").status_code == 200
    client.post("/accounts/login/", LOGIN)
    assert client.get("/bookmarks/").status_code == 200
