"""The process that runs jobs: it takes them, has each run by a child of its own, and watches.

The child is forked, so that it starts at once, and sends progress and outcome through a pipe; the
worker alone changes jobs. A child that is killed or takes too much memory is a failed attempt and
no more. When the worker is killed its children end with it.
"""

import ctypes
import logging
import multiprocessing
import os
import signal
import socket
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from django.db import Error, connections

from jobs import queue
from jobs.attempt import outcome_of
from jobs.errors import told
from jobs.models import Job, TaskResultStatus
from jobs.queue import Outcome
from jobs.tasks import TASKS

POLL = 1.0  # seconds between looks at an empty queue
BEAT = 10.0  # seconds between heartbeats, and between looks for the dead and at cron lines
LONGEST_PAUSE = 15.0  # seconds between tries at a database that is away
REPORT_EVERY = 1.0  # seconds
GRACE = 10.0  # seconds for the running jobs when the worker is told to stop
PR_SET_PDEATHSIG = 1

log = logging.getLogger("jobs")
_fork = multiprocessing.get_context("fork")


@dataclass
class Running:
    """A job, the child that runs it, and what the child has said so far."""

    job: Job
    process: BaseProcess
    pipe: Connection
    began: float = field(default_factory=time.monotonic)
    progress: tuple[int, int] = (0, 0)
    saved: tuple[int, int] = (0, 0)
    outcome: Outcome | None = None

    @property
    def seconds(self) -> float:
        """How long the attempt has taken so far."""
        return time.monotonic() - self.began

    def listen(self) -> None:
        """Take what the child has said. One that ended without an outcome has failed."""
        try:
            while self.outcome is None and self.pipe.poll():
                said = self.pipe.recv()
                if isinstance(said, Outcome):
                    self.outcome = said
                else:
                    self.progress = said
        except (EOFError, OSError):
            self.process.join(timeout=5)
            self.outcome = Outcome(TaskResultStatus.FAILED, error=self._end())
        task = TASKS[self.job.name]
        if self.outcome is None and self.seconds > task.time_limit.total_seconds():
            self.kill()
            error = f"It took longer than {task.time_limit} and was ended."
            self.outcome = Outcome(TaskResultStatus.FAILED, error=error)

    def _end(self) -> str:
        code = self.process.exitcode or 0
        if code >= 0:
            return f"Its process ended with code {code} before the task did."
        more = " It may have taken too much memory." if -code == signal.SIGKILL else ""
        return f"Its process was ended by {signal.Signals(-code).name}.{more}"

    def kill(self) -> None:
        """End the child at once, and wait for its end."""
        self.process.kill()
        self.process.join()

    def close(self) -> None:
        """See the child to its end once it has said all."""
        self.process.join(timeout=5)
        if self.process.is_alive():
            self.kill()
        self.process.close()
        self.pipe.close()


