from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "opsboard.alerts"
    label = "alerts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from opsboard.alerts import checks  # noqa: F401 - registers itself
