-- The parts of one statement, each in its period, and what stands behind what is open of it: an
-- exception that is not settled, a control that still waits or could not judge, or nothing at all.
with part as materialized (
    {part}
),
raised as (
    select
        item.subject,
        min(item.cause) as cause,
        min(item.control) as control,
        min(item.group_id) as group_id
    from exceptions_exceptionitem item
    where item.control = any(%(explained_by)s)
      and item.state = any(%(unsettled)s)
    group by item.subject
),
awaited as (
    -- What is a finding already waits for its cause alone, until infinity, and explains nothing.
    select distinct waiting.subject
    from controls_waitingsubject waiting
    where waiting.control_id = any(%(explained_by)s)
      and waiting.look_at < 'infinity'
),
odd as (
    select
        part.key,
        min(raised.cause) as cause,
        min(raised.control) as control,
        min(raised.group_id) as group_id,
        bool_or(awaited.subject is not null) as is_awaited
    from part
    cross join lateral unnest(part.subjects) named (subject)
    left join raised on raised.subject = named.subject
    left join awaited on awaited.subject = named.subject
    where part.open <> part.agreed
    group by part.key
),
calendar as (
    select ledger.entity, ledger.starts_on, ledger.ends_on
    from ledger_period ledger
    where ledger.module = 'gl'
),
judged as (
    select
        part.key,
        part.what,
        coalesce(part.entity, '') as entity,
        part.currency,
        part.day,
        -- What tells no day stands in the present month: nothing may fall out.
        coalesce(
            calendar.starts_on, date_trunc('month', coalesce(part.day, %(today)s::date))::date
        ) as period,
        part.came_in,
        part.went_out,
        part.open,
        part.agreed,
        part.bucket,
        part.confirmed,
        odd.cause,
        odd.control,
        odd.group_id,
        case
            when part.open = part.agreed then 'agreed'
            when odd.control is not null then 'unmatched'
            when part.waits or odd.is_awaited then 'not_evaluated'
            else 'unexplained'
        end as standing,
        part.came_in - part.went_out - part.open as rolled
    from part
    left join odd on odd.key = part.key
    left join calendar
      on calendar.entity = part.entity
     and part.day between calendar.starts_on and calendar.ends_on
    where (%(entities)s::text[] = '{}' or part.entity = any(%(entities)s))
      and (%(entity)s = '' or part.entity = %(entity)s)
)
