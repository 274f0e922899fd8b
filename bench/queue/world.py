"""Causes and their records straight in the product's tables, the same for the same count."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench.load.place import ask

NOW = datetime(2026, 6, 18, 12, tzinfo=UTC)
TEAMS = 8
PEOPLE = 200
# One open cause of ten; among the open: late, states, owners, money, as in a firm that is behind.
GROUPS = """
    insert into exceptions_group (
        id, key, workflow, control, cause, root_entity, title, legal_entity, error_class, state,
        severity, team_id, owner_id, owner_reason, assigned_by_hand, detected_at, acknowledge_by,
        due_at, breached_at, settled_at, children, revenue_at_risk, cost_at_risk, cash_at_risk,
        misstatement, exposure_only, value_at_risk, is_estimated, unrecorded
    )
    overriding system value
    select
        n, 'k' || n, (array['time_to_posting','billing','revenue','receivables','staffing',
            'project_setup','worker_lifecycle','master_data','integration'])[1 + h %% 9],
        (array[{controls}])[1 + h / 9 %% {number}],
        'cause-' || h / 7 %% 120, 'project:' || h %% 800,
        'Engagement ' || h %% 5000 || ' of customer ' || h %% 900 || ' waits for '
            || (array['a rate', 'a posting', 'an invoice', 'an approval'])[1 + h %% 4],
        (array['NQ-UK','NQ-US','NQ-DE','NQ-FR'])[1 + h / 3 %% 4], 'data_quality',
        case when n %% 10 <> 0 then case when h %% 100 = 7 then 'waived' else 'resolved' end
            else (array['new','new','new','acknowledged','acknowledged','in_progress',
                        'in_progress','waiting_source','fix_claimed','new'])[1 + h / 11 %% 10] end,
        case when h %% 100 < 3 then 4 when h %% 100 < 15 then 3 when h %% 100 < 50 then 2
            else 1 end,
        'team' || h %% 9 %% {teams},
        case when h / 17 %% 2 = 0 then {person} + h / 19 %% {people} end,
        '', false, now - (h %% 400) * interval '1 hour', now + (h %% 90 - 45) * interval '1 hour',
        due_at,
        case when due_at < now - interval '10 minutes' then due_at end,
        case when n %% 10 <> 0 then now - (h / 29 %% 500000) * interval '1 minute' end,
        1 + h %% 3, value, value * 0.4, 0,
        case when h %% 12 = 0 then value * 0.3 else 0 end, 0, value, h %% 5 = 0, 0
    from generate_series({first}, {last}) n
    cross join lateral (
        select abs(hashint4(n::int)) as h, timestamptz '2026-06-18 12:00Z' as now
    ) made
    cross join lateral (
        select
            case when h %% 3 = 0 then 0 else (h %% 200000)::numeric / 4 end as value,
            case when h %% 50 = 49 then null
                 else now + (h / 23 %% 960 - 160) * interval '15 minutes' end as due_at
    ) drawn
"""
ITEMS = """
    insert into exceptions_exceptionitem (
        id, control, subject, group_id, state, severity, base_severity, highest_severity,
        match_strength, unrecorded, title, workflow, error_class, cause, root_entity, cause_title,
        group_key, group_control, group_workflow, legal_entity, project_id, worker_id, look_at,
        detected_at, resolved_at, claim_runs, times_reopened, found_by_run, resolved_by_run,
        currency, cost_currency, value_at_risk, amount_at_risk, is_estimated, evidence
    )
    overriding system value
    select
        held.id * 3 + number,
        held.control, 'psa:TE-' || lpad((held.id * 3 + number)::text, 8, '0'), held.id,
        held.state, held.severity, 1, 4, 'exact', false, held.title, held.workflow,
        'data_quality', held.cause, held.root_entity, '', held.key, held.control, held.workflow,
        held.legal_entity, held.id %% 800, held.id %% 2000, held.detected_at, held.detected_at,
        held.settled_at, 0, 0, 1, case when held.state = 'resolved' then 1 end, 'USD', 'USD',
        held.value_at_risk / held.children, held.value_at_risk / held.children, false, '{{}}'
    from exceptions_group held
    cross join generate_series(1, case when held.is_unsettled then held.children else 1 end) number
    where held.id between {first} and {last}
