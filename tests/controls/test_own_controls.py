"""A firm's own controls: sound ones run with the others, bad ones are told and stop nobody."""

from contextlib import ExitStack, contextmanager

import pytest
from django.core import checks
from django.db import connection

from opsboard.config import Misconfigured, load, using
from opsboard.controls import reader, trial
from opsboard.controls.catalogue import catalogue
from opsboard.controls.checks import check_own_controls
from opsboard.controls.models import ControlRun
from opsboard.controls.own import own_controls
from tests.firm import CONFIGURATION

FILE = """-- XX01 Time entry without a note
--
-- Every approved entry of more than four hours needs a note, because our clients ask for one.
--
-- slug: time_without_note
-- workflow: time_to_posting
-- class: data_quality
-- owner: finance_billing
-- population: time_entry where system_role = 'psa'
-- feeds: psa.time_entry
-- watches: time_entry
-- remediation:
--   1. Ask the person what was done.
select
    entry.key as subject,
    case when entry.note = '' then entry.approved_at end as look_at,
    'No note on ' || entry.key as title,
    'time_without_note' as root_cause,
    entry.key as root_entity,
    entry.hours as psa_hours
from time_entry entry
where entry.system_role = 'psa'
"""


@contextmanager
def own(folder, **files):
    for name, text in files.items():
        (folder / f"{name}.sql").write_text(text)
    with ExitStack() as stack:
        stack.enter_context(using(CONFIGURATION + f'\n[controls]\nfolder = "{folder}"\n'))
        yield


@pytest.mark.django_db(transaction=True)
def test_a_sound_one_runs_like_any_other_but_as_the_reader(committed_firm, tmp_path):
    firm = committed_firm
    firm.say("time_entry", "TE-1", note="")
    firm.say("time_entry", "TE-2", note="Workshop")
    with own(tmp_path, XX01_time_without_note=FILE):
        assert own_controls().mistakes == ()
        assert firm.reconcile("XX01") == []
        firm.say("time_entry", "TE-2", note="")
        assert firm.reconcile("XX01") == []

        run = ControlRun.objects.filter(control="XX01").latest("id")
        assert firm.subjects("XX01") == ["psa:TE-1", "psa:TE-2"]
        assert (run.mode, run.judged) == ("incremental", 1)
    with connection.cursor() as cursor:
        assert reader.exists(cursor)


@pytest.mark.django_db
def test_the_reader_may_read_views_and_no_table():
    with connection.cursor() as cursor:
        cursor.execute(
            "select has_table_privilege(%s, 'time_entry', 'select'),"
            " has_table_privilege(%s, 'records_timeentry', 'select'),"
            " has_table_privilege(%s, 'people_person', 'select')",
            [reader.ROLE] * 3,
        )
        assert cursor.fetchone() == (True, False, False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("-- XX01 Time", "-- Time", "1: begin with '-- TP01 What is wrong'"),
        ("XX01", "TP01", "1: the code TP01 is taken by TP01_time_approved_not_posted.sql"),
        ("-- owner: finance_billing\n", "", "lines missing: ['owner']"),
        ("from time_entry entry", "from people_person entry", "21: 'people_person' is no view"),
        ("from time_entry entry", "from records_timeentry entry", "21: 'records_timeentry' is no"),
        ("entry.hours as", "pg_sleep(9)::text as", "20: 'pg_sleep' may not be called"),
        ("entry.hours as", "set_config('role', 'none', true) as", "20: 'set_config' may not"),
        ("entry.approved_at end", "now() end", "16: 'now' moves with the clock"),
        ("'psa'\n", "'psa'; drop table x\n", "22: one statement only"),
        ("select\n    entry.key as subject", "delete from entity", "14: begin with SELECT"),
        ("workflow: time_to_posting", "workflow: time", "workflow: write one of"),
    ],
)
def test_a_bad_one_is_told_by_file_and_line_and_left_out(tmp_path, old, new, told):
    assert old in FILE
    other = FILE.replace("XX01", "XX02").replace("time_without_note", "other_note")
    spoiled = (
        FILE[::-1].replace(old[::-1], new[::-1], 1)[::-1]
        if "'psa'" in old
        else (FILE.replace(old, new, 1))
    )
    with own(tmp_path, XX01_time_without_note=spoiled, XX02_other_note=other):
        assert any(
            one.startswith(f"XX01_time_without_note.sql: {told}")
            or (one.startswith("XX01_time_without_note.sql:") and told in one)
            for one in own_controls().mistakes
        ), own_controls().mistakes
        assert "XX01" not in catalogue()
        assert "XX02" in catalogue()
        found = check_own_controls()
        assert found
        assert all(one.level == checks.WARNING for one in found)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("entry.approved_at end", "entry.aproved_at end", "column entry.aproved_at does not exist"),
        (" as look_at", " as looked_at", "the SELECT returns no column look_at"),
        ("entry.approved_at end as look_at", "entry.hours end as look_at", "cannot cast type"),
    ],
)
def test_what_only_the_database_knows_is_told_too(tmp_path, old, new, told):
    with own(tmp_path, XX01_time_without_note=FILE.replace(old, new)):
        assert any(told in one for one in trial.mistakes()), trial.mistakes()


def test_one_that_fails_stops_no_other(firm, tmp_path):
    bad = FILE.replace("entry.hours as psa_hours", "1 / (entry.hours - 8) as psa_hours")
    firm.say("time_entry", "TE-1")
    with own(tmp_path, XX01_time_without_note=bad):
        assert firm.reconcile("XX01", "TP01") == ["XX01"]
        assert firm.subjects("TP01") == ["psa:TE-1"]


def test_a_folder_that_is_not_there_is_a_mistake_of_the_file():
    with pytest.raises(Misconfigured, match=r"controls\.folder: .* is no folder"):
        load(CONFIGURATION + '\n[controls]\nfolder = "nowhere"\n')
