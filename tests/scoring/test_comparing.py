"""The comparison with the truth, on truths small enough to count by hand."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from connectors.sandbox.severity import severities
from connectors.sandbox.shape import SNAPSHOTS
from connectors.sandbox.truth import Bound, Claim, Truth
from opsboard.scoring.compare import Found, compare
from opsboard.scoring.report import is_exact

AS_OF = datetime(2026, 7, 2, 10, tzinfo=UTC)
# When no close is on.
AFTER = SNAPSHOTS["post-close"]


def fault(control, *subjects, cause="lost", kind="fault", **more):
    return Truth(
        fault_id=f"{control}.1", row="", kind=kind, control_code=control, root_cause=cause,
        root_entity="erp:1", group_key="", injected_at=AS_OF - timedelta(days=9),
        first_detectable_at=more.pop("seen", AS_OF - timedelta(days=1)),
        expected_measure="revenue_at_risk", subject_keys=list(subjects), **more,
    )  # fmt: skip


def money(control, atom, amount, measure="revenue_at_risk"):
    return Claim(control, atom, measure, atom, [], Decimal(amount))


def found(causes, claims=(), groups=(Decimal(1),)):
    ledger = {(one.control, one.measure, one.atom): one.amount_gc for one in claims}
    return Found(causes=causes, claims=ledger, groups=groups)


def test_what_agrees_is_exact():
    truth = [fault("TP01", "psa:1", "psa:2", claims=[money("TP01", "psa:1", 10)])]
    ours = found({"TP01": {"psa:1": "lost", "psa:2": "lost"}}, truth[0].claims)
    score = compare(truth, ours, ["TP01"], AS_OF)
    assert (score.total.recall, score.total.precision) == (1, 1)
    assert is_exact(score)
    assert score.is_good_enough


def test_a_subject_that_was_not_found_lowers_recall_alone():
    score = compare(
        [fault("TP01", "psa:1", "psa:2")], found({"TP01": {"psa:1": "lost"}}), ["TP01"], AS_OF
    )
    assert (score.total.recall, score.total.precision) == (Decimal("0.5"), 1)
    assert score.total.missing == ["psa:2"]
    assert not score.is_good_enough


def test_a_trap_that_was_found_lowers_precision():
    truth = [fault("TP01", "psa:1"), fault("TP01", "psa:9", kind="trap")]
    ours = found({"TP01": {"psa:1": "lost", "psa:9": "lost"}})
    score = compare(truth, ours, ["TP01"], AS_OF)
    assert score.total.precision == Decimal("0.5")
    assert score.total.surplus == ["psa:9"]
    assert not score.is_good_enough


def test_what_cannot_be_seen_yet_is_not_wanted():
    truth = [fault("TP01", "psa:1", "psa:2", seen_from={"TP01 psa:2": AS_OF + timedelta(hours=1)})]
    score = compare(truth, found({"TP01": {"psa:1": "lost"}}), ["TP01"], AS_OF)
    assert is_exact(score)
    later = compare(truth, found({"TP01": {"psa:1": "lost"}}), ["TP01"], AS_OF + timedelta(hours=1))
    assert later.total.missing == ["psa:2"]


def test_what_was_mended_is_not_wanted():
    truth = [fault("TP01", "psa:1", mended_at=AS_OF)]
    assert is_exact(compare(truth, found({}), ["TP01"], AS_OF))


def test_what_only_a_draft_could_find_is_named_and_not_counted():
    truth = [fault("TP06", "psa:7", claims=[money("TP06", "psa:7", 5)])]
    score = compare(truth, found({}), ["TP01"], AS_OF)
    assert score.unscored == {"TP06": 1}
    assert is_exact(score)


def test_another_cause_than_the_true_one_is_told():
    score = compare(
        [fault("TP01", "psa:1")], found({"TP01": {"psa:1": "unknown"}}), ["TP01"], AS_OF
    )
    assert score.total.other_cause == ["psa:1"]
    assert score.is_good_enough
    assert not is_exact(score)


def test_a_subject_under_two_faults_may_have_either_cause():
    truth = [fault("TP01", "psa:1"), fault("TP08", children={"TP01": ["psa:1"]}, cause="locked")]
    for cause in ("lost", "locked"):
        assert is_exact(compare(truth, found({"TP01": {"psa:1": cause}}), ["TP01"], AS_OF))


def test_an_atom_counts_once_at_the_most_that_is_claimed_of_it():
    claims = [
        money("TP01", "psa:1", 10),
        money("BL04", "psa:1", 12),
        money("BL08", "psa:1", 15, "cash_at_risk"),
        money("TP01", "psa:1", 4, "cost_at_risk"),
    ]
    truth = [fault("TP01", "psa:1", claims=claims)]
    score = compare(truth, found({}, claims), ["TP01", "BL04", "BL08"], AS_OF)
    assert score.exposure["value"] == (15, 15)
    assert score.exposure["revenue_at_risk"] == (12, 12)
    assert score.exposure["cost_at_risk"] == (4, 4)


def test_a_cent_too_much_is_told():
    truth = [fault("TP01", "psa:1", claims=[money("TP01", "psa:1", "10.00")])]
    ours = found({"TP01": {"psa:1": "lost"}}, [money("TP01", "psa:1", "10.01")])
    score = compare(truth, ours, ["TP01"], AS_OF)
    assert score.exposure["value"] == (Decimal("10.01"), Decimal("10.00"))
    assert not is_exact(score)


def test_a_control_that_did_not_run_is_never_good_enough():
    ours = Found(causes={}, claims={}, groups=(), failed=("TP01",))
    assert not compare([], ours, ["TP01"], AS_OF).is_good_enough


def test_the_heaviest_groups_are_weighed_against_all():
    ours = found({}, groups=(*tuple(Decimal(10) for _ in range(25)), Decimal(250)))
    score = compare([], ours, [], AS_OF)
    assert score.groups == 26
    assert score.heaviest_share == Decimal(490) / 500


def shown(causes, severity):
    ours = found(causes)
    ours.severities = {
        control: dict.fromkeys(subjects, severity) for control, subjects in causes.items()
    }
    return ours


def test_another_severity_than_the_true_one_is_told():
    # 30,000 USD are high, and one step more near a close.
    truth = [fault("TP01", "psa:1", claims=[money("TP01", "psa:1", 30_000)])]
    causes = {"TP01": {"psa:1": "lost"}}
    assert compare(truth, shown(causes, "critical"), ["TP01"], AS_OF).total.other_severity == []

    score = compare(truth, shown(causes, "high"), ["TP01"], AS_OF)
    assert score.total.other_severity == ["psa:1 high for critical"]
    assert score.is_good_enough
    assert not is_exact(score)


@pytest.mark.parametrize(
    ("control", "amount", "bound", "as_of", "expected"),
    [
        ("TP01", 4_999, Bound(), AFTER, "low"),
        ("TP01", 5_000, Bound(), AFTER, "medium"),
        ("TP01", 100_000, Bound(), AFTER, "critical"),
        ("TP01", 4_999, Bound(), AS_OF, "medium"),
        # A floor and a cap bound what comes of it; near a close nothing is added to them.
        ("TP04", 1, Bound(), AS_OF, "high"),
        ("TP04", 30_000, Bound(), AS_OF, "critical"),
        ("AR01", 200_000, Bound(), AS_OF, "medium"),
        ("BL01", 1, Bound(), AFTER, "low"),
        ("BL01", 1, Bound(), AS_OF, "medium"),
        ("ST06", 4_999, Bound(), AS_OF, "low"),
        # What is said of a single subject.
        ("BL05", 1, Bound("high"), AS_OF, "high"),
        ("BL05", 1, Bound("high", since=AFTER), AS_OF, "medium"),
        ("MD01", 200_000, Bound(cap="low"), AS_OF, "low"),
    ],
)
def test_severity_follows_amount_close_floor_and_cap_in_this_order(
    control, amount, bound, as_of, expected
):
    truth = [fault(control, "psa:1", claims=[money(control, "psa:1", amount, "cash_at_risk")])]
    truth[0].bounds[f"{control} psa:1"] = bound
    assert severities(truth, as_of) == {(control, "psa:1"): expected}


def test_what_only_lies_ahead_weighs_where_nothing_else_is_at_risk():
    ahead = money("WL03", "psa:1", 60_000, "exposure_only")
    truth = [fault("WL03", "psa:1", claims=[ahead])]
    assert severities(truth, AFTER) == {("WL03", "psa:1"): "high"}

    truth[0].claims.append(money("WL03", "psa:1", 10_000))
    assert severities(truth, AFTER) == {("WL03", "psa:1"): "medium"}
