"""The deployment's file: right as a whole, or every mistake with its place."""

from datetime import time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from opsboard.config import Misconfigured, config, load, using
from opsboard.deployment.durations import duration

EXAMPLE = Path(__file__).parent.parent / "deploy" / "opsboard.example.toml"
DEMO = EXAMPLE.with_name("demo.toml")
SMALL = """
[firm]
name = "Northquay"
group_currency = "GBP"
zone = "Europe/London"

[team.support]
name = "Support"

[[owner]]
team = "support"
"""
WRONG = """
colour = "blue"

[firm]
name = ""
group_currency = "gbp"
zone = "Europe/Atlantis"
close_days = 4

[thresholds]
t1 = 5000
t2 = 400

[sla.critical]
acknowledge = "soon"

[sla.high]
acknowledge = "3bd"

[sla.huge]

[calendar.uk]
zone = "Europe/London"
country = "GB"
subdivision = "ENGL"
opens = "18:00"
closes = "09:00"

[team.billing]
name = "Billing"
calendar = "ukk"

[team.Support]
does = "everything"

[[owner]]
workflow = ["biling"]
team = "billing"

[[owner]]
team = "blling"

[[owner]]
control = ["TP01"]
team = "billing"

[[alert]]
role = "boss"
quiet = ["19:00"]

[retention]
raw_pages = "90bd"

[control.tp1]
status = "maybe"

[folder]
controls = "nowhere"

[connection.erp]
connector = "hostile"
system = "erp"
role = "erpp"
token = "hunter2"
mode = "nice"

[connection.erp.streams.party]
interval = "often"

[connection.erp.mapping.party]
nmae = "name"

[connection.psa]
connector = "file"
system = "psa"
role = "psa"
"""
MISTAKES = [
    "colour: is unknown; known are",
    "firm.name: '' does not fit; write a text in quotes",
    "firm.group_currency: 'gbp' does not fit; write a currency's three capital letters",
    "firm.zone: 'Europe/Atlantis' does not fit; write a time zone",
    "firm.close_days: is unknown; did you mean close_day?",
    "thresholds: t1, t2 and t3 must grow",
    "sla.critical.acknowledge: 'soon' does not fit; write hours or days at work",
    "sla.high.acknowledge: 3bd is longer than resolve, 2bd",
    "sla.huge: is unknown; known are",
    "calendar.uk.subdivision: GB has no part ENGL; known are ENG",
    "calendar.uk.closes: must be later than opens",
    "team.billing.calendar: ukk: is unknown; did you mean uk?",
    "team.Support: is no name for this",
    "team.Support.name: is missing",
    "owner[1].workflow: ['biling'] does not fit; write a list; each of it one of project_setup",
    "owner[2].team: blling: is unknown; did you mean billing?",
    "owner[3]: is never reached, because owner[2] has no condition",
    "owner: the last rule must have no condition",
    "alert[1].role: 'boss' does not fit; write one of controller",
    "alert[1].quiet: ['19:00'] does not fit; write two times of day",
    "retention.raw_pages: '90bd' does not fit",
    "control.tp1: is no name for this; write a control's code",
    "control.tp1.status: 'maybe' does not fit; write one of draft, shadow, live, retired",
    "folder: is unknown; known are",
    "connection.erp.role: 'erpp' does not fit; write one of crm",
    'connection.erp.token: is a secret; write "env:NAME"',
    "connection.erp.mode: write one of ok",
    "connection.erp.base_url: is missing",
    "connection.erp.streams.party.interval: 'often' does not fit",
    "connection.erp.mapping.party.nmae: there is no such field",
    "connection.psa.connector: file: is unknown; did you mean files?",
]


@pytest.fixture
def erp_password(monkeypatch):
    monkeypatch.setenv("OPSBOARD_ERP_PASSWORD", "not in the file")


def mistakes_of(text):
    with pytest.raises(Misconfigured) as error:
        load(text)
    return error.value.mistakes


def test_a_wrong_file_has_every_mistake_listed_by_its_place():
    found = mistakes_of(WRONG)
    missed = [one for one in MISTAKES if not any(line.startswith(one) for line in found)]
    assert not missed, "\n".join(["not said:", *missed, "said:", *found])
    extra = [line for line in found if not any(line.startswith(one) for one in MISTAKES)]
    assert not extra


def test_a_secret_written_in_the_file_is_not_repeated():
    assert "hunter2" not in str(mistakes_of(WRONG))


