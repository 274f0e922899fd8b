"""What follows when a cost rate is missing: bookings without one, and time that is refused."""

from datetime import date, datetime, timedelta

from connectors.sandbox.delivery import Assignment
from connectors.sandbox.faults.case import Case
from connectors.sandbox.faults.hours import (
    ahead,
    claim_hours,
    estimated_cost,
    posting_due,
)
from connectors.sandbox.faults.ripples import refuse, unpost
from connectors.sandbox.faults.scene import utc
from connectors.sandbox.faults.worth import hourly_cost
from connectors.sandbox.natives import native
from connectors.sandbox.people import Worker
from connectors.sandbox.time import Entry


def end_rate(case: Case, system: str, name: str, days: tuple[date, date]) -> None:
    """The rate ends before the gap; a second one begins after it."""
    own = native(system, "cost_rate", name)
    row = dict(case.book.row((system, "cost_rate", own)) or {})
    case.rewrite(system, "cost_rate", own, valid_to=days[0] - timedelta(days=1))
    for envelope in ("source_id", "source_version", "source_updated_at"):
        row.pop(envelope, None)
    row |= {"valid_from": days[1] + timedelta(days=1), "valid_to": None}
    case.create(system, "cost_rate", f"{own}-2", _filled(days[1]), **row)


def _filled(last: date) -> datetime:
    return utc(last + timedelta(days=1), 5)


def refuse_uncosted(case: Case, crew: list[Worker], first: date, last: date) -> None:
    """Time of the gap is refused; the bookings over it are what lacks a rate."""
    members, waiting = set(crew), []
    for entry in case.scene.world.entries:
        if entry.worker in members and first <= entry.day <= last and entry.posted_at:
            waiting.append(entry)
            if case.scene.is_free(entry):
                _refuse(case, entry)
    for booking in case.scene.world.assignments:
        if booking.worker in members and booking.starts_on <= last and booking.ends_on >= first:
            _unrated(case, booking, first, last)
    for entry in waiting:
        assert entry.assignment
        case.claim(
            "ST01", "cost_at_risk", f"psa:TE-{entry.name}",
            *estimated_cost(case.scene, entry), key_of(entry.assignment),
            since=entry.approved_at,
        )  # fmt: skip


def _refuse(case: Case, entry: Entry) -> None:
    key = f"psa:TE-{entry.name}"
    assert entry.posted_at
    case.scene.take(entry)
    with case.about(key):
        unpost(case, entry)
        case.rewrite("psa", "time_entry", f"TE-{entry.name}", cost_rate=None)
        message = refuse(case, key, "no_cost_rate", "data_quality", entry.posted_at)
    case.child("TP01", key, posting_due(entry))
    guess = estimated_cost(case.scene, entry)
    claim_hours(case, "TP01", entry, cost_of=guess)
    claim_hours(case, "IN01", entry, message, guess)


def key_of(booking: Assignment) -> str:
    return f"psa:{native('psa', 'assignment', f'{booking.no:04}')}"


def _unrated(case: Case, booking: Assignment, first: date, last: date) -> None:
    """The booking, and the hours that are planned of it in the gap and still to come.

    As long as the new rate is not there, nobody knows that the gap will have an end.
    """
    scene, worker = case.scene, booking.worker
    known = last if _filled(last) <= scene.as_of else date.max
    rate = hourly_cost(scene, worker)
    planned = ahead(scene, booking, first, known) * rate
    case.subject(key_of(booking), exposure_only=(planned, worker.entity.currency))
