"""Run controls now, in this process, and settle what they find."""

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Max

from opsboard.config import Misconfigured
from opsboard.controls.catalogue import catalogue
from opsboard.controls.models import ControlRun


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
        before = ControlRun.objects.aggregate(last=Max("pk"))["last"] or 0
        try:
            pipeline.prepare()
            failed = pipeline.reconcile(controls, full=full)
        except Misconfigured as error:
            raise CommandError(f"opsboard.toml cannot be used:\n{error}") from None
        self._tell(ControlRun.objects.filter(pk__gt=before))
        if failed:
            raise CommandError(
                f"failed: {', '.join(failed)}; see their evidence on the controls page"
            )

    def _tell(self, runs):
        head = ("control", "state", "mode", "judged", "findings", "seconds")
        self.stdout.write("{:<8} {:<7} {:<12} {:>9} {:>9} {:>8}  why in full".format(*head))
        for run in runs.order_by("pk"):
            seconds = (run.ended_at - run.started_at).total_seconds()
            self.stdout.write(
                f"{run.control_id:<8} {run.state:<7} {run.mode:<12} {run.judged:>9}"
                f" {run.findings:>9} {seconds:>8.2f}  {run.reason}".rstrip()
            )
