-- The last word that the middleware has of each record in each flow; repeats that were rightly
-- ignored and messages that a newer one replaced say nothing.
create view last_message as
select distinct on (message.subject_key, message.flow)
    message.subject_key,
    message.flow,
    message.key,
    message.target,
    message.outcome,
    message.error_class,
    message.error_code,
    message.emitted_at,
    message.attempts,
    message.correlation_id
from integration_message message
where message.outcome not in ('duplicate_ignored', 'superseded')
order by message.subject_key, message.flow, message.emitted_at desc nulls last, message.key desc;
