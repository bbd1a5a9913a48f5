"""On databases that earlier commits have filled, curators find all that is theirs, and go on."""

import re

from tests.upgrades import tables
from tests.upgrades.conftest import Migrated
from tests.upgrades.visitor import Visitor

LOGGED = [
    "Time-outs",
    "Headers",
    "Status codes",
    "Jitter",
    "library, ",
    "What brokers cost",
    "zauderei, jitter",
]


def admin_list(site: Visitor, model: str) -> str:
    """The address of the list of a model in Django's admin, whichever app the model is in."""
    found = re.search(rf'"(/admin/\w+/{model}/)"', site.get("/admin/", by="cleo").text)
    assert found, f"The curator sees no {model} in the admin."
    return found[1]


def edit(site: Visitor, path: str, anchor: str, **changes: object) -> str:
    """The curator opens a section, types, and saves; the address of its form."""
    key = tables.section_id(site.query, path, anchor)
    form = f"{admin_list(site, 'section')}{key}/change/"
    opened = site.get(form, by="cleo")
    assert opened.status == 200, opened
    typed = {name: value for name, value in opened.form.items() if value not in (None, False)}
    saved = site.post(form, by="cleo", **{**typed, **changes})
    assert saved.status == 302, saved.words
    return form


def test_the_curator_sees_what_was_searched_for(site: Visitor) -> None:
    listed = site.get(admin_list(site, "searchlog"), by="cleo")
    assert listed.status == 200, listed.error
    assert [q for q in ("idempotent", "idempotnet", "quokka") if q not in listed.words] == []


def test_the_curator_has_the_rights_of_a_curator_in_a_new_database(
    upgraded: Migrated, new: Migrated
) -> None:
    expected = new.query(tables.RIGHTS)
    assert len(expected) >= 14
    assert upgraded.query(tables.RIGHTS) == expected
    assert upgraded.query(tables.CONTENT_TYPES) == new.query(tables.CONTENT_TYPES)


def test_the_curator_edits_a_section(site: Visitor) -> None:
    text = "Order holds inside one partition, said the axolotl.\n"
    site.command("rebuild_index")
    edit(site, "messaging/queues", "ordering", markdown=text)
    assert "said the axolotl" in site.get("/topics/messaging/queues/").words
    results = site.get("/api/v1/search", q="axolotl").json()["results"]
    assert [row["url"] for row in results] == ["/topics/messaging/queues/ordering/"]
    assert site.command("check_index")[0] == 0


def test_the_curator_settles_the_conflict(site: Visitor) -> None:
    key = tables.section_id(site.query, "http", "status-codes")
    form = f"{admin_list(site, 'section')}{key}/change/"
    both = site.get(form, by="cleo").words
    assert "Use 409, and say with what." in both
    assert "Use 409 where the request contradicts" in both  # a column is 60 characters wide
    edit(site, "http", "status-codes", markdown="Settled by an axolotl.", resolved="on")
    columns = "conflict_markdown, file_markdown LIKE '%contradicts%', markdown"
    row = tables.section_columns(site.query, key, columns)
    assert row == (None, True, "Settled by an axolotl.")
    assert "Settled by an axolotl." in site.get("/topics/http/").words


def test_the_curator_publishes_the_draft(site: Visitor) -> None:
    topics = admin_list(site, "topic")
    listed = site.get(topics, by="cleo", status__exact="draft")
    assert listed.words.count("What brokers cost") == 1
    opened = re.search(rf'"({topics}\d+/change/)', listed.text)
    assert opened
    typed = {k: v for k, v in site.get(opened[1], by="cleo").form.items() if v is not None}
    typed = {k: ",".join(v) if isinstance(v, list) else v for k, v in typed.items()}
    saved = site.post(opened[1], by="cleo", **{**typed, "status": "published"})
    assert saved.status == 302, saved.words
    results = site.get("/api/v1/search", q="quokka").json()["results"]
    assert [row["url"] for row in results] == ["/topics/pricing/"]


def test_the_curator_tries_a_synonym(site: Visitor) -> None:
    assert "zauderei, jitter" in site.get(admin_list(site, "synonym"), by="cleo", q="team").words
    workbench = "/curating/search/synonyms/"
    words = {"words": "axolotl, backpressure", "_synonym": "1"}
    tried = site.post(workbench, by="cleo", **words)
    assert tried.status == 302, tried.words
    assert "A worker tries it" in site.get(tried.location, by="cleo").words


def test_the_lines_of_the_admin_log_lead_to_what_was_changed(site: Visitor) -> None:
    lines = site.query(
        "SELECT l.object_repr, t.app_label, t.model, l.object_id FROM django_admin_log l"
        " JOIN django_content_type t ON t.id = l.content_type_id ORDER BY l.action_time, l.id"
    )
    assert len(lines) == len(LOGGED)
    for (name, app, model, key), expected in zip(lines, LOGGED, strict=True):
        assert name.startswith(expected)
        shown = site.get(f"/admin/{app}/{model}/{key}/change/", by="cleo")
        if shown.status == 302:  # synonyms are changed in the workbench
            shown = site.get(shown.location, by="cleo")
        assert shown.status == 200, (app, model, key)


def test_the_history_of_a_section_shows_who_edited_it(site: Visitor) -> None:
    key = tables.section_id(site.query, "http", "time-outs")
    history = site.get(f"{admin_list(site, 'section')}{key}/history/", by="cleo")
    assert history.status == 200
    assert "cleo" in history.words
    assert "Changed Markdown." in history.words
