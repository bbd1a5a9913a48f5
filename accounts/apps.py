from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.tasks import clear_sessions
        from jobs.tasks import TASKS

        TASKS.register(clear_sessions.name, clear_sessions)
