from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from opsboard.config import using
from opsboard.people.calendars import settle_calendars
from opsboard.people.models import Team, WorkInterval
from opsboard.people.queries import settle_teams
from tests.cast import CONFIG

UK = """
[calendar.uk]
country = "GB"
subdivision = "ENG"
zone = "Europe/London"
opens = "09:00"
closes = "17:30"
"""
TODAY = date(2026, 7, 2)


def days(calendar="uk"):
    return [one.starts_at.date() for one in WorkInterval.objects.filter(calendar=calendar)]


def test_working_days_are_neither_weekends_nor_public_holidays():
    with using(CONFIG + UK) as config:
        settle_calendars(config, TODAY)
    found = set(days())
    assert date(2026, 7, 2) in found
    assert date(2026, 7, 4) not in found
    assert date(2026, 12, 25) not in found
    # Boxing Day falls on a Saturday in 2026: the Monday is free.
    assert date(2026, 12, 28) not in found


def test_hours_follow_the_clocks_of_the_place():
    with using(CONFIG + UK) as config:
        settle_calendars(config, TODAY)
    starts = {one.starts_at for one in WorkInterval.objects.filter(calendar="uk")}
    assert datetime(2026, 7, 2, 8, 0, tzinfo=UTC) in starts
    assert datetime(2026, 1, 5, 9, 0, tzinfo=UTC) in starts


def test_minutes_add_up_without_a_gap():
    with using(CONFIG + UK) as config:
        settle_calendars(config, TODAY)
    before = 0
    for one in WorkInterval.objects.filter(calendar="uk").order_by("starts_at"):
        assert one.minutes_before == before
        before += (one.ends_at - one.starts_at).total_seconds() // 60
        assert one.ends_at - one.starts_at == timedelta(hours=8, minutes=30)


def test_settling_again_changes_no_row_and_a_new_day_neither():
    with using(CONFIG + UK) as config:
        settle_calendars(config, TODAY)
        before = set(WorkInterval.objects.values_list())
        settle_calendars(config, date(2026, 7, 3))
    assert set(WorkInterval.objects.values_list()) == before


def test_a_calendar_that_left_the_file_leaves_the_table():
    with using(CONFIG + UK) as config:
        settle_calendars(config, TODAY)
    with using(CONFIG) as config:
        settle_calendars(config, TODAY)
    assert not days("uk")
    assert days("default")


def test_new_hours_replace_the_old_ones():
    with using(CONFIG + UK) as config:
        settle_calendars(config, TODAY)
    with using(CONFIG + UK.replace("17:30", "16:00")) as config:
        settle_calendars(config, TODAY)
    second = WorkInterval.objects.filter(calendar="uk").order_by("starts_at")[1]
    assert second.minutes_before == 7 * 60


def test_teams_equal_the_file_and_those_that_left_stay():
    Team.objects.create(slug="old", name="Old")
    Team.objects.create(slug="finance", name="Wrong")
    with using(CONFIG) as config:
        settle_teams(config)
    assert dict(Team.objects.values_list("slug", "name")) == {
        "old": "Old",
        "finance": "Finance",
        "integration": "Integration",
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("approved", "counts_from"),
    [
        ("2026-06-15 07:30+01", "2026-06-15 07:30+01"),
        ("2026-06-15 17:59+01", "2026-06-15 17:59+01"),
        ("2026-06-15 18:01+01", "2026-06-16 09:00+01"),
        ("2026-06-15 21:30+01", "2026-06-16 09:00+01"),
        ("2026-06-16 00:30+01", "2026-06-16 00:30+01"),
        ("2026-06-14 22:00+01", "2026-06-15 09:00+01"),
        ("2026-06-12 19:00+01", "2026-06-15 09:00+01"),
    ],
)
def test_what_is_approved_after_hours_counts_from_the_next_working_day(approved, counts_from):
    """London, Monday 15 June; the weekend before it is the 13th and 14th."""
    with using(LONDON) as config:
        settle_calendars(config, date(2026, 6, 15))
    with connection.cursor() as cursor:
        cursor.execute(
            "select from_business_day('default', %s) = %s::timestamptz", [approved, counts_from]
        )
        assert cursor.fetchone()[0]


LONDON = """
[firm]
name = "Northquay"
group_currency = "GBP"
zone = "Europe/London"

[calendar.default]
country = "GB"
subdivision = "ENG"
zone = "Europe/London"

[team.finance]
name = "Finance"

[[owner]]
team = "finance"
"""
