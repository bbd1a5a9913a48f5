"""Parsing in processes of their own, within limits of processor time and memory.

A worker is a fresh Python that imports this package only, so that it holds no database connection
and no lock of its parent. The kernel ends it when a file takes too much processor time; it ends by
itself when its standard input closes, even when the parent was killed.
"""

import atexit
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import cast

from .parser import LIMIT_BYTES, parse
from .values import Document, Include, Refused

SECONDS = 10.0  # of processor time
MEMORY_BYTES = 1024 * 1024 * 1024
# Files that each worker may have waiting or done beyond the one being yielded.
AHEAD = 8

Answer = Document | Refused


class _Worker:
    """One process that parses one file at a time, started again when it was ended."""

    def __init__(self, seconds: float, limit_bytes: int) -> None:
        self.seconds = seconds
        self.limit_bytes = limit_bytes
        self._start()

    def _start(self) -> None:
        root = str(Path(__file__).resolve().parents[1])
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "documents.parser_pool",
                str(self.seconds),
                str(self.limit_bytes),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=root,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )

    def ask(self, path: str, data: bytes, tool: str, include: Include | None) -> Answer:
        if self.process.poll() is not None:
            self._restart()
        assert self.process.stdin is not None and self.process.stdout is not None
        try:
            pickle.dump((path, data, tool, include), self.process.stdin)
            self.process.stdin.flush()
            return cast(Answer, pickle.load(self.process.stdout))
        except (OSError, EOFError, pickle.UnpicklingError):
            ended = self.process.wait()
            self._restart()
        if ended == -signal.SIGPROF:
            return Refused(f"took longer than {self.seconds:g} seconds of processor time")
        return Refused("the worker that parsed it died")

    def _restart(self) -> None:
        self.stop()
        self._start()

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    # What was still to be written has no reader any more.
                    continue


class ParserPool:
    """Workers that parse a stream of files in parallel; a context manager.

    A file is refused when parsing it takes more than `seconds` of processor time, however busy the
    machine is, or more than MEMORY_BYTES of memory. `tool` and `include` are those of
    `parse`; `include` goes to the workers pickled, so it must not need Django.
    """

    def __init__(
        self,
        processes: int = 2,
        *,
        seconds: float = SECONDS,
        limit_bytes: int = LIMIT_BYTES,
        tool: str = "",
        include: Include | None = None,
    ) -> None:
        self.limit_bytes = limit_bytes
        self.tool, self.include = tool, include
        self._workers = [_Worker(seconds, limit_bytes) for _ in range(processes)]
        self._idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        for worker in self._workers:
            self._idle.put(worker)
        self._threads = ThreadPoolExecutor(processes)

    def __enter__(self) -> "ParserPool":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @property
    def pids(self) -> list[int]:
        """The process ids of the workers."""
        return [worker.process.pid for worker in self._workers]

    def close(self) -> None:
        """End all workers."""
        for worker in self._workers:
            worker.process.kill()
        self._threads.shutdown(cancel_futures=True)
        for worker in self._workers:
            worker.stop()

    def imap(self, items: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, Answer]]:
        """Parse `(path, data)` pairs; yield `(path, Document or Refused)` in the same order.

        Reads only a few items ahead, so that a stream of any length takes little memory.
        """
        ahead = AHEAD * len(self._workers)
        waiting: deque[tuple[str, Future[Answer]]] = deque()
        try:
            for path, data in items:
                waiting.append((path, self._threads.submit(self._ask, path, data)))
                while waiting and (len(waiting) >= ahead or waiting[0][1].done()):
                    first, answered = waiting[0]
                    yield first, answered.result()
                    waiting.popleft()
            while waiting:
                first, answered = waiting[0]
                yield first, answered.result()
                waiting.popleft()
        finally:
            given_up = [answered for _, answered in waiting if not answered.cancel()]
            if not all(answered.done() for answered in given_up):
                # Nobody waits for it: the next stream needs workers, and none that is just ending.
                for process in [worker.process for worker in self._workers]:
                    process.kill()
                    process.wait()

    def _ask(self, path: str, data: bytes) -> Answer:
        if len(data) > self.limit_bytes:
            return answer(data, path, self.limit_bytes, self.tool, self.include)
        worker = self._idle.get()
        try:
            return worker.ask(path, data, self.tool, self.include)
        finally:
            self._idle.put(worker)


_shared: _Worker | None = None
_owner = 0
_lock = threading.Lock()


def limited_parse(
    data: bytes, *, path: str, tool: str = "", include: Include | None = None
) -> Document:
    """`parse` in a worker that is kept for the next call, within the limits of a ParserPool.

    For single documents (a preview, a save); it serves one caller at a time. Raises Refused.
    """
    global _shared, _owner
    with _lock:
        # A server that forks after the first call must not share its parent's pipes.
        if _shared is None or _owner != os.getpid():
            _shared, _owner = _Worker(SECONDS, LIMIT_BYTES), os.getpid()
            atexit.register(_shared.stop)
        if len(data) > LIMIT_BYTES:
            return parse(data, path=path)
        found = _shared.ask(path, data, tool, include)
    if isinstance(found, Refused):
        raise found
    return found


def answer(
    data: bytes, path: str, limit_bytes: int, tool: str = "", include: Include | None = None
) -> Answer:
    """Parse, with every failure as a Refused."""
    try:
        return parse(data, path=path, limit_bytes=limit_bytes, tool=tool, include=include)
    except Refused as refused:
        return refused
    except RecursionError:
        return Refused("is nested too deeply")
    except MemoryError:
        return Refused("takes too much memory")
    except Exception as error:
        return Refused(f"could not be parsed: {type(error).__name__}: {error}")


def _serve(seconds: float, limit_bytes: int) -> None:
    import gc
    import resource

    # The parent decides when to stop: Ctrl-C reaches the whole group.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    gc.set_threshold(100_000, 20, 20)  # a document's tokens live until it is done
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            path, data, tool, include = pickle.load(source)
        except EOFError:
            return
        # The timer counts processor time; its signal ends the process, in whatever it is busy.
        signal.setitimer(signal.ITIMER_PROF, seconds)
        found = answer(data, path, limit_bytes, tool, include)
        signal.setitimer(signal.ITIMER_PROF, 0)
        pickle.dump(found, target)
        target.flush()


if __name__ == "__main__":
    _serve(float(sys.argv[1]), int(sys.argv[2]))
