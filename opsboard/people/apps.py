from django.apps import AppConfig
from django.db.models.signals import post_migrate


def install_functions(**_):
    from opsboard.people import working_time

    working_time.install()


class PeopleConfig(AppConfig):
    name = "opsboard.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        post_migrate.connect(install_functions, sender=self)
