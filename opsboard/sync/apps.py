from django.apps import AppConfig
from django.db.models.signals import post_migrate


def rebuild_views(**_):
    from opsboard.sync import published

    published.rebuild()


class SyncConfig(AppConfig):
    name = "opsboard.sync"
    label = "sync"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        post_migrate.connect(rebuild_views, sender=self)
