-- TP02 Posted time differs from what was approved
--
-- Where an approved entry is posted once, the posted line must say the same hours, day, person and
-- project. An entry that is not posted is TP01's, one that is posted twice TP04's.
--
-- slug: time_posted_mismatch
-- workflow: time_to_posting
-- class: data_quality
-- owner: finance_billing
-- population: time_entry where system_role = 'psa'
-- against: project_actual where system_role = 'erp'
-- feeds: psa.time_entry, erp.project_actual
-- watches: time_entry
--   project_actual.source_key -> key
--   project.canonical_id -> project_id
--   cost_rate.worker_id -> worker_id
--   worker.canonical_id -> worker_id
-- sides: psa, erp
-- sensitive: psa_bill_value=B, erp_bill_value=B
-- severity: floor low
-- period: CO-C, CO-L
-- parameters: grace_hours = 24, tolerance_minutes = 1
-- specification: domain TP02
-- remediation:
--   1. Decide with the project manager which side is right.
--   2. Correct the entry in the PSA if it is wrong there; reverse and post again from the PSA.
--   3. Never edit the line in the ERP: the next posting would differ again.
select
    entry.key as subject,
    entry.status not in ('approved', 'posted', 'billed') as out_of_scope,
    case when differs.hours or differs.day or differs.person or differs.project
        then greatest(entry.approved_at, entry.source_updated_at, posted.since)
            + make_interval(hours => %(grace_hours)s)
    end as look_at,
    case when entry.billable
        then abs(entry.hours - posted.hours) * coalesce(entry.bill_rate, 0)
        else 0
    end as misstatement,
    abs(entry.hours - posted.hours)
        * rate.rate / case rate.unit when 'day' then 8 else 1 end as misstatement_cost,
    entry.bill_currency as currency,
    rate.currency as cost_currency,
    entry.entity,
    entry.project_id,
    entry.worker_id,
    entry.work_date as service_date,
    'The ledger says ' || posted.hours || ' h, ' || coalesce(person.name, entry.worker)
        || ' was approved for ' || entry.hours || ' h on ' || coalesce(work.code, entry.project)
        || ', ' || to_char(entry.work_date, 'FMDD FMMonth') as title,
    'posted_mismatch' as root_cause,
    entry.key as root_entity,
    entry.hours as psa_hours,
    posted.hours as erp_hours,
    entry.work_date as psa_work_date,
    posted.work_date as erp_work_date,
    coalesce(person.name, entry.worker) as psa_person,
    posted.person as erp_person,
    coalesce(work.code, entry.project) as psa_project,
    posted.project as erp_project,
    entry.bill_amount as psa_bill_value,
    posted.bill_amount as erp_bill_value
from time_entry entry
left join entity person on person.id = entry.worker_id
left join entity work on work.id = entry.project_id
left join lateral (
    select
        sum(actual.hours) as hours,
        sum(actual.bill_amount) as bill_amount,
        max(actual.work_date) filter (where actual.hours > 0) as work_date,
        max(actual.worker_id) filter (where actual.hours > 0) as worker_id,
        max(actual.project_id) filter (where actual.hours > 0) as project_id,
        max(worker.name) filter (where actual.hours > 0) as person,
        max(project.code) filter (where actual.hours > 0) as project,
        max(actual.source_updated_at) as since,
        count(*) filter (where actual.hours > 0) - count(*) filter (where actual.hours < 0) as times
    from project_actual actual
    left join entity worker on worker.id = actual.worker_id
    left join entity project on project.id = actual.project_id
    where actual.source_key = entry.key
      and actual.system_role = 'erp'
      and actual.status in ('costed', 'posted', 'adjusted')
) posted on true
left join lateral (
    select cost_rate.rate, cost_rate.unit, cost_rate.currency
    from cost_rate
    where cost_rate.worker_id = entry.worker_id
      and cost_rate.status in ('approved', 'active')
      and entry.work_date between cost_rate.valid_from and coalesce(cost_rate.valid_to, 'infinity')
    order by cost_rate.valid_from desc, cost_rate.key
    limit 1
) rate on true
cross join lateral (
    select
        posted.times = 1 and posted.hours <> 0
            and abs(entry.hours - posted.hours) * 60 > %(tolerance_minutes)s as hours,
        posted.times = 1 and posted.work_date <> entry.work_date as day,
        posted.times = 1 and posted.worker_id <> entry.worker_id as person,
        posted.times = 1 and posted.project_id <> entry.project_id as project
) differs
where entry.system_role = 'psa'
