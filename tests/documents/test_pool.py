import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from documents import Document, Refused, parse
from documents.parser_pool import ParserPool, answer, limited_parse

ROOT = Path(__file__).parents[2]
SLOW = b"[" * 80_000


def alive(pid: int) -> bool:
    """Whether a process runs: not gone, and not a zombie that waits for its parent."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


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
    assert str(answers["slow.md"]) == "took longer than 0.5 seconds of processor time"
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
        os.kill(pool.pids[0], signal.SIGKILL)
        answers = [found for _, found in pool.imap([("b.md", b"# B"), ("c.md", b"# C")])]
    assert answers[-1].title == "C"


def test_a_stream_that_was_given_up_does_not_disturb_the_next() -> None:
    with ParserPool(2) as pool:
        next(pool.imap([("a.md", b"# A"), ("slow.md", SLOW), ("b.md", b"# B")]))
        answers = [found.title for _, found in pool.imap([("c.md", b"# C"), ("d.md", b"# D")])]
    assert answers == ["C", "D"]


def test_a_worker_imports_no_django() -> None:
    code = "import sys, documents.parser_pool; print([m for m in sys.modules if 'django' in m])"
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert shown.stdout.strip() == b"[]"


def test_nothing_is_left_running() -> None:
    with ParserPool(2) as pool:
        pids = pool.pids
        list(pool.imap([("a.md", b"# A")]))
        assert all(map(alive, pids))
    assert not any(map(alive, pids))


def test_a_killed_parent_leaves_no_worker_behind() -> None:
    code = (
        "import time; from documents.parser_pool import ParserPool; pool = ParserPool(2)\n"
        "print(*pool.pids, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE)
    with parent:
        assert parent.stdout is not None
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(pids) == 2 and all(map(alive, pids))
        parent.kill()
    ends = time.monotonic() + 20
    while any(map(alive, pids)) and time.monotonic() < ends:
        time.sleep(0.05)
    assert not any(map(alive, pids))


def test_a_busy_machine_takes_nothing_from_a_file_s_time() -> None:
    with ParserPool(1, seconds=1) as pool:
        next(pool.imap([("warm.md", b"# A")]))
        stopped = pool.pids[0]
        answers = pool.imap([("a.md", b"# A")])
        os.kill(stopped, signal.SIGSTOP)
        timer = threading.Timer(1.5, os.kill, (stopped, signal.SIGCONT))
        timer.start()
        found = dict(answers)["a.md"]
    assert isinstance(found, Document)


# Each takes more time than the square of a paragraph's length allows, or much memory.
BOMBS = {
    "brackets": "[" * 200_000,
    "destinations": "[a](<b" * 40_000,
    "sections of data": "x <![CDATA[" * 40_000,
    "notes": "[^a]: x\n\n" + "[^a" * 100_000,
    "lazy lines": "> " * 90 + "a\n" + "b\n" * 100_000,
    "elements": "<div>\n" * 100_000,
    "markup": ("a*b_c[d " * 61_000 + "\n") * 10,
}


def test_no_bomb_goes_beyond_its_limit_and_what_follows_is_read() -> None:
    files = [(f"{name}.md", text.encode()) for name, text in BOMBS.items()]
    with ParserPool(2, seconds=0.5) as pool:
        answers = dict(pool.imap([*files, ("fine.md", b"# Fine")]))
    assert answers.pop("fine.md").title == "Fine"
    reasons = {name: str(found) for name, found in answers.items()}
    assert reasons == dict.fromkeys(answers, "took longer than 0.5 seconds of processor time")


def test_a_file_that_takes_too_much_memory_is_refused_and_the_others_are_read() -> None:
    greedy = b"[a]: " + b"b" * 400_000 + b"\n\n" + b"[a] " * 20_000
    with ParserPool(1) as pool:
        answers = dict(pool.imap([("a.md", greedy), ("b.md", b"# B")]))
    assert str(answers["a.md"]) == "takes too much memory"
    assert answers["b.md"].title == "B"


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

    monkeypatch.setattr("documents.parser_pool.parse", fail)
    assert str(answer(b"", "x", 10)) == reason