def test_the_example_is_complete_and_right(erp_password):
    with using(EXAMPLE) as found:
        assert found.firm.zone.key == "Europe/London"
        assert list(found.connections) == ["erp", "psa"]
        assert found.connections["erp"].streams["project_actual"].interval == timedelta(minutes=15)
        assert found.settings_for("erp")["password"] == "not in the file"
        assert found.settings_for("psa")["folder"] == str(EXAMPLE.parent / "exports/psa")
        assert found.calendars["uk"].day_minutes == 510
        assert found.owners[1].conditions == {"control": ("ST01",)}
        assert found.alerts[0].quiet == (time(19), time(7))


def test_the_demo_is_right():
    assert load(DEMO).firm.name == "Northquay"


def test_what_is_not_written_stands_as_the_house_has_it():
    found = load(SMALL)
    assert (found.thresholds.t1, found.thresholds.t3) == (Decimal(5000), Decimal(100000))
    assert str(found.sla["critical"].close) == "4bh"
    assert found.teams["support"].calendar == "default"
    assert found.calendars["default"].zone.key == "Europe/London"
    assert found.retention.raw_pages == timedelta(days=90)
    assert found.firm.close_day == 5


def test_part_of_an_sla_can_be_written():
    found = load(SMALL + '[sla.critical]\nresolve = "6bh"')
    assert (str(found.sla["critical"].acknowledge), str(found.sla["critical"].resolve)) == (
        *("1bh", "6bh"),
    )


def test_settings_for_a_stream_that_does_not_exist_are_a_mistake():
    text = """
[connection.crm]
connector = "hostile"
system = "crm"
role = "crm"
base_url = "http://127.0.0.1:1"

[connection.crm.streams.partei]
interval = "2h"
"""
    assert mistakes_of(SMALL + text) == [
        "connection.crm.streams.partei: is unknown; did you mean party?"
    ]


def test_a_secret_in_a_mistake_is_struck_out(monkeypatch):
    monkeypatch.setenv("OPSBOARD_CRM_MODE", "rude-and-secret")
    text = """
[connection.crm]
connector = "files"
system = "crm"
role = "crm"
folder = "exports"
zone = "env:OPSBOARD_CRM_MODE"
streams = {}
"""
    (zone,) = [one for one in mistakes_of(SMALL + text) if ".zone:" in one]
    assert "rude" not in zone


def test_amounts_are_exact_as_written():
    assert load(SMALL + "[thresholds]\nt1 = 0.1").thresholds.t1 == Decimal("0.1")


def test_a_file_that_is_no_toml_is_said_with_its_line():
    (mistake,) = mistakes_of("[firm]\nname = Northquay\n")
    assert mistake.startswith("the file is not TOML")
    assert "line 2" in mistake


def test_an_empty_file_says_what_it_lacks():
    found = "\n".join(mistakes_of(""))
    assert "firm.name: is missing" in found
    assert "team: there is none" in found
    assert "owner: the last rule" in found


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(
        Misconfigured, match=r"there is no such file; name yours in OPSBOARD_CONFIG"
    ):
        load(tmp_path / "absent.toml")


@pytest.mark.parametrize("text", ["firm = 3", "connection = 1", "owner = 'me'", "team.a = 1"])
def test_values_where_tables_belong_are_mistakes_and_no_crash(text):
    place = text.split(" ")[0]
    assert any(one.startswith(f"{place}: write a table") for one in mistakes_of(text))


@pytest.mark.parametrize(
    ("text", "minutes"), [("15m", 15), ("24h", 1440), ("90d", 129600), ("120s", 2)]
)
def test_clock_time_is_read(text, minutes):
    assert duration(text).clock == timedelta(minutes=minutes)


def test_working_time_needs_to_know_how_long_a_day_is():
    assert duration("4bh").working_minutes(450) == 240
    assert duration("2bd").working_minutes(450) == 900
    with pytest.raises(ValueError, match="working time"):
        _ = duration("2bd").clock


@pytest.mark.parametrize("text", ["", "15", "m", "0m", "-5m", "1.5h", "15 m", "15M", 15, None])
def test_what_is_no_length_of_time_is_refused(text):
    with pytest.raises(ValueError, match="no length of time"):
        duration(text)


def test_another_configuration_is_used_for_a_while_only():
    with using(SMALL.replace("Northquay", "Elsewhere")):
        assert config().firm.name == "Elsewhere"
        with using(SMALL):
            assert config().firm.name == "Northquay"
        assert config().firm.name == "Elsewhere"
    assert config() == load(DEMO)
