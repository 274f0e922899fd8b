import subprocess
import sys
import tempfile
import time
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from opsboard.launch.embedded import embedded

STEPS = [
    ("format", "-m ruff format --check ."),
    ("lint", "-m ruff check ."),
    ("configuration and settings", "manage.py check --fail-level WARNING"),
    ("migrations are in step with the models", "manage.py makemigrations --check --dry-run"),
    ("tests", "manage.py test"),
]
ON_SERVERS = {"configuration and settings", "migrations are in step with the models"}


class Command(BaseCommand):
    help = "Everything that must hold before a change is taken: format, lint, checks, tests."
    requires_system_checks = []

    def handle(self, **options):
        started = time.monotonic()
        for title, command in STEPS:
            self.stdout.write(self.style.MIGRATE_HEADING(f"── {title}"), ending="\n")
            self.stdout.flush()
            began = time.monotonic()
            if failed := _run(command, needs_servers=title in ON_SERVERS):
                raise CommandError(f"{title} failed: python {command}", returncode=failed)
            self.stdout.write(f"   {time.monotonic() - began:.1f} s\n")
        self.stdout.write(self.style.SUCCESS(f"all good, {time.monotonic() - started:.0f} s"))


def _run(command: str, *, needs_servers: bool) -> int:
    arguments = [sys.executable, *command.split()]
    if not needs_servers:
        return subprocess.run(arguments, cwd=settings.ROOT).returncode
    with (
        tempfile.TemporaryDirectory(prefix="opsboard-ci-") as place,
        embedded(Path(place, "state"), durable=False) as servers,
    ):
        example = settings.ROOT / "deploy" / "opsboard.example.toml"
        environment = servers.environment | {"OPSBOARD_CONFIG": str(example)}
        return subprocess.run(arguments, cwd=settings.ROOT, env=environment).returncode
