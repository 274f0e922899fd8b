"""The time line of an item: what each side said, what did not come, and what we made of it."""

from types import SimpleNamespace

from opsboard.controls.catalogue import catalogue
from opsboard.exceptions.item.evidence import compare
from opsboard.exceptions.item.timeline import timeline_of


def timeline(firm, sees="LB", code="TP01"):
    [item] = firm.items(code)
    control = catalogue()[code]
    shown = SimpleNamespace(
        control=code,
        subject=item.subject,
        look_at=item.look_at,
        detected_at=item.detected_at,
        comparison=compare(item.evidence, [], control),
    )
    return timeline_of(item.group_id, shown, SimpleNamespace(sees=frozenset(sees)))


def told(line):
    return [(line.lanes[one.lane - 1], one.what) for one in line.moments]


def test_it_shows_the_approval_the_posting_that_is_absent_and_the_finding(firm):
    firm.say("time_entry", "TE-1")
    firm.reconcile("TP01")

    line = timeline(firm)
    assert line.lanes == ["psa", "erp", "opsboard"]
    assert told(line) == [
        ("psa", "Approved"),
        ("erp", "Expected, and absent"),
        ("opsboard", "Found"),
    ]
    assert [one.is_missing for one in line.moments] == [False, True, False]


def test_it_shows_a_posting_that_was_reversed(firm):
    firm.say("time_entry", "TE-1")
    firm.say("project_actual", "1", source_key="psa:TE-1")
    firm.say("project_actual", "2", source_key="psa:TE-1", hours="-8", reversal_of="1")
    firm.reconcile("TP01")

    assert [one for one in told(timeline(firm)) if one[0] == "erp"][:2] == [
        ("erp", "Posted 8.00 h"),
        ("erp", "Posted -8.00 h"),
    ]


def test_a_change_of_what_the_reader_may_not_see_is_told_without_its_values(firm):
    firm.say("time_entry", "TE-1")
    firm.say("time_entry", "TE-1", bill_rate="175", hours="7.5")
    firm.reconcile("TP01")

    [masked] = [one.detail for one in timeline(firm, "").moments if one.what == "Changed"]
    [open_] = [one.detail for one in timeline(firm, "B").moments if one.what == "Changed"]
    assert "hours 8" in masked
    assert "175" not in masked
    assert "bill rate (restricted)" in masked
    assert "175" in open_


def test_a_side_that_holds_too_much_is_not_called_absent(firm):
    firm.say("time_entry", "TE-1", bill_amount="1200")
    for number in "12":
        firm.say("project_actual", number, source_key="psa:TE-1")
    firm.reconcile("TP04")

    line = timeline(firm, code="TP04")
    assert not [one for one in line.moments if one.is_missing]
    assert ("opsboard", "Limit passed") in told(line)
