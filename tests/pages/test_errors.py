"""Pages for what went wrong."""

import pytest
from django.test import Client, RequestFactory
from django.views.defaults import bad_request, permission_denied, server_error

from kb.middleware import unavailable
from tests.pages.html import text_of

pytestmark = pytest.mark.django_db


def test_an_unknown_page_is_styled_and_leads_on(client: Client) -> None:
    response = client.get("/nothing/here/")
    assert response.status_code == 404
    page = text_of(response)
    assert "css/app.css" in page
    assert 'action="/search/"' in page
    assert '<meta name="robots" content="noindex">' in page


@pytest.mark.parametrize(
    ("view", "status"), [(bad_request, 400), (permission_denied, 403), (server_error, 500)]
)
def test_errors_have_a_page_of_our_own(view, status: int) -> None:
    request = RequestFactory().get("/")
    arguments = () if view is server_error else (Exception("secret"),)
    response = view(request, *arguments)
    assert response.status_code == status
    page = text_of(response)
    assert "css/app.css" in page
    assert "secret" not in page


def test_the_page_for_an_absent_database_needs_no_database(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        response = unavailable(RequestFactory().get("/"), Exception("secret"))
    assert response.status_code == 503
    assert response["Cache-Control"] == "no-store"
    assert "secret" not in text_of(response)
