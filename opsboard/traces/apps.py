from django.apps import AppConfig


class TracesConfig(AppConfig):
    name = "opsboard.traces"
    label = "traces"
    default_auto_field = "django.db.models.BigAutoField"
