"""The audit log: what was done is noted for good, in keys and not in names."""

import csv
import io
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from curating import audit, trials
from curating.models import AuditEntry, Proposal, Trial
from importer.edits import remove_topics, save_section
from importer.models import Change
from importer.purge import Wanted, purge
from search.models import Weight
from tests.admin.pages import words
from tests.factories import PASSWORD, make_user
from topics.models import Section, Topic

LOG = "/curating/log/"


def noted(**filters):
    rows = AuditEntry.objects.filter(**filters).order_by("pk")
    return [(row.kind, row.action, row.actor, row.target) for row in rows]


@pytest.fixture
def overseer(client, db):
    user = User.objects.create_superuser("overseer", "o@example.org", PASSWORD)
    client.force_login(user)
    return client


# For good


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE curating_auditentry SET actor = NULL",
        "DELETE FROM curating_auditentry",
        "TRUNCATE curating_auditentry",
        "TRUNCATE curating_auditentry CASCADE",
        "DELETE FROM curating_auditentry WHERE actor = 7",
        "INSERT INTO curating_auditentry (id, at, kind, action, target_kind, facts)"
        " SELECT id, at, kind, action, target_kind, facts FROM curating_auditentry"
        " ON CONFLICT (id) DO UPDATE SET actor = 1",
        "MERGE INTO curating_auditentry a USING curating_auditentry b ON a.id = b.id"
        " WHEN MATCHED THEN DELETE",
    ],
)
def test_no_statement_changes_or_deletes_an_entry(db, sql):
    AuditEntry.objects.create(kind="content", action="edit", actor=7)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE curating_auditentry ENABLE TRIGGER audit_log_stays")
        with pytest.raises(DatabaseError, match="for good"), transaction.atomic():
            cursor.execute(sql)
        cursor.execute("ALTER TABLE curating_auditentry DISABLE TRIGGER audit_log_stays")
    assert noted() == [("content", "edit", 7, None)]


def test_what_is_taken_back_is_not_noted(db, bring):
    bring({"a.md": "# A\n\nText.\n"})
    before = AuditEntry.objects.count()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        save_section(Section.objects.get(), markdown="Other.", title="A", user=None)
        raise ZeroDivisionError
    assert AuditEntry.objects.count() == before


# What is noted


def test_sign_ins_are_noted_with_the_account_alone(client, alice):
    wrong = {"login": "alice", "password": "wrong"}
    client.post(reverse("account_login"), wrong)
    assert noted(kind="sign-in") == []
    client.post(reverse("account_login"), {"login": "alice", "password": PASSWORD})
    assert noted(kind="sign-in") == [("sign-in", "signed in", alice.pk, None)]
    assert "alice" not in str(AuditEntry.objects.values())


def test_second_factors_are_noted_without_their_secrets(alice):
    factor = Authenticator.objects.create(user=alice, type="totp", data={"secret": "JBSWY3DP"})
    factor.record_usage()
    call_command("reset_second_factor", "alice", stdout=io.StringIO())
    assert noted(kind="sign-in") == [
        ("sign-in", "second factor added", None, alice.pk),
        ("sign-in", "second factor removed", None, alice.pk),
    ]
    assert "JBSWY3DP" not in str(AuditEntry.objects.values())
    assert [entry.facts for entry in AuditEntry.objects.filter(kind="sign-in")] == [
        {"what": "totp"}, {"what": "totp"},
    ]  # fmt: skip


def test_rights_are_noted_however_they_are_given(db):
    user = make_user("carol")
    group = Group.objects.get(name="curator")
    right = Permission.objects.first()
    user.groups.add(group)
    user.groups.add(group)
    user.user_permissions.set([right])
    user.user_permissions.clear()
    group.permissions.remove(*group.permissions.all()[:1])
    user.is_staff = True
    user.save()
    user.first_name = "C"
    user.save()
    key = user.pk
    user.delete()
    found = [(action, target) for _, action, _, target in noted(kind="rights")]
    assert found == [
        ("account made", key), ("rights given", key), ("rights given", key),
        ("all rights taken", key), ("rights taken", group.pk), ("flags changed", key),
        ("account deleted", key),
    ]  # fmt: skip
    assert "carol" not in str(AuditEntry.objects.values())
    assert AuditEntry.objects.get(action="flags changed").facts["is_staff"] is True


