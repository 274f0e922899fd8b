-- Messages that were applied after a newer version of the same record had been applied by the same
-- flow, and that nothing newer has replaced since. Versions that are instants may be two seconds
-- apart, because clocks are.
create view overtaken_message as
select distinct on (message.subject_key, message.key)
    message.key,
    message.flow,
    message.subject_kind,
    message.subject_key,
    message.subject_version,
    message.target,
    message.target_ref,
    message.applied_at,
    newer.key as newer_key,
    newer.subject_version as newer_version,
    newer.applied_at as newer_applied_at
from integration_message message
join integration_message newer
  on newer.subject_key = message.subject_key
 and newer.target = message.target
 and newer.flow = message.flow
where message.subject_key <> ''
  and message.outcome = 'applied'
  and newer.outcome = 'applied'
  and newer.applied_at < message.applied_at
  and newer.subject_version > message.subject_version
      + case when newer.subject_version > 100000000000000 then 2000000 else 0 end
  and not exists (
      select from integration_message since
      where since.subject_key = message.subject_key
        and since.outcome = 'applied'
        and since.target = message.target
        and since.flow = message.flow
        and since.applied_at > message.applied_at
        and since.subject_version >= newer.subject_version
  )
order by message.subject_key, message.key, newer.subject_version desc, newer.key;
