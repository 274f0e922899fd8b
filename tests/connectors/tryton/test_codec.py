"""Tryton's typed JSON."""

import json
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.decoding import decode_json
from connectors.transforms import Unfit
from connectors.tryton.codec import decode, encode

DATETIME = {"__class__": "datetime", "year": 2026, "month": 7, "day": 2, "hour": 8, "minute": 1}
DATETIME |= {"second": 2, "microsecond": 345678}


def test_a_datetime_is_an_instant_in_utc():
    assert decode(DATETIME) == datetime(2026, 7, 2, 8, 1, 2, 345678, tzinfo=UTC)


def test_values_are_found_at_any_depth():
    told = {"a.": [{"b": {"__class__": "date", "year": 2026, "month": 7, "day": 2}}]}

    assert decode(told) == {"a.": [{"b": date(2026, 7, 2)}]}


def test_every_class_is_known():
    clock = {"__class__": "time", "hour": 1, "minute": 2, "second": 3, "microsecond": 4}

    assert decode(clock) == time(1, 2, 3, 4)
    assert decode({"__class__": "bytes", "base64": "YWI="}) == b"ab"


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_decimal_keeps_every_digit(number):
    assert decode(json.loads(encode(number))).as_tuple() == number.as_tuple()


@given(st.integers(0, 10**6), st.integers(0, 99))
def test_hours_do_not_become_binary(seconds, hundredths):
    told = decode_json(f'{{"__class__": "timedelta", "seconds": {seconds}.{hundredths:02}}}')

    assert decode(told) == timedelta(seconds=seconds, microseconds=hundredths * 10_000)


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_comes_back_as_it_went(moment):
    assert decode(json.loads(encode(moment))) == moment


@pytest.mark.parametrize(
    "odd",
    [
        {"__class__": "date", "year": 2026, "month": 2, "day": 30},
        {"__class__": "date"},
        {"__class__": "Decimal", "decimal": "much"},
        {"__class__": "Decimal", "decimal": None},
        {"__class__": "timedelta", "seconds": "NaN"},
        {"__class__": "planet"},
        {"__class__": []},
        {"__class__": "datetime", "year": "2026"},
    ],
)
def test_a_value_that_is_none_is_unfit(odd):
    with pytest.raises(Unfit):
        decode(odd)
