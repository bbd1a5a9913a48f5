from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from jobs.queue import clear_jobs
        from jobs.tasks import TASKS

        TASKS.register(clear_jobs.name, clear_jobs)
