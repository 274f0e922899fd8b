"""Entries and postings straight in the product's tables, the same for the same count.

Postings lie in another order than entries, as a ledger's do: an index scan of both is not free.
"""

from datetime import UTC, datetime

from bench.load.place import ask

AS_OF = datetime(2026, 6, 18, 12, tzinfo=UTC)
# Where the ids of made rows begin, far from those that a load takes.
FIRST = 1_000_000_000
WORKERS, PROJECTS = 2_000, 800
COMMON = """
    '{system}', '{system}', {stream}, 0, md5(n::text), 0, timestamptz '2026-06-18 12:00Z', 1,
    timestamptz '2026-06-01 09:00Z', '', '', '', 'E1', false
"""
COLUMNS = """
    system, system_role, stream, mapping_no, digest, page, loaded_at, source_version,
    source_updated_at, source_updated_by, correlation_id, causation_id, legal_entity, is_deleted
"""
ENTRIES = """
    insert into records_timeentry (
        id, key, canonical_id, source_id, {columns}, worker, project, task, assignment, split_no,
        work_date, hours, type, billable, utilization_category, note, approved_at, approver,
        bill_rate, bill_currency, bill_amount, cost_currency, period, late, status
    )
    overriding system value
    select
        {first} + n, 'psa:T' || n, {first} + n, 'T' || n, {common},
        'W' || n %% {workers}, 'P' || n %% {projects}, '', '', 0,
        date '2026-01-05' + n %% 150, hours, 'regular', true, 'client', '',
        timestamptz '2026-06-02 09:00Z' + n %% 5000 * interval '1 minute', 'W1',
        rate, 'USD', hours * rate, '', '2026-06', false, 'approved'
    from generate_series({begin}, {end} - 1) n
    cross join lateral (select (1 + n %% 32)::numeric / 4 as hours, 80 + n %% 240 as rate) value
"""
POSTINGS = """
    insert into records_projectactual (
        id, key, canonical_id, source_id, {columns}, source_key, txn_type, project, task, worker,
        work_date, accounting_date, hours, cost_currency, bill_amount, bill_currency, billable,
        batch_id, reversal_of, posted_at, status
    )
    overriding system value
    select
        {first} + 2 * n + again, 'erp:A' || n || '-' || again, {first} + 2 * n + again,
        'A' || n || '-' || again, {common},
        case when n %% 2000 = 31 and again = 1 then 'psa:U' || n else 'psa:T' || n end,
        'time', 'P' || n %% {projects}, '', 'W' || n %% {workers},
        date '2026-01-05' + n %% 150, date '2026-01-05' + n %% 150, hours, '',
        hours * rate + case when n %% 1000 = 29 then 1 else 0 end, 'USD', true,
        '', '', timestamptz '2026-06-03 09:00Z' + n %% 5000 * interval '1 minute', 'posted'
    from generate_series({begin}, {end} - 1) n
    cross join lateral (select (1 + n %% 32)::numeric / 4 as hours, 80 + n %% 240 as rate) value
    cross join generate_series(0, 1) again
    where (again = 0 and n %% 100 <> 7)
       or (again = 1 and (n %% 1000 = 13 or n %% 2000 = 31))
    order by hashint4(n)
"""

# Whom the four rules are about: every entry, and what is posted of entries that nobody knows.
POPULATION = """
    create or replace view entry_or_posting as
    select key from time_entry where system_role = 'psa'
    union all
    select distinct source_key from project_actual actual
    where system_role = 'erp'
      and not exists (
          select from time_entry entry
          where entry.system_role = 'psa' and entry.key = actual.source_key
      )
"""


def offenders(count: int) -> int:
    """How many of this many entries, and of their postings, break one of the four rules."""
    per_thousand = count // 1_000
    return 10 * per_thousand + 2 * per_thousand + count // 2_000


def make(count: int) -> None:
    """Fill both tables, feeds complete, statistics fresh, nothing judged yet."""
    ask(
        "truncate records_timeentry, records_projectactual, records_change, controls_control,"
        " controls_controlrun, exceptions_group, exceptions_exceptionitem, exceptions_atom,"
        " sync_connection cascade"
    )
    ask(POPULATION)
    _settle()
    streams = _feeds()
    _fill(ENTRIES, "psa", streams["psa"], 0, count)
    _fill(POSTINGS, "erp", streams["erp"], 0, count)
    ask("vacuum analyze")


def _settle() -> None:
    """The teams and calendars that groups need."""
    from opsboard.config import config
    from opsboard.people.calendars import settle_calendars
    from opsboard.people.queries import settle_teams

    settle_calendars(config(), AS_OF.date())
    settle_teams(config())


def _feeds() -> dict[str, int]:
    from opsboard.sync.models import Connection, Stream

    found = {}
    for system, kind in (("psa", "time_entry"), ("erp", "project_actual")):
        connection = Connection.objects.create(
            slug=system, title=system, connector="files", system=system, role=system
        )
        stream = Stream.objects.create(
            connection=connection, name=kind, kind=kind, watermark=AS_OF, state="ready"
        )
        found[system] = stream.pk
    return found


def _fill(statement: str, system: str, stream: int, begin: int, end: int) -> None:
    text = statement.format(
        columns=COLUMNS,
        common=COMMON.format(system=system, stream=stream),
        first=FIRST,
        workers=WORKERS,
        projects=PROJECTS,
        begin=begin,
        end=end,
    )
    ask(text)
