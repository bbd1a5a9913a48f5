"""One attempt of a job, in the process that calls this."""

import logging

from jobs.errors import told
from jobs.models import Job, TaskResultStatus
from jobs.queue import Outcome
from jobs.tasks import TASKS, NoRetry, NotNow, Report, TaskContext, plain

log = logging.getLogger("jobs")


def outcome_of(job: Job, report: Report) -> Outcome:
    """Call the job's task and say what came of it; `report` hears of its progress.

    An error of the task is an outcome. Only KeyboardInterrupt and the like get out.
    """
    try:
        task = TASKS[job.name]
        args = [TaskContext(job, report), *job.args] if task.takes_context else job.args
        result = task.func(*args, **job.kwargs)
        return Outcome(TaskResultStatus.SUCCESSFUL, result=plain(result))
    except NotNow as error:
        return Outcome(TaskResultStatus.READY, delay=error.delay)
    except NoRetry as error:
        return Outcome(TaskResultStatus.FAILED, error=told(error), may_retry=False)
    except (Exception, SystemExit) as error:
        log.exception("%s: attempt %d failed", job, job.attempts)
        return Outcome(TaskResultStatus.FAILED, error=told(error))
