from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import own_data, second_factor
        from accounts.tasks import clear_counts, clear_sessions
        from jobs.tasks import TASKS

        for task in (clear_sessions, clear_counts):
            TASKS.register(task.name, task)
        second_factor.connect()
        part = own_data.Part(second_factor.own_rows, second_factor.said)
        own_data.PARTS.register("second_factor", part)
