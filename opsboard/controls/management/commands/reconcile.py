"""Run controls now, in this process, and settle what they find."""

from django.core.management.base import BaseCommand, CommandError

from opsboard.controls.catalogue import catalogue


class Command(BaseCommand):
    help = "Run all controls, or the ones named, on what changed; --full judges everything."

    def add_arguments(self, parser):
        parser.add_argument("controls", nargs="*", help="codes such as TP01")
        parser.add_argument("--full", action="store_true", help="judge the whole population")

    def handle(self, *, controls, full, **_):
        from opsboard import pipeline

        unknown = sorted(set(controls) - set(catalogue()))
        if unknown:
            raise CommandError(
                f"no control is called {', '.join(unknown)}; there are {', '.join(catalogue())}"
            )
        pipeline.prepare()
        failed = pipeline.reconcile(controls, full=full)
        if failed:
            raise CommandError(
                f"failed: {', '.join(failed)}; see their evidence on the controls page"
            )
