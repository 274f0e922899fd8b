-- Messages that were applied, and whether that set a record back: `newer_key` is the newest version of
-- the same record that the same flow had applied before, where nothing as new has been applied since.
-- Versions that are instants may be two seconds apart, because clocks are.
create view applied_message as
select
    message.*,
    newer.key as newer_key,
    newer.subject_version as newer_version,
    newer.applied_at as newer_applied_at
from integration_message message
left join integration_message newer
  on newer.subject_key = message.subject_key
 and newer.target = message.target
 and newer.flow = message.flow
 and message.subject_key <> ''
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
 -- Of several the newest: what stands after it in this order is not taken.
 and not exists (
      select from integration_message newest
      where newest.subject_key = message.subject_key
        and newest.outcome = 'applied'
        and newest.target = message.target
        and newest.flow = message.flow
        and newest.applied_at < message.applied_at
        and (newest.subject_version > newer.subject_version
            or newest.subject_version = newer.subject_version and newest.key < newer.key)
  )
where message.outcome = 'applied';
