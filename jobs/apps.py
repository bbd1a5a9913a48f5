from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Jobs")

    def ready(self) -> None:
        from jobs.queue import clear_jobs
        from jobs.tasks import TASKS

        TASKS.register(clear_jobs.name, clear_jobs)
