from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.tasks import clear_sessions
        from jobs.tasks import TASKS
        from topics.rate_limits import trusted_names, trusted_networks

        TASKS.register(clear_sessions.name, clear_sessions)
        # A wrong setting fails at startup, not at the first log-in.
        trusted_networks(trusted_names())
