"""One COPY line per record: the same facts make the same line, however they were written."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.kinds import KINDS, fields_of
from opsboard.records.encode import write
from tests.records.loading import entry

TIME_ENTRY = KINDS["time_entry"]
amounts = st.none() | st.decimals(-(10**12), 10**12, places=4)


def cells(records, name):
    place = [field.name for field in fields_of(TIME_ENTRY)].index(name)
    return [row.split("\t")[place] for row in write(TIME_ENTRY, "psa", records).facts]


def digests(records):
    return write(TIME_ENTRY, "psa", records).digests


@given(st.lists(amounts, min_size=1, max_size=6))
def test_a_column_of_numbers_is_written_without_final_zeros_and_exponents(column):
    records = [entry(f"TE-{n}", bill_amount=value) for n, value in enumerate(column)]

    for cell, value in zip(cells(records, "bill_amount"), column, strict=True):
        if value is None:
            assert cell == "\\N"
            continue
        assert Decimal(cell) == value
        assert "E" not in cell
        assert cell not in ("-0", "")
        assert "." not in cell or cell[-1] not in "0."


@pytest.mark.parametrize("written", ["8", "8.0", "8.00", "08", "0.8E+1", "80E-1"])
@pytest.mark.parametrize("beside", ["8", "-0", "100", "2.50"])
def test_the_same_number_is_the_same_record_whatever_stands_beside_it(written, beside):
    def digest(hours):
        page = [entry("TE-1", hours=Decimal(hours)), entry("TE-2", hours=Decimal(beside))]
        return digests(page)[0]

    assert digest(written) == digest("8")
    assert digest(written) != digest("80")


def test_the_same_instant_is_the_same_record_in_every_zone():
    noon = datetime(2026, 6, 18, 12, tzinfo=UTC)
    east = noon.astimezone(timezone(timedelta(hours=5, minutes=30)))
    [one, other, none] = digests(
        [entry("TE-1", approved_at=noon), entry("TE-1", approved_at=east), entry("TE-1")]
    )

    assert one == other != none