"""
CLAIMS = """
    insert into exceptions_exposure (item_id, atom, measure, amount)
    select id, subject, 'revenue_at_risk', value_at_risk
    from exceptions_exceptionitem
    where is_unsettled and value_at_risk > 0 and group_id between {first} and {last}
"""
HISTORY = """
    insert into exceptions_history (group_id, at, verb, before, after, note, items)
    select id, detected_at, 'found', '', '', '', 1 from exceptions_group
    where id between {first} and {last} and is_unsettled
"""
FOLD = Path("opsboard/exceptions/sql/fold_tally.sql").read_text()
TABLES = "exceptions_group, exceptions_exceptionitem, exceptions_exposure, exceptions_history"


def make(count: int) -> None:
    """Fill the tables of exceptions, with statistics fresh; `count` causes."""
    from opsboard.controls.catalogue import catalogue

    ask(
        "truncate exceptions_group, exceptions_exceptionitem, exceptions_tally, exceptions_name,"
        " exceptions_atom, exceptions_bulkact, records_entity cascade"
    )
    codes = sorted(catalogue())
    given = {"controls": ", ".join(f"'{code}'" for code in codes), "number": len(codes)}
    given |= {"teams": TEAMS, "people": PEOPLE, "person": _people()}
    with _without_indexes():
        _insert(count, given)
    ask(
        "insert into records_entity (kind, code, name, named_by)"
        " select 'legal_entity', code, code, '' from unnest(array['NQ-UK','NQ-US','NQ-DE','NQ-FR'])"
        " code"
    )
    ask(
        "insert into exceptions_name (id, name)"
        " select n, 'Person' || n || ' Name' || n %% 300 from generate_series(1, 2000) n"
    )
    ask(FOLD)
    ask(f"vacuum analyze {TABLES}, exceptions_tally, exceptions_name")


def _insert(count: int, given: dict) -> None:
    """Two halves side by side; most of the time goes to the words, which the database computes."""
    from django.db import connections

    def half(first: int, last: int) -> None:
        span = {"first": first, "last": last}
        for statement in (GROUPS, ITEMS, CLAIMS, HISTORY):
            ask(statement.format(**given, **span).replace("%%", "%"), None)
        connections.close_all()

    with ThreadPoolExecutor(2) as halves:
        list(halves.map(half, (1, count // 2 + 1), (count // 2, count)))


@contextmanager
def _without_indexes() -> Iterator[None]:
    """Indexes are built once all rows are there; those of constraints stay."""
    known = ask(
        "select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index"
        " where indrelid = any(%s::regclass[]) and not indisunique",
        [TABLES.split(", ")],
    )
    for name, _ in known:
        ask(f"drop index {name}")
    yield
    ask("set maintenance_work_mem = '1GB'")
    for _, definition in known:
        ask(definition)
    ask("reset maintenance_work_mem")


def reader(name: str = "helen"):
    from opsboard.people.models import Person

    return Person.objects.get(username=name)


def _people() -> int:
    """Teams, owners, and Helen, who works in a team and keeps three views; the first owner's id."""
    from opsboard.exceptions.models import SavedView
    from opsboard.people.models import Person, Team

    for number in range(TEAMS):
        Team.objects.get_or_create(slug=f"team{number}", defaults={"name": f"Team {number}"})
    if not Person.objects.filter(username="owner0").exists():
        Person.objects.bulk_create(
            Person(username=f"owner{number}", role="billing", team_id=f"team{number % TEAMS}")
            for number in range(PEOPLE)
        )
        helen = Person.objects.create(username="helen", role="controller", team_id="team1")
        Person.objects.create(username="marek", role="integration", team_id="team2")
        for query in ("entity=NQ-UK&severity=urgent", "about=TP01", "owner=me&order=money"):
            SavedView.keep(helen, query, query)
    return Person.objects.get(username="owner0").pk
