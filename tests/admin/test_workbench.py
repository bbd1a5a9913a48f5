"""The workbench of search: from a search that found nothing to an answer, tried before."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from curating import tasks
from curating.models import HandledQuery, Trial
from curating.searches import asked
from importer.purge import Wanted, purge
from search.engine import search
from search.models import GoldenQuery, Pin, Synonym
from tests.admin.pages import url, words
from tests.admin.searching import golden, listed, log
from tests.jobs.running import run_due
from topics.models import Topic, content_version

# The lists


def test_queries_are_listed_by_count_with_their_trend(shelf):
    log("quokka", times=3)
    log("quokka", times=1, days=40)
    log("numbat", times=5, days=45)
    log("numbat", times=2)
    log("echidna", times=4, days=100)
    assert listed("fruitless") == [("quokka", 3, 2), ("numbat", 2, -3)]


def test_a_query_that_finds_something_by_now_is_not_fruitless(shelf):
    log("streams", 0, times=9)
    log("streams", 4)
    assert listed("fruitless") == []
    assert listed("unopened") == [("streams", 10, 10)]


def test_results_that_nobody_opened_are_listed_from_the_second_search_on(shelf):
    log("once", 3)
    log("seen", 3, times=4)
    log("seen", 3, opened=shelf["streams"])
    log("unseen", 3, times=2)
    assert listed("unopened") == [("unseen", 2, 2)]


def test_corrections_are_listed_that_somebody_took_back(shelf, client, settings):
    from search.log import write_waiting

    settings.SEARCH_LOG, settings.SEARCH_LOG_THREAD = True, False
    client.get("/search/", {"q": "kuberntes"})
    assert listed("undone") == []
    client.get("/search/", {"q": "kuberntes", "exact": "1"})
    write_waiting()
    [row] = asked("undone")
    assert (row.query, row.corrected, row.undone) == ("kuberntes", "kubernetes", 1)


def test_the_lists_take_one_query_for_any_number(shelf, admin, django_assert_max_num_queries):
    for n in range(120):
        log(f"query {n}", times=2)
    for kind in ("fruitless", "unopened", "undone", "handled"):
        with django_assert_max_num_queries(7):
            assert admin.get(url("workbench"), {"kind": kind}).status_code == 200
    first = admin.get(url("workbench")).context
    assert (len(first["rows"]), first["later"]) == (50, 2)
    last = admin.get(url("workbench"), {"page": "3"}).context
    assert (len(last["rows"]), last["later"], last["earlier"]) == (20, None, 2)


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999", "²"])
def test_an_odd_page_is_no_error(shelf, admin, page):
    assert admin.get(url("workbench"), {"page": page}).status_code == 200


def test_each_row_offers_five_ways_out(shelf, admin):
    log("<script>alert(1)</script>&q=a+b")
    page = admin.get(url("workbench")).content.decode()
    assert "<script>alert(1)" not in page
    for words_of in ("Synonym", "Best result", "Redirect", "New topic", "Not ours"):
        assert words_of in page
    assert "q=%3Cscript%3Ealert%281%29%3C%2Fscript%3E%26q%3Da%2Bb" in page


def test_nobody_but_curators_sees_any_of_it(shelf, client, alice):
    client.force_login(alice)
    for name in ("workbench", "query", "weights", "synonyms", "golden", "explanation"):
        assert client.get(url(name)).status_code == 403, name
    for name in ("answer", "golden_act"):
        assert client.post(url(name), {"q": "x", "_not_ours": "1"}).status_code == 403, name
    trial = Trial.objects.create(kind="weights", values={})
    assert client.post(url("trial", trial.pk)).status_code == 403


# What answers a query


def handled():
    row = HandledQuery.objects.get()
    return row.query, row.how, row.results_before, row.results_after


def test_not_ours_takes_a_query_off_the_list_until_it_is_searched_for_again(shelf, admin, curator):
    log("quokka")
    admin.post(url("answer"), {"q": "Quokka", "_not_ours": "1"})
    assert listed("fruitless") == [] and handled() == ("quokka", "not ours", 0, 0)
    assert HandledQuery.objects.get().by == curator
    log("quokka", days=-0.001)
    assert listed("fruitless") == [("quokka", 1, 1)]


def test_a_best_result_is_tried_at_once_and_saved(shelf, admin):
    log("quokka", times=2)
    values = {"q": "quokka", "section": shelf["streams"].pk, "_pin": "1", "label": "Here"}
    trial = admin.post(url("answer"), values)["location"]
    assert Pin.objects.count() == 0 and search("quokka").total == 0
    page = words(admin.get(trial))
    assert "1 of 1 query has other first rows." in page and "Node.js" not in page
    assert admin.post(trial)["location"].endswith("query/?q=quokka")
    assert search("quokka").hits[0].label == "Here"
    assert handled() == ("quokka", "pin", 0, 1)
    page = words(admin.get(url("query"), {"q": "quokka"}))
    assert "Results before: 0, after that: 1." in page and "Streams" in page
    assert listed("fruitless") == []


def test_readers_are_sent_to_an_address_that_a_curator_gives(shelf, admin, client):
    address = shelf["isolation"].get_absolute_url()
    for given in (f"http://testserver{address}", address, "data/#section", " /topics/nowhere/ "):
        values = {"q": "acid", "address": given, "_redirect": "1"}
        answer = admin.post(url("answer"), values)
        if answer.status_code == 302:
            admin.post(answer["location"])
            assert client.get("/search/", {"q": "acid"})["location"] == address
            Pin.objects.all().delete()
        else:
            assert "Nothing is published at this address." in words(answer), given


def test_a_pin_with_dates_is_kept_with_them(shelf, admin):
    values = {"q": "acid", "section": shelf["isolation"].pk, "_pin": "1"}
    wrong = {**values, "begins": "2026-05-02", "ends": "2026-05-01"}
    assert "It would end before it begins." in words(admin.post(url("answer"), wrong))
    assert Trial.objects.count() == 0
    right = {**values, "begins": "2026-05-01", "ends": "2026-05-02"}
    admin.post(admin.post(url("answer"), right)["location"])
    pin = Pin.objects.get()
    assert (str(pin.begins), str(pin.ends), pin.key) == ("2026-05-01", "2026-05-02", "acid")
    admin.post(admin.post(url("answer"), {"q": "acid", "_unpin": pin.pk})["location"])
    assert Pin.objects.count() == 0


@pytest.mark.parametrize("q", ["topic:data locks", '"a phrase"', "-quokka streams", "has:code"])
def test_what_pins_cannot_know_is_said(shelf, admin, q):
    values = {"q": q, "section": shelf["streams"].pk, "_pin": "1"}
    answer = admin.post(url("answer"), values, follow=True)
    assert "cannot be answered so" in words(answer) and Trial.objects.count() == 0


@pytest.mark.parametrize("section", ["0", "x", "99999999", ""])
def test_a_section_that_is_not_there_is_not_pinned(shelf, admin, section):
    answer = admin.post(url("answer"), {"q": "acid", "section": section, "_pin": "1"})
    assert answer.status_code == 200 and Trial.objects.count() == 0


def test_a_synonym_is_tried_by_a_worker_and_the_query_run_again(shelf, admin):
    log("k8s", times=4)
    log("growing pause", 12)
    values = {"q": "k8s", "words": "k8s, kubernetes", "_synonym": "1"}
    trial = admin.post(url("answer"), values)["location"]
    waiting = admin.get(trial)
    assert waiting["Refresh"] == "2" and "A worker tries it" in words(waiting)
    assert "Wait until it has been tried." in words(admin.post(trial, follow=True))
    assert [job.state for job in run_due()] == ["SUCCESSFUL"]
    assert Synonym.objects.count() == 0 and search("k8s").total == 0
    page = words(admin.get(trial))
    assert "1 of 2 queries have other first rows." in page and "Kubernetes" in page
    admin.post(trial)
    assert handled() == ("k8s", "synonym", 0, 1)
    assert "Saved on" in words(admin.get(trial))
    assert "saved already" in words(admin.post(trial, follow=True))
    assert Synonym.objects.count() == 1


@pytest.mark.parametrize(
    ("words_of", "expansions", "says"),
    [
        ("k8s", "", "It takes two words at least."),
        ("k8s, k8s", "", "It takes two words at least."),
        ("!!!, k8s", "", "holds no word"),
        (", ".join(f"w{n}" for n in range(21)), "", "At most 20 words"),
        ("x" * 101 + ", y", "", "At most 20 words"),
        ("", "y", "This field is required."),
    ],
)
def test_a_synonym_that_could_find_nothing_is_refused(shelf, admin, words_of, expansions, says):
    values = {"words": words_of, "expansions": expansions}
    assert says in words(admin.post(url("answer"), {"q": "k8s", "_synonym": "1", **values}))
    assert says in words(admin.post(url("synonyms"), {"_synonym": "1", **values}))
    assert Trial.objects.count() == 0


def test_a_synonym_is_changed_and_removed_after_a_trial(shelf, admin):
    row = Synonym.objects.create(words=["k8s", "kubernetes"])
    assert 'value="k8s, kubernetes"' in admin.get(url("synonyms"), {"key": row.pk}).content.decode()
    values = {"key": row.pk, "words": "k8s, kube", "expansions": "kubernetes", "note": "n"}
    trial = admin.post(url("synonyms"), {**values, "_synonym": "1"})["location"]
    run_due()
    assert admin.post(trial)["location"] == url("synonyms")
    row.refresh_from_db()
    assert (row.words, row.expansions, row.note) == (["k8s", "kube"], ["kubernetes"], "n")
    trial = admin.post(url("synonyms"), {**values, "_remove": "1"})["location"]
    run_due()
    assert Synonym.objects.count() == 1
    admin.post(trial)
    assert Synonym.objects.count() == 0
    row_values = {"key": row.pk, "words": ["a", "b"], "expansions": [], "note": ""}
    late = Trial.objects.create(
        kind="synonym", result={}, values={**row_values, "is_removed": False}
    )
    assert "removed this synonym" in words(admin.post(url("trial", late.pk), follow=True))


def test_a_new_topic_answers_a_query_and_its_page_says_so(shelf, admin):
    log("quokka")
    form = admin.get(url("add_topic"), {"title": "quokka", "answers": "quokka"}).context["form"]
    assert (form["title"].value(), form["answers"].value()) == ("quokka", "quokka")
    typed = {"title": "Quokka", "answers": "quokka", "markdown": "A quokka smiles."}
    answer = admin.post(url("add_topic"), typed)
    assert answer["location"].endswith("query/?q=quokka")
    assert handled() == ("quokka", "topic", 0, 1)
    assert HandledQuery.objects.get().first.topic == Topic.objects.get(title="Quokka")


def test_pages_are_made_anew_on_the_day_on_which_a_pin_begins_or_after_its_last(shelf):
    day = timezone.now().date()
    pin = Pin.objects.create(query="x", key="x", section=shelf["streams"], begins=day)
    before = content_version()
    assert tasks.begin_and_end_pins.call() == 1 and content_version() == before + 1
    Pin.objects.filter(pk=pin.pk).update(begins=None, ends=day - timedelta(days=1))
    assert tasks.begin_and_end_pins.call() == 1
    Pin.objects.update(ends=day)
    assert tasks.begin_and_end_pins.call() == 0


# Explaining


def test_why_one_stands_above_another_is_told(shelf, admin):
    log("lock", 2)
    page = words(admin.get(url("explanation"), {"q": "waiting transaction"}))
    assert "ranks above" in page and "Score" in page
    both = {"q": "lock", "section": shelf["waiting"].pk, "other": shelf["streams"].pk}
    page = words(admin.get(url("explanation"), both))
    assert "“Waiting for a lock” ranks above “Streams”" in page and "nowhere" in page


@pytest.mark.parametrize(
    "query", ["", "q=", "q=zzzz", "q=lock&section=x", "q=lock&section=0&other=9"]
)
def test_odd_questions_for_an_explanation_are_no_errors(shelf, admin, query):
    assert admin.get(f"{url('explanation')}?{query}").status_code == 200


def test_hidden_sections_are_not_explained(shelf, admin):
    Topic.objects.filter(path="data").update(status="draft")
    page = admin.get(url("explanation"), {"q": "lock", "section": shelf["waiting"].pk})
    assert page.context["pairs"] == []


# Purging


def test_a_purge_takes_queries_away_with_all_that_was_done_about_them(shelf):
    Pin.objects.create(query="my hunter22 key", key="x", section=shelf["streams"], label="hunter22")
    Pin.objects.create(query="other", key="y", section=shelf["streams"], label="hunter22")
    golden("hunter22", shelf["streams"])
    HandledQuery.objects.create(query="hunter22 twice", how="pin")
    Trial.objects.create(
        kind="synonym", query="q", values={"words": ["hunter22"]}, result={"a": "hunter22"}
    )
    done = purge(Wanted(text="Hunter22".lower()), dry_run=False)
    assert not done.left
    assert Pin.objects.get().label == "[removed]"
    assert not GoldenQuery.objects.exists() and not HandledQuery.objects.exists()
    assert "hunter22" not in str(Trial.objects.values())


def test_a_deleted_account_leaves_what_was_done_without_a_name(shelf, curator):
    HandledQuery.objects.create(query="x", how="pin", by=curator)
    Trial.objects.create(kind="weights", values={}, by=curator)
    User.objects.filter(pk=curator.pk).delete()
    assert HandledQuery.objects.get().by is None and Trial.objects.get().by is None
