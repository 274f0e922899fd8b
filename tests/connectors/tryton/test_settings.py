"""Every mistake in a connection to Tryton is told at once."""

import pytest

from connectors.tryton.client import Tryton

GOOD = {
    "connector": "tryton",
    "base_url": "https://erp.example.com",
    "database": "firm",
    "login": "opsboard",
    "password": "secret",
}


def test_good_settings_have_no_mistakes():
    assert Tryton.check_settings(GOOD) == []
    assert Tryton.check_settings({**GOOD, "page_size": 100, "overlap": "90s"}) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("database", ""),
        ("login", 7),
        ("password", None),
        ("base_url", "ftp://erp"),
        ("page_size", 501),
        ("page_size", 0),
        ("page_size", True),
        ("page_size", "100"),
        ("overlap", "soon"),
        ("overlap", 5),
        ("census_every", "-1h"),
        ("fx_base", "euro"),
        ("entry_pattern", "TE-["),
        ("entry_pattern", 5),
        ("data_base", "firm"),
        ("streams", {"leads": {}}),
        ("streams", []),
        ("mapping", {"leads": {}}),
        ("mapping", {"project": "number"}),
        ("mapping", {"project": {"colour": "name"}}),
        ("mapping", {"project": {"code": {"via": "shout"}}}),
    ],
)
def test_a_mistake_names_its_place_and_what_to_write(key, value):
    (mistake, *more) = Tryton.check_settings({**GOOD, key: value})

    assert not more
    assert mistake.startswith(key)
    assert "write" in mistake or "it knows" in mistake or "there is no" in mistake


def test_all_mistakes_come_together():
    assert len(Tryton.check_settings({"page_size": 0, "overlap": "x"})) == 6


def test_an_override_changes_the_mappings_version():
    plain = Tryton(GOOD)
    other = Tryton({**GOOD, "mapping": {"project": {"code": "name"}}})
    keyed = Tryton({**GOOD, "entry_pattern": "TE-[0-9]+"})

    assert plain.mapping_version("project") != other.mapping_version("project")
    assert plain.mapping_version("party") == other.mapping_version("party")
    assert plain.mapping_version("project_actual") != keyed.mapping_version("project_actual")
