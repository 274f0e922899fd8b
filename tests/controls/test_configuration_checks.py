"""What the file says of controls is said of ones that there are, or nothing starts."""

import pytest
from django.core import checks

from opsboard import pipeline
from opsboard.config import Misconfigured, load, using
from opsboard.controls.catalogue import catalogue
from opsboard.controls.checks import causes_named_by, control_mistakes, known_causes

FIRM = """
[firm]
name = "Northquay"
group_currency = "GBP"
zone = "Europe/London"

[team.support]
name = "Support"
"""
LAST = """
[[owner]]
team = "support"
"""
OWNER = '\n[[owner]]\nteam = "support"\n'
WRONG = [
    ("[control.XX99]", "control.XX99: is unknown; known are"),
    ("[control.TP99]", "control.TP99: is unknown; did you mean TP09?"),
    (
        "[control.TP01]\nparameters = { grace_hour = 12 }",
        "control.TP01.parameters.grace_hour: is unknown; did you mean grace_hours?",
    ),
    (
        "[control.BL01]\nparameters = { grace_hours = 12 }",
        "control.BL01.parameters.grace_hours: is unknown; BL01 has no parameters",
    ),
    *(
        (
            f"[control.TP01]\nparameters = {{ grace_hours = {given} }}",
            f"control.TP01.parameters.grace_hours: {shown} does not fit; write a whole number",
        )
        for given, shown in [
            ('"soon"', "'soon'"),
            ("true", "True"),
            ("1.5", "1.5"),
            ("-1", "-1"),
            ("9000000000", "9000000000"),
        ]
    ),
    (
        # What severity rests on is no parameter of the control's own.
        "[control.TP01]\nparameters = { thresholds = 1 }",
        "control.TP01.parameters.thresholds: is unknown",
    ),
    (OWNER + 'control = ["TP01", "ZZ99"]', "owner[1].control: ZZ99: is unknown; known are"),
    (OWNER + 'cause = ["nonsense"]', "owner[1].cause: nonsense: is unknown; known are"),
    (
        OWNER + 'cause = ["cost_rate_mising"]',
        "owner[1].cause: cost_rate_mising: is unknown; did you mean cost_rate_missing?",
    ),
]


@pytest.mark.parametrize(("written", "mistake"), WRONG, ids=[said for _, said in WRONG])
def test_what_is_said_of_no_control_is_a_mistake(written, mistake):
    (found,) = control_mistakes(load(FIRM + written + LAST))
    assert found.startswith(mistake)


def test_what_is_said_of_a_control_that_is_there_is_taken():
    written = "[control.TP01]\nparameters = { grace_hours = 12 }\n[control.BL08]\nstatus = 'shadow'"
    causes = ", ".join(f'"{one}"' for one in known_causes())
    owner = OWNER + f'control = ["TP01"]\ncause = [{causes}]\n'
    assert control_mistakes(load(FIRM + written + owner + LAST)) == []


@pytest.mark.parametrize("control", catalogue().values(), ids=lambda one: one.code)
def test_the_cause_that_a_control_says_itself_is_known(control):
    """Otherwise an owner rule for it would be refused; `causes:` lists what no text shows."""
    assert causes_named_by(control) or not control.own_cause


def test_nothing_starts_with_such_a_mistake():
    with using(FIRM + "[control.XX99]" + LAST):
        found = [one for one in checks.run_checks() if one.id == "opsboard.E002"]
    assert [one.msg.partition(":")[0] for one in found] == ["control.XX99"]
    assert found[0].is_serious()


def test_no_turn_is_taken_with_such_a_mistake(db):
    with (
        using(FIRM + "[control.XX99]" + LAST),
        pytest.raises(Misconfigured, match=r"control\.XX99: is unknown"),
    ):
        pipeline.prepare()
