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
]
# `manage.py test`, all of it, in three parts side by side: alone it would keep the cores waiting
# for browsers, servers and sleeps.
PARTS = {
    "tests of controls and of the made-up firm": ("controls", "kinds", "sandbox"),
    "tests of records, exceptions, mail and boards": ("records", "exceptions", "alerts", "boards"),
}
APART = [f"tests/{name}" for names in PARTS.values() for name in names]
TESTS = {title: [f"tests/{name}" for name in names] for title, names in PARTS.items()} | {
    "all other tests": ["tests", *(f"--ignore={place}" for place in APART)],
}


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
                self._step(title, command, {**servers.environment, **besides})
            self._tests(Path(place))
        self.stdout.write(self.style.SUCCESS(f"all good, {time.monotonic() - started:.0f} s"))

    def _tests(self, place: Path) -> None:
        """All parts at once, each on servers of its own, as for everybody; told one by one."""
        self.stdout.write(self.style.MIGRATE_HEADING("── tests: python manage.py test, in parts"))
        self.stdout.flush()
        began, running = time.monotonic(), {}
        for number, (title, paths) in enumerate(TESTS.items()):
            told = (place / f"tests-{number}").open("w+")
            command = [sys.executable, "manage.py", "test", *paths]
            child = subprocess.Popen(
                command, cwd=settings.ROOT, stdout=told, stderr=subprocess.STDOUT
            )
            running[title] = (child, told)
        failed = [title for title, (child, _) in running.items() if child.wait()]
        for title, (_, told) in running.items():
            told.seek(0)
            self.stdout.write(self.style.MIGRATE_HEADING(f"── {title}"))
            self.stdout.write(told.read())
            told.close()
        if failed:
            raise CommandError(f"{' and '.join(failed)}: failed", returncode=1)
        self.stdout.write(f"   {time.monotonic() - began:.1f} s")

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
