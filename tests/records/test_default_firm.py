"""House promise 1 on a whole firm: loaded twice, shuffled or doubled, the tables are the same.

OPSBOARD_FIRM=default takes the firm of 400 people, which takes minutes; `tiny` is the usual one.
"""

import os
import random
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import count

import pytest
from django.db import connection, transaction

from connectors.kinds import KINDS
from connectors.northquay import clock
from connectors.northquay.client import Northquay
from connectors.northquay.holdings import HOLDINGS
from opsboard.records.load import Source, load
from opsboard.records.models import TABLES
from tests.records.loading import AT, OURS, identities

pytestmark = pytest.mark.django_db
SIZE = os.environ.get("OPSBOARD_FIRM", "tiny")
PAGE = {"tiny": 60}.get(SIZE, 1000)
STREAMS = [(system, kind) for system, kinds in HOLDINGS.items() for kind in kinds]


@cache
def told(faults="all"):
    """Every page of every stream, opened: system, kind, what it holds."""
    return pulled({}, faults=faults)


def pulled(cursors, **settings):
    """What is new since the cursors, which move on."""
    found = []
    for system in HOLDINGS:
        connector = Northquay({"system": system, "size": SIZE, "page_size": PAGE, **settings})
        for stream in connector.streams():
            for page in connector.pull(stream.name, cursors.get((system, stream.name), "")):
                cursors[system, stream.name] = page.cursor
                found.append((system, stream.kind, connector.open(stream.name, page)))
    return found


def after(pages):
    """What all tables hold, and which copies are one thing, once these pages were loaded."""
    numbers = count(1)
    with transaction.atomic():
        for system, kind, opened in pages:
            source = Source(STREAMS.index((system, kind)) + 1, kind, system, system, 1)
            load(source, [(next(numbers), opened)], AT)
        found = {kind: content(kind) for kind in KINDS}, identities()
        transaction.set_rollback(True)
    return found


def content(kind):
    """A fingerprint of each record's whole content, by key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select key, md5((to_jsonb(record) - %s::text[])::text)"
            f" from {TABLES[kind]._meta.db_table} record",
            [sorted(OURS)],
        )
        return dict(cursor.fetchall())


@cache
def once():
    return after(told())


def compare(found, wanted=None):
    tables, things = found
    expected, expected_things = wanted or once()
    for kind in KINDS:
        differing = {
            key
            for key in tables[kind].keys() | expected[kind].keys()
            if tables[kind].get(key) != expected[kind].get(key)
        }
        assert not differing, f"{kind}: {sorted(differing)[:5]}"
    assert things == expected_things


def doubled(chance):
    """One record in a hundred comes once more, in any page of its stream."""
    pages = [
        (system, kind, replace(opened, records=list(opened.records)))
        for system, kind, opened in told()
    ]
    for system, kind, opened in told():
        siblings = [one for one in pages if one[:2] == (system, kind)]
        for record in opened.records:
            if chance.random() < 0.01:
                records = chance.choice(siblings)[2].records
                records.insert(chance.randint(0, len(records)), record)
    return pages


def test_the_whole_firm_arrives():
    tables, things = once()

    told_of = {(kind, f"{system}:{one.source_id}") for system, kind, opened in told()
               for one in opened.records}  # fmt: skip
    assert {(kind, key) for kind, held in tables.items() for key in held} == told_of
    assert len(told()) > len(STREAMS), "several pages of a stream, or shuffling means little"
    assert any(len(copies) > 1 for _, _, copies in things)


def test_loading_it_again_leaves_the_same_tables():
    compare(after([*told(), *told()]))


def test_shuffled_page_by_page_it_leaves_the_same_tables():
    chance = random.Random(7)
    pages = [
        (system, kind, replace(opened, records=chance.sample(opened.records, len(opened.records))))
        for system, kind, opened in told()
    ]
    chance.shuffle(pages)

    compare(after(pages))


def test_a_week_of_its_life_in_any_order_ends_where_it_ended(tmp_path):
    """Old versions that arrive after new ones change nothing."""
    settings, cursors = {"snapshot": "pre-close", "folder": str(tmp_path)}, {}
    week = pulled(cursors, **settings)
    for fault in ("time.posted_twice", "time.posted_wrong", "setup.attribute_mismatch"):
        clock.advance(tmp_path, by=timedelta(hours=60), snapshot="pre-close")
        clock.mend(tmp_path, fault)
        week += pulled(cursors, **settings)
    at_once = pulled({}, **settings)
    random.Random(13).shuffle(week)

    assert not [one for _, _, opened in week for one in opened.refused]
    assert sum(len(one[2].records) for one in week) > sum(len(one[2].records) for one in at_once)
    compare(after(week), after(at_once))


def test_with_one_record_in_a_hundred_twice_it_leaves_the_same_tables():
    pages = doubled(random.Random(11))

    extra = sum(len(one[2].records) for one in pages) - sum(len(one[2].records) for one in told())
    assert extra > 10
    compare(after(pages))


@pytest.mark.parametrize("faults", ["none", "all"])
def test_no_row_of_it_is_refused(faults):
    refused = [
        (system, kind, one.source_id, one.reason)
        for system, kind, opened in told(faults)
        for one in opened.refused
    ]
    assert not refused
    assert not any(opened.drift for _, _, opened in told(faults))
