-- TP08 Posting into a closed period
--
-- Nothing may get into the project ledger with an accounting day in a period that was locked by then.
-- Either the ERP refused it, and it waits for somebody to decide; or somebody with the permission
-- posted it all the same, and that must be reviewed. Users on the close plan may post after the lock.
--
-- slug: closed_period_posting_attempt
-- workflow: time_to_posting
-- class: business_rule
-- owner: finance_billing
-- integrity: yes
-- population: posting_attempt where system_role in ('psa', 'erp')
-- against: accounting_period where system_role = 'erp'
-- feeds: erp.project_actual, erp.accounting_period
-- watches: time_entry
--   expense_item
--   project_actual
--   project_actual.source_key -> key
--   project_actual.source_key -> source_key
--   integration_message.subject_key -> key
--   accounting_period -> any
--   project.canonical_id -> project_id
--   worker.canonical_id -> worker_id
--   assignment.project_id -> project_id
--   cost_rate.worker_id -> worker_id
--   rate_line -> any
--   rate_card -> any
--   revenue_schedule.project_id -> project_id
--   forecast_line.project_id -> project_id
--   legal_entity -> any
-- sensitive: bill_value=B
-- period: CO-C, CO-L
-- parameters: close_users = close-team
-- specification: domain TP08 for the project interface; other ledgers' attempts show in their own
--   systems. The period's last lock counts, earlier ones are not told. `close_users` are the users on
--   the close plan, separated by blanks; what they post is in scope and matched
-- remediation:
--   1. Refused: the controller decides; give it the current accounting day and keep the service day,
--   2. or accrue it, or reopen the period for as long as it takes.
--   3. Posted all the same: document who allowed it, and have a second person review it.
select
    attempt.key as subject,
    case
        when attempt.was_refused
            and waits.refused_at is not null
        then waits.refused_at
        when not attempt.was_refused
            and entered.posted_at > lock.locked_at
        then entered.posted_at
    end as look_at,
    case when attempt.was_refused then coalesce(worth.bill, spent.bill_amount) end
        as revenue_at_risk,
    case when attempt.was_refused then coalesce(worth.cost, spent.amount_functional) end
        as cost_at_risk,
    entered.bill_amount as misstatement,
    entered.cost_amount as misstatement_cost,
    coalesce(
        worth.bill_currency,
        nullif(spent.bill_currency, ''),
        nullif(entered.bill_currency, ''),
        entered.cost_currency
    ) as currency,
    coalesce(worth.cost_currency, entered.cost_currency, home.functional_currency)
        as cost_currency,
    coalesce(worth.is_bill_estimated or worth.is_cost_estimated, false) as is_estimated,
    case when entered.posted_at is null then null
        when lock.is_closed and lock.reopened_count = 0 then 'critical'
        else 'high' end as severity_floor,
    nullif(attempt.source_key, '') as atom,
    attempt.entity,
    attempt.project_id,
    attempt.worker_id,
    attempt.service_date,
    coalesce(attempt.hours || ' h', 'An expense') || ' of '
        || coalesce(person.name, attempt.worker, 'nobody') || ' on '
        || coalesce(work.code, attempt.project) || ', '
        || to_char(attempt.service_date, 'FMDD FMMonth')
        || case when attempt.was_refused then ', were refused: ' else ', were posted although ' end
        || coalesce(lock.name, to_char(attempt.accounting_date, 'FMMonth YYYY'))
        || ' was locked' as title,
    'period_locked' as root_cause,
    'period:' || attempt.entity || ':' || to_char(
        coalesce(lock.starts_on, date_trunc('month', attempt.accounting_date)::date), 'YYYY-MM'
    ) as root_entity,
    coalesce(lock.name, to_char(attempt.accounting_date, 'FMMonth YYYY')) || ' of '
        || attempt.entity || ' is ' || replace(coalesce(lock.status, 'locked'), '_', ' ')
        as cause_title,
    coalesce(person.name, attempt.worker) as person,
    coalesce(work.code, attempt.project) as project,
    case when attempt.was_refused then 'refused' else 'posted' end as what_happened,
    attempt.accounting_date,
    lock.locked_at,
    entered.posted_at,
    entered.posted_by,
    waits.error as answer,
    worth.bill as bill_value
from posting_attempt attempt
left join entity person on person.id = attempt.worker_id
left join entity work on work.id = attempt.project_id
left join project_lock lock
  on lock.entity = attempt.entity
 and attempt.accounting_date between lock.starts_on and lock.ends_on
left join lateral (
    -- The first refusal on account of the period, while the record is approved and not posted.
    select refusal.*
    from (
        select min(message.emitted_at) as refused_at, min(message.error_code) as error
        from integration_message message
        where message.subject_key = attempt.key
          and message.outcome = 'rejected'
          and (message.error_code like '%period%'
               or message.error_code = '' and message.emitted_at >= lock.locked_at)
          and not exists (
              select from posted_actual actual
              where actual.source_key = attempt.key
              having coalesce(sum(actual.hours), 0) <> 0
                  or coalesce(sum(actual.cost_amount), 0) <> 0
          )
    ) refusal
    where attempt.was_refused
      and attempt.status in ('approved', 'posted', 'billed')
    offset 0
) waits on true
left join lateral (
    select
        line.posted_at,
        line.source_updated_by as posted_by,
        line.bill_amount,
        nullif(line.bill_currency, '') as bill_currency,
        line.cost_amount,
        line.cost_currency
    from posted_actual line
    where not attempt.was_refused
      and attempt.posted_at > lock.locked_at
      and line.key = attempt.key
      and line.posted_at > lock.locked_at
      and line.source_updated_by <> all (string_to_array(%(close_users)s, ' '))
      and not exists (
          select from posted_actual reversal
          where reversal.source_key = line.source_key
            and reversal.reversal_of = line.source_id
      )
    limit 1
) entered on true
left join lateral (
    select value.*
    from time_value value
    where waits.refused_at is not null
      and attempt.kind = 'time_entry'
      and value.key = attempt.key
    limit 1
) worth on true
left join lateral (
    select expense.bill_amount, expense.bill_currency, expense.amount_functional
    from expense_item expense
    where waits.refused_at is not null
      and attempt.kind = 'expense_item'
      and expense.key = attempt.key
    limit 1
) spent on true
left join lateral (
    select company.functional_currency
    from (
        select min(legal_entity.functional_currency) as functional_currency
        from legal_entity
        where legal_entity.code = attempt.entity
    ) company
    where spent.amount_functional is not null
    offset 0
) home on true
where attempt.system_role in ('psa', 'erp')
