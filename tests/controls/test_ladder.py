"""The causes stand in their order, each complete, and what they rest on is watched."""

import re

import pytest

from connectors.kinds import KINDS
from opsboard.controls.catalogue import catalogue
from opsboard.controls.causes import UNKNOWN, ladder
from opsboard.controls.rules import shared_views
from opsboard.workflows import WORKFLOWS
from tests.statements import bare, sources_of

ERROR_CLASSES = {"retryable", "business_rule", "data_quality"}
VIEWS = {*KINDS, "entity", "feed", *shared_views()}
each_cause = pytest.mark.parametrize("cause", list(ladder().values()), ids=lambda one: one.slug)


@each_cause
def test_every_cause_has_a_family_and_steps(cause):
    assert cause.workflow in WORKFLOWS
    assert cause.error_class in ERROR_CLASSES
    assert cause.remediation
    own = set(re.findall(r"(\w+) as materialized", cause.sql))
    assert sources_of(cause.sql) <= VIEWS | {"failing"} | own
    owner = catalogue().get(cause.control)
    if owner and owner.sql:
        assert owner.workflow == cause.workflow
        assert f"'{cause.slug}'" in owner.sql


@each_cause
def test_whatever_a_cause_reads_is_watched(cause):
    """Or a cause that came or went would leave the findings where they hang."""
    read = set(sources_of(cause.sql))
    read |= {"integration_message"} if "last_message" in read else set()
    read |= {"cost_rate", "assignment"} if "usable_cost_rate" in read else set()
    assert read & set(KINDS) <= {watch.kind for watch in cause.watches}
    assert {watch.column for watch in cause.watches} <= {"findings", "record"}


def test_the_ladder_stands_in_the_order_of_the_specification():
    """Domain 0.9; rung 1, a stale feed, is no finding at all."""
    assert [f"{one.number} {one.slug}" for one in ladder().values()] == [
        "2 period_locked",
        "3 customer_missing",
        "4 contract_not_active",
        "5 project_missing",
        "6 project_not_postable",
        "7 worker_missing",
        "8 cost_rate_missing",
        "9 rate_card_missing",
        "10 cost_center_invalid",
        "11 tax_code_missing",
        "12 fx_rate_missing",
        "13 code_unmapped",
        "14 message_dead_lettered",
        "15 message_rejected",
        "16 message_in_flight",
        "17 never_emitted",
        "18 unknown",
    ]


def test_the_last_rung_takes_whatever_is_left():
    numbers = [cause.number for cause in ladder().values()]
    assert numbers == sorted(set(numbers))
    assert list(ladder())[-1] == UNKNOWN
    assert " where " not in bare(ladder()[UNKNOWN].sql)
