"""Business time and the deadlines of a close, on the calendar of a place (domain.md B.2, B.4)."""

from datetime import date, datetime

import pytest
from django.db import connection

from opsboard.config import using
from opsboard.people.calendars import settle_calendars

CONFIGURATION = """
[firm]
name = "Northquay"
group_currency = "USD"
zone = "Europe/London"

[calendar.uk]
country = "GB"
subdivision = "ENG"
zone = "Europe/London"

[calendar.us]
country = "US"
zone = "America/New_York"

[team.finance]
name = "Finance"

[[owner]]
team = "finance"
"""


@pytest.fixture
def calendars(db):
    with using(CONFIGURATION) as config:
        settle_calendars(config, date(2026, 6, 18))
        yield


def ask(expression, *values):
    with connection.cursor() as cursor:
        cursor.execute(f"select {expression}", values)
        return cursor.fetchone()[0]


def at(text):
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("calendar", "working_day", "clock", "wanted"),
    [
        ("uk", 0, "17:00", "2026-06-30 17:00+01:00"),
        ("uk", 1, "18:00", "2026-07-01 18:00+01:00"),
        ("uk", 3, "18:00", "2026-07-03 18:00+01:00"),
        # Friday 3 July is a holiday there, because the fourth is a Saturday.
        ("us", 3, "18:00", "2026-07-06 18:00-04:00"),
        ("us", -2, "09:00", "2026-06-26 09:00-04:00"),
    ],
)
def test_a_close_has_its_deadlines(calendars, calendar, working_day, clock, wanted):
    found = ask("close_deadline(%s, '2026-06-11', %s, %s)", calendar, working_day, clock)
    assert found == at(wanted)


def test_the_last_working_day_of_a_month_may_come_before_its_end(calendars):
    assert ask("close_deadline('uk', '2026-05-04', 0, '17:00')") == at("2026-05-29 17:00+01:00")


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("after_business_hours('uk', '2026-06-19 16:00+01', 4)", "2026-06-22 11:00+01:00"),
        ("after_business_days('uk', '2026-06-19 16:00+01', 2)", "2026-06-23 16:00+01:00"),
        # Juneteenth is a Friday.
        ("after_business_days('us', '2026-06-18 12:00-04', 1)", "2026-06-22 12:00-04:00"),
    ],
)
def test_business_time_leaves_nights_weekends_and_holidays_out(calendars, expression, wanted):
    assert ask(expression) == at(wanted)


@pytest.mark.parametrize(
    ("since", "wanted"),
    [
        ("2026-07-01 12:00+00", "2026-07-01 17:00+00:00"),
        ("2026-07-01 17:30+00", "2026-07-02 17:30+00:00"),
    ],
)
def test_a_close_shortens_only_what_began_before_its_deadline(db, since, wanted):
    found = ask(
        "or_at_close(%s::timestamptz + interval '1 day', %s, '2026-07-01 17:00+00')", since, since
    )
    assert found == at(wanted)
