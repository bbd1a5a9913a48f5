"""What workers do, and what they could not do. For superusers: arguments may be anybody's."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from curating.admin.runs import ReadOnly
from jobs.models import Job
from jobs.queue import try_again

SHOWN = 80  # characters of an error in the list


@admin.register(Job)
class JobAdmin(ReadOnly, admin.ModelAdmin):
    """Jobs, the latest first; those that failed can be tried again."""

    list_display = ["name", "state", "attempts", "progress", "run_at", "finished_at", "short_error"]
    list_filter = ["state", "name", "queue"]
    search_fields = ["name", "unique_key", "error"]
    show_full_result_count = False
    actions = ["try_again"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    @admin.display(description=_("progress"))
    def progress(self, job: Job) -> str:
        """How far the job is; empty where it does not say."""
        said = _("%(done)s of %(total)s")
        return str(said % {"done": f"{job.done:,}", "total": f"{job.total:,}"}) if job.total else ""

    @admin.display(description=_("error"), empty_value="")
    def short_error(self, job: Job) -> str:
        """The beginning of the last error."""
        return job.error if len(job.error) <= SHOWN else f"{job.error[:SHOWN]}…"

    @admin.action(description=_("Try again what has failed"), permissions=["view"])
    def try_again(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        """Put the chosen jobs back; those that have not failed are left alone and counted."""
        done = [try_again(job) for job in jobs]
        if any(done):
            said = _("Jobs that will be tried again: %(n)s.") % {"n": sum(done)}
            self.message_user(request, said)
        if not all(done):
            left = len(done) - sum(done)
            self.message_user(
                request,
                _("Jobs that have not failed, or of which the same is waiting already: %(n)s.")
                % {"n": left},
                messages.WARNING,
            )
