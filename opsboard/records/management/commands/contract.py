"""Print the data contract: as JSON Schema, or as the data dictionary that people read."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from connectors.kinds import contract
from connectors.kinds import dictionary as readable


class Command(BaseCommand):
    help = "Print the data contract of the canonical kinds, as JSON Schema."
    # It speaks of declarations alone: neither a database nor a configuration is needed.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--out", type=Path, help="write to this file instead")
        parser.add_argument("--dictionary", action="store_true", help="as a page of Markdown")
        parser.add_argument("--seal", action="store_true", help="write down what a version says")

    def handle(self, *, out=None, dictionary=False, seal=False, **_):
        if seal:
            self._seal()
            return
        text = (
            readable.dictionary() if dictionary else json.dumps(contract.schema(), indent=2) + "\n"
        )
        if out is None:
            self.stdout.write(text, ending="")
            return
        try:
            out.write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}") from None

    def _seal(self):
        try:
            contract.seal()
        except ValueError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Version {contract.CONTRACT_VERSION} is sealed.")
