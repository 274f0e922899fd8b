-- The codes that records of the PSA carry from lists of their own system, one row per record: what
-- time was for, what an expense was, how a billing event is taxed, in which role somebody is booked.
create view coded_record as
select
    entry.key,
    'time_entry' as kind,
    entry.system,
    'utilization' as domain,
    entry.utilization_category as code,
    entry.work_date as day,
    coalesce(entry.submitted_at, entry.source_updated_at) as since,
    entry.entity,
    entry.project,
    entry.project_id,
    entry.worker,
    entry.worker_id,
    entry.status in ('draft', 'rejected', 'recalled') as is_out_of_scope
from time_entry entry
where entry.system_role = 'psa'
union all
select
    expense.key,
    'expense_item',
    expense.system,
    'expense_type',
    expense.expense_type,
    expense.spent_on,
    coalesce(expense.submitted_at, expense.source_updated_at),
    expense.entity,
    expense.project,
    expense.project_id,
    expense.worker,
    expense.worker_id,
    expense.status in ('draft', 'rejected', 'recalled')
from expense_item expense
where expense.system_role = 'psa'
union all
select
    event.key,
    'billing_event',
    event.system,
    'tax',
    event.tax_code,
    coalesce((event.completed_at at time zone 'UTC')::date, event.planned_on),
    coalesce(event.completed_at, event.source_updated_at),
    event.entity,
    event.project,
    event.project_id,
    '',
    null,
    event.status in ('planned', 'cancelled')
from billing_event event
where event.system_role = 'psa'
union all
select
    booking.key,
    'assignment',
    booking.system,
    'role',
    booking.role,
    booking.starts_on,
    coalesce(booking.confirmed_at, booking.source_updated_at),
    booking.entity,
    booking.project,
    booking.project_id,
    booking.worker,
    booking.worker_id,
    booking.status in ('proposed', 'tentative', 'cancelled')
from assignment booking
where booking.system_role = 'psa';
