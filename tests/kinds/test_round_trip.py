"""Every record of every kind survives contract, table, view and contract unchanged."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.kinds import KINDS, build, fields_of
from tests.kinds.building import records
from tests.records.loading import put, seen

ROUNDS = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def again(kind, row):
    """The record that a view's row says there is."""
    said = {one.name: row[one.name] for one in fields_of(KINDS[kind]) if one.name in row}
    lists = [one.name for one in fields_of(KINDS[kind]) if one.type == "list"]
    return build(KINDS[kind], said | {name: tuple(said[name]) for name in lists})


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
@ROUNDS
@given(data=st.data())
def test_every_record_comes_back_as_it_was(db, kind, data):
    page = data.draw(
        st.lists(records(kind), min_size=1, max_size=4, unique_by=lambda one: one.source_id)
    )
    with transaction.atomic():
        put(*page)
        found = seen(kind)
        put(*page)
        transaction.set_rollback(True)

    assert len(found) == len(page)
    for record in page:
        assert again(kind, found[f"psa:{record.source_id}"]) == record
