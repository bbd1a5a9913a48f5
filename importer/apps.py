from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImporterConfig(AppConfig):
    name = "importer"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Importer")

    def ready(self) -> None:
        from importer import purge_places, tasks
        from jobs.tasks import TASKS

        for task in (
            tasks.import_upload,
            tasks.import_content,
            tasks.end_runs_without_a_process,
            tasks.clear_uploads,
        ):
            TASKS.register(task.name, task)
        purge_places.register()
