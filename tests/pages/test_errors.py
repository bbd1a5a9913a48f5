"""Pages for what went wrong. The site's addresses are here with some more, whose views fail."""

from typing import NoReturn

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import path

from kb.middleware import LARGEST_BODY, unavailable
from kb.urls import *  # noqa: F403
from kb.urls import urlpatterns as site
from tests.pages.html import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

ERRORS = {400: SuspiciousOperation, 403: PermissionDenied, 500: RuntimeError}


def fail(request: HttpRequest, status: int) -> NoReturn:
    raise ERRORS[status]("secret")


urlpatterns = [path("fail/<int:status>/", fail), path("api/v1/fail/<int:status>/", fail), *site]


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


def test_an_unknown_page_is_styled_and_leads_on(client: Client) -> None:
    response = client.get("/nothing/here/")
    assert response.status_code == 404
    page = text_of(response)
    assert "css/app.css" in page
    assert 'action="/search/"' in page
    assert '<meta name="robots" content="noindex">' in page


@pytest.mark.parametrize("status", ERRORS)
def test_errors_have_a_page_of_our_own(client: Client, status: int) -> None:
    response = client.get(f"/fail/{status}/")
    assert response.status_code == status
    page = text_of(response)
    assert "css/app.css" in page
    assert "secret" not in page


def test_a_program_is_told_of_an_error_in_json(client: Client) -> None:
    response = client.get("/api/v1/fail/500/")
    assert response.status_code == 500
    error = response.json()["error"]
    assert error["code"] == "server_error"
    assert error["message"]
    assert "secret" not in text_of(response)


def test_the_page_for_an_absent_database_needs_no_database(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        response = unavailable(RequestFactory().get("/"), Exception("secret"))
    assert response.status_code == 503
    assert response["Cache-Control"] == "no-store"
    assert "secret" not in text_of(response)


@pytest.mark.parametrize("status", [400, 403, 404, 405, 411, 413, 429, 500, 503])
def test_every_error_has_the_same_face(status: int) -> None:
    page = render_to_string(f"{status}.html")
    assert 'class="brand"' in page
    assert 'class="frame frame-plain frame-error"' in page
    assert f'<p class="status" aria-hidden="true">{status}</p>' in page
    assert page.count("<h1>") == 1


@pytest.mark.parametrize("status", [411, 413, 429, 500, 503])
def test_what_may_be_the_databases_fault_is_said_without_it(
    status: int, django_assert_num_queries
) -> None:
    with django_assert_num_queries(0):
        assert "<h1>" in render_to_string(f"{status}.html", {"user": None})


@pytest.mark.parametrize(
    ("method", "path", "allowed", "said"),
    [
        ("GET", "/language/", "POST", "only accepts what a button sends"),
        ("PUT", "/privacy/", "GET, HEAD", "nothing can be sent to it"),
        ("DELETE", "/language/", "POST", "nothing can be sent to it"),
    ],
)
def test_a_method_that_an_address_does_not_take_is_explained(
    client: Client, method: str, path: str, allowed: str, said: str
) -> None:
    response = client.generic(method, path)
    assert (response.status_code, response["Allow"]) == (405, allowed)
    assert response["Cache-Control"] == "no-store"
    assert said in text_of(response)
    assert 'class="brand"' in text_of(response)


def test_a_body_that_is_too_large_is_refused_with_a_page(client: Client) -> None:
    response = client.post("/search/wish/", "x" * (LARGEST_BODY + 1), "text/plain")
    assert response.status_code == 413
    page = text_of(response)
    assert "What you sent is too large." in page
    assert 'class="brand"' in page