class Worker:
    """Runs jobs until it is told to stop, or with `once` until none is due.

    `parent` is the process that it ends with, if it is to end with one. It outlives errors: that
    the database is away is said in one line, and then it tries again.
    """

    def __init__(
        self,
        *,
        queues: list[str] | None = None,
        processes: int = 2,
        once: bool = False,
        grace: float = GRACE,
        parent: int | None = None,
    ) -> None:
        self.name = f"{socket.gethostname()[:50]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self.queues = queues or []
        self.processes = processes
        self.once = once
        self.grace = grace
        self.parent = parent
        self.running: list[Running] = []
        self.stop_by: float | None = None
        self.next_beat = 0.0
        self.pause = 0.0  # seconds, while the database is away

    def stop(self, *_: Any) -> None:
        """Take no more jobs, and give back what does not end in time. A handler of signals."""
        if self.stop_by is None:
            self.stop_by = time.monotonic() + self.grace

    def interrupt(self, *_: Any) -> None:
        """As `stop`; at the second Ctrl-C no longer wait for the running jobs."""
        if self.stop_by is not None:
            self.grace = 0
            self.stop_by = time.monotonic()
        self.stop()

    def run(self) -> None:
        """Work until the end."""
        log.info("The worker %s looks for jobs", self.name)
        while True:
            if self.parent is not None and os.getppid() != self.parent:
                self.stop()
            is_idle = self._try_turn()
            if self.stop_by is not None:
                if not self.running:
                    break
                if time.monotonic() >= self.stop_by:
                    self._give_back()
                    break
            elif self.once and is_idle:
                break
            self._sleep()
        connections.close_all()

    def _sleep(self) -> None:
        seconds = self.pause or POLL
        if self.stop_by is not None:
            seconds = min(seconds, max(self.stop_by - time.monotonic(), 0.05))
        pipes = [running.pipe for running in self.running if running.outcome is None]
        if pipes:
            wait(pipes, timeout=seconds)
        else:
            end = time.monotonic() + seconds
            while self.stop_by is None and (left := end - time.monotonic()) > 0:
                time.sleep(min(left, 0.2))

    def _try_turn(self) -> bool:
        """One turn; whether there is nothing to do. A database that is away is told once."""
        try:
            is_idle = self._turn()
        except Exception as error:
            if not isinstance(error, Error):
                log.exception("A turn of the worker failed")
            elif not self.pause:
                log.error("No jobs run until the database answers: %s", told(error))
            self.pause = min(max(self.pause * 2, POLL), LONGEST_PAUSE)
            connections.close_all()
            return False
        if self.pause:
            log.info("The database answers: jobs are run again.")
            self.pause = 0.0
        return is_idle

    def _turn(self) -> bool:
        for running in list(self.running):
            running.listen()
            if running.outcome is not None:
                self._settle(running, running.outcome)
            elif running.progress != running.saved:
                self._beat(running)
        if time.monotonic() >= self.next_beat:
            self._look_after()
            self.next_beat = time.monotonic() + BEAT
        while self.stop_by is None and len(self.running) < self.processes:
            job = queue.claim(self.name, self.queues)
            if job is None:
                break
            self._start(job)
        return not self.running

    def _look_after(self) -> None:
        for running in list(self.running):
            self._beat(running)
        for job in queue.take_from_dead():
            log.warning("%s is taken from a worker that says nothing: %s", job, job.worker)
        queue.enqueue_scheduled(datetime.now(UTC))

    def _beat(self, running: Running) -> None:
        if queue.beat(running.job, *running.progress):
            running.saved = running.progress
            return
        log.error("%s was taken from this worker: it said nothing for too long", running.job)
        running.kill()
        self._forget(running)

    def _start(self, job: Job) -> None:
        # The child must not share a connection.
        connections.close_all()
        pipe, child_pipe = _fork.Pipe(duplex=False)
        process = _fork.Process(target=_child, args=(job, child_pipe, os.getpid()), name=str(job))
        process.start()
        child_pipe.close()
        self.running.append(Running(job, process, pipe))

    def _settle(self, running: Running, outcome: Outcome) -> None:
        queue.settle(running.job, outcome)
        if outcome.state == TaskResultStatus.SUCCESSFUL:
            log.info("%s: done in %.1f s", running.job, running.seconds)
        elif outcome.state == TaskResultStatus.FAILED:
            log.error("%s: attempt %d: %s", running.job, running.job.attempts, outcome.error)
        self._forget(running)

    def _forget(self, running: Running) -> None:
        running.close()
        self.running.remove(running)

    def _give_back(self) -> None:
        for running in list(self.running):
            running.kill()
            running.listen()
            try:
                if running.outcome and running.outcome.state == TaskResultStatus.SUCCESSFUL:
                    queue.settle(running.job, running.outcome)
                else:
                    queue.give_back(running.job)
                    log.info("%s is given back: another worker will run it", running.job)
            except Error:
                log.error("%s will be run again: the database is away", running.job)
                connections.close_all()
            self._forget(running)


def _child(job: Job, pipe: Connection, worker: int) -> None:
    """Run the job and send what came of it.

    A terminal's signals, and those to a whole group, are the worker's to answer: they must reach
    neither the task nor what it starts.
    """
    os.setsid()
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    _end_with(worker)
    outcome = outcome_of(job, _reporter(pipe))
    connections.close_all()
    pipe.send(outcome)


def _reporter(pipe: Connection) -> Callable[[int, int], None]:
    last = 0.0

    def report(done: int, total: int) -> None:
        nonlocal last
        if done == total or time.monotonic() - last >= REPORT_EVERY:
            last = time.monotonic()
            pipe.send((done, total))

    return report


def _end_with(parent: int) -> None:
    """Have the kernel kill this process when its parent ends, however that happens.

    Where the kernel is not Linux, the next report of progress fails instead.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
