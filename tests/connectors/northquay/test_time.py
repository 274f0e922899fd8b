"""The firm lives: what was pulled piece by piece is what is there in the end."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from connectors.base import NeedsHuman
from connectors.northquay import clock
from connectors.northquay.holdings import HOLDINGS
from connectors.northquay.settings import recipe_of
from connectors.northquay.standing import standing
from connectors.sandbox.faults import FAULTS
from connectors.sandbox.firm import build
from tests.connectors.northquay.firms import TINY, Reader, connection

CLOSE = datetime(2026, 7, 2, 10, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "firm"


def held_anew(folder, **settings):
    reader = Reader(folder=str(folder), **settings)
    reader.pull()
    return reader.held


def test_without_a_clock_the_firm_stands_at_its_snapshot(folder):
    (*_, last) = connection("erp", folder=str(folder), faults="none").pull("project", "")

    assert last.watermark == CLOSE
    assert not folder.exists()


def test_pulling_again_tells_nothing_while_no_time_passes(folder):
    reader = Reader(folder=str(folder))

    assert reader.pull() > 1000
    assert reader.pull() == 0


def test_hour_by_hour_tells_the_same_as_all_at_once(folder):
    reader = Reader(folder=str(folder), snapshot="pre-close")
    reader.pull()
    told = []
    for _ in range(12):
        clock.advance(folder, by=timedelta(hours=9), snapshot="pre-close")
        told.append(reader.pull())

    assert any(told)
    assert reader.held == held_anew(folder, snapshot="pre-close")


def test_every_mend_reaches_whoever_had_pulled_before(folder):
    reader = Reader(folder=str(folder))
    reader.pull()
    silent = set()
    for fault in FAULTS:
        clock.advance(folder, by=timedelta(minutes=70))
        reader.pull()
        at = clock.mend(folder, fault)
        told = reader.pull()
        mended = [one for one in clock.truth(folder, TINY) if one.fault_id.startswith(f"{fault}.")]
        # A firm as small as this has no place for every fault.
        assert {one.mended_at for one in mended} <= {at}
        assert reader.versions() == versions_of(folder), f"mending {fault} was not told whole"
        was_seen = any(key in reader.held for one in mended for key in one.changed)
        silent |= {fault} if was_seen and not told else set()

    assert reader.held == held_anew(folder)
    # The one entry that so small a firm loses belongs to a closed project, and waits for that.
    assert silent == {"time.posting_lost"}


def versions_of(folder):
    with standing(recipe_of({**TINY, "folder": str(folder)})) as found:
        return {
            (system, kind, row["source_id"]): row["source_version"]
            for system, kinds in HOLDINGS.items()
            for kind in kinds
            for _, row in found.changed(system, kind, None)
        }


def test_nothing_that_was_seen_ever_vanishes_without_a_word(folder):
    """Therefore no stream needs a census."""
    reader = Reader(folder=str(folder))
    reader.pull()
    for fault in FAULTS:
        clock.mend(folder, fault)
        # As far as the firm's script goes: beyond it there are no rates to mend with.
        clock.advance(folder, by=timedelta(hours=2))

    assert set(reader.held) <= set(held_anew(folder))


def test_a_firm_led_on_stands_where_one_built_anew_would(folder):
    settings = {**TINY, "folder": str(folder)}
    for fault in list(FAULTS)[:4]:
        clock.mend(folder, fault)
        clock.advance(folder, by=timedelta(hours=3))
        with standing(recipe_of(settings)) as found:
            led_on = (
                found.firm.truth_as_json(),
                list(found.changed("erp", "project_actual", None)),
            )
    other = {**settings, "folder": str(folder.parent / "another")}
    folder.rename(other["folder"])
    with standing(recipe_of(other)) as found:
        assert (
            found.firm.truth_as_json(),
            list(found.changed("erp", "project_actual", None)),
        ) == led_on


def test_every_system_publishes_just_what_it_holds():
    """A kind that no list names would never be read; tiny firms may lack some."""
    holding = build(size=60, faults="all", traps=True).world.book.kinds()

    named = {(system, kind) for system, kinds in HOLDINGS.items() for kind in kinds}
    assert set(holding) == named


def test_a_firm_set_back_is_a_matter_for_people(folder):
    connector = connection("erp", folder=str(folder))
    clock.advance(folder, by=timedelta(days=1))
    (*_, last) = connector.pull("project", "")
    (folder / clock.NAME).unlink()

    with pytest.raises(NeedsHuman, match="before the last pull") as caught:
        list(connector.pull("project", last.cursor))
    assert "empty database" in caught.value.remedy


def test_a_clock_that_mended_what_never_was_is_a_matter_for_people(folder):
    folder.mkdir()
    mended = [{"fault": "time.travel", "at": CLOSE.isoformat()}]
    told = {"as_of": CLOSE.isoformat(), "mended": mended}
    (folder / clock.NAME).write_text(json.dumps(told))

    with pytest.raises(NeedsHuman, match=r"time\.travel"):
        list(connection("erp", folder=str(folder)).pull("project", ""))
