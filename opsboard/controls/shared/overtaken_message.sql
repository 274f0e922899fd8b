-- Messages that were applied after a newer version of the same record had been applied by the same
-- flow, and that nothing newer has replaced since. Versions that are instants may be two seconds
-- apart, because clocks are.
create view overtaken_message as
select
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
cross join lateral (
    select before.key, before.subject_version, before.applied_at
    from integration_message before
    where message.subject_key <> ''
      and before.subject_key = message.subject_key
      and before.outcome = 'applied'
      and before.target = message.target
      and before.flow = message.flow
      and before.applied_at < message.applied_at
      and before.subject_version > message.subject_version
          + case when before.subject_version > 100000000000000 then 2000000 else 0 end
    order by before.subject_version desc, before.key
    limit 1
) newer
where message.outcome = 'applied'
  and not exists (
      select from integration_message since
      where since.subject_key = message.subject_key
        and since.outcome = 'applied'
        and since.target = message.target
        and since.flow = message.flow
        and since.applied_at > message.applied_at
        and since.subject_version >= newer.subject_version
  );