def test_content_is_noted_with_its_change(bring, curator):
    bring({"a.md": "# A\n\nSecret text.\n"})
    section = Section.objects.get()
    save_section(section, markdown="Another text.", title="A", user=curator, why="A reason.")
    remove_topics([Topic.objects.get()], user=curator)
    changes = list(Change.objects.order_by("pk"))
    assert noted(kind="content") == [
        ("content", change.kind, change.by_id, change.pk) for change in changes
    ]
    assert [change.kind for change in changes] == ["import", "edit", "removal"]
    assert AuditEntry.objects.filter(kind="content").first().facts["topics"] == 1
    log = str(AuditEntry.objects.values())
    assert "text" not in log.lower() and "reason" not in log


def test_answers_to_proposals_are_noted(bring, curator, alice):
    from curating import proposals

    bring({"a.md": "# A\n\nText.\n"})
    row = Proposal.objects.create(section=Section.objects.get(), author=alice, markdown="x")
    proposals.decline(row, by=curator, reason="Said in confidence.")
    assert noted(action="proposal declined") == [
        ("content", "proposal declined", curator.pk, row.pk)
    ]
    assert "confidence" not in str(AuditEntry.objects.values())


def test_settings_of_the_search_are_noted_when_they_are_saved(db, curator):
    trial = Trial.objects.create(kind="weights", values={"title": 1.5}, by=curator, result={"a": 1})
    assert noted(kind="settings") == []
    trials.save(trial)
    assert noted(kind="settings") == [("settings", "weights", curator.pk, trial.pk)]
    assert Weight.objects.get(name="title").value == 1.5


def test_exports_are_noted(learner, alice, overseer, client):
    client.force_login(alice)
    client.get(reverse("accounts:export_json"))
    client.force_login(User.objects.get(username="overseer"))
    client.post(f"{LOG}audit.csv")
    assert [action for _, action, _, _ in noted(kind="export")] == ["own data", "audit log"]


# What is shown


def test_a_deleted_account_takes_away_who_it_was(overseer, alice):
    audit.note(audit.Kind.CONTENT, "edit", by=alice)
    assert "alice" in words(overseer.get(LOG, {"kind": "content"}))
    key = alice.pk
    alice.delete()
    page = words(overseer.get(LOG, {"kind": "content"}))
    assert "alice" not in page and f"account deleted #{key}" in page


def test_a_purge_leaves_that_something_was_done(bring, curator):
    bring({"a.md": "# A\n\nThe password is hunter22.\n"})
    save_section(
        Section.objects.get(), markdown="hunter22!", title="A", user=curator, why="hunter22"
    )
    before = AuditEntry.objects.count()
    assert not purge(Wanted(text="hunter22"), dry_run=False).left
    assert AuditEntry.objects.count() >= before
    assert "hunter22" not in str(AuditEntry.objects.values())


def test_entries_are_filtered_by_kind_person_and_day(overseer, alice, bob):
    rows = [
        AuditEntry(kind="content", action="one", actor=alice.pk),
        AuditEntry(kind="settings", action="two", actor=bob.pk),
        AuditEntry(
            kind="content", action="old", actor=bob.pk, at=timezone.now() - timedelta(days=9)
        ),
    ]
    AuditEntry.objects.bulk_create(rows)
    today = timezone.now().date().isoformat()

    def actions(**query):
        found = overseer.get(LOG, query).context["entries"]
        return [row.action for row, *_ in found if row.action in ("one", "two", "old")]

    assert actions() == ["old", "two", "one"]
    assert actions(kind="content") == ["old", "one"]
    assert actions(actor="bob") == ["old", "two"]
    assert actions(actor=f"#{alice.pk}") == ["one"]
    assert actions(actor="nobody") == actions(actor="#x") == []
    assert actions(begins=today) == ["two", "one"]
    assert actions(ends=(timezone.now() - timedelta(days=8)).date().isoformat()) == ["old"]
    assert actions(begins="yesterday") == actions(kind="x") == []


