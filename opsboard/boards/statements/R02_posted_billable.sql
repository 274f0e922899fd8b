-- R02 Posted billable work is billed, written off, or still to be billed
--
-- Work on time and materials that stands in the project ledger stands on an invoice line, was
-- written off with approval, or is unbilled: by its age, and late under an exception once its
-- billing cut-off has passed. What is billed twice counts the other way. Fixed fees are R03's.
--
-- slug: posted_billable
-- unit: amount
-- left: billable lines of the project ledger, reversals netted, by day of work
-- right: lines of invoices, drafts included, that name the work
-- explained_by: BL04, BL07, TP02, TP03, TP04
-- sensitive: B
-- feeds: erp.project_actual, erp.invoice_line
-- specification: domain C.12 R2. A line's own price is BL06's: here work is worth what the
--   ledger says
with billed as (
    select
        source.key,
        sum(case invoice.type when 'credit_note' then -1 else 1 end) as times,
        array_agg(line.key) as lines
    from invoice_line line
    join invoice on invoice.key = line.system || ':' || line.invoice
    cross join lateral unnest(line.source_keys) source (key)
    where line.system_role = 'erp'
      and invoice.status <> 'void'
      and invoice.type <> 'proforma'
    group by source.key
),
worked as (
    select
        actual.source_key,
        actual.entity,
        actual.bill_currency as currency,
        min(actual.work_date) as day,
        max(actual.project_id) as project_id,
        max(actual.system) as system,
        max(actual.project) as project,
        sum(actual.bill_amount) as amount,
        max(actual.bill_amount) as once,
        array_agg(actual.key) as lines
    from posted_actual actual
    join project
      on project.system = actual.system
     and project.source_id = actual.project
     and project.billing_method in ('time_materials', 'tm_capped')
    where actual.billable
      and actual.source_key <> ''
    group by actual.source_key, actual.entity, actual.bill_currency
    having sum(actual.bill_amount) <> 0
)
select
    worked.source_key as key,
    worked.lines || worked.source_key || coalesce(billed.lines, '{}') as subjects,
    worked.source_key || ' on ' || coalesce(work.code, 'an unknown project') as what,
    worked.entity,
    worked.day,
    worked.currency,
    worked.amount as came_in,
    state.went_out,
    worked.amount - state.went_out as open,
    0 as agreed,
    case
        when state.is_written_off then 'written off'
        when state.went_out = worked.amount then 'billed'
        when billed.times > 1 then 'billed twice'
        when state.went_out <> 0 then 'billed in part'
        when age.days <= 30 then 'unbilled up to 30 days'
        when age.days <= 60 then 'unbilled 31 to 60 days'
        when age.days <= 90 then 'unbilled 61 to 90 days'
        else 'unbilled over 90 days'
    end as bucket,
    false as confirmed,
    coalesce(agreed.is_to_come, false) as waits
from worked
left join billed on billed.key = worked.source_key
left join entity work on work.id = worked.project_id
left join time_entry entry on entry.key = worked.source_key
left join expense_item expense on expense.key = worked.source_key
cross join lateral (select %(today)s::date - worked.day as days) age
cross join lateral (
    select coalesce(entry.status, expense.status, '') = 'written_off' as is_written_off
) fate
cross join lateral (
    select
        fate.is_written_off,
        case
            when fate.is_written_off then worked.amount
            else worked.once * coalesce(billed.times, 0)
        end as went_out
) state
left join lateral (
    -- The day up to which the contract's plan says that such work is billed.
    select min(plan.planned_on) >= %(today)s::date as is_to_come
    from billing_schedule plan
    where state.went_out = 0
      and plan.system = worked.system
      and plan.project = worked.project
      and plan.rule in ('date', 'recurring')
      and plan.amount is null
      and plan.planned_on >= worked.day
) agreed on true
