-- Everything that somebody must approve before it can be posted: the PSA's time and its expenses.
create view approval_step as
select
    entry.key,
    entry.system,
    entry.system_role,
    'time_entry' as kind,
    entry.entity,
    entry.worker,
    entry.worker_id,
    entry.project,
    entry.project_id,
    entry.approver_id,
    entry.submitted_at,
    entry.status,
    entry.work_date as service_date,
    entry.hours,
    null::numeric as amount,
    '' as currency
from time_entry entry
where entry.system_role = 'psa'
union all
select
    expense.key,
    expense.system,
    expense.system_role,
    'expense_item' as kind,
    expense.entity,
    expense.worker,
    expense.worker_id,
    expense.project,
    expense.project_id,
    expense.approver_id,
    expense.submitted_at,
    expense.status,
    expense.spent_on as service_date,
    null::numeric as hours,
    expense.bill_amount as amount,
    expense.bill_currency as currency
from expense_item expense
where expense.system_role = 'psa';
