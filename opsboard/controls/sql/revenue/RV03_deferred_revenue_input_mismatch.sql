-- RV03 Deferred revenue input differs
--
-- The hours from which progress is reckoned must be those that the delivery system holds up to the
-- end of the period, within half a per cent, and they must be fresh: once the second working day of a
-- close is over, the schedule has taken in that period. Time and materials defer nothing.
--
-- slug: deferred_revenue_input_mismatch
-- workflow: revenue
-- class: data_quality
-- owner: revenue_accounting
-- population: revenue_schedule where system_role = 'erp'
-- against: time_entry where system_role = 'psa'
-- feeds: erp.revenue_schedule, psa.time_entry
-- watches: revenue_schedule
--   time_entry.project_id -> project_id
--   project.canonical_id -> project_id
--   contract.canonical_id -> contract_id
--   accounting_period -> any
--   legal_entity -> any
-- sides: psa, erp
-- period: CO-C, CO-L
-- parameters: tolerance_permille = 5
-- specification: domain RV03, for hours and for freshness. No system gives a percentage of its own,
--   nor the cost, to compare; the state of milestones is RV01's. An input is as old as the last change
--   of its schedule. The effect is as much of what progress has earned so far as hours are off by, at
--   most. Time submitted later may wait for the next inputs; an approved override cannot be told
-- remediation:
--   1. Ask the project manager which hours are right, and have progress confirmed.
--   2. Publish the inputs from the delivery system again.
--   3. Run revenue again for the period, once the inputs agree.
select
    schedule.key as subject,
    schedule.status <> 'in_progress'
        or schedule.method in ('', 'as_incurred', 'point_in_time') as out_of_scope,
    case
        when abs(schedule.progress_hours - delivered.hours) * 1000
            > delivered.hours * %(tolerance_permille)s
        then close_deadline(home.calendar, covered.ends_on, 2, '18:00')
        else close_deadline(home.calendar, due.ends_on, 2, '18:00')
    end as look_at,
    case when delivered.hours > 0
        then round(
            schedule.allocated_price * schedule.progress_fraction
                * abs(schedule.progress_hours - delivered.hours) / delivered.hours,
            2
        )
    end as misstatement,
    schedule.currency,
    schedule.entity,
    schedule.project_id,
    contract.party_id,
    coalesce(covered.starts_on, due.starts_on) as service_date,
    case when abs(schedule.progress_hours - delivered.hours) * 1000
            > delivered.hours * %(tolerance_permille)s
        then 'Revenue of ' || coalesce(work.code, schedule.project) || ' rests on '
            || schedule.progress_hours || ' h, delivery has ' || delivered.hours || ' h'
        else 'Revenue of ' || coalesce(work.code, schedule.project)
            || ' rests on inputs from before ' || to_char(due.starts_on, 'FMMonth YYYY')
    end as title,
    'progress_input' as root_cause,
    schedule.key as root_entity,
    coalesce(work.code, schedule.project) as project,
    schedule.method,
    covered.ends_on as inputs_up_to,
    delivered.hours as psa_hours,
    schedule.progress_hours as erp_hours
from revenue_schedule schedule
left join entity work on work.id = schedule.project_id
left join contract on contract.key = schedule.system || ':' || schedule.contract
left join entity_calendar home on home.entity = schedule.entity
left join lateral (
    -- The last period that was over when the schedule was changed.
    select period.starts_on, period.ends_on
    from ledger_period period
    where period.entity = schedule.entity
      and period.module = 'gl'
      and period.ends_on < (schedule.source_updated_at at time zone 'UTC')::date
    order by period.ends_on desc
    limit 1
) covered on true
left join lateral (
    -- The next one, as long as there is work to be done in it.
    select period.starts_on, period.ends_on
    from ledger_period period
    where period.entity = schedule.entity
      and period.module = 'gl'
      and period.ends_on >= (schedule.source_updated_at at time zone 'UTC')::date
      and period.starts_on between schedule.starts_on and schedule.ends_on
    order by period.ends_on
    limit 1
) due on true
cross join lateral (
    select
        sum(entry.hours) as hours,
        coalesce(
            sum(entry.hours) filter (where entry.submitted_at <= schedule.source_updated_at), 0
        ) as in_time
    from time_entry entry
    where schedule.method not in ('', 'as_incurred', 'point_in_time')
      and entry.project_id = schedule.project_id
      and entry.system_role = 'psa'
      and entry.status not in ('rejected', 'recalled', 'corrected')
      and entry.work_date <= covered.ends_on
) held
cross join lateral (
    -- What was submitted after the inputs were taken may be in them or wait for the next.
    select case when abs(schedule.progress_hours - held.in_time)
            < abs(schedule.progress_hours - held.hours) then held.in_time
        else held.hours end as hours
) delivered
where schedule.system_role = 'erp'
