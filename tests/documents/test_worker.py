import subprocess
import sys
import threading
from pathlib import Path

import pytest

from documents import Document, Refused, parse
from documents.worker import ParserPool, answer, limited_parse

SLOW = b"[" * 40_000


def test_documents_come_back_in_order() -> None:
    files = [(f"{number}.md", f"# Title {number}\n".encode()) for number in range(50)]
    with ParserPool(2) as pool:
        answers = list(pool.imap(files))
    assert [path for path, _ in answers] == [path for path, _ in files]
    assert [found.title for _, found in answers if isinstance(found, Document)] == [
        f"Title {number}" for number in range(50)
    ]


def test_a_slow_file_is_refused_and_the_others_are_read() -> None:
    files = [("a.md", b"# A"), ("slow.md", SLOW), ("b.md", b"# B"), ("c.md", b"# C")]
    with ParserPool(2, seconds=0.5) as pool:
        answers = dict(pool.imap(files))
    assert str(answers["slow.md"]) == "took longer than 0.5 seconds"
    assert [answers[name].title for name in ("a.md", "b.md", "c.md")] == ["A", "B", "C"]


def test_a_refusal_comes_back_with_its_line() -> None:
    with ParserPool(1, limit_bytes=20) as pool:
        answers = dict(pool.imap([("a.md", b"ok\n\x00"), ("b.md", b"x" * 21), ("c.md", b"# C")]))
    assert str(answers["a.md"]) == "line 2: contains a NUL character, so it is not text"
    assert str(answers["b.md"]).startswith("is 0.0 MB")
    assert answers["c.md"].title == "C"


def test_a_pool_reads_only_a_little_ahead() -> None:
    taken: list[int] = []

    def files():
        for number in range(1_000):
            taken.append(number)
            yield f"{number}.md", b"# T"

    with ParserPool(1) as pool:
        stream = pool.imap(files())
        next(stream)
        assert len(taken) < 20


def test_a_worker_that_died_is_replaced() -> None:
    with ParserPool(1) as pool:
        assert next(pool.imap([("a.md", b"# A")]))[1].title == "A"
        pool._workers[0].process.kill()
        pool._workers[0].process.wait()
        answers = [found for _, found in pool.imap([("b.md", b"# B"), ("c.md", b"# C")])]
    assert answers[-1].title == "C"


def test_a_stream_that_was_given_up_does_not_disturb_the_next() -> None:
    with ParserPool(2) as pool:
        next(pool.imap([("a.md", b"# A"), ("slow.md", SLOW), ("b.md", b"# B")]))
        answers = [found.title for _, found in pool.imap([("c.md", b"# C"), ("d.md", b"# D")])]
    assert answers == ["C", "D"]


def test_a_worker_imports_no_django() -> None:
    code = "import sys, documents.worker; print([m for m in sys.modules if 'django' in m])"
    root = Path(__file__).parents[2]
    shown = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, check=True)
    assert shown.stdout.strip() == b"[]"


def test_nothing_is_left_running() -> None:
    with ParserPool(2) as pool:
        processes = [worker.process for worker in pool._workers]
        list(pool.imap([("a.md", b"# A")]))
    assert all(process.poll() is not None for process in processes)


def test_one_document_can_be_parsed_within_limits_from_any_thread() -> None:
    found: list[str] = []
    threads = [
        threading.Thread(
            target=lambda n=number: found.append(limited_parse(f"# {n}".encode(), path="x").title)
        )
        for number in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["0", "1", "2", "3"]
    with pytest.raises(Refused, match="NUL"):
        limited_parse(b"\x00", path="x")


def test_the_worker_says_what_parse_says() -> None:
    assert limited_parse(b"# A\n\n[b](c)", path="x.md") == parse(b"# A\n\n[b](c)", path="x.md")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (RecursionError(), "is nested too deeply"),
        (MemoryError(), "takes too much memory"),
        (ValueError("odd"), "could not be parsed: ValueError: odd"),
    ],
)
def test_every_failure_is_a_refusal(
    monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise error

    monkeypatch.setattr("documents.worker.parse", fail)
    assert str(answer(b"", "x", 10)) == reason
