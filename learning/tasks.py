"""What learners' cards and browsers have workers do; see `jobs.tasks`."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from jobs.tasks import NoRetry, task
from learning import deliveries, memory_fit, note_words
from learning.models import WaitingImport
from learning.note_search import NOTED

WAITED = timedelta(days=1)  # for a yes to a file of another program


@task(cron="53 3 * * *")
def fit_all() -> int:
    """Have the weights of all learners fitted who gave enough answers since the last time."""
    if not memory_fit.is_possible():
        return 0
    users = memory_fit.waiting()
    for user in users:
        fit_weights.using(unique_key=f"fit:{user.pk}").enqueue(user.pk)
    return len(users)


@task(max_attempts=2)
def fit_weights(user_id: int) -> dict[str, float | bool] | None:
    """Fit the weights of one learner; None if she is gone or gave too few answers."""
    if not memory_fit.is_possible():
        raise NoRetry("fsrs-rs-python is not installed")
    user = User.objects.filter(pk=user_id).first()
    fit = memory_fit.fit(user, timezone.now()) if user else None
    if fit is None:
        return None
    return {"answers": fit.answers, "better": fit.is_better, "loss": round(fit.loss, 4)}


@task(cron="23 3 * * *")
def clear_waiting() -> int:
    """Forget files that nobody took in a day; gives their number."""
    old = WaitingImport.objects.filter(created_at__lt=timezone.now() - WAITED)
    return old.delete()[0]


@task(cron="23 3 * * *")
def forget_deliveries() -> int:
    """Delete the keys of what browsers sent long ago."""
    return deliveries.forget()


@task(cron="43 3 * * *")
def index_notes() -> int:
    """Index the notes that were written without their lexemes; gives their number."""
    return sum(note_words.fill(model, model.TEXTS) for model in NOTED)
