"""What workers do for curators: undoing changes of many sections, which takes minutes."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User

from importer.edits import EditRefused
from importer.models import Change
from importer.undo import undo
from importer.undone import Line, Undone, What
from jobs.models import Job
from jobs.tasks import NoRetry, task

LARGE = 100  # sections from which on a worker undoes
MOST_LINES = 2_000


@task(max_attempts=1, time_limit=timedelta(hours=4))
def undo_large(
    change_id: int, user_id: int, why: str, section: int, topic: int, is_dry: bool
) -> dict[str, Any]:
    """Undo a change, or look at what that would do; gives the lines and the key of the change."""
    change = Change.objects.filter(pk=change_id).first()
    if change is None:
        raise NoRetry(f"There is no change {change_id} any more.")
    try:
        done = undo(
            change,
            user=User.objects.filter(pk=user_id).first(),
            why=why,
            section=section or None,
            topic=topic or None,
            dry_run=is_dry,
        )
    except EditRefused as error:
        raise NoRetry(str(error)) from error
    lines = [
        [str(line.what), line.title, line.path, line.section, line.marks]
        for line in sorted(done.lines, key=lambda line: line.is_done)[:MOST_LINES]
    ]
    return {"lines": lines, "change": done.change.pk if done.change else None}


def ask(change: Change, user: User, why: str, section: int, topic: int, *, is_dry: bool) -> Job:
    """Have a worker undo a change; the same that waits already is not asked for twice."""
    key = f"undo:{change.pk}:{section}:{topic}:{'dry' if is_dry else 'real'}"
    job = undo_large.using(unique_key=key)
    return job.enqueue(change.pk, user.pk, why, section, topic, is_dry)


def told(job: Job) -> Undone:
    """What a worker said of an undoing."""
    result = job.result or {"lines": [], "change": None}
    lines = [Line(What(what), *rest) for what, *rest in result["lines"]]
    return Undone(lines, Change.objects.filter(pk=result["change"]).first())
