"""What breaks the quiet hours, and what a stale feed keeps back for the digest (domain.md E.4)."""

from datetime import timedelta

import pytest

from opsboard.alerts.models import Delivery
from opsboard.alerts.queries import derive
from opsboard.controls.models import Control, ControlRun
from opsboard.exceptions.models import Severity
from opsboard.sync.models import Connection, Stream
from tests.alerts.world import NOW, cause, line
from tests.cast import item

NIGHT = NOW + timedelta(hours=12)
MORNING = NOW + timedelta(hours=20)
RUN = {"version": 1, "mode": "full", "state": "done", "digest": ""}


def instants(**more):
    return Delivery.objects.filter(sort="instant", **more)


@pytest.mark.parametrize(
    ("control", "severity", "flow", "expected"),
    [
        ("TP01", Severity.CRITICAL, "", NIGHT),
        ("TP01", Severity.HIGH, "", MORNING),
        ("WL04", Severity.HIGH, "", NIGHT),
        ("IN01", Severity.CRITICAL, "time_posting", NIGHT),
        ("IN01", Severity.CRITICAL, "worker_sync", MORNING),
        ("BL01", Severity.CRITICAL, "", MORNING),
    ],
)
def test_only_critical_posting_and_open_access_break_the_quiet_hours(
    sofia, control, severity, flow, expected
):
    group = cause(owner=sofia, at=NIGHT, due_at=NIGHT, control=control, severity=severity)
    item(group, 10, evidence={"flow": flow})
    derive(NIGHT)
    assert instants().get().not_before == expected


def resting_on_erp(control, watermark):
    """A control whose last run rested on a feed of the ERP that is complete up to an instant."""
    erp = Connection.objects.create(
        slug="erp", title="ERP", connector="sandbox", system="erp", role="erp"
    )
    Stream.objects.create(
        connection=erp,
        name="invoices",
        kind="invoice",
        interval=timedelta(minutes=30),
        watermark=watermark,
    )
    one = Control.objects.create(code=control, slug=control, title=control, digest="")
    for minutes in (90, 60):
        at = NOW - timedelta(minutes=minutes)
        ControlRun.objects.create(
            control=one, as_of=at, started_at=at, watermarks={"erp.invoice": None}, **RUN
        )


def test_while_a_feed_is_stale_what_rests_on_it_waits_for_the_digest(sofia, helen):
    resting_on_erp("BL01", NOW - timedelta(hours=2))
    blind, other = cause(1, owner=sofia), cause(2, owner=sofia, control="BL05")
    derive(NOW)
    assert {one.group for one in instants(state="waiting")} == {other}
    assert {one.group for one in instants(state="held")} == {blind}


def test_a_stale_feed_silences_no_colleague(sofia, helen):
    resting_on_erp("BL01", NOW - timedelta(hours=2))
    line(cause(1, owner=sofia), "assigned", by=helen)
    derive(NOW)
    assert instants().get().state == "waiting"


def test_a_fresh_feed_holds_nothing_back(sofia):
    resting_on_erp("BL01", NOW - timedelta(minutes=30))
    cause(1, owner=sofia)
    derive(NOW)
    assert instants().get().state == "waiting"
