"""Lists of Django admin, filtered and searched, are kept under a name."""

import pytest
from django.urls import reverse

from curating.models import SavedFilter
from tests.admin.pages import url, words
from tests.factories import make_section, make_topic

SAVE = url("save_filter")
SECTIONS = "/admin/topics/section/"


@pytest.fixture
def shelf(db):
    topic = make_topic("Pools")
    make_section("Sizes", topic=topic, conflict_markdown="Theirs.")
    make_section("Times", topic=topic)


def kept(**values):
    return {"page": SECTIONS, "query": "state=conflict&p=2", "name": "Conflicts", **values}


def test_a_filter_is_saved_from_its_list_opened_again_and_forgotten(admin, shelf):
    assert "Save this filter" not in admin.get(SECTIONS).content.decode()
    assert "Save this filter" in admin.get(f"{SECTIONS}?state=conflict").content.decode()
    saved = admin.post(SAVE, kept(), follow=True)
    assert saved.redirect_chain == [(f"{SECTIONS}?state=conflict", 302)]
    page = words(saved)
    assert "Conflicts" in page and "Sizes" in page and "Times" not in page
    assert "Conflicts" in words(admin.get(SECTIONS))
    assert "Conflicts" not in words(admin.get("/admin/topics/topic/"))
    row = SavedFilter.objects.get()
    admin.post(url("forget_filter", row.pk))
    assert not SavedFilter.objects.exists()


def test_one_of_the_same_name_is_replaced(admin, shelf):
    admin.post(SAVE, kept())
    admin.post(SAVE, kept(query="state=edited"))
    assert [row.query for row in SavedFilter.objects.all()] == ["state=edited"]


@pytest.mark.parametrize(
    "values",
    [
        {"page": "https://evil.example/"},
        {"page": "//evil.example/admin/topics/section/"},
        {"page": "/admin/"},
        {"page": "/admin/topics/section/1/change/"},
        {"page": "/curating/"},
        {"page": "/nowhere/"},
        {"page": ""},
        {"query": ""},
        {"query": "x" * 501},
    ],
)
def test_what_is_no_list_is_not_kept(admin, shelf, values):
    assert admin.post(SAVE, kept(**values)).status_code == 404
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_it_needs_a_name(admin, shelf, name):
    said = words(admin.post(SAVE, kept(name=name), follow=True))
    assert "Give the filter a name" in said and not SavedFilter.objects.exists()


def test_names_and_queries_are_text(admin, shelf):
    admin.post(SAVE, kept(name="<b>x</b>", query='q="><script>y</script>'))
    page = admin.get(SECTIONS).content.decode()
    assert "&lt;b&gt;x&lt;/b&gt;" in page and "<script>y" not in page


def test_there_is_room_for_thirty(admin, shelf, curator):
    SavedFilter.objects.bulk_create(
        SavedFilter(user=curator, **kept(name=f"Filter {n}")) for n in range(29)
    )
    admin.post(SAVE, kept(name="Filter 29"))
    said = admin.post(SAVE, kept(name="Filter 30"), follow=True)
    assert SavedFilter.objects.count() == 30 and "no room for more" in words(said)


def test_they_are_their_curator_s_alone(admin, client, shelf, alice, curator):
    admin.post(SAVE, kept())
    row = SavedFilter.objects.get()
    client.force_login(alice)
    assert client.post(SAVE, kept()).status_code == 403
    assert client.post(url("forget_filter", row.pk)).status_code == 403
    alice.is_staff = True
    alice.save()
    alice.groups.set(curator.groups.all())
    assert client.post(url("forget_filter", row.pk)).status_code == 404
    assert "Conflicts" not in words(client.get(SECTIONS))
    assert client.get(reverse("curating:save_filter")).status_code == 405
    curator.delete()
    assert not SavedFilter.objects.exists()
