from django.apps import AppConfig


class WiringConfig(AppConfig):
    name = "kb"

    def ready(self) -> None:
        from importer.purge import PLACES, Place
        from jobs.tasks import TASKS
        from kb import checks  # noqa: F401, registers them
        from kb.backup import kept

        if kept.folder():
            TASKS.register(kept.back_up_nightly.name, kept.back_up_nightly)
        PLACES.register("backups", Place(kept.copies_that_hold, None))
