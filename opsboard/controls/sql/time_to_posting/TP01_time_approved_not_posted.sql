-- TP01 Approved time not posted
--
-- Every approved time entry must stand in the ERP's project ledger. What counts there is the net of
-- the posted lines that name the entry, so a reversal without a new posting is missing again. A net
-- that differs in hours is TP02's, a second posting TP04's.
--
-- slug: time_approved_not_posted
-- workflow: time_to_posting
-- class: data_quality
-- owner: finance_billing
-- population: time_entry where system_role = 'psa'
-- against: project_actual where system_role = 'erp'
-- feeds: psa.time_entry, erp.project_actual
-- watches: time_entry
--   project_actual.source_key -> key
--   project.canonical_id -> project_id
--   assignment.project_id -> project_id
--   cost_rate.worker_id -> worker_id
--   cost_rate -> any
--   rate_line -> any
--   rate_card -> any
--   revenue_schedule.project_id -> project_id
--   forecast_line.project_id -> project_id
--   worker.canonical_id -> worker_id
--   legal_entity -> any
-- sides: psa, erp
-- sensitive: psa_bill_value=B
-- cause: ladder
-- period: CO-C, CO-L
-- parameters: grace_hours = 24
-- specification: domain TP01; grace B.2 step 13, at the close WD+1 18:00 for what was approved before.
--   Exact matches alone: the kinds hold no batch manifest
-- remediation:
--   1. Correct what the cause names, in the system that owns it.
--   2. Post the entry again from the PSA; never type the line into the ERP by hand.
--   3. Wait for the next reading of the ERP: the posting itself is the proof.
select
    entry.key as subject,
    not missing.is_due as out_of_scope,
    case when missing.is_missing
        then or_at_close(
            from_business_day(home.calendar, missing.since)
                + make_interval(hours => %(grace_hours)s),
            missing.since,
            close_deadline(home.calendar, entry.work_date, 1, '18:00')
        )
    end as look_at,
    worth.bill as revenue_at_risk,
    worth.cost as cost_at_risk,
    worth.bill_currency as currency,
    worth.cost_currency,
    coalesce(worth.is_bill_estimated, false) or coalesce(worth.is_cost_estimated, false)
        as is_estimated,
    entry.entity,
    entry.project_id,
    entry.worker_id,
    entry.work_date as service_date,
    entry.approved_at as event_at,
    entry.hours || ' h by ' || coalesce(person.name, entry.worker) || ' on '
        || coalesce(work.code, entry.project) || ', ' || to_char(entry.work_date, 'FMDD FMMonth')
        || ', are approved and not posted' as title,
    coalesce(person.name, entry.worker) as person,
    coalesce(work.code, entry.project) as project,
    entry.work_date,
    entry.status as psa_posting,
    case when posted.lines > 0 then 'reversed' else 'none' end as erp_posting,
    entry.hours as psa_hours,
    coalesce(posted.hours, 0) as erp_hours,
    worth.bill as psa_bill_value,
    entry.approved_at
from time_entry entry
left join entity person on person.id = entry.worker_id
left join entity work on work.id = entry.project_id
left join project on project.key = entry.system || ':' || entry.project
left join (
    select actual.source_key, sum(actual.hours) as hours, count(*) as lines
    from posted_actual actual
    group by actual.source_key
) posted on posted.source_key = entry.key
cross join lateral (
    select entry.status in ('approved', 'posted', 'billed')
        and entry.hours <> 0
        and entry.type <> 'leave'
        and coalesce(project.erp_required, true) as is_due
) scope
cross join lateral (
    select
        scope.is_due,
        scope.is_due and coalesce(posted.hours, 0) = 0 as is_missing,
        coalesce(
            entry.approved_at,
            entry.source_updated_at,
            (entry.work_date + 1)::timestamp at time zone 'UTC'
        ) as since
) missing
left join entity_calendar home on home.entity = entry.entity
left join lateral (
    select value.*
    from time_value value
    where missing.is_missing
      and value.key = entry.key
    limit 1
) worth on true
where entry.system_role = 'psa'
