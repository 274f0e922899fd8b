"""The same promises over every connector there is."""

import pytest

from connectors import CONNECTORS, connector_class
from connectors.base import Connector
from tests.connectors.live import ELSEWHERE, LIVE
from tests.connectors.promises import PROMISES


@pytest.mark.parametrize("promise", PROMISES, ids=lambda one: one.__name__)
@pytest.mark.parametrize("slug", sorted(LIVE))
def test_the_promise_is_kept(slug, promise, tmp_path):
    with LIVE[slug](tmp_path) as live:
        promise(live)


def test_no_connector_escapes_the_promises():
    assert set(LIVE) | ELSEWHERE == set(CONNECTORS)
    assert not set(LIVE) & ELSEWHERE


@pytest.mark.parametrize("slug", sorted(CONNECTORS))
def test_the_registry_leads_to_a_connector_of_that_name(slug):
    found = connector_class(slug)

    assert issubclass(found, Connector)
    assert found.slug == slug
    assert found.title


def test_an_unknown_connector_is_a_key_error():
    with pytest.raises(KeyError):
        connector_class("quicksand")
