"""What workers do for curators: what takes longer than a page may, and what is done at night."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Q
from django.utils import timezone

from curating import care, external_links, mails
from curating.models import Trial
from curating.trials import tried
from importer.edits import EditRefused
from importer.lock import import_is_under_way
from importer.models import Change
from importer.undo import undo
from importer.undo.outcome import Line, Undone, What
from jobs.models import Job
from jobs.tasks import NoRetry, NotNow, TaskContext, task
from search.golden import measure
from search.log import DAYS_KEPT
from search.models import Pin
from topics.models import content_changed

LARGE = 100  # sections from which on a worker undoes
MOST_LINES = 2_000
WAIT = timedelta(seconds=5)  # before another look, while somebody imports


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


GOLDEN_KEY = "golden queries"


@task(cron="43 2 * * *", takes_context=True, max_attempts=2)
def measure_golden(context: TaskContext) -> list[int]:
    """Run all golden queries; gives how many hold, and of how many."""
    return list(measure(context.report))


@task(takes_context=True, max_attempts=3)
def try_change(context: TaskContext, trial_id: int) -> int:
    """Try a change of the search on queries; gives how many logged ones it changes."""
    trial = Trial.objects.filter(pk=trial_id).first()
    if trial is None:
        raise NoRetry(f"There is no trial {trial_id} any more.")
    try:
        result = tried(trial, context.report)
    except EditRefused as error:
        if import_is_under_way():
            raise NotNow(WAIT) from error
        raise NoRetry(str(error)) from error
    Trial.objects.filter(pk=trial_id).update(result=result)
    return int(result["changed"])


@task(cron="1 0 * * *")
def begin_and_end_pins() -> int:
    """Drop kept pages where a pin begins or has ended; gives the number of such pins."""
    today = timezone.now().date()
    changed = Pin.objects.filter(Q(begins=today) | Q(ends=today - timedelta(days=1))).count()
    if changed:
        content_changed()
    return changed


@task(cron="53 3 * * *")
def clear_trials() -> int:
    """Delete trials after ninety days, as the search log is; gives their number."""
    old = Trial.objects.filter(at__lt=timezone.now() - timedelta(days=DAYS_KEPT))
    return old.delete()[0]


LINKS_KEY = "external links"


@task(cron="17 4 * * *", takes_context=True, max_attempts=2)
def check_external_links(context: TaskContext, is_asked_for: bool = False) -> int:
    """Ask the external links that are due; gives how many were asked.

    By itself only where KB_CHECK_LINKS says so: a site on somebody's desk asks nobody.
    """
    if not (is_asked_for or settings.KB_CHECK_LINKS):
        return 0
    external_links.gather()
    return external_links.check(report=context.report)


@task(cron="*/5 * * * *", max_attempts=3)
def publish_and_withdraw() -> int:
    """Publish and withdraw the topics whose moment has come; gives their number."""
    try:
        return care.change_states()
    except EditRefused as error:
        raise NotNow(WAIT) from error


@task(max_attempts=5)
def mail_author(proposal_id: int) -> bool:
    """Tell a proposal's author by e-mail what became of it; gives whether there is an address."""
    return mails.tell_author(proposal_id)
