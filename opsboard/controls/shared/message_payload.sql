-- What a record is worth while it is under way from one system to another: the bill value and the
-- cost of time and expenses, what a billing event will bring, what is still owed on an invoice.
create view message_payload as
select
    'time_entry' as kind,
    entry.key,
    value.bill as revenue,
    value.cost,
    null::numeric as cash,
    value.bill_currency as currency,
    value.cost_currency,
    value.is_bill_estimated or value.is_cost_estimated as is_estimated,
    entry.entity,
    entry.project_id,
    entry.worker_id,
    entry.work_date as day
from time_entry entry
join time_value value on value.key = entry.key
union all
select
    'expense_item',
    expense.key,
    case when expense.billable
        then coalesce(expense.bill_amount, net.amount * (1 + coalesce(expense.markup, 0))) end,
    net.amount,
    null,
    coalesce(nullif(expense.bill_currency, ''), expense.currency),
    expense.currency,
    false,
    expense.entity,
    expense.project_id,
    expense.worker_id,
    expense.spent_on
from expense_item expense
cross join lateral (
    select expense.amount
        - case when expense.recoverable then coalesce(expense.tax_amount, 0) else 0 end as amount
) net
union all
select
    'billing_event',
    event.key,
    event.amount,
    null,
    null,
    event.currency,
    null,
    false,
    event.entity,
    event.project_id,
    null,
    coalesce((event.completed_at at time zone 'UTC')::date, event.planned_on)
from billing_event event
union all
select
    'invoice',
    invoice.key,
    null,
    null,
    coalesce(invoice.open_amount, invoice.gross),
    invoice.currency,
    null,
    false,
    invoice.entity,
    invoice.project_id,
    null,
    coalesce(invoice.issued_on, invoice.planned_on)
from invoice;
