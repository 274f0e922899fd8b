from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ExceptionsConfig(AppConfig):
    name = "opsboard.exceptions"
    label = "exceptions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from opsboard.exceptions.guard import install

        post_migrate.connect(install, sender=self)
