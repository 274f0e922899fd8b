from django.apps import AppConfig


class ExceptionsConfig(AppConfig):
    name = "opsboard.exceptions"
    label = "exceptions"
    default_auto_field = "django.db.models.BigAutoField"
