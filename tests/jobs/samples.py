"""Tasks that only tests have."""

import os
import signal
import time
from datetime import timedelta
from pathlib import Path

from jobs.tasks import TASKS, NoRetry, NotNow, TaskContext, task


@task()
def note(file: str, line: str) -> str:
    """Append a line to a file, in one write."""
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(descriptor, f"{line}\n".encode())
    os.close(descriptor)
    return line


@task(max_attempts=100)
def note_slowly(file: str, line: str) -> None:
    time.sleep(0.05)
    note.call(file, line)


@task(takes_context=True, max_attempts=3)
def wait_for(context: TaskContext, file: str, log: str) -> int:
    """Say in a log that it has begun, and end once the file is there."""
    note.call(log, f"begun by {os.getpid()}")
    context.report(1, 4)
    while not Path(file).exists():
        time.sleep(0.05)
    note.call(log, "ended")
    return context.attempt


@task(max_attempts=3)
def fail(message: str) -> None:
    raise ValueError(message)


@task()
def refuse(message: str) -> None:
    raise NoRetry(message)


@task()
def come_later(seconds: int) -> None:
    raise NotNow(timedelta(seconds=seconds))


@task(max_attempts=2)
def die(number: int = signal.SIGKILL) -> None:
    os.kill(os.getpid(), number)
    time.sleep(60)


@task(max_attempts=1)
def leave(code: int) -> None:
    os._exit(code)


@task(max_attempts=1, time_limit=timedelta(seconds=0.5))
def take_too_long() -> None:
    time.sleep(60)


@task(max_attempts=1)
def give(value: object) -> object:
    return {"nul": "\0", "nan": float("nan"), "set": {1}, "half": "\ud800"}.get(str(value), value)


ALL = [note, note_slowly, wait_for, fail, refuse, come_later, die, leave, take_too_long, give]


def register() -> None:
    for sample in ALL:
        TASKS.register(sample.name, sample)


def unregister() -> None:
    for sample in ALL:
        TASKS.remove(sample.name)
