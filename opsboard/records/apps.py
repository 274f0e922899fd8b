from django.apps import AppConfig
from django.db.models.signals import post_migrate


def rebuild_views(**_):
    from opsboard.records import views

    views.rebuild()


class RecordsConfig(AppConfig):
    name = "opsboard.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        post_migrate.connect(rebuild_views, sender=self)
