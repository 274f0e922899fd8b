"""The firm's people mend what the story holds, each in its hour and once."""

from datetime import timedelta

from connectors.northquay import clock
from connectors.sandbox.faults import FAULTS
from opsboard.launch.hours import STORY, mend_what_is_due

BEGINS = clock.SNAPSHOTS["close"]


def mended(folder):
    return [one.fault for one in clock.read(folder).mended]


def test_the_story_names_faults_that_there_are():
    """A name that is none would end the process again and again."""
    assert not {fault for _, fault in STORY if not {fault, fault.rpartition(".")[0]} & {*FAULTS}}


def test_the_story_goes_forward_within_the_script():
    spans = [after for after, _ in STORY]
    assert spans == sorted(spans)
    assert BEGINS + spans[-1] < clock.ENDS
    assert sum(after <= timedelta(hours=5) for after in spans) >= 5


def test_nothing_is_mended_before_its_hour(tmp_path):
    assert mend_what_is_due(tmp_path, BEGINS) == []
    assert clock.read(tmp_path).as_of == BEGINS


def test_what_is_due_is_mended_once_also_after_a_start_anew(tmp_path):
    first, second = (fault for _, fault in STORY[:2])
    clock.advance(tmp_path, by=STORY[1][0])
    assert mend_what_is_due(tmp_path, BEGINS) == [first, second]
    assert mend_what_is_due(tmp_path, BEGINS) == []
    assert mended(tmp_path) == [first, second]


def test_what_a_presenter_mended_is_not_mended_again(tmp_path):
    first, second = (fault for _, fault in STORY[:2])
    clock.mend(tmp_path, second)
    clock.advance(tmp_path, by=STORY[1][0])
    assert mend_what_is_due(tmp_path, BEGINS) == [first]


def test_a_day_put_forward_mends_all_of_it_in_order(tmp_path):
    clock.advance(tmp_path, to=clock.ENDS)
    mend_what_is_due(tmp_path, BEGINS)
    assert mended(tmp_path) == [fault for _, fault in STORY]
