from pathlib import Path

from django.apps import AppConfig
from django.db.models.signals import post_migrate

VIEWS = Path(__file__).parent / "views.sql"


def install_views(**_):
    from opsboard.records.views import install

    install("invoice_obstacle", [VIEWS.read_text()])


class ControlsConfig(AppConfig):
    name = "opsboard.controls"
    label = "controls"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from opsboard.controls import checks  # noqa: F401 - registers itself

        post_migrate.connect(install_views, sender=self)
