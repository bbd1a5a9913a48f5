"""Parsing in processes of its own, which can be ended: inline markup is quadratic at worst.

A worker is a fresh Python that imports this package only, so that it holds no database connection
and no lock of its parent. It ends when its standard input closes, even when the parent was killed.
"""

import atexit
import os
import pickle
import selectors
import struct
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, cast

from .document import LIMIT_BYTES, parse
from .values import Document, Refused

SECONDS = 10.0
MEMORY_BYTES = 1024 * 1024 * 1024
# Items that each worker may have waiting or done beyond the one being yielded.
AHEAD = 8

_SIZE = struct.Struct(">Q")
Answer = Document | Refused


class _Worker:
    """One process and the index of the item that it is parsing."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self.index: int | None = None
        self.deadline = 0.0
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        root = str(Path(__file__).resolve().parents[1])
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        return subprocess.Popen(
            [sys.executable, "-m", "documents.worker", str(self.limit_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=root,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )

    @property
    def output(self) -> IO[bytes]:
        assert self.process.stdout is not None
        return self.process.stdout

    def give(self, index: int, path: str, data: bytes, seconds: float) -> None:
        self.index = index
        self.deadline = time.monotonic() + seconds
        assert self.process.stdin is not None
        try:
            _write(self.process.stdin, (path, data))
        except BrokenPipeError:
            # The worker died while idle: start another. A second failure is the caller's to see.
            self.restart()
            assert self.process.stdin is not None
            _write(self.process.stdin, (path, data))

    def take(self) -> Answer:
        """The answer, once its pipe is readable."""
        try:
            return cast(Answer, _read(self.output))
        except EOFError:
            self.restart()
            return Refused("the worker that parsed it died")

    def restart(self) -> None:
        self.stop()
        self.process = self._start()

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

    A file that takes longer than `seconds` has its worker killed and is refused.
    """

    def __init__(
        self, processes: int = 2, *, seconds: float = SECONDS, limit_bytes: int = LIMIT_BYTES
    ) -> None:
        self.seconds = seconds
        self.limit_bytes = limit_bytes
        self._workers = [_Worker(limit_bytes) for _ in range(processes)]

    def __enter__(self) -> "ParserPool":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all workers."""
        for worker in self._workers:
            worker.stop()

    def imap(self, items: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, Answer]]:
        """Parse `(path, data)` pairs; yield `(path, Document or Refused)` in the same order.

        Reads only a few items ahead, so that a stream of any length takes little memory.
        """
        for worker in self._workers:
            if worker.index is not None:
                # Left over from a stream that was not read to its end.
                worker.index = None
                worker.restart()
        source = enumerate(items)
        waiting: deque[tuple[int, str]] = deque()
        done: dict[int, Answer] = {}
        more = True
        while True:
            while waiting and waiting[0][0] in done:
                index, path = waiting.popleft()
                yield path, done.pop(index)
            for worker in self._workers:
                if worker.index is not None or not more:
                    continue
                if len(waiting) >= AHEAD * len(self._workers):
                    break
                following = next(source, None)
                if following is None:
                    more = False
                    break
                index, (path, data) = following
                waiting.append((index, path))
                if len(data) > self.limit_bytes:
                    done[index] = _too_large(path, data, self.limit_bytes)
                    continue
                worker.give(index, path, data, self.seconds)
            if not waiting:
                if not more:
                    return
                continue
            if waiting[0][0] not in done:
                self._collect(done)

    def _collect(self, done: dict[int, Answer]) -> None:
        """Wait for one answer or one deadline."""
        busy = [worker for worker in self._workers if worker.index is not None]
        with selectors.DefaultSelector() as selector:
            for worker in busy:
                selector.register(worker.output, selectors.EVENT_READ, worker)
            nearest = min(worker.deadline for worker in busy)
            ready = selector.select(max(0.0, nearest - time.monotonic()))
        for key, _ in ready:
            worker = key.data
            done[worker.index] = worker.take()
            worker.index = None
        now = time.monotonic()
        for worker in busy:
            if worker.index is not None and worker.deadline <= now:
                done[worker.index] = Refused(f"took longer than {self.seconds:g} seconds")
                worker.index = None
                worker.restart()


def _too_large(path: str, data: bytes, limit_bytes: int) -> Refused:
    try:
        parse(data, path=path, limit_bytes=limit_bytes)
    except Refused as refused:
        return refused
    raise AssertionError("a file over the limit was parsed")


_shared: ParserPool | None = None
_owner = 0
_lock = threading.Lock()


def limited_parse(data: bytes, *, path: str) -> Document:
    """`parse` in a worker that is kept for the next call and killed when it takes too long.

    For single documents (a preview, a save); it serves one caller at a time. Raises Refused.
    """
    global _shared, _owner
    with _lock:
        # A server that forks after the first call must not share its parent's pipes.
        if _shared is None or _owner != os.getpid():
            _shared, _owner = ParserPool(1), os.getpid()
            atexit.register(_shared.close)
        answer = next(iter(_shared.imap([(path, data)])))[1]
    if isinstance(answer, Refused):
        raise answer
    return answer


def _write(pipe: IO[bytes], value: object) -> None:
    data = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.write(_SIZE.pack(len(data)))
    pipe.write(data)
    pipe.flush()


def _read(pipe: IO[bytes]) -> object:
    head = pipe.read(_SIZE.size)
    if len(head) < _SIZE.size:
        raise EOFError
    size = _SIZE.unpack(head)[0]
    data = pipe.read(size)
    if len(data) < size:
        raise EOFError
    return pickle.loads(data)


def answer(data: bytes, path: str, limit_bytes: int) -> Answer:
    """Parse, with every failure as a Refused."""
    try:
        return parse(data, path=path, limit_bytes=limit_bytes)
    except Refused as refused:
        return refused
    except RecursionError:
        return Refused("is nested too deeply")
    except MemoryError:
        return Refused("takes too much memory")
    except Exception as error:
        return Refused(f"could not be parsed: {type(error).__name__}: {error}")


def _serve(limit_bytes: int) -> None:
    import gc
    import resource
    import signal

    # The parent decides when to stop: Ctrl-C reaches the whole group.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    gc.set_threshold(100_000, 20, 20)  # a document's blocks live until it is done
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            path, data = cast(tuple[str, bytes], _read(source))
        except EOFError:
            return
        _write(target, answer(data, path, limit_bytes))


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
