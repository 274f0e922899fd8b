from django.apps import AppConfig


class TracesConfig(AppConfig):
    name = "opsboard.traces"
    label = "traces"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # Before the web server reads the list of middleware, and once per process.
        from opsboard import telemetry

        telemetry.start()
