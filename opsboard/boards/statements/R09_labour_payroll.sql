-- R09 Labour cost of the projects is what payroll paid
--
-- By legal entity and month, the cost at which employees' hours stand in the project ledger is
-- what payroll paid for the same people, within three per cent. Hours that exceptions know to be
-- missing in the ledger, or to stand there too often, are reckoned in and stand on a line of their
-- own. Contractors are R08's; people without any project time are overhead, and left out on both
-- sides.
--
-- slug: labour_payroll
-- unit: amount
-- left: labour cost of employees in the project ledger, by accounting month
-- right: what their employer paid for them
-- explained_by: WL08, TP01, TP03, TP04, TP05
-- sensitive: L
-- feeds: erp.project_actual, payroll.payroll_result
-- parameters: tolerance_percent = 3
-- specification: domain C.12 R9. Compared in sum, by entity and month: what one person is paid
--   is nobody's to see here, and fewer than five people show no amount. Who left within a month,
--   and has no pay in it, is left out of the comparison. A month whose payroll is not posted is
--   not evaluated; while control WL08 is a draft, a month that differs is unexplained
with labour as (
    select
        actual.entity,
        date_trunc('month', coalesce(actual.accounting_date, actual.work_date))::date as first_day,
        actual.worker_id,
        sum(coalesce(actual.cost_amount_functional, actual.cost_amount)) as amount,
        max(coalesce(nullif(company.functional_currency, ''), actual.cost_currency)) as currency
    from posted_actual actual
    left join legal_entity company on company.key = actual.system || ':' || actual.legal_entity
    where actual.txn_type in ('labour', 'reversal', 'adjustment')
      and actual.hours <> 0
      and exists (
          select from worker
          where worker.canonical_id = actual.worker_id
            and worker.system_role = 'hcm'
            and worker.type <> 'contractor'
      )
    group by 1, 2, 3
),
paid as (
    select
        result.entity,
        date_trunc('month', result.starts_on)::date as first_day,
        result.worker_id,
        sum(result.employer_cost) as amount,
        max(result.currency) as currency
    from payroll_result result
    where result.status in ('final', 'posted')
    group by 1, 2, 3
),
-- Who left within the month, and has no pay in it: the last pay runs apart.
leaver as (
    select labour.worker_id, labour.first_day, labour.entity, labour.currency, labour.amount
    from labour
    where exists (
            select from worker
            where worker.canonical_id = labour.worker_id
              and worker.system_role = 'hcm'
              and coalesce(
                  worker.last_day_worked_on, worker.terminated_on, worker.contract_ends_on
              ) < (labour.first_day + interval '1 month')::date
        )
      and not exists (
          select from paid
          where paid.worker_id = labour.worker_id
            and paid.first_day = labour.first_day
      )
      and exists (
          select from paid
          where paid.entity = labour.entity
            and paid.first_day = labour.first_day
      )
),
both_sides as (
    select labour.entity, labour.first_day, labour.currency, labour.amount as cost,
        null::numeric as paid, labour.worker_id
    from labour
    where not exists (
        select from leaver
        where leaver.worker_id = labour.worker_id
          and leaver.first_day = labour.first_day
    )
    union all
    -- Pay counts of those who work on projects in that month at all.
    select paid.entity, paid.first_day, paid.currency, null, paid.amount, paid.worker_id
    from paid
    where exists (
        select from labour
        where labour.worker_id = paid.worker_id
          and labour.first_day = paid.first_day
    )
),
-- What exceptions know to be missing in the ledger was paid all the same; what stands there too
-- often was not.
unposted as (
    select
        item.legal_entity as entity,
        date_trunc('month', item.service_date)::date as first_day,
        known.currency,
        sum(known.cost) as cost,
        array_agg(item.subject) as subjects
    from exceptions_exceptionitem item
    left join lateral (
        select value.cost, value.cost_currency
        from time_value value
        where item.control = 'TP05'
          and value.key = item.subject
        limit 1
    ) waiting on true
    cross join lateral (
        select
            coalesce(waiting.cost_currency, item.cost_currency) as currency,
            case item.control
                when 'TP01' then item.cost_at_risk
                when 'TP05' then waiting.cost
                else - item.misstatement_cost
            end as cost
    ) known
    where item.control in ('TP01', 'TP03', 'TP04', 'TP05')
      and item.state = any(%(unsettled)s)
      and known.cost <> 0
      and exists (
          select from worker
          where worker.canonical_id = item.worker_id
            and worker.system_role = 'hcm'
            and worker.type <> 'contractor'
      )
    group by 1, 2, 3
),
total as (
    select
        both_sides.entity,
        both_sides.first_day,
        both_sides.currency,
        coalesce(sum(both_sides.cost), 0) as cost,
        sum(both_sides.paid) as paid,
        count(distinct both_sides.worker_id) as people
    from both_sides
    group by both_sides.entity, both_sides.first_day, both_sides.currency
),
compared as (
    select
        total.entity,
        total.first_day,
        total.currency,
        total.people,
        total.paid is not null as is_paid,
        unposted.subjects,
        -- What so few people are paid is not shown: their two sides stay empty.
        case when total.people < 5 then 0 else total.cost end as cost,
        case when total.people < 5 then 0 else coalesce(total.paid, 0) end as paid,
        case when total.people < 5 or total.paid is null then 0
            else coalesce(unposted.cost, 0) end as unposted
    from total
    left join unposted
      on unposted.entity = total.entity
     and unposted.first_day = total.first_day
     and unposted.currency = total.currency
)
select
    coalesce(compared.entity, '') || ':' || compared.first_day || ':' || compared.currency as key,
    array[coalesce(compared.entity, '') || ':' || to_char(compared.first_day, 'YYYY-MM')]
        as subjects,
    compared.people || ' people in ' || to_char(compared.first_day, 'FMMonth YYYY') as what,
    compared.entity,
    compared.first_day as day,
    compared.currency,
    compared.cost as came_in,
    compared.paid - compared.unposted as went_out,
    gap.amount as open,
    case when gap.is_near then gap.amount else 0 end as agreed,
    case
        when compared.people < 5 then 'fewer than five people, not shown'
        when not compared.is_paid then 'payroll not posted'
        when gap.is_near then 'paid within the tolerance'
        else 'payroll differs'
    end as bucket,
    false as confirmed,
    not compared.is_paid as waits
from compared
cross join lateral (
    select
        compared.cost + compared.unposted - compared.paid as amount,
        compared.is_paid
            and abs(compared.cost + compared.unposted - compared.paid)
                <= abs(compared.paid) * %(tolerance_percent)s / 100 as is_near
) gap
union all
select
    'unposted:' || coalesce(compared.entity, '') || ':' || compared.first_day || ':'
        || compared.currency,
    compared.subjects,
    'Hours that are missing in the ledger, or too often there, '
        || to_char(compared.first_day, 'FMMonth YYYY'),
    compared.entity,
    compared.first_day,
    compared.currency,
    0,
    compared.unposted,
    - compared.unposted,
    0,
    'not posted as it was worked',
    false,
    false
from compared
where compared.unposted <> 0
union all
select
    'left:' || coalesce(leaver.entity, '') || ':' || leaver.first_day || ':' || leaver.currency,
    '{}',
    'Who left in ' || to_char(leaver.first_day, 'FMMonth YYYY') || ' and is paid apart',
    leaver.entity,
    leaver.first_day,
    leaver.currency,
    sum(leaver.amount),
    0,
    sum(leaver.amount),
    sum(leaver.amount),
    'left, and paid apart',
    false,
    false
from leaver
group by leaver.entity, leaver.first_day, leaver.currency
