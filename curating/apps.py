from django.apps import AppConfig


class CuratingConfig(AppConfig):
    name = "curating"
    default_auto_field = "django.db.models.BigAutoField"
