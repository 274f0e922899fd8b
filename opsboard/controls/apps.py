from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ControlsConfig(AppConfig):
    name = "opsboard.controls"
    label = "controls"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from opsboard.controls import checks, reader, rules  # noqa: F401 - checks register themselves

        post_migrate.connect(rules.install, sender=self)
        post_migrate.connect(reader.install, sender=self)
