from django.apps import AppConfig


class WiringConfig(AppConfig):
    name = "kb"

    def ready(self) -> None:
        from kb import checks  # noqa: F401, registers them
