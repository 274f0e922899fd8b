"""What is only suggested never clears by itself, and weighs little (domain.md 0.11)."""

from contextlib import ExitStack

import pytest

from opsboard.config import using
from opsboard.controls.models import ControlRun
from tests.firm import CONFIGURATION

FILE = """-- XX01 Posted line without an entry
--
-- Every posted line must come from an entry. A line that names none, and has the hours of one, is
-- only suggested to come from it, and somebody has to say so.
--
-- slug: posted_from_nowhere
-- workflow: time_to_posting
-- class: data_quality
-- owner: finance_billing
-- population: project_actual where system_role = 'erp'
-- feeds: erp.project_actual
-- watches: project_actual
--   time_entry -> any
-- severity: floor high
-- remediation:
--   1. Say which entry it was posted from.
select
    line.key as subject,
    case when line.source_key = '' and alike.key is null then line.posted_at end as look_at,
    case when alike.key is not null then 'suggested' else 'exact' end as match_strength,
    line.cost_amount as cost_at_risk,
    line.cost_currency as currency,
    line.key || ' comes from no entry' as title,
    'posted_from_nowhere' as root_cause,
    line.key as root_entity,
    alike.key as psa_entry
from project_actual line
left join lateral (
    select entry.key from time_entry entry
    where line.source_key = '' and entry.hours = line.hours
    order by entry.key
    limit 1
) alike on true
where line.system_role = 'erp'
"""


@pytest.fixture
def posted(firm, tmp_path):
    (tmp_path / "XX01_posted_from_nowhere.sql").write_text(FILE)
    with ExitStack() as stack:
        stack.enter_context(using(CONFIGURATION + f'\n[controls]\nfolder = "{tmp_path}"\n'))
        firm.say("project_actual", "1", source_key="", hours="7")
        assert firm.reconcile("XX01") == []
        yield firm


def test_a_suggestion_clears_nothing(posted):
    assert posted.subjects("XX01") == ["erp:1"]
    posted.say("time_entry", "TE-1", hours="7")
    posted.reconcile("XX01")

    assert posted.subjects("XX01") == ["erp:1"]
    run = ControlRun.objects.filter(control="XX01").latest("id")
    assert (run.findings, run.not_evaluated, run.matched) == (0, 1, 0)


def test_what_somebody_names_is_a_match(posted):
    posted.say("time_entry", "TE-1", hours="7")
    posted.reconcile("XX01")
    posted.say("project_actual", "1", source_key="psa:TE-1", hours="7")
    posted.reconcile("XX01")

    assert posted.subjects("XX01") == []


def test_a_finding_that_rests_on_a_suggestion_is_low_whatever_the_floor(posted, tmp_path):
    [certain] = posted.items("XX01")
    assert (certain.match_strength, certain.severity) == ("exact", 3)

    found = FILE.replace("and alike.key is null then", "then").replace("XX01", "XX02")
    found = found.replace("posted_from_nowhere", "posted_by_guess")
    folder = tmp_path / "other"
    folder.mkdir()
    (folder / "XX02_posted_by_guess.sql").write_text(found)
    posted.say("time_entry", "TE-1", hours="7")
    with using(CONFIGURATION + f'\n[controls]\nfolder = "{folder}"\n'):
        assert posted.reconcile("XX02") == []
    [guess] = posted.items("XX02")
    assert (guess.match_strength, guess.severity) == ("suggested", 1)
