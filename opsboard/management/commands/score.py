import subprocess
import sys
import tempfile
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from connectors.sandbox.faults import FAULTS
from opsboard.launch.embedded import embedded
from opsboard.launch.errors import CannotStart
from opsboard.launch.supervisor import stop_signals
from opsboard.scoring import measuring

# The process that measures opens no deployment and is not itself watched.
ENVIRONMENT = {"OPSBOARD_DEMO": "1", "OPSBOARD_TELEMETRY": "off"}


class Command(BaseCommand):
    help = (
        "Load the made-up firm, run every control, and compare with what is really wrong."
        " Ends with 1 below a recall of 100 % or a precision of 99 %."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        measuring.add_arguments(parser)

    def handle(self, *, size, snapshot, faults, seed, json, **_):
        self._check(size, faults)
        asked = ["--size", size, "--snapshot", snapshot, "--faults", faults, "--seed", str(seed)]
        command = [sys.executable, "-m", "opsboard.scoring.measuring", *asked]
        try:
            with (
                stop_signals(),
                tempfile.TemporaryDirectory(prefix="opsboard-score-") as place,
                embedded(Path(place, "state"), durable=False) as servers,
            ):
                environment = servers.environment | ENVIRONMENT
                ended = subprocess.run([*command, *(["--json"] if json else [])], env=environment)
        except CannotStart as reason:
            raise CommandError(str(reason)) from None
        sys.exit(ended.returncode)

    def _check(self, size, faults):
        if faults not in ("all", "none", measuring.EACH):
            unknown = [name for name in faults.split(",") if name not in FAULTS]
            if unknown:
                known = ", ".join(FAULTS)
                raise CommandError(f"There is no fault {', '.join(unknown)}. There are: {known}")
        if not size.isdigit() and size not in ("tiny", "default", "large"):
            raise CommandError(f"{size} is no size; write tiny, default, large or a head count")
