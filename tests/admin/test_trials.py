"""Changes of the search are tried before they are saved, on golden and logged queries."""

from datetime import timedelta

import pytest
from django.utils import timezone

from curating import tasks, trials
from curating.models import Trial
from jobs.models import Job
from search.models import GoldenQuery, Synonym, Weight
from tests.admin.pages import url, words
from tests.admin.searching import golden, log
from tests.jobs.running import run_due
from topics.models import content_version


def test_weights_are_tried_on_golden_and_logged_queries_and_taken_back(shelf, admin):
    golden("isolation level", shelf["isolation"])
    golden("lock", shelf["streams"])
    log("lock wait", 2)
    form = admin.get(url("weights")).context["form"]
    values = {name: form[name].value() for name in form.fields}
    assert "You have not changed anything yet." in words(admin.post(url("weights"), values))
    too_high = admin.post(url("weights"), {**values, "title": "11"})
    assert too_high.status_code == 200 and Trial.objects.count() == 0
    trial = admin.post(url("weights"), {**values, "title": "0", "missing": "1"})["location"]
    assert Trial.objects.get().values == {"title": 0.0, "missing": 1.0}
    run_due()
    assert Weight.objects.get(name="title").value == 2
    assert "1 of 2 hold before, 1 after." in words(admin.get(trial))
    admin.post(trial)
    assert Weight.objects.get(name="title").value == 0


def test_a_trial_tells_of_places_that_change(shelf):
    one = golden("growing pause", shelf["isolation"], within=1)
    trial = Trial(
        kind="synonym",
        values={"words": ["growing pause"], "expansions": ["isolation level"], "note": ""},
    )
    before = content_version()
    result = trials.tried(trial)
    [[query, old, new, held, holds]] = result["golden"]
    assert (query, old, held) == (one.query, 0, False) and new > 0 and holds is (new == 1)
    assert content_version() == before and Synonym.objects.count() == 0


def test_a_trial_asks_the_latest_thousand_searches_once_each(shelf, monkeypatch):
    monkeypatch.setattr(trials, "LOGGED", 5)
    log("too old")
    log("lock", 2, times=4)
    log("streams", 1)
    assert trials.logged_queries() == [("lock", 4), ("streams", 1)]
    told = []
    trial = Trial(kind="weights", values={"title": 1.0})
    trials.tried(trial, lambda done, total: told.append((done, total)))
    assert told == [(4, 4)]


def test_a_trial_waits_while_an_import_runs(shelf, monkeypatch):
    from importer.edits import UNDER_WAY, EditRefused

    trial = Trial.objects.create(kind="weights", values={"title": 1.0})
    log("lock", 2)
    monkeypatch.setattr(
        "curating.trials.without_imports", lambda: (_ for _ in ()).throw(EditRefused(UNDER_WAY))
    )
    monkeypatch.setattr("curating.tasks.import_is_under_way", lambda: True)
    tasks.try_change.enqueue(trial.pk)
    [job] = run_due()[:1]
    assert (job.state, job.attempts) == ("READY", 0)


def test_a_trial_that_fails_leaves_what_was_there(shelf, admin, monkeypatch):
    monkeypatch.setattr(trials, "_seen", lambda query, step: 1 / 0)
    log("lock", 2)
    trial = Trial.objects.create(kind="weights", values={"title": 0.0})
    trial.job = tasks.try_change.enqueue(trial.pk).pk
    trial.save()
    Job.objects.update(max_attempts=1)
    run_due()
    assert Weight.objects.get(name="title").value == 2
    assert "It could not be tried. Nothing was saved." in words(admin.get(url("trial", trial.pk)))
    admin.post(url("trial", trial.pk))
    assert Weight.objects.get(name="title").value == 2


def test_golden_queries_are_edited_run_and_deleted(shelf, admin):
    address = shelf["isolation"].get_absolute_url()
    values = {"query": "Isolation  Level", "address": address, "within": "1"}
    admin.post(url("golden"), values)
    row = GoldenQuery.objects.get()
    assert (row.query, row.section, row.place) == ("isolation level", shelf["isolation"], None)
    assert "not run yet" in words(admin.get(url("golden")))
    admin.post(url("golden_act"))
    admin.post(url("golden_act"))
    assert admin.get(url("golden"))["Refresh"] == "2"
    assert [job.result for job in run_due()] == [[1, 1]]
    assert "1 of 1 hold" in words(admin.get(url("golden")))
    other = shelf["streams"].get_absolute_url()
    admin.post(f"{url('golden')}?key={row.pk}", {**values, "address": other, "within": "3"})
    tasks.measure_golden.call(type("Context", (), {"report": lambda *args: None}))
    row.refresh_from_db()
    assert (row.place, row.place_before, row.within) == (0, 1, 3)
    assert "0 of 1 hold" in words(admin.get(url("golden")))
    assert admin.post(url("golden_act"), {"delete": row.pk}).status_code == 302
    assert GoldenQuery.objects.count() == 0


@pytest.mark.parametrize(
    "values",
    [
        {"query": "", "address": "/topics/data/", "within": "1"},
        {"query": "x", "address": "/topics/none/", "within": "1"},
        {"query": "x", "address": "http://[", "within": "1"},
        {"query": "x", "address": "/topics/data/", "within": "0"},
        {"query": "x", "address": "/topics/data/", "within": "11"},
        {"query": "taken", "address": "/topics/data/", "within": "1"},
    ],
)
def test_a_golden_query_that_could_not_be_run_is_refused(shelf, admin, values):
    golden("taken", shelf["streams"])
    assert admin.post(url("golden"), values).status_code == 200
    assert GoldenQuery.objects.count() == 1


def test_any_section_of_the_topic_answers_where_that_was_said(shelf):
    from search.golden import measure

    golden("transaction wait", shelf["isolation"])
    golden("wait lock", shelf["isolation"], whole_topic=True)
    measure()
    places = dict(GoldenQuery.objects.values_list("query", "place"))
    assert places["wait lock"] == 1 and places["transaction wait"] != 1


def test_golden_queries_are_run_at_night():
    assert tasks.measure_golden.cron and tasks.begin_and_end_pins.cron


def test_old_trials_go(shelf):
    Trial.objects.create(kind="weights", values={}, at=timezone.now() - timedelta(days=91))
    Trial.objects.create(kind="weights", values={})
    assert tasks.clear_trials.call() == 1
