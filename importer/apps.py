from django.apps import AppConfig


class ImporterConfig(AppConfig):
    name = "importer"
    default_auto_field = "django.db.models.BigAutoField"

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
