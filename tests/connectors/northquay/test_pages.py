"""Pages of the firm, read back; and settings that could not be meant."""

import json
from decimal import Decimal

import pytest

from connectors.base import Page
from connectors.northquay.client import Northquay
from tests.connectors.northquay.firms import connection

ENTRY = {
    "source_id": "TE-1",
    "source_version": 1,
    "worker": "W1",
    "project": "P1",
    "work_date": "2026-06-01",
    "hours": "7.25",
    "status": "approved",
}


def opened(*rows):
    body = json.dumps({"rows": list(rows)}).encode()
    return connection("psa").open("time_entry", Page(body, "", origin="kept"))


def test_amounts_travel_as_texts_and_arrive_to_the_digit():
    page = next(connection("psa").pull("time_entry", ""))
    told = json.loads(page.body)["rows"]
    records = connection("psa").open("time_entry", page).records

    assert all(isinstance(row["hours"], str) for row in told)
    assert [one.hours for one in records] == [Decimal(row["hours"]) for row in told]


def test_pages_follow_the_order_in_which_rows_came_to_be_seen():
    pages = list(connection("psa").pull("time_entry", ""))
    rows = [row for page in pages for row in json.loads(page.body)["rows"]]
    order = [(row["source_updated_at"], row["source_id"]) for row in rows]

    assert len(pages) > 1
    assert order == sorted(order)
    assert [page.watermark for page in pages[:-1]] == [None] * (len(pages) - 1)
    assert {len(json.loads(page.body)["rows"]) for page in pages[:-1]} == {200}


def test_rows_of_one_instant_that_a_page_parts_all_arrive():
    connector = connection("hcm", page_size=7)
    pages = list(connector.pull("work_calendar", ""))
    ids = {row["source_id"] for page in pages for row in json.loads(page.body)["rows"]}

    resumed = list(connector.pull("work_calendar", pages[2].cursor))
    early = {row["source_id"] for page in pages[:3] for row in json.loads(page.body)["rows"]}
    late = {row["source_id"] for page in resumed for row in json.loads(page.body)["rows"]}
    assert early | late == ids
    assert not early & late


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"hours": "many"}, "hours", "hours: "),
        ({"hours": "1.234"}, "hours", "more than 2 decimals"),
        ({"status": "lost"}, "status", "status: "),
        ({"work_date": None}, "work_date", "work_date: "),
        ({"mood": "fine"}, "", "mood"),
        ({"source_id": ""}, "source_id", "source_id: "),
    ],
)
def test_a_row_that_does_not_fit_is_refused_and_the_others_arrive(change, field, said):
    found = opened({**ENTRY, **change}, {**ENTRY, "source_id": "TE-2"}, 3)

    assert [one.source_id for one in found.records] == ["TE-2"]
    refused, odd = found.refused
    assert refused.field == field
    assert said in refused.reason
    assert json.loads(refused.row) == {**ENTRY, **change}
    assert refused.hints.get("worker") == "W1"
    assert odd.reason == "the row is no table"


def test_sensitive_values_stay_out_of_hints_and_reasons():
    rate = {"source_id": "R1", "source_version": 1, "worker": "W1", "valid_from": "2026-01-01"}
    body = json.dumps({"rows": [{**rate, "rate": "99999999999999999.5", "currency": "USD"}]})
    (refused,) = connection("hcm").open("cost_rate", Page(body.encode(), "")).refused

    assert refused.field == "rate"
    assert "99999" not in refused.reason + str(refused.hints)


def test_a_field_nobody_declared_is_drift():
    assert opened({**ENTRY, "mood": "fine"}).drift == frozenset({"+mood"})


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"system": "fax"}, "system"),
        ({"system": "erp", "size": "huge"}, "size"),
        ({"system": "erp", "size": 3}, "size"),
        ({"system": "erp", "size": True}, "size"),
        ({"system": "erp", "seed": "7"}, "seed"),
        ({"system": "erp", "faults": "some"}, "faults"),
        ({"system": "erp", "faults": ["time.travel"]}, "faults"),
        ({"system": "erp", "faults": [["all"]]}, "faults"),
        ({"system": "erp", "traps": "yes"}, "traps"),
        ({"system": "erp", "snapshot": "never"}, "snapshot"),
        ({"system": "erp", "snapshot": ["close"]}, "snapshot"),
        ({"system": "erp", "folder": ""}, "folder"),
        ({"system": "erp", "page_size": 0}, "page_size"),
        ({"system": "erp", "colour": "red"}, "colour"),
    ],
)
def test_each_mistake_is_said_with_its_key(settings, named):
    (mistake,) = Northquay.check_settings(settings)
    assert mistake.startswith(f"{named}: ")


def test_the_role_names_the_system_when_the_system_has_a_name_of_its_own():
    settings = {"system": "tryton", "role": "payroll"}

    assert Northquay.check_settings(settings) == []
    assert Northquay(settings).system == "payroll"
