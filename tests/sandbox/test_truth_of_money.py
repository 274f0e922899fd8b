"""What the exposure ledger must hold: by atom, once per measure, at the most that is claimed."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from connectors.sandbox.faults.billing_ripples import unissue
from connectors.sandbox.faults.scene import Scene
from connectors.sandbox.firm import build
from connectors.sandbox.shape import SNAPSHOTS
from connectors.sandbox.systems.work import billed_at
from connectors.sandbox.truth import MEASURES, Claim, Truth, exposure, ledger
from tests.sandbox.firms import END, middling, sick

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def fault(*claims: Claim, **more) -> Truth:
    return Truth(
        fault_id="a.fault.001", row="a row", kind=more.pop("kind", "fault"), control_code="TP01",
        root_cause="a cause", root_entity="erp:1", group_key="g", injected_at=NOON,
        first_detectable_at=NOON, expected_measure="revenue_at_risk", claims=list(claims), **more,
    )  # fmt: skip


def claim(amount: int, atom: str = "psa:1", measure: str = "revenue_at_risk", **more) -> Claim:
    control = more.pop("control", "TP01")
    subject = more.pop("subject", atom)
    return Claim(control, subject, measure, atom, [], Decimal(amount), **more)


def test_an_atom_counts_once_per_measure_at_the_most_that_is_claimed():
    found = exposure([fault(claim(70)), fault(claim(100, control="BL04"))], NOON)

    assert found["revenue_at_risk"] == 100


def test_the_headline_takes_revenue_or_cash_of_an_atom_and_never_both():
    cash = claim(120, measure="cash_at_risk", control="BL01")
    other = claim(5, atom="psa:2")
    cost = claim(1_000, measure="cost_at_risk")

    assert exposure([fault(claim(100), cash, other, cost)], NOON)["value_at_risk"] == 125


def test_money_counts_from_when_its_subject_is_seen_until_it_is_mended():
    late = fault(claim(50), seen_from={"TP01 psa:1": NOON + HOUR})
    mended = fault(claim(7, atom="psa:2"), mended_at=NOON + HOUR)

    assert exposure([late, mended], NOON)["revenue_at_risk"] == 7
    assert exposure([late, mended], NOON + HOUR)["revenue_at_risk"] == 50


def test_a_claim_may_begin_later_and_end_sooner_than_its_subject():
    found = [fault(claim(9, since=NOON + HOUR, until=NOON + 2 * HOUR))]

    totals = [exposure(found, NOON + n * HOUR)["revenue_at_risk"] for n in range(4)]
    assert totals == [0, 9, 0, 0]


def test_what_is_claimed_until_it_is_billed_stays_when_its_invoice_is_held_back():
    world = middling().world
    scene = Scene(world, END)
    invoice, other = [one for one in world.invoices if one.lines[0].entries][:2]
    waiting = scene.case("ST02", "rate_card_missing", "crm:1", NOON)
    for one in (invoice, other):
        entry = one.lines[0].entries[0]
        waiting.claim(
            "ST02", "revenue_at_risk", f"psa:TE-{entry.name}", Decimal(100), "USD", "psa:1",
            until=billed_at(entry),
        )  # fmt: skip
    unissue(scene.case("BL08", "invoice_stuck", "erp:1", NOON), invoice, invoice.drafted_at)

    held, billed = waiting.truth.claims
    assert held.until is None
    assert billed.until == billed_at(other.lines[0].entries[0])


def test_only_the_controls_asked_for_count_and_no_trap_does():
    both = [fault(claim(3), claim(4, control="ST01")), fault(claim(90), kind="trap")]

    assert exposure(both, NOON)["revenue_at_risk"] == 4
    assert exposure(both, NOON, {"TP01"})["revenue_at_risk"] == 3
    assert set(exposure(both, NOON)) == {*MEASURES, "value_at_risk"}


def test_a_lost_split_claims_its_price_and_its_cost():
    firm = middling({"time.posting_lost"})
    entries = {f"psa:TE-{one.name}": one for one in firm.world.entries}
    held = ledger(firm.truth, END, {"TP01"})

    assert held
    for atom, money in held.items():
        entry = entries[atom]
        assert money["cost_at_risk"] == in_usd(firm, entry.cost, entry.worker.entity.currency)
        if entry.amount:
            price = in_usd(firm, entry.amount, entry.project.currency)
            assert money["revenue_at_risk"] == price
        elif not entry.billable:
            assert "revenue_at_risk" not in money


def in_usd(firm, amount, currency):
    """By hand: the spot of the day, held to four digits."""
    rate = Decimal(1)
    if currency != "USD":
        own = f"{currency}USD-spot-{firm.as_of:%Y%m%d}"
        rate = firm.world.book.row(("erp", "fx_rate", own))["rate"]
    return (amount * rate).quantize(Decimal("0.0001"), "ROUND_HALF_UP")


def test_a_message_is_worth_the_split_that_it_carried():
    firm = middling({"time.posting_burst"})

    lost, carried = (exposure(firm.truth, END, {code}) for code in ("TP01", "IN01"))
    assert lost == carried == firm.exposure()
    assert lost["revenue_at_risk"] > 0


def test_a_booking_claims_the_estimated_cost_of_what_was_worked_without_a_rate():
    firm = middling({"rates.role_standard_expired"})
    hours = {f"psa:TE-{one.name}": one for one in firm.world.entries}
    booked, waiting = (ledger(firm.truth, END, {code}) for code in ("ST01", "TP01"))

    assert waiting
    for atom, money in waiting.items():
        # Whose rate is the standard's is estimated by it exactly.
        entry = hours[atom]
        cost = in_usd(firm, entry.cost, entry.worker.entity.currency)
        assert money["cost_at_risk"] == booked[atom]["cost_at_risk"] == cost


def test_what_is_expected_of_a_fault_is_the_sum_of_its_own_claims():
    for truth in sick().truth:
        own = [
            one.amount_gc
            for one in truth.claims
            if (one.control, one.measure) == (truth.control_code, truth.expected_measure)
        ]
        if own:
            assert truth.expected_amount_gc == sum(own), truth.fault_id


def test_whoever_claims_is_a_subject_of_the_control_it_claims_for():
    for truth in sick().truth:
        subjects = {(truth.control_code, key) for key in truth.subject_keys}
        subjects |= {(code, key) for code, keys in truth.children.items() for key in keys}
        claimants = {(one.control, one.subject) for one in truth.claims}
        assert claimants <= subjects, truth.fault_id


def test_amounts_are_translated_anew_when_the_day_changes():
    firm = build(size=90, snapshot="close", faults={"time.posting_lost"}, traps=False)
    before = firm.exposure()["cost_at_risk"]
    firm.advance(SNAPSHOTS["post-close"])
    same = build(size=90, snapshot="post-close", faults={"time.posting_lost"}, traps=False)

    assert firm.exposure() == same.exposure()
    assert firm.exposure()["cost_at_risk"] != before


def test_a_mended_fault_is_worth_nothing_any_more():
    firm = middling({"time.posting_lost"})
    assert firm.exposure()["value_at_risk"] > 0
    firm.mend("time.posting_lost")
    assert set(firm.exposure().values()) == {Decimal(0)}


def test_a_measure_that_does_not_exist_is_refused():
    firm = middling({"time.posting_lost"})
    with pytest.raises(ValueError, match="no measure"):
        firm.scene.cases[0].claim("TP01", "worry_at_risk", "psa:1", Decimal(1), "USD")
