-- PS05 Project without a sign of life, or overdue to close
--
-- A project that nobody works on, whose end has long passed, or that one system has closed and
-- another has not, keeps money where nobody looks for it: unbilled work and unreleased deferrals. It
-- is found after three weeks without any activity, two weeks after its end, when PSA and ERP disagree
-- on whether it is over, and after a month of posted work in which its forecast was not renewed.
--
-- slug: project_stale
-- workflow: project_setup
-- class: data_quality
-- owner: pmo
-- population: project where system_role = 'psa'
-- against: project where system_role = 'erp'
-- feeds: psa.project, erp.project, psa.time_entry, psa.expense_item
-- watches: project
--   project.canonical_id -> canonical_id
--   time_entry.project_id -> canonical_id
--   expense_item.project_id -> canonical_id
--   billing_event.project_id -> canonical_id
--   forecast_line.project_id -> canonical_id
--   revenue_schedule.project_id -> canonical_id
--   revenue_event -> any
--   legal_entity -> any
-- sides: psa, erp
-- sensitive: unbilled=B, deferred=B
-- period: CO-C
-- parameters: quiet_days = 15, end_days = 14, open_days = 30, closed_days = 1
-- specification: domain PS05. Three weeks are fifteen working days; a status change is known by when
--   the project last changed. A project on hold waits, since no system says until when; an internal
--   one lives on without work. A forecast that was not renewed in a month of posted work is found
--   when that month is over, and a project without any forecast is not
-- remediation:
--   1. Ask the project manager whether the work goes on; then update its status, end and forecast.
--   2. If it is over, let finance check that nothing is unbilled or deferred on it.
--   3. Close it in the PSA and in the ERP.
select
    project.key as subject,
    project.status not in ('active', 'completed', 'closed')
        or project.type = 'internal' as out_of_scope,
    case when project.type <> 'internal' then reason.look_at end as look_at,
    money.unbilled + money.deferred as revenue_at_risk,
    project.currency,
    money.claims,
    project.entity,
    project.canonical_id as project_id,
    project.party_id,
    project.code || ' ' || project.name || case reason.look_at
        when due.past_end then ' is active, and should have ended on '
            || to_char(project.ends_on, 'FMDD FMMonth')
        when due.no_activity then ' is active, and nothing has happened since '
            || to_char(life.last_at, 'FMDD FMMonth')
        when due.forecast_stale then ' was worked on in ' || to_char(life.worked_in, 'FMMonth')
            || ', and its forecast was not renewed'
        else ' is ' || project.status || ' in the PSA and '
            || coalesce(ledger.status, 'unknown') || ' in the ERP'
    end as title,
    case reason.look_at
        when due.past_end then 'past_end'
        when due.no_activity then 'no_activity'
        when due.forecast_stale then 'forecast_stale'
        else 'open_in_one_system'
    end as root_cause,
    'project:' || project.canonical_id as root_entity,
    project.code,
    project.status as psa_status,
    coalesce(ledger.status, 'none') as erp_status,
    project.ends_on,
    life.last_at as last_activity,
    life.planned_at as forecast_renewed,
    money.unbilled,
    money.deferred
from project
left join entity_calendar home on home.entity = project.entity
left join lateral (
    select
        copy.status,
        copy.source_updated_at
    from project copy
    where copy.canonical_id = project.canonical_id
      and copy.system_role = 'erp'
    order by copy.key
    limit 1
) ledger on true
cross join lateral (
    select
        greatest(
            project.source_updated_at,
            project.starts_on::timestamp at time zone 'UTC',
            (worked.until + 1)::timestamp at time zone 'UTC',
            (spent.until + 1)::timestamp at time zone 'UTC',
            milestone.at,
            planned.at
        ) as last_at,
        planned.at as planned_at,
        date_trunc('month', worked.posted_until)::timestamp at time zone 'UTC' as worked_in
    from (
        select
            max(entry.work_date) as until,
            max(entry.work_date) filter (where entry.status in ('posted', 'billed'))
                as posted_until
        from time_entry entry
        where entry.project_id = project.canonical_id
          and entry.status not in ('rejected', 'recalled')
    ) worked
    cross join (
        select max(expense.spent_on) as until
        from expense_item expense
        where expense.project_id = project.canonical_id
    ) spent
    cross join (
        select max(greatest(event.completed_at, event.accepted_at)) as at
        from billing_event event
        where event.project_id = project.canonical_id
    ) milestone
    cross join (
        select max(greatest(forecast.approved_at, forecast.source_updated_at)) as at
        from forecast_line forecast
        where forecast.project_id = project.canonical_id
    ) planned
) life
cross join lateral (
    select
        case when project.status = 'active'
            then (project.ends_on + 1 + %(end_days)s)::timestamp at time zone 'UTC' end as past_end,
        case when project.status = 'active'
            then after_business_days(home.calendar, life.last_at, %(quiet_days)s) end as no_activity,
        case
            when project.status = 'active' and ledger.status in ('completed', 'closed')
            then after_business_days(home.calendar, ledger.source_updated_at, %(closed_days)s)
            when project.status in ('completed', 'closed') and ledger.status = 'active'
            then project.source_updated_at + make_interval(days => %(open_days)s)
        end as open_in_one_system,
        case when project.status = 'active' and life.planned_at < life.worked_in
            then life.worked_in + interval '1 month' end as forecast_stale
) due
cross join lateral (
    select least(due.past_end, due.no_activity, due.open_in_one_system, due.forecast_stale) as look_at
) reason
cross join lateral (
    select
        coalesce(sum(last.unbilled_balance), 0) as unbilled,
        coalesce(sum(last.deferred_balance), 0) as deferred,
        jsonb_build_object('revenue_at_risk', coalesce(jsonb_object_agg(
            last.key, last.unbilled_balance + last.deferred_balance
        ), '{}')) as claims
    from revenue_schedule schedule
    cross join lateral (
        select event.key, event.unbilled_balance, event.deferred_balance
        from revenue_event event
        where event.system = schedule.system
          and event.revenue_schedule = schedule.source_id
          and event.status <> 'reversed'
        order by event.accounting_date desc, event.sequence desc, event.key
        limit 1
    ) last
    where schedule.project_id = project.canonical_id
      and schedule.system_role = 'erp'
) money
where project.system_role = 'psa'
