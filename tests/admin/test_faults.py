"""A fault of the server hands back what was typed, as far as it came from our own page."""

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from curating.models import Draft
from tests.admin.pages import url
from topics.models import Section

TYPED = "Ten connections\nserve <b>hundreds</b> & more."
OURS = {"Sec-Fetch-Site": "same-origin"}
FAULTS = {500: RuntimeError("broken"), 503: OperationalError("the server closed the connection")}


@pytest.fixture
def sizes(bring):
    bring({"pools.md": "# Pools\n\n## Sizes\n\nTen.\n"})
    return Section.objects.select_related("topic").get(anchor="sizes")


@pytest.fixture
def at_fault(curator, monkeypatch):
    """A curator's browser, and a server that fails in the middle of saving."""
    client = Client(raise_request_exception=False)
    client.force_login(curator)

    def fail(status):
        def saving(*args, **kwargs):
            raise FAULTS[status]

        monkeypatch.setattr("curating.views.section_editor.save_joined", saving)
        monkeypatch.setattr("curating.admin.content.save_topic", saving)
        return client

    return fail


def edit(section):
    typed = {"title": "Sizes", "markdown": TYPED, "base": "0", "why": "Because."}
    return url("edit", section.pk), {**typed, "_publish": "1"}


@pytest.mark.parametrize("status", FAULTS)
def test_a_fault_hands_back_what_was_typed(at_fault, sizes, status):
    address, form = edit(sizes)
    answer = at_fault(status).post(address, form, headers=OURS)
    page = answer.content.decode()
    assert answer.status_code == status
    assert "serve &lt;b&gt;hundreds&lt;/b&gt; &amp; more." in page and "Because." in page
    assert "What you typed" in page and "no-store" in answer["Cache-Control"]
    sizes.refresh_from_db()
    assert sizes.markdown == "Ten."


@pytest.mark.parametrize("status", FAULTS)
def test_the_admin_s_forms_too(at_fault, sizes, status):
    address = reverse("admin:topics_topic_change", args=[sizes.topic_id])
    form = {"summary": TYPED, "kind": "guide", "level": "", "tags": "", "status": "published"}
    page = at_fault(status).post(address, form, headers=OURS).content.decode()
    assert "serve &lt;b&gt;hundreds" in page


@pytest.mark.parametrize("status", FAULTS)
@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}])
def test_what_another_site_sent_is_not_shown(at_fault, sizes, status, headers):
    address, form = edit(sizes)
    answer = at_fault(status).post(address, form, headers=headers)
    assert answer.status_code == status and "hundreds" not in answer.content.decode()


def test_pages_without_a_form_of_ours_say_what_they_said(at_fault, sizes, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("curating.views.history.history.versions_of", fail)
    page = at_fault(500).get(url("section_history", sizes.pk), headers=OURS)
    assert page.status_code == 500 and "What you typed" not in page.content.decode()


def test_the_draft_is_kept_where_publishing_failed(at_fault, sizes, curator):
    address, form = edit(sizes)
    at_fault(500).post(address, form, headers=OURS)
    assert Draft.objects.get(user=curator).markdown == TYPED