def test_curators_see_content_and_settings_alone(admin, alice):
    audit.note(audit.Kind.SIGN_IN, "signed in", by=alice)
    audit.note(audit.Kind.SETTINGS, "weights", by=alice)
    found = {row.kind for row, *_ in admin.get(LOG).context["entries"]}
    assert found == {"settings"}
    text = b"".join(admin.post(f"{LOG}audit.csv").streaming_content).decode()
    assert "sign-in" not in text
    assert admin.get(LOG, {"kind": "sign-in"}).context["entries"] == []


def test_others_see_nothing(learner):
    assert learner.get(LOG).status_code == learner.post(f"{LOG}audit.csv").status_code == 403


def test_the_csv_holds_keys_and_obeys_the_filters(overseer, alice):
    audit.note(audit.Kind.CONTENT, "edit", by=alice, target=alice, sections=3)
    audit.note(audit.Kind.SETTINGS, "weights", by=alice)
    answer = overseer.post(f"{LOG}audit.csv?kind=content")
    text = b"".join(answer.streaming_content).decode()
    head, row = list(csv.reader(io.StringIO(text)))
    assert head[2:7] == ["kind", "action", "actor", "target_kind", "target"]
    assert row[2:7] == ["content", "edit", str(alice.pk), "user", str(alice.pk)]
    assert answer["Content-Type"].startswith("text/csv") and "alice" not in text


def test_the_log_takes_as_many_queries_for_much_as_for_little(
    overseer, alice, django_assert_max_num_queries
):
    AuditEntry.objects.bulk_create(
        AuditEntry(kind="content", action="edit", actor=alice.pk) for _ in range(3000)
    )
    with django_assert_max_num_queries(6):
        page = overseer.get(LOG)
    assert len(page.context["entries"]) == 100
    older = overseer.get(LOG, {"before": page.context["older"]})
    assert older.context["entries"][0][0].pk < page.context["entries"][-1][0].pk


def test_nobodys_deed_is_shown(overseer, bring):
    bring({"a.md": "# A\n\nText.\n"})
    assert "–" in words(overseer.get(LOG, {"kind": "content"}))


@pytest.mark.parametrize("name", ["begins", "ends"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "10000-01-01", "2026-02-30", "x"])
def test_the_log_may_be_asked_for_any_day(client, overseer, name, day):
    assert client.get(LOG, {name: day}).status_code == 200
    assert client.post(f"{LOG}audit.csv?{name}={day}").status_code == 200


def test_the_last_day_that_there_is_leaves_all_entries(client, overseer):
    AuditEntry.objects.create(kind="content", action="edit")
    shown = client.get(LOG, {"kind": "content", "ends": "9999-12-31"}).context["entries"]
    assert len(shown) == 1


def test_the_log_says_who_gave_rights_in_admin(client, overseer, alice):
    group = Group.objects.create(name="writers")
    values = {"username": "alice", "date_joined_0": "2026-01-01", "date_joined_1": "10:00:00"}
    values |= {"is_active": "on", "is_staff": "on", "groups": [group.pk]}
    client.post(f"/admin/auth/user/{alice.pk}/change/", values)
    made = {"username": "dora", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/admin/auth/user/add/", made | {"usable_password": "true"})
    client.post(f"/admin/auth/user/{alice.pk}/delete/", {"post": "yes"})
    chief, dora = User.objects.get(username="overseer"), User.objects.get(username="dora")
    expected = [
        ("rights", "flags changed", chief.pk, alice.pk),
        ("rights", "rights given", chief.pk, alice.pk),
        ("rights", "account made", chief.pk, dora.pk),
        ("rights", "account deleted", chief.pk, alice.pk),
    ]
    assert [row for row in noted(kind="rights") if row[2]] == expected
    User.objects.create_user("outside")  # what no page did is nobody's
    assert noted(action="account made")[-1][2] is None
