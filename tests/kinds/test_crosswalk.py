"""The products' words for a state become ours (domain.md A.4)."""

import pytest

from connectors.base import Refused
from connectors.kinds import KINDS, fields_of
from connectors.kinds.crosswalk import CROSSWALK, MAY, may, states
from connectors.mapping import From, Mapping

EVERY = [(kind, product) for kind, products in CROSSWALK.items() for product in products]


def mapping(product="netsuite", **source):
    status = From(**{"path": "status", "via": "lower", **source}, values=states("project", product))
    fields = {"code": "id", "name": "id", "source_version": From(constant=1), "status": status}
    return Mapping("project", source_id="id", fields=fields)


@pytest.mark.parametrize(("kind", "product"), EVERY)
def test_every_word_means_a_declared_state(kind, product):
    [status] = [one for one in fields_of(KINDS[kind]) if one.name == "status"]
    words = states(kind, product)
    assert set(words.values()) <= set(status.choices)
    assert all(word == word.lower().strip() for word in words), "they are compared in lower case"


@pytest.mark.parametrize("product", CROSSWALK["project"])
def test_every_product_can_say_every_state_of_a_project(product):
    assert set(states("project", product).values()) == set(MAY)


@pytest.mark.parametrize("product", CROSSWALK["accounting_period"])
def test_every_product_can_say_every_state_of_a_period_but_the_future(product):
    found = set(states("accounting_period", product).values())
    assert found == {"open", "closing", "locked", "closed", "permanently_closed"}


def test_a_connector_reads_states_through_it():
    assert mapping().read({"id": "P1", "status": "In Progress"}).status == "active"
    assert mapping("sap").read({"id": "P1", "status": "TECO"}).status == "completed"


def test_two_of_the_product_s_words_can_make_one_of_ours():
    read = mapping("certinia", path="", template="{stage} + {time}").read
    row = {"id": "P1", "stage": "Active", "time": "closed for time"}
    assert read(row).status == "approved"


def test_a_word_that_nobody_mapped_is_refused_and_a_firm_can_map_it():
    unknown = mapping().read({"id": "P1", "status": "Parked"})
    assert isinstance(unknown, Refused)
    assert "'parked' is unknown" in unknown.reason
    firm = mapping().overridden({"status": {"values": {"parked": "on_hold"}}})
    assert firm.read({"id": "P1", "status": "Parked"}).status == "on_hold"


def test_what_a_project_may_take_follows_from_its_state():
    assert may("active", take="time") == "yes"
    assert may("completed", take="time") == "no"
    assert may("completed", take="cost") == "yes"
    assert may("on_hold", take="bill") == "policy"
