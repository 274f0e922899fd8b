"""Every record of every system is one that opsboard accepts."""

import pytest

from connectors.kinds import KINDS, fields_of
from connectors.kinds import build as make
from connectors.sandbox.faults import FAULTS
from connectors.sandbox.firm import build
from tests.sandbox.firms import middling, sick, twin


@pytest.mark.parametrize("faults", ["none", "all"])
@pytest.mark.parametrize("snapshot", ["pre-close", "close", "post-close"])
def test_every_record_of_the_tiny_firm_fits_the_contract(faults, snapshot):
    firm = build(size="tiny", snapshot=snapshot, faults=faults)

    for copies in firm.systems.values():
        for kind in copies:
            for row in copies[kind]:
                make(KINDS[kind], row)


def test_a_sample_of_every_kind_of_a_larger_firm_fits_the_contract():
    for copies in sick().systems.values():
        for kind in copies:
            for row in copies[kind][::7]:
                make(KINDS[kind], row)


def test_what_a_mended_firm_says_fits_the_contract():
    firm = middling("all", traps=True)
    for name in reversed(FAULTS):
        firm.mend(name)

    for system, kind, own in {key for truth in firm.truth for key in truth.changed}:
        # What a fault would only have said later, and no longer will, is nowhere.
        if row := firm.world.book.row((system, kind, own)):
            make(KINDS[kind], row)


def test_every_kind_is_delivered_by_its_system_of_record():
    systems = twin().systems

    for name, kind in KINDS.items():
        holders = {system for system in systems if name in systems[system]}
        assert holders & {*kind.system_of_record}, name


def test_references_lead_to_records_of_the_same_system():
    systems = twin().systems
    for copies in systems.values():
        ids = {kind: {row["source_id"] for row in copies[kind]} for kind in copies}
        for kind in copies:
            for field in [one for one in fields_of(KINDS[kind]) if one.ref]:
                said = {row.get(field.name) for row in copies[kind]} - {"", None}
                assert said <= ids.get(field.ref, set()), (kind, field.name)


def test_no_two_healthy_records_share_a_natural_key():
    for copies in twin().systems.values():
        for kind in copies:
            names = KINDS[kind].unique_by
            keys = [
                tuple(getattr(record, name) for name in names)
                for record in (make(KINDS[kind], row) for row in copies[kind])
            ]
            drafts = [key for key in keys if kind == "invoice" and not key[1]]
            assert len(keys) - len(drafts) == len({*keys} - {*drafts}), kind
