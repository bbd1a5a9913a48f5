from django.apps import AppConfig


class WiringConfig(AppConfig):
    name = "kb"

    def ready(self) -> None:
        from importer.purge import PLACES, Place
        from jobs.tasks import TASKS
        from kb import (
            checks,  # noqa: F401, registers them
            error_reports,
            metrics,
            slow_queries,
        )
        from kb.backup import kept
        from search.log import LISTENERS

        if kept.folder():
            TASKS.register(kept.back_up_nightly.name, kept.back_up_nightly)
        PLACES.register("backups", Place(kept.copies_that_hold, None))
        LISTENERS.register("metrics", metrics.note_search)
        slow_queries.watch()
        error_reports.start()
