-- BL04 Billable work not billed
--
-- Work on time and materials that stands in the project ledger must stand on an invoice line, draft
-- or later, by the fifth working day after the month it was done in, or after the day up to which
-- the contract's billing plan says that work is billed. Fixed fees are billed by milestone, not by
-- the hour. What was reversed, or written off with approval, is not asked for.
--
-- slug: billable_not_billed
-- workflow: billing
-- class: business_rule
-- owner: finance_billing
-- population: project_actual where system_role = 'erp'
-- against: invoice_line where system_role = 'erp'
-- feeds: erp.project_actual, erp.invoice_line
-- watches: project_actual
--   project_actual.source_key -> source_key
--   time_entry.key -> source_key
--   expense_item.key -> source_key
--   invoice_line.project_id -> project_id
--   invoice.project_id -> project_id
--   billing_schedule.project_id -> project_id
--   project.canonical_id -> project_id
--   worker.canonical_id -> worker_id
--   legal_entity -> any
-- sensitive: bill_amount=B
-- period: CO-C
-- specification: domain BL04; a plan line without an amount is a day up to which work is billed.
--   Minimum invoices, prepaid drawdown and marks of work above a cap cannot be told; severity does
--   not rise at sixty days by a rule of its own. Lines must name their project and what they bill
-- remediation:
--   1. Find out why billing left the work out: hold, missing order, or a run that broke off.
--   2. Bill it with the next invoice, or hold it with a reason and a date.
--   3. Where it will never be billed, have it written off in the delivery system, with approval.
select
    actual.key as subject,
    not actual.billable
        or actual.txn_type not in ('labour', 'expense', 'subcontract', 'usage')
        or actual.status not in ('costed', 'posted', 'adjusted')
        or actual.source_key = ''
        or coalesce(project.billing_method, '') not in ('time_materials', 'tm_capped')
        or coalesce(entry.status, expense.status, '') = 'written_off'
        or exists (
            -- Of the few reversals, and not of every line, the planner then makes its table.
            select from project_actual reversal
            where reversal.reversal_of <> ''
              and reversal.source_key = actual.source_key
              and reversal.system = actual.system
              and reversal.reversal_of = actual.source_id
        ) as out_of_scope,
    case when coalesce((billed.times ->> actual.source_key)::integer, 0) <= 0
        then deadline.at
    end as look_at,
    actual.bill_amount as revenue_at_risk,
    actual.bill_currency as currency,
    actual.entity,
    actual.project_id,
    actual.worker_id,
    actual.work_date as service_date,
    case when actual.txn_type = 'labour' then actual.hours || ' h by '
        else 'What was spent by ' end
        || coalesce(person.name, actual.worker) || ' on ' || coalesce(work.code, actual.project)
        || ', ' || to_char(actual.work_date, 'FMDD FMMonth') || ', are posted and not billed'
        as title,
    'never_drafted' as root_cause,
    'project:' || coalesce(actual.project_id::text, actual.project) as root_entity,
    'Work on ' || coalesce(work.code, actual.project) || ' was never billed' as cause_title,
    jsonb_build_object(
        'revenue_at_risk', jsonb_build_object(actual.source_key, actual.bill_amount)
    ) as claims,
    coalesce(person.name, actual.worker) as person,
    coalesce(work.code, actual.project) as project,
    actual.txn_type as sort,
    actual.work_date,
    agreed.day as billed_up_to,
    actual.hours,
    actual.bill_amount
from project_actual actual
left join entity person on person.id = actual.worker_id
left join entity work on work.id = actual.project_id
left join lateral (
    -- How work is billed is what delivery says; the ledger's own copy of it may be wrong.
    select told.billing_method
    from project told
    where told.canonical_id = actual.project_id
      and told.system_role in ('psa', 'erp')
      and told.billing_method <> ''
    order by told.system_role = 'psa' desc, told.key
    limit 1
) project on true
left join time_entry entry on entry.key = actual.source_key
left join expense_item expense on expense.key = actual.source_key
left join lateral (
    select min(plan.planned_on) as day
    from billing_schedule plan
    where plan.system = actual.system
      and plan.project = actual.project
      and plan.rule in ('date', 'recurring')
      and plan.amount is null
      and plan.planned_on >= actual.work_date
) agreed on true
left join entity_calendar home on home.entity = actual.entity
-- Asked once for a calendar and a day, not once for every line.
left join lateral (
    select close_deadline(home.calendar, coalesce(agreed.day, actual.work_date), 5, '18:00') as at
    offset 0
) deadline on true
left join lateral (
    select named.times
    from billed_source named
    where named.project_id = actual.project_id
    limit 1
) billed on true
where actual.system_role = 'erp'
