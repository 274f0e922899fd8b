-- RV01 Revenue not recognised
--
-- What a contract earned in a period must be recognised by the fourth working day of its close. Time
-- and materials earn what posted time and expenses are worth, milestones what was accepted, a fixed
-- price its progress times the price less what was recognised before, a retainer as much as in the
-- period before. Approved time that is not posted yet is TP01's and not asked for again.
--
-- slug: revenue_not_recognised
-- workflow: revenue
-- class: business_rule
-- owner: revenue_accounting
-- population: revenue_schedule where system_role = 'erp'
-- against: revenue_event where system_role = 'erp'
-- feeds: erp.revenue_schedule, erp.revenue_event, psa.time_entry, psa.expense_item,
--   psa.billing_event
-- watches: revenue_schedule
--   revenue_event.revenue_schedule_id -> id
--   time_entry.project_id -> project_id
--   expense_item.project_id -> project_id
--   billing_event.project_id -> project_id
--   billing_schedule.project_id -> project_id
--   invoice.project_id -> project_id
--   project.canonical_id -> project_id
--   contract.canonical_id -> contract_id
--   accounting_period -> any
--   legal_entity -> any
-- sensitive: earned=B, recognised=B
-- period: CO-C, CO-L
-- parameters: tolerance = 1000, tolerance_permille = 10
-- specification: domain RV01, in the contract's currency; T1/5 counts in it, not in the group's.
--   The ledger is RV06's to compare. Constraint, variable consideration and a contract that does not
--   meet the criteria yet are told by putting the schedule on hold; a memo cannot be asked for.
--   Intercompany work is recognised like any other
-- remediation:
--   1. Run or release the revenue of the contract for the period.
--   2. Where inputs are wrong, correct them at their source and run it again.
--   3. Once the period is locked, book the difference in the open one, with approval.
select
    schedule.key as subject,
    schedule.status in ('not_started', 'on_hold')
        or schedule.method in ('', 'point_in_time') as out_of_scope,
    gap.look_at,
    gap.amount as misstatement,
    schedule.currency,
    schedule.entity,
    schedule.project_id,
    contract.party_id,
    gap.first_day as service_date,
    coalesce(work.code, schedule.project)
        || case when gap.recognised is null then ' earned in '
            when gap.recognised < gap.earned then ' earned more than was recognised in '
            else ' earned less than was recognised in ' end
        || to_char(gap.first_day, 'FMMonth YYYY')
        || case when gap.recognised is null then ' and nothing was recognised' else '' end as title,
    case when gap.recognised is null then 'revenue_not_run' else 'revenue_differs' end as root_cause,
    schedule.key as root_entity,
    coalesce(work.code, schedule.project) as project,
    schedule.method,
    gap.first_day as from_day,
    gap.last_day as to_day,
    gap.earned,
    gap.recognised,
    case when gap.recognised < gap.earned or gap.recognised is null then 'under' else 'over' end
        as direction
from revenue_schedule schedule
left join entity work on work.id = schedule.project_id
left join contract on contract.key = schedule.system || ':' || schedule.contract
left join lateral (
    -- The first period that does not tie, and what all of them are off by.
    select
        min(off.wd4) as look_at,
        sum(abs(off.earned - coalesce(off.recognised, 0))) as amount,
        min(off.starts_on) as first_day,
        (array_agg(off.ends_on order by off.starts_on))[1] as last_day,
        (array_agg(off.earned order by off.starts_on))[1] as earned,
        (array_agg(off.recognised order by off.starts_on))[1] as recognised
    from revenue_period off
    where off.schedule_key = schedule.key
      and abs(off.earned - coalesce(off.recognised, 0))
          > greatest(%(tolerance)s, abs(off.earned) * %(tolerance_permille)s / 1000)
) gap on true
where schedule.system_role = 'erp'
