"""The demo's firm lives: its hours pass, and its people mend what the story lets them find.

python -m opsboard.launch.hours PACE

Everything is in the firm's clock, and nothing here is remembered: whatever is killed, the next
start goes on from where the firm stood.
"""

import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import django

from connectors.northquay import clock

BEAT_SECONDS = 1
# How long time goes on without us: a busy machine may keep us waiting, a dead one must not run on.
LEASE = timedelta(seconds=5)
# After how much of the firm's time its people mend what (domain.md G.6). Whoever watches for five
# minutes sees the first of them; the cause rows of the queue and the systems page move with each.
# The missing cost rates and the lost burst are left for half an hour to whoever walks through the
# story by hand: asks HR, mends it on the presenter's page, and has the burst sent again.
STORY = (
    (timedelta(hours=1), "billing.blocked_master_data.001"),
    (timedelta(hours=2), "workforce.access_active"),
    (timedelta(hours=3), "flows.feed_stale"),
    (timedelta(hours=4), "setup.project_not_postable"),
    (timedelta(hours=5), "billing.invoice_stuck.001"),
    (timedelta(hours=10), "time.approver_stuck"),
    (timedelta(hours=22), "billing.blocked_master_data.003"),
    (timedelta(hours=25), "time.batch_replayed"),
    (timedelta(hours=28), "rates.rate_revision_rejected"),
    (timedelta(hours=30), "rates.cost_rate_gap"),
    (timedelta(hours=34), "time.posting_burst"),
    (timedelta(hours=94), "billing.billable_unbilled.001"),
    (timedelta(hours=98), "expense.expense_unposted"),
    (timedelta(hours=120), "billing.trigger_lost"),
    (timedelta(hours=146), "revenue.unrecognised"),
)


def live(folder: Path, snapshot: str, pace: float) -> None:
    begins = clock.SNAPSHOTS[snapshot]
    while True:
        clock.run(folder, pace, LEASE, snapshot=snapshot)
        mend_what_is_due(folder, begins)
        time.sleep(BEAT_SECONDS)


def mend_what_is_due(folder: Path, begins: datetime) -> list[str]:
    """Mend what the story holds until the firm's present, each once; gives what that was."""
    found = list(_due(folder, begins))
    for fault in found:
        clock.mend(folder, fault)
    return found


def _due(folder: Path, begins: datetime) -> Iterator[str]:
    stands = clock.read(folder)
    mended = {one.fault for one in stands.mended}
    for after, fault in STORY:
        if begins + after <= stands.as_of and fault not in mended:
            yield fault


if __name__ == "__main__":
    django.setup()
    from opsboard.launch.firm import made_up_firm

    firm = made_up_firm()
    if firm:
        live(firm.folder, firm.snapshot, float(sys.argv[1]))
