-- R12 Every message that was sent has arrived, or somebody knows why not
--
-- What the middleware sent was applied, rightly ignored as a repeat or as overtaken, refused and
-- sent again, or is on its way. What was refused, set aside or lost, and what is late, is open
-- under an exception.
--
-- slug: messages
-- unit: count
-- left: messages, by the day they were sent
-- right: their outcome
-- explained_by: IN01, IN02, TP01, EX01, ST07, PS02, PS08, BL02
-- feeds: middleware.integration_message
-- specification: domain C.12 R12. What is on its way counts as open by right for a day, and
--   longer while a control still waits for it; some messages name no legal entity and stand
--   under the firm
select
    message.key,
    '{}'::text[] as subjects,
    replace(message.flow, '_', ' ') as what,
    message.entity,
    (coalesce(message.emitted_at, message.received_at, message.source_updated_at)
        at time zone 'UTC')::date as day,
    'n' as currency,
    1 as came_in,
    1 as went_out,
    0 as open,
    0 as agreed,
    case message.outcome
        when 'applied' then 'applied'
        when 'superseded' then 'superseded'
        else 'duplicate ignored'
    end as bucket,
    false as confirmed,
    false as waits
from integration_message message
where message.outcome in ('applied', 'duplicate_ignored', 'superseded')
union all
select
    message.key,
    array_remove(array[message.key, message.subject_key], ''),
    replace(message.flow, '_', ' ') || ' of '
        || coalesce(nullif(message.subject_key, ''), message.message_id),
    message.entity,
    (coalesce(message.emitted_at, message.received_at, message.source_updated_at)
        at time zone 'UTC')::date,
    'n',
    1,
    case when fate.is_done then 1 else 0 end,
    case when fate.is_done then 0 else 1 end,
    case when fate.is_under_way then 1 else 0 end,
    case
        when fate.is_done then coalesce(nullif(replace(message.outcome, '_', ' '), ''), 'sent')
            || ', later applied'
        when fate.is_under_way then 'on its way'
        when message.outcome in ('', 'accepted') then 'on its way for long'
        else replace(message.outcome, '_', ' ')
    end,
    false,
    false
from integration_message message
cross join lateral (
    select exists (select from arrived_later later where later.key = message.key) as is_done
) later
cross join lateral (
    select
        later.is_done,
        not later.is_done
            and message.outcome in ('', 'accepted')
            and message.emitted_at > %(as_of)s - interval '1 day' as is_under_way
) fate
where message.outcome not in ('applied', 'duplicate_ignored', 'superseded')
