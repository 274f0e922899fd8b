from django.apps import AppConfig
from django.db.models.signals import post_migrate


def rebuild_views(**_):
    from opsboard.records import vocabulary

    vocabulary.rebuild()


def allow_comparing_names(**_):
    from opsboard.records import decisions

    decisions.allow_comparing_names()


class RecordsConfig(AppConfig):
    name = "opsboard.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        post_migrate.connect(rebuild_views, sender=self)
        post_migrate.connect(allow_comparing_names, sender=self)
