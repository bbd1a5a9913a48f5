from django.apps import AppConfig


class CuratingConfig(AppConfig):
    name = "curating"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.contrib.admin.models import LogEntry

        from importer.purge import PLACES, columns

        PLACES.register("the admin's log", columns(LogEntry, "object_repr", "change_message"))
