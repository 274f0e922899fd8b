"""Values are converted exactly, or not at all."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.transforms import CHECKS, TRANSFORMS, Unfit, transform, transform_mistake

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**14))
FORMS = st.sampled_from([",", ",.", ", ", ",'", ".", ".,", ". ", ".'"])
INSTANTS = st.integers(-2_000_000_000 * 10**6, 250_000_000_000 * 10**6).map(
    lambda count: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=count)
)


def written(number: Decimal, form: str) -> str:
    """The number as an export in that form would write it."""
    text = f"{number:,f}" if form[1:] else f"{number:f}"
    return text.translate({ord(","): form[1:], ord("."): form[0]})


@given(NUMBERS, FORMS)
def test_a_number_loses_no_digit_in_any_form(number, form):
    read = transform(f"decimal:{form}", written(number, form))

    assert read == number
    assert read.as_tuple().digits == number.as_tuple().digits or number == 0


@given(st.text(alphabet="0123456789.,-+ '", max_size=12), FORMS)
def test_a_number_is_read_as_written_or_refused(text, form):
    try:
        read = transform(f"decimal:{form}", text)
    except Unfit:
        return
    assert "".join(filter(str.isdigit, text)).lstrip("0") == "".join(
        map(str, read.as_tuple().digits)
    ).lstrip("0")


@pytest.mark.parametrize(
    ("form", "text", "number"),
    [
        (",.", "1.234.567,8", "1234567.8"),
        (",.", "1234,5", "1234.5"),
        (", ", "1\u202f234\u00a0567,8", "1234567.8"),
        (",", "12,50-", "-12.50"),
        (".", "\u221212.50", "-12.50"),
        (".", ".5", "0.5"),
        (".", " 7 ", "7"),
        (".", Decimal("0.1"), "0.1"),
        (".", 3, "3"),
    ],
)
def test_numbers_as_firms_write_them(form, text, number):
    assert transform(f"decimal:{form}", text) == Decimal(number)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (",.", "1.5"),
        (",.", "12.34,5"),
        (",.", "1234.567,8"),
        (",", "1.234,5"),
        (".", "1,5"),
        (".", "1e5"),
        (".", "NaN"),
        (".", ""),
        (".", "٣"),
        (".", "1-2"),
        (".", 0.1),
        (".", True),
        (".", []),
    ],
)
def test_what_is_no_number_in_the_form_is_refused(form, text):
    with pytest.raises(Unfit):
        transform(f"decimal:{form}", text)


@pytest.mark.parametrize(
    ("spec", "value", "made"),
    [
        ("bool", "Ja", True),
        ("bool", 0, False),
        ("bool", "n", False),
        ("int", "1.0", 1),
        ("int", Decimal("-4"), -4),
        ("list:;", "a; b;;c", ("a", "b", "c")),
        ("list", [1, "b"], ("1", "b")),
        ("date", "2026-07-01", date(2026, 7, 1)),
        ("date:%y%m%d", "260701", date(2026, 7, 1)),
        ("day:Europe/Vienna", "2026-07-01T23:30:00Z", date(2026, 7, 2)),
        ("day", "2026-07-01T23:30:00", date(2026, 7, 1)),
        ("instant", "2026-07-01T08:00:00Z", datetime(2026, 7, 1, 8, tzinfo=UTC)),
        ("instant:Asia/Tokyo", "2026-07-01", datetime(2026, 6, 30, 15, tzinfo=UTC)),
        ("instant:UTC|%d/%m/%Y %H:%M", "01/07/2026 8:05", datetime(2026, 7, 1, 8, 5, tzinfo=UTC)),
        ("epoch_seconds", "1782892800.5", datetime(2026, 7, 1, 8, 0, 0, 500000, tzinfo=UTC)),
        ("epoch_milliseconds", 1782892800500, datetime(2026, 7, 1, 8, 0, 0, 500000, tzinfo=UTC)),
        ("microseconds", "2026-07-01T08:00:00.000001Z", 1782892800000001),
        ("microseconds:Europe/Vienna", "42", 42),
        ("hours_from_seconds", timedelta(minutes=20), Decimal("0.33")),
        ("hours_from_seconds", 5400, Decimal("1.50")),
        ("hours_from_minutes", "90", Decimal("1.50")),
        ("hours_from_minutes", Decimal("0.3"), Decimal("0.01")),
        ("hours_from_days:7.7", "0.5", Decimal("3.85")),
        ("upper", " ab ", "AB"),
        ("text", Decimal("1E+3"), "1000"),
        ("text", True, "true"),
    ],
)
def test_values_as_sources_write_them(spec, value, made):
    assert transform(spec, value) == made


@pytest.mark.parametrize(
    ("spec", "value"),
    [
        ("bool", "perhaps"),
        ("int", "1.5"),
        ("int", Decimal("1E+999999999")),
        ("int", "9" * 5000),
        ("date", "01.07.2026"),
        ("date", "2026-02-30"),
        ("date", datetime(2026, 7, 1, tzinfo=UTC)),
        ("day", "2026-07-01T23:30:00Z"),
        ("instant", "2026-07-01T08:00:00"),
        ("instant", "0001-01-01T00:00:00+10:00"),
        ("instant", 3),
        ("epoch_seconds", "1e400"),
        ("epoch_seconds", 10**30),
        ("epoch_seconds", Decimal("NaN")),
        ("hours_from_seconds", Decimal("1E+900")),
        ("text", {}),
    ],
)
def test_what_cannot_be_read_is_unfit_in_a_short_sentence(spec, value):
    with pytest.raises(Unfit) as caught:
        transform(spec, value)

    assert len(str(caught.value)) < 200


@given(INSTANTS)
def test_an_instant_and_its_version_agree_to_the_microsecond(moment):
    version = transform("microseconds", moment.isoformat())

    assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=version) == moment
    assert transform("instant", moment.isoformat()) == moment


@given(INSTANTS, INSTANTS)
def test_later_instants_have_greater_versions(one, other):
    assert (one < other) == (
        transform("microseconds", one.isoformat()) < transform("microseconds", other.isoformat())
    )


@pytest.mark.parametrize("name", sorted(TRANSFORMS))
@given(value=st.text() | st.integers() | st.decimals() | st.none() | st.lists(st.text()))
def test_no_value_makes_a_transform_fail_otherwise(name, value):
    argument = {"hours_from_days": ":8"}.get(name, "")
    with suppress(ValueError):
        transform(f"{name}{argument}", value)


def test_only_transforms_that_exist_have_checks():
    assert set(CHECKS) <= set(TRANSFORMS)
    assert transform_mistake("hours_from_days") != ""
    assert transform_mistake("text") == ""
