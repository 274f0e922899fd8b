"""House promise 1: loading twice, shuffled or doubled leaves the same tables."""

from contextlib import contextmanager

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opsboard.records.encode import write
from opsboard.records.models import TABLES, Change
from tests.records.loading import entry, held, identities, project, put, put_pages

pytestmark = pytest.mark.django_db
few_examples = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
# Few ids, few versions and few contents, so that they meet.
entries = st.builds(
    lambda n, version, hours, status, gone: entry(
        f"TE-{n}", version, hours=hours, status=status, is_deleted=gone
    ),
    st.integers(1, 4),
    st.integers(1, 4),
    st.decimals(0, 24, places=2),
    st.sampled_from(["draft", "approved", "recalled"]),
    st.booleans(),
)
histories = st.lists(entries, min_size=1, max_size=14)


@contextmanager
def undone():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def after(pages):
    """What the tables hold once these pages were loaded, one after the other."""
    with undone():
        for page in pages:
            put(*page)
        return held("time_entry")


def test_loading_the_same_page_twice_writes_nothing():
    page = [entry(f"TE-{n}") for n in range(5)]
    first = put(*page)
    before = list(TABLES["time_entry"].objects.order_by("key").values())
    second = put(*page)

    assert (first.inserted, first.changed) == (5, 0)
    assert (second.inserted, second.changed, second.deleted) == (0, 0, 0)
    assert list(TABLES["time_entry"].objects.order_by("key").values()) == before
    assert not Change.objects.exists()


@few_examples
@given(histories, st.data())
def test_any_order_in_any_pages_with_any_repeats_leaves_the_same_rows(db, history, data):
    shuffled = data.draw(st.permutations(history))
    cut = data.draw(st.integers(0, len(shuffled)))
    repeats = data.draw(st.lists(st.sampled_from(history), max_size=4))

    one_by_one = after([[record] for record in history])
    assert after([history]) == one_by_one
    assert after([shuffled[:cut], shuffled[cut:]] if 0 < cut < len(history) else [shuffled]) == (
        one_by_one
    )
    assert after([[*shuffled, *repeats], [*repeats, *history]]) == one_by_one


@few_examples
@given(histories)
def test_the_newest_version_wins_and_of_equals_always_the_same_one(db, history):
    wanted = {}
    for record in history:
        [digest] = write(type(record), "psa", [record]).digests
        rank = (record.source_version, digest)
        wanted[f"psa:{record.source_id}"] = max(
            wanted.get(f"psa:{record.source_id}", (rank, record)),
            (rank, record),
            key=lambda x: x[0],
        )

    found = after([[record] for record in history])
    assert set(found) == set(wanted)
    for key, (_, record) in wanted.items():
        assert found[key]["source_version"] == record.source_version
        assert (found[key]["hours"], found[key]["status"], found[key]["is_deleted"]) == (
            record.hours,
            record.status,
            record.is_deleted,
        )


@few_examples
@given(st.permutations(range(6)), st.permutations(range(6)), st.booleans())
def test_things_are_the_same_whatever_page_or_system_comes_first(db, mine, theirs, psa_first):
    def load(orders):
        with undone():
            for system, order in orders:
                put_pages(
                    [[project(f"{system}-{n}", code=f"C{n}", name=f"{system} {n}")] for n in order],
                    system=system,
                )
            return identities(), held("project")

    expected = load([("erp", range(6)), ("psa", range(6))])
    orders = [("psa", mine), ("erp", theirs)]
    assert load(orders if psa_first else orders[::-1]) == expected
    assert len(expected[0]) == 6


def test_a_newer_mapping_wins_over_the_same_version():
    put(entry("TE-1", hours=8), mapping=1)
    put(entry("TE-1", hours=9), mapping=2)
    assert held("time_entry")["psa:TE-1"]["hours"] == 9

    put(entry("TE-1", hours=8), mapping=1)
    assert held("time_entry")["psa:TE-1"]["hours"] == 9


def test_one_kind_of_two_systems_are_different_records():
    put(project("1"), system="psa")
    put(project("1", name="Theirs"), system="erp")

    assert {key: row["name"] for key, row in held("project").items()} == {
        "psa:1": "Project 1",
        "erp:1": "Theirs",
    }


def test_an_update_keeps_what_the_record_was_first():
    put(entry("TE-1"))
    first = TABLES["time_entry"].objects.get()
    put(entry("TE-1", 2, hours=4))
    second = TABLES["time_entry"].objects.get()

    assert (second.pk, second.canonical_id) == (first.pk, first.canonical_id)
    assert second.created_xid == first.created_xid
    assert second.digest != first.digest
