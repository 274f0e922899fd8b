-- EX04 Subcontractor's work without its cost
--
-- What a subcontractor has done on an order must stand in the project ledger by the second working
-- day after the month, charged or accrued. What was done is told by the best evidence there is: the
-- time that was approved at the order's rate, or what the vendor charged for the month. Otherwise the
-- project's margin is too good, until the invoice comes.
--
-- slug: subcontract_cost_not_captured
-- workflow: expense_to_posting
-- class: business_rule
-- owner: finance_billing
-- population: purchase_commitment where system_role = 'procurement'
-- against: project_actual where system_role = 'erp' and txn_type = 'subcontract'
-- feeds: procurement.purchase_commitment, any.supplier_charge, psa.time_entry, erp.project_actual
-- watches: purchase_commitment
--   purchase_commitment.canonical_id -> canonical_id
--   time_entry.worker_id -> worker_id
--   supplier_charge.worker_id -> worker_id
--   project_actual.worker_id -> worker_id
--   gl_posting -> any
--   worker.canonical_id -> worker_id
--   legal_entity -> any
-- sensitive: evidence_amount=L, captured_amount=L
-- period: CO-C, CO-L
-- parameters: least_amount = 1000, tolerance_percent = 2, hours_a_day = 8
-- specification: domain EX04. An order and month is judged whole, WD+2 after the month; orders whose
--   person is not named have no time. The least amount counts in the order's own currency. What was
--   received on an order is not told by month. An accrual counts where its journal names the order's
--   number. Contractors without an order are costed at their role's standard; a vendor's invoice
--   without a project is seen by the order it names
-- remediation:
--   1. Ask the vendor for the invoice, and record the receipt in procurement.
--   2. If it does not come in time, accrue the month on the project, naming the order.
--   3. Have accounts payable code the invoice to the project and the order.
select
    commitment.key as subject,
    commitment.status in ('draft', 'cancelled') as out_of_scope,
    case when commitment.status not in ('draft', 'cancelled') then gap.look_at end as look_at,
    gap.missing as cost_at_risk,
    commitment.currency,
    commitment.entity,
    place.project_id,
    commitment.worker_id,
    gap.last_day as service_date,
    'Order ' || commitment.po_no || ' of ' || coalesce(person.name, vendor.name, commitment.vendor)
        || ': the cost of ' || gap.months || ' is not on '
        || coalesce(work.code, 'the project') as title,
    'accrual_missing' as root_cause,
    commitment.key as root_entity,
    commitment.po_no as order_no,
    coalesce(vendor.name, commitment.vendor) as vendor,
    coalesce(person.name, commitment.worker) as person,
    work.code as project,
    gap.months,
    gap.hours as approved_hours,
    gap.evidence as evidence_amount,
    gap.captured as captured_amount
from purchase_commitment commitment
left join entity person on person.id = commitment.worker_id
left join entity vendor on vendor.id = commitment.vendor_id
left join entity_calendar home on home.entity = commitment.entity
left join lateral (
    -- Procurement may not know the project; the other copies of the order do.
    select copy.project_id
    from purchase_commitment copy
    where copy.canonical_id = commitment.canonical_id
      and copy.project_id is not null
    order by copy.system_role = 'procurement' desc, copy.system_role = 'erp' desc, copy.key
    limit 1
) place on true
left join entity work on work.id = place.project_id
cross join lateral (
    select
        sum(month.evidence - month.captured) as missing,
        sum(month.evidence) as evidence,
        sum(month.captured) as captured,
        sum(month.hours) as hours,
        min(close_deadline(home.calendar, month.last_day, 2, '18:00')) as look_at,
        max(month.last_day) as last_day,
        string_agg(to_char(month.first_day, 'FMMonth'), ', ' order by month.first_day) as months
    from (
        select
            period.starts_on as first_day,
            period.ends_on as last_day,
            worked.hours,
            greatest(
                coalesce(worked.hours * commitment.rate
                    / case commitment.unit when 'hour' then 1 when 'day' then %(hours_a_day)s end, 0),
                charged.amount
            ) as evidence,
            captured.amount + accrued.amount as captured
        from (
            select first::date as starts_on, (first + interval '1 month - 1 day')::date as ends_on
            from generate_series(
                date_trunc('month', commitment.starts_on), commitment.ends_on, interval '1 month'
            ) first
        ) period
        cross join lateral (
            select sum(entry.hours) as hours
            from time_entry entry
            where entry.worker_id = commitment.worker_id
              and entry.project_id = place.project_id
              and entry.system_role = 'psa'
              and entry.status in ('approved', 'posted', 'billed')
              and entry.work_date between greatest(period.starts_on, commitment.starts_on)
                  and least(period.ends_on, commitment.ends_on)
        ) worked
        cross join lateral (
            select coalesce(sum(charge.amount), 0) as amount
            from supplier_charge charge
            where charge.worker_id = commitment.worker_id
              and charge.purchase_commitment_id = commitment.canonical_id
              and charge.system_role = 'procurement'
              and charge.status in ('approved', 'posted', 'paid')
              and charge.service_to between period.starts_on and period.ends_on
        ) charged
        cross join lateral (
            select coalesce(sum(actual.cost_amount), 0) as amount
            from supplier_charge charge
            join posted_actual actual on actual.source_key = charge.key
            where charge.worker_id = commitment.worker_id
              and charge.purchase_commitment_id = commitment.canonical_id
              and charge.system_role = 'erp'
              and actual.txn_type = 'subcontract'
              and charge.service_to between period.starts_on and period.ends_on
        ) captured
        cross join lateral (
            select coalesce(sum(journal.debit), 0) as amount
            from gl_posting journal
            where journal.project_id = place.project_id
              and journal.source_doc = commitment.po_no
              and journal.status = 'posted'
              and journal.reversal_of = ''
              and journal.accounting_date between period.starts_on and period.ends_on
        ) accrued
    ) month
    where month.evidence - month.captured
        > greatest(%(least_amount)s, month.evidence * %(tolerance_percent)s / 100)
) gap
where commitment.system_role = 'procurement'
