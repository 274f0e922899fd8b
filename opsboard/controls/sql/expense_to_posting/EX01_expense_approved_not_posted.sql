-- EX01 Approved expense not posted
--
-- Every approved expense line must stand in the ERP twice: in accounts payable, or nobody is
-- reimbursed, and in the project ledger, or the project looks cheaper than it is and the customer is
-- not charged. The leg of the project is the costly one. Reversed postings do not count.
--
-- slug: expense_approved_not_posted
-- workflow: expense_to_posting
-- class: data_quality
-- owner: finance_billing
-- population: expense_item where system_role = 'psa'
-- against: expense_item where system_role = 'erp'
-- feeds: psa.expense_item, erp.expense_item, erp.project_actual
-- watches: expense_item
--   expense_item.worker_id -> worker_id
--   project_actual.source_key -> key
--   project.canonical_id -> project_id
--   cost_rate.worker_id -> worker_id
--   worker.canonical_id -> worker_id
--   integration_message.subject_key -> key
--   accounting_period -> any
--   legal_entity -> any
-- sides: psa, erp
-- sensitive: psa_bill_value=B
-- cause: ladder
-- period: CO-C, CO-L
-- parameters: grace_hours = 24
-- specification: domain EX01, near the close by WD+1 18:00 (B.4). Cost is the amount without the tax that is recovered, in the currency
--   it was spent in. A line without a project needs no leg there. Per diems and company cards have
--   no mark of their own in the kinds, so each line needs its payable; amounts of the legs are not
--   compared
-- remediation:
--   1. Correct what the cause names, in the system that owns it.
--   2. Post the expense again from the PSA; do not type it into the ERP by hand.
--   3. Wait for the next reading of the ERP: both legs are the proof.
select
    expense.key as subject,
    expense.status not in ('approved', 'posted', 'billed', 'reimbursed')
        or expense.amount = 0
        or not coalesce(project.erp_required, true) as out_of_scope,
    case when not leg.payable or not leg.cost
        then or_at_close(
            since.at + make_interval(hours => %(grace_hours)s),
            since.at,
            close_deadline(home.calendar, expense.spent_on, 1, '18:00')
        )
    end as look_at,
    case when not leg.cost then worth.revenue end as revenue_at_risk,
    worth.cost as cost_at_risk,
    worth.currency,
    worth.cost_currency,
    expense.entity,
    expense.project_id,
    expense.worker_id,
    expense.spent_on as service_date,
    expense.approved_at as event_at,
    case when expense.expense_type = '' then 'An expense'
        else initcap(expense.expense_type) end
        || ' of ' || coalesce(person.name, expense.worker) || ' on '
        || coalesce(work.code, nullif(expense.project, ''), 'no project') || ', '
        || to_char(expense.spent_on, 'FMDD FMMonth') || ', is approved and not '
        || case when leg.payable then 'in the project ledger'
            when leg.cost then 'in accounts payable'
            else 'in the ERP' end as title,
    coalesce(person.name, expense.worker) as person,
    coalesce(work.code, expense.project) as project,
    expense.report_no,
    expense.line_no,
    expense.status as psa_posting,
    case when leg.payable then 'found' else 'none' end as erp_payable,
    case when leg.cost then 'found' else 'none' end as erp_project_cost,
    expense.amount,
    expense.bill_amount as psa_bill_value,
    expense.approved_at
from expense_item expense
left join entity person on person.id = expense.worker_id
left join entity work on work.id = expense.project_id
left join project on project.key = expense.system || ':' || expense.project
left join entity_calendar home on home.entity = expense.entity
cross join lateral (
    select coalesce(
        expense.approved_at,
        expense.source_updated_at,
        (expense.spent_on + 1)::timestamp at time zone 'UTC'
    ) as at
) since
cross join lateral (
    select
        exists (
            select from expense_item payable
            where payable.system_role = 'erp'
              and payable.worker_id = expense.worker_id
              and payable.report_no = expense.report_no
              and payable.line_no = expense.line_no
              and payable.status in ('approved', 'posted', 'billed', 'reimbursed')
        ) as payable,
        expense.project = '' or coalesce((
            select sum(coalesce(actual.cost_amount_functional, actual.cost_amount)) <> 0
            from posted_actual actual
            where actual.source_key = expense.key
        ), false) as cost
    -- Behind a fence: named in ten places, both legs would be looked for in each.
    offset 0
) leg
left join lateral (
    select payload.revenue, payload.cost, payload.currency, payload.cost_currency
    from message_payload payload
    where not (leg.payable and leg.cost)
      and payload.key = expense.key
      and payload.kind = 'expense_item'
    limit 1
) worth on true
where expense.system_role = 'psa'
