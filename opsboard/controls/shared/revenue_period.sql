-- What each revenue schedule earned, recognised and billed in each period that is over, and what it
-- carried forward. What is earned follows the method: posted time and expenses, accepted milestones,
-- progress times price less what was recognised before, or as much as in the period before. Progress
-- is known for the last period before the schedule was changed, and for no other. A balance is what
-- is unbilled less what is deferred. A schedule is that of its whole project.
create view revenue_period as
select
    schedule.key as schedule_key,
    period.starts_on,
    period.ends_on,
    close_deadline(home.calendar, period.ends_on, 4, '18:00') as wd4,
    case schedule.method
        when 'as_incurred' then coalesce(worked.amount, 0) + coalesce(spent.amount, 0)
        when 'milestone' then coalesce(accepted.amount, 0)
        when 'straight_line' then earlier.recognised
        when 'percent_complete' then
            case when period.ends_on = progress.ends_on
                then round(schedule.allocated_price * schedule.progress_fraction, 2)
                    - coalesce(earlier.total, 0)
            end
    end as earned,
    booked.recognised,
    coalesce(earlier.balance, 0) as opening,
    coalesce(billed.net, 0) as billed,
    booked.balance as closing,
    booked.unbilled > 0 and booked.deferred > 0 as has_both
from revenue_schedule schedule
join entity_calendar home on home.entity = schedule.entity
join ledger_period period
  on period.entity = schedule.entity
 and period.module = 'gl'
 and period.is_over
 and period.ends_on >= coalesce(schedule.starts_on, period.ends_on)
cross join lateral (
    select max(over.ends_on) as ends_on
    from accounting_period over
    where schedule.method = 'percent_complete'
      and over.entity = schedule.entity
      and over.system = schedule.system
      and over.module = 'gl'
      and over.ends_on < (schedule.source_updated_at at time zone 'UTC')::date
) progress
cross join lateral (
    select
        sum(event.recognised) as recognised,
        (array_agg(event.unbilled_balance order by event.accounting_date desc, event.sequence desc))
            [1] as unbilled,
        (array_agg(event.deferred_balance order by event.accounting_date desc, event.sequence desc))
            [1] as deferred,
        (array_agg(
            coalesce(event.unbilled_balance, 0) - coalesce(event.deferred_balance, 0)
            order by event.accounting_date desc, event.sequence desc
        ))[1] as balance
    from revenue_event event
    where event.system = schedule.system
      and event.revenue_schedule = schedule.source_id
      and event.status = 'posted'
      and event.accounting_date between period.starts_on and period.ends_on
) booked
cross join lateral (
    select
        sum(event.recognised) as total,
        max(event.accounting_date) as last_day,
        (array_agg(event.recognised order by event.accounting_date desc, event.sequence desc))[1]
            as recognised,
        (array_agg(
            coalesce(event.unbilled_balance, 0) - coalesce(event.deferred_balance, 0)
            order by event.accounting_date desc, event.sequence desc
        ))[1] as balance
    from revenue_event event
    where event.system = schedule.system
      and event.revenue_schedule = schedule.source_id
      and event.status = 'posted'
      and event.accounting_date < period.starts_on
) earlier
cross join lateral (
    select sum(entry.bill_amount) as amount
    from time_entry entry
    where schedule.method = 'as_incurred'
      and entry.project_id = schedule.project_id
      and entry.system_role = 'psa'
      and entry.status in ('posted', 'billed')
      and entry.bill_currency = schedule.currency
      and entry.work_date between period.starts_on and period.ends_on
) worked
cross join lateral (
    select sum(expense.bill_amount) as amount
    from expense_item expense
    where schedule.method = 'as_incurred'
      and expense.project_id = schedule.project_id
      and expense.system_role = 'psa'
      and expense.status in ('posted', 'billed', 'reimbursed')
      and expense.bill_currency = schedule.currency
      and expense.spent_on between period.starts_on and period.ends_on
) spent
cross join lateral (
    select sum(coalesce(event.amount, plan.amount)) as amount
    from billing_event event
    left join billing_schedule plan
      on plan.key = event.system || ':' || event.billing_schedule
    where schedule.method = 'milestone'
      and event.project_id = schedule.project_id
      and event.system_role = 'psa'
      and event.type = 'milestone'
      and event.status in ('accepted', 'ready', 'released', 'invoiced', 'completed')
      and (event.accepted_at is not null or not event.acceptance_required)
      and (coalesce(event.accepted_at, event.completed_at) at time zone 'UTC')::date
          between period.starts_on and period.ends_on
) accepted
cross join lateral (
    select sum(invoice.net) as net
    from invoice
    where invoice.system = schedule.system
      and invoice.project = schedule.project
      and invoice.status <> 'void'
      and invoice.type <> 'proforma'
      and invoice.issued_on <= period.ends_on
      and invoice.issued_on > coalesce(earlier.last_day, '-infinity')
) billed;
