"""Measures on judged collections, and the commands that print."""

import json
import random
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from benchmarks.evaluation import judge, misspell
from tests.search.library import Part, add_topic
from topics.models import Section


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    documents = [
        {"_id": "d1", "title": "Connection pools", "text": "A pool keeps connections open."},
        {"_id": "d2", "title": "Queues", "text": "A queue keeps messages."},
        {"_id": "d3", "title": "", "text": "Streams of bytes."},
    ]
    queries = [{"_id": "q1", "text": "connection pool"}, {"_id": "q2", "text": "messages"}]
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, documents)))
    (tmp_path / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)))
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td3\t0\nq2\td3\t1\n"
    )
    return tmp_path


def test_measures_are_the_textbook_ones() -> None:
    assert judge(["a", "b"], {"a": 1}) == (1.0, 1.0, 1.0, 1.0)
    ndcg, reciprocal, first, recall = judge(["x", "a"], {"a": 1, "b": 1})
    assert round(ndcg, 4) == 0.3869
    assert (reciprocal, first, recall) == (0.5, 0.0, 0.5)
    assert judge([], {"a": 1}) == (0.0, 0.0, 0.0, 0.0)


def test_one_word_of_five_letters_or_more_is_misspelt_and_always_the_same_way() -> None:
    wrong = misspell("the queue of work", random.Random(7))
    assert wrong == misspell("the queue of work", random.Random(7))
    assert wrong.split()[0] == "the" and wrong.split()[2:] == ["of", "work"]
    assert misspell("a bee in it", random.Random(7)) == "a bee in it"


@pytest.mark.django_db
def test_a_collection_is_measured_and_leaves_nothing_behind(
    collection: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("evaluate_search", str(collection))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["nDCG@10", "MRR@10", "succ@1", "rec@100"]
    assert lines[1].split() == [collection.name, "0.5000", "0.5000", "0.5000", "0.5000"]
    assert lines[2].startswith("  with typing errors")
    assert Section.objects.count() == 0


@pytest.mark.django_db
def test_what_is_no_collection_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is no collection in BEIR layout"):
        call_command("evaluate_search", str(tmp_path))


@pytest.mark.django_db
def test_the_search_command_prints_rows_or_json(capsys: pytest.CaptureFixture[str]) -> None:
    add_topic("Guide", Part("Pools", "A pool.", number="1"), path="guide")
    call_command("search", "pool")
    out = capsys.readouterr().out
    assert "  1. 1 Pools\n     Guide\n     /topics/guide/s1/\n       A pool.\n" in out
    assert "Topic: Guide (1)\nKind: Article (1)\n1 found" in out
    call_command("search", "pools", "--format", "json", "--limit", "1")
    assert json.loads(capsys.readouterr().out)["hits"][0]["title"] == "Pools"


@pytest.mark.parametrize(
    ("command", "arguments"), [("coverage", ["some/outline"]), ("evaluate_search", ["some/folder"])]
)
def test_where_the_measuring_tools_are_not_installed_their_commands_say_so(
    monkeypatch: pytest.MonkeyPatch, command: str, arguments: list[str]
) -> None:
    for name in ("benchmarks.coverage", "benchmarks.evaluation", "benchmarks"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(CommandError, match="needs the folder benchmarks/"):
        call_command(command, *arguments)
