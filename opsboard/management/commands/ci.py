import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from opsboard.launch.embedded import embedded

EXAMPLE = {"OPSBOARD_CONFIG": "deploy/opsboard.example.toml", "OPSBOARD_ERP_PASSWORD": "not used"}
DEMO = {"OPSBOARD_CONFIG": "deploy/demo.toml"}
# What is said, what is run, and what its environment says besides.
STEPS = [
    ("format", "-m ruff format --check .", {}),
    ("lint", "-m ruff check .", {}),
    ("settings and the example configuration", "manage.py check --fail-level WARNING", EXAMPLE),
    ("the demo's configuration", "manage.py check --fail-level WARNING", DEMO),
    ("migrations in step with the models", "manage.py makemigrations --check --dry-run", DEMO),
    ("tests", "manage.py test", {}),
]


class Command(BaseCommand):
    help = "Everything that must hold before a change is taken: format, lint, checks, tests."
    requires_system_checks = []

    def handle(self, **options):
        started = time.monotonic()
        with (
            tempfile.TemporaryDirectory(prefix="opsboard-ci-") as place,
            embedded(Path(place, "state"), durable=False) as servers,
        ):
            (servers.state.home / "static").mkdir()
            for title, command, besides in STEPS:
                # The tests start servers of their own, as they do for everybody.
                base = os.environ if command.endswith("test") else servers.environment
                self._step(title, command, {**base, **besides})
        self.stdout.write(self.style.SUCCESS(f"all good, {time.monotonic() - started:.0f} s"))

    def _step(self, title: str, command: str, environment: Mapping[str, str]) -> None:
        self.stdout.write(self.style.MIGRATE_HEADING(f"── {title}: python {command}"))
        self.stdout.flush()
        began = time.monotonic()
        ended = subprocess.run(
            [sys.executable, *command.split()], cwd=settings.ROOT, env=dict(environment)
        )
        if ended.returncode:
            raise CommandError(f"{title}: failed", returncode=ended.returncode)
        self.stdout.write(f"   {time.monotonic() - began:.1f} s")
