"""Sign-up, log-in, log-out, passwords and e-mail addresses."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client, override_settings

from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "another horse stable"


def logged_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("name", ["alice", "ALICE", "alice@example.org", " alice "])
def test_log_in_is_by_name_or_e_mail(client: Client, alice: User, name: str) -> None:
    response = client.post("/accounts/login/", {"login": name, "password": PASSWORD})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert logged_in(client)


def test_a_wrong_password_is_said_beside_the_form(client: Client, alice: User) -> None:
    response = client.post("/accounts/login/", {"login": "alice", "password": "wrong"})
    assert 'role="alert"' in response.content.decode()
    assert not logged_in(client)


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_log_in_leads_only_to_this_site(client: Client, alice: User, url: str) -> None:
    data = {"login": "alice", "password": PASSWORD, "next": url}
    assert client.post("/accounts/login/", data)["Location"] == "/"


def test_log_out_needs_a_form(learner: Client) -> None:
    page = learner.get("/accounts/logout/")
    assert "<form" in page.content.decode()
    assert logged_in(learner)
    assert learner.post("/accounts/logout/")["Location"] == "/"
    assert not logged_in(learner)


def test_sign_up_needs_no_e_mail(client: Client) -> None:
    data = {"username": "carol", "password1": PASSWORD, "password2": PASSWORD}
    assert client.post("/accounts/signup/", data).status_code == 302
    assert User.objects.get().username == "carol"
    assert logged_in(client)


@override_settings(ACCOUNT_EMAIL_VERIFICATION="optional")
def test_with_a_mail_server_an_address_is_confirmed_after_sign_up(client: Client) -> None:
    data = {"username": "carol", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/accounts/signup/", data | {"email": "carol@example.org"})
    assert logged_in(client)
    assert "/accounts/confirm-email/" in mail.outbox[0].body
    assert mail.outbox[0].subject == f"[{settings.SITE_NAME}] Confirm your e-mail address"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "ALICE"}, "username"),
        ({"email": "not an address"}, "email"),
        ({"password1": "12345678", "password2": "12345678"}, "password1"),
        ({"password2": "different"}, "password2"),
    ],
)
def test_errors_of_sign_up_are_tied_to_their_field(
    client: Client, alice: User, changes: dict[str, str], field: str
) -> None:
    data = {"username": "carol", "password1": PASSWORD, "password2": PASSWORD} | changes
    page = client.post("/accounts/signup/", data).content.decode()
    tag = re.search(f'<input[^>]* id="id_{field}"[^>]*>', page)[0]
    assert f"id_{field}_error" in re.search('aria-describedby="([^"]+)"', tag)[1].split()
    assert f'id="id_{field}_error"' in page
    assert User.objects.count() == 1


@override_settings(KB_SIGNUP=False)
def test_the_owner_can_close_sign_up(client: Client) -> None:
    data = {"username": "carol", "password1": PASSWORD, "password2": PASSWORD}
    response = client.post("/accounts/signup/", data)
    assert "Sign-up is closed" in response.content.decode()
    assert not User.objects.exists()
    assert "/accounts/signup/" not in client.get("/accounts/login/").content.decode()


def test_a_forgotten_password_is_reset_by_e_mail(client: Client, alice: User) -> None:
    client.post("/accounts/password/reset/", {"email": "alice@example.org"})
    (message,) = mail.outbox
    assert message.to == ["alice@example.org"]
    url = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", message.body)[1]
    form_url = client.get(url)["Location"]
    data = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert client.post(form_url, data).status_code == 302
    alice.refresh_from_db()
    assert alice.check_password(NEW_PASSWORD)
    used = Client().get(url)
    assert "This link no longer works" in used.content.decode()


def test_an_unknown_address_gets_the_same_answer(client: Client, alice: User) -> None:
    answers = [
        client.post("/accounts/password/reset/", {"email": f"{name}@example.org"})
        for name in ("alice", "nobody")
    ]
    assert [answer["Location"] for answer in answers] == ["/accounts/password/reset/done/"] * 2


def test_a_password_change_asks_for_the_old_one(learner: Client, alice: User) -> None:
    data = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    learner.post("/accounts/password/change/", data | {"oldpassword": "wrong"})
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)
    learner.post("/accounts/password/change/", data | {"oldpassword": PASSWORD})
    alice.refresh_from_db()
    assert alice.check_password(NEW_PASSWORD)
    assert learner.get("/bookmarks/").status_code == 200


def test_a_new_e_mail_address_holds_once_it_is_confirmed(learner: Client, alice: User) -> None:
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    asked = learner.post("/accounts/email/", {"email": "new@example.org", "action_add": ""})
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    assert mail.outbox == []
    learner.post(asked["Location"], {"password": PASSWORD})
    page = learner.get("/accounts/email/").content.decode()
    assert "<strong>new@example.org</strong> is not confirmed yet." in page
    alice.refresh_from_db()
    assert alice.email == "alice@example.org"
    url = re.search(r"http://testserver(/accounts/confirm-email/\S+)", mail.outbox[-1].body)[1]
    assert "new@example.org" in learner.get(url).content.decode()
    learner.post(url)
    alice.refresh_from_db()
    assert alice.email == "new@example.org"


@pytest.mark.parametrize(
    "path",
    [
        "login/",
        "signup/",
        "password/reset/",
        "password/reset/done/",
        "password/reset/key/done/",
        "password/reset/key/1-bad/",
        "confirm-email/bad/",
        "inactive/",
    ],
)
def test_account_pages_stand_in_the_site_s_frame(client: Client, path: str) -> None:
    response = client.get(f"/accounts/{path}")
    assert response.status_code == 200
    assert "base.html" in [template.name for template in response.templates]
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    assert "placeholder=" not in main


@pytest.mark.parametrize("path", ["logout/", "email/", "password/change/", "reauthenticate/"])
def test_pages_of_one_s_own_account_stand_in_the_frame_too(learner: Client, path: str) -> None:
    response = learner.get(f"/accounts/{path}")
    assert response.status_code == 200
    assert "base.html" in [template.name for template in response.templates]


def test_the_account_page_leads_to_all_that_is_one_s_own(learner: Client) -> None:
    page = learner.get("/accounts/").content.decode()
    for text in ("alice", "alice@example.org", "/accounts/email/", "/accounts/password/change/"):
        assert text in page
    assert 'action="/accounts/logout/"' in page
    assert '<meta name="robots" content="noindex">' in page


def test_the_account_page_needs_an_account(client: Client, db: None) -> None:
    assert client.get("/accounts/")["Location"] == "/accounts/login/?next=/accounts/"


def test_a_form_without_its_token_changes_nothing_and_says_so(alice: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    assert response.status_code == 403
    assert "This form has expired" in response.content.decode()
    assert "css/app.css" in response.content.decode()


def test_the_forms_and_messages_speak_german(learner: Client) -> None:
    german = {"Accept-Language": "de"}
    page = learner.get("/accounts/password/change/", headers=german).content.decode()
    assert "Mindestens 8 Zeichen" in page
    response = learner.post("/accounts/logout/", headers=german, follow=True)
    assert "Sie sind abgemeldet." in response.content.decode()


def test_the_admin_is_entered_by_the_site_s_own_log_in(client: Client) -> None:
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0].startswith("/accounts/login/?next=")


def test_a_mail_server_that_fails_is_no_error_page(
    client: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("allauth.account.adapter.DefaultAccountAdapter.send_mail", fail)
    data = {"email": "alice@example.org"}
    response = client.post("/accounts/password/reset/", data, follow=True)
    assert "The e-mail could not be sent. Please try again later." in response.content.decode()


@pytest.mark.parametrize("verification", ["none", "optional"])
def test_sign_up_tells_nobody_which_addresses_have_accounts(alice: User, verification: str) -> None:
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    told = []
    with override_settings(ACCOUNT_EMAIL_VERIFICATION=verification):
        for name, email in (("carol", "alice@example.org"), ("dave1", "nobody@example.org")):
            client, before = Client(), len(mail.outbox)
            data = {"username": name, "password1": PASSWORD, "password2": PASSWORD, "email": email}
            answer = client.post("/accounts/signup/", data, follow=True)
            pages = [answer, client.get("/accounts/"), client.get("/accounts/email/")]
            text = [re.sub("csrfmiddlewaretoken.*", "", page.content.decode()) for page in pages]
            text = [page.replace(email, "EMAIL").replace(name, "NAME") for page in text]
            told.append((answer.redirect_chain, text, len(mail.outbox) - before))
    assert told[0] == told[1]
    assert EmailAddress.objects.get(email=alice.email, verified=True).user == alice


def test_an_address_belongs_to_the_account_that_confirmed_it(client: Client, alice: User) -> None:
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    data = {"username": "carol", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/accounts/signup/", data | {"email": alice.email})
    mail.outbox.clear()
    Client().post("/accounts/password/reset/", {"email": alice.email})
    assert len(mail.outbox) == 1
    assert "alice" in mail.outbox[0].body
    assert "carol" not in mail.outbox[0].body


@pytest.mark.parametrize("path", ["/accounts/password/reset/", "/accounts/email/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_pages_that_need_mail_say_that_it_is_not_set_up(
    learner: Client, alice: User, path: str, method: str
) -> None:
    with override_settings(KB_HAS_MAIL=False):
        data = {"email": "alice@example.org", "action_add": ""}
        page = getattr(learner, method)(path, data).content.decode()
    assert "<h1>E-mail is not set up</h1>" in page
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]
    assert mail.outbox == []


@override_settings(KB_HAS_MAIL=False)
def test_sign_up_asks_for_no_address_that_nobody_writes_to(client: Client) -> None:
    assert 'name="email"' not in client.get("/accounts/signup/").content.decode()
    data = {"username": "carol", "password1": PASSWORD, "password2": PASSWORD}
    assert client.post("/accounts/signup/", data).status_code == 302
    assert logged_in(client)


@pytest.mark.parametrize(
    "name", ["alice@example.org", "@alice", "alice@", "a@b", " a@b ", "alice\uff20example.org"]
)
def test_nobody_takes_a_name_by_which_the_owner_of_an_address_logs_in(
    client: Client, db: None, name: str
) -> None:
    password = "correct horse battery"
    data = {"username": name, "password1": password, "password2": password}
    answer = client.post("/accounts/signup/", data)
    assert answer.status_code == 200
    said = ("A username cannot contain @.", "Enter a valid username.")
    assert any(words in answer.content.decode() for words in said)
    assert not User.objects.exists()


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_a_name_from_before_that_is_another_s_address_leads_nobody_but_its_owner_in(
    client: Client, alice: User, is_confirmed: bool
) -> None:
    User.objects.create_user("alice@example.org", "", "mallory's password")
    EmailAddress.objects.create(user=alice, email="Alice@example.org", verified=is_confirmed)
    for name in ("alice@example.org", "ALICE@EXAMPLE.ORG"):
        client.post("/accounts/login/", {"login": name, "password": "mallory's password"})
        assert logged_in(client) is not is_confirmed
        client.logout()
    client.post("/accounts/login/", {"login": "alice@example.org", "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(alice.pk)


def test_mails_come_from_the_site_in_text_and_html(client: Client, alice: User) -> None:
    client.post("/accounts/password/reset/", {"email": "alice@example.org"})
    (message,) = mail.outbox
    assert message.subject == f"[{settings.SITE_NAME}] Choose a new password"
    assert message.from_email == f"{settings.SITE_NAME} <{settings.DEFAULT_FROM_EMAIL}>"
    assert message.body.startswith("Hello alice,\n\nSomebody, probably you,")
    assert message.body.endswith(settings.SITE_NAME)
    assert "testserver" not in message.body.replace("http://testserver/", "")
    ((html, kind),) = message.alternatives
    link = re.search(r"http://\S+", message.body)[0]
    assert kind == "text/html"
    assert f'<a href="{link}" rel="nofollow">' in html
    assert f"<h1>{settings.SITE_NAME}</h1>" in html


def test_a_name_in_a_mail_stays_text(client: Client) -> None:
    User.objects.create_user("a<b>&c", "odd@example.org", "correct horse battery")
    client.post("/accounts/password/reset/", {"email": "odd@example.org"})
    (message,) = mail.outbox
    assert "Hello a<b>&c," in message.body
    assert "Hello a&lt;b&gt;&amp;c," in message.alternatives[0][0]
