"""Values that can be read and mean nothing are mistakes of the deployment's file as well."""

import pytest

from opsboard.config import load
from tests.test_config import SMALL, mistakes_of


@pytest.mark.parametrize("given", ["48h", "2d", "30m", "90s"])
def test_a_deadline_is_written_in_working_time(given):
    """By the clock no deadline can be made: reconciling would fail each time."""
    assert mistakes_of(SMALL + f'[sla.high]\nresolve = "{given}"') == [
        f'sla.high.resolve: \'{given}\' does not fit; write hours or days at work: "4bh" or "2bd"'
    ]


@pytest.mark.parametrize(
    ("written", "mistake"),
    [
        ("[firm]\nclose_day = 31", "firm.close_day: 31 does not fit; write a working day"),
        ("[firm]\nclose_day = 0", "firm.close_day: 0 does not fit; write a working day"),
        (
            '[sla.high]\nacknowledge = "3bd"\nresolve = "4bh"',
            "sla.high.acknowledge: 3bd is longer than resolve, 4bh",
        ),
        (
            '[sla.high]\nresolve = "8bh"\nclose = "3bh"',
            "sla.high.acknowledge: 4bh is longer than close, 3bh",
        ),
        (
            '[[alert]]\nrole = "billing"\n[[alert]]\nrole = "billing"\ninstant = "low"',
            "alert[2].role: billing has a rule already, alert[1]",
        ),
        ('[retention]\nraw_pages = "1s"', "retention.raw_pages: '1s' does not fit"),
    ],
)
def test_what_means_nothing_is_a_mistake(written, mistake):
    text = SMALL.replace("[firm]", written) if written.startswith("[firm]") else SMALL + written
    (found,) = mistakes_of(text)
    assert found.startswith(mistake)


def test_hours_and_days_are_compared_on_the_calendars_of_the_file():
    """Ten hours are less than one and a half working days here, and more than one there."""
    deadline = '[sla.low]\nacknowledge = "10bh"\nresolve = "1bd"\nclose = "1bd"\n'
    long_days = '[calendar.default]\nzone = "UTC"\nopens = "08:00"\ncloses = "20:00"\n'
    short_days = '[calendar.short]\nzone = "UTC"\nopens = "08:00"\ncloses = "16:00"\n'
    assert load(SMALL + deadline + long_days)
    for one in mistakes_of(SMALL + deadline + long_days + short_days):
        assert one.startswith("sla.low.acknowledge: 10bh is longer than")
        assert "on the calendar short" in one


SOURCE = """
[connection.{name}]
connector = "hostile"
system = "{system}"
role = "crm"
base_url = "http://127.0.0.1:1"
[connection.{name}.streams.party]
"""


def test_a_source_is_asked_once_a_minute_at_most():
    text = SMALL + SOURCE.format(name="crm", system="crm")
    assert load(text + 'interval = "1m"')
    (found,) = mistakes_of(text + 'interval = "59s"')
    assert found.startswith("connection.crm.streams.party.interval: '59s' does not fit")


def test_two_connections_of_one_system_cannot_publish_the_same_kind():
    """Their records would have the same keys and overwrite each other."""
    first = SMALL + SOURCE.format(name="crm", system="crm")
    assert mistakes_of(first + SOURCE.format(name="old", system="crm")) == [
        "connection.old.system: crm: connection.crm publishes party of this system already;"
        " give one of the two another system, or disable the stream"
    ]
    assert load(first + SOURCE.format(name="old", system="old"))
    assert load(first + SOURCE.format(name="old", system="crm") + "enabled = false")
